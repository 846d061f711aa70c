"""A case: everything to decide by, and nothing that must not be shown."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, select

from service.db import Database
from service.review.scoring import rate_session
from service.tables import AuditEvent, Recording, Role, Utterance, UtteranceStatus, new_id
from tests.fakes.rooms import WORDS, Held, House, Json, held_interview, make_house


async def look(house: House, held: Held, role: Role = Role.REVIEWER) -> Json:
    async with await house.login(role) as client:
        answer = await client.get(held.case)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    found: Json = answer.json()
    return found


async def test_a_case_holds_what_a_person_needs(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    case = await look(house, held)
    assert case["session"]["state"] == "closed"  # type: ignore[index]
    assert case["session"]["duration"] == 60.0  # type: ignore[index]
    assert case["candidate"] == {"name": "Li Na", "email": "li.na@example.org"}
    assert case["plan"] == {"id": held.plan["id"], "title": "Engineer"}
    assert case["consent"]["purposes"]["ai_scoring"] is True  # type: ignore[index]
    times = [(q["started"], q["ended"]) for q in case["questions"]]  # type: ignore[attr-defined]
    assert times == [(0.0, 30.0), (30.0, None)]
    (utterance,) = case["utterances"]  # type: ignore[misc]
    assert (utterance["text"], utterance["engine"]) == (WORDS, "test-engine")
    assert utterance["words"][0] == {
        "text": "We",
        "start": 1.0,
        "end": pytest.approx(1.47, abs=0.1),
        "confidence": 0.9,
    }
    assert case["notes"] == []


async def test_statistics_come_per_question(house: House) -> None:
    held = await held_interview(house)
    first, second = (await look(house, held))["statistics"]  # type: ignore[misc]
    assert first["rate_unit"] == "words_per_minute"
    assert 80 < first["rate"] < 140
    assert first["speaking_seconds"] == pytest.approx(19.9, abs=0.2)
    assert (second["speaking_seconds"], second["rate"], second["fillers"]) == (0, None, 0)


async def test_a_models_level_can_be_recomputed_from_its_contributions(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    rating = (await look(house, held))["ratings"][0]  # type: ignore[index]
    assert (rating["rater"], rating["rater_name"]) == ("model", "candor-content")
    assert rating["rater_version"] == "2.1.0"
    (answer,) = rating["detail"]["answers"]
    parts = answer["contributions"]
    assert sum(part["contribution"] for part in parts) == pytest.approx(answer["score"])
    for part in parts:
        assert part["contribution"] == pytest.approx(part["value"] * part["weight"])
    assert rating["low"] <= rating["score"] <= rating["high"]


@pytest.mark.parametrize(
    ("host", "plan", "agreed", "reason"),
    [
        ("STRICT", "CN", False, "jurisdiction"),
        ("CN", "EU", False, "jurisdiction"),
        ("CN", "CN", False, "consent"),
        ("CN", "CN", True, None),
    ],
)
async def test_faces_are_shown_only_where_law_and_candidate_allow(
    tmp_path: Path, database: Database, *, host: str, plan: str, agreed: bool, reason: str | None
) -> None:
    house = make_house(tmp_path, database, host)
    held = await held_interview(house, jurisdiction=plan, facial_analysis=agreed)
    faces = (await look(house, held))["faces"]
    assert faces["allowed"] is (reason is None)  # type: ignore[index]
    assert (faces["reason"], faces["weight"]) == (reason, 0)  # type: ignore[index]
    if reason is None:
        first, second = faces["samples"]  # type: ignore[index]
        assert (first["t"], first["faces"], first["yaw"], first["smile"]) == (1.0, 1, 1.5, 0.25)
        assert (second["faces"], second["yaw"], first["gaze_x"]) == (0, None, None)
        assert {"code": "no_face", "start": 1.5, "end": 3.0} in faces["spans"]  # type: ignore[index]
    else:
        assert (faces["samples"], faces["spans"]) == ([], [])  # type: ignore[index]


async def test_faces_vanish_when_the_host_moves_under_a_stricter_law(
    tmp_path: Path, database: Database
) -> None:
    held = await held_interview(
        make_house(tmp_path, database, "CN"), jurisdiction="CN", facial_analysis=True
    )
    case = await look(make_house(tmp_path, database, "EU"), held)
    assert case["faces"]["reason"] == "jurisdiction"  # type: ignore[index]
    assert "smile" not in str(case)


async def test_notes_say_what_to_be_wary_of(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.is_fallback = True
        waiting = Utterance(
            session_id=held.session_id, start=40, end=41, status=UtteranceStatus.WAITING
        )
        recording = Recording(
            session_id=held.session_id,
            segment=1,
            connection_id=new_id(),
            state="recovered",
            blob_key="x",
        )
        db.add_all([row, waiting, recording])
    case = await look(house, held)
    assert case["notes"] == [
        "engine_fallback",
        "waiting_transcript",
        "engine_missing",
        "interrupted",
        "ai_scoring_refused",
    ]
    waiting_view = case["utterances"][1]  # type: ignore[index]
    assert (waiting_view["engine"], waiting_view["confidence"]) == (None, None)


async def test_opening_a_case_goes_on_record_and_names_nobody(house: House) -> None:
    held = await held_interview(house)
    await look(house, held, Role.AUDITOR)
    async with house.database.reading() as db:
        events = (await db.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))).all()
    last = events[-1]
    assert (last.tag, last.session_id) == ("hr:case:view", held.session_id)
    assert last.actor.startswith("account:")
    written = str([event.model_dump() for event in events])
    assert not [secret for secret in ("Li Na", "li.na@", "disagreed") if secret in written]


async def test_an_unknown_case_is_not_found_and_leaves_no_record(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        for url in (f"/api/review/cases/{uuid4()}", f"/api/review/cases/{uuid4()}/audit"):
            answer = await client.get(url)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    async with house.database.reading() as db:
        assert (await db.exec(select(AuditEvent))).all() == []
