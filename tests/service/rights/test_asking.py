"""What candidates ask for: receipt, status, contest, copy, consent taken back."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from service.audit import verify as verify_chain
from service.review.scoring import rate_session
from service.rights.erasing import Eraser
from service.rights.keeper import Keeper
from service.rights.signing import keys_of, verify
from service.scoring.ratings import SCORER_ID
from service.tables import (
    Account,
    AuditEvent,
    Decision,
    Mail,
    MailKind,
    Outcome,
    RaterKind,
    Rating,
    RightsRequest,
    Role,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    utc_now,
)
from tests.fakes.rooms import WORDS, Held, House, held_interview, make_house

RIGHTS = "/api/candidate/rights"


def keeper(house: House) -> Keeper:
    return Keeper(Eraser(house.database, house.blobs, house.settings))


async def kinds(house: House) -> list[str]:
    async with house.database.reading() as db:
        return [MailKind(row.kind).value for row in (await db.exec(select(Mail))).all()]


async def test_a_receipt_says_what_was_collected_and_can_be_checked(house: House) -> None:
    held = await held_interview(house, ai_scoring=True)
    await rate_session(house.database, held.session_id)
    async with house.guest(held.token) as guest:
        signed = (await guest.get("/api/candidate/receipt")).json()
    async with house.client() as anybody:
        keys = (await anybody.get("/.well-known/candor-receipt-keys.json")).json()
    receipt = verify(signed, keys_of(keys))
    assert receipt["session_id"] == str(held.session_id)
    collected = {
        "recordings": 1, "spoken_passages": 1, "written_answers": 0, "looks_at_the_face": 2,
    }  # fmt: skip
    assert receipt["collected"] == collected
    recordings = receipt["recordings"]
    assert isinstance(recordings, list)
    assert [one["sha256"] for one in recordings] == ["ab" * 32]
    consents = receipt["consents"]
    assert isinstance(consents, list)
    assert len(consents) == 1
    assert consents[0]["notice"].startswith("EU-")
    assert len(consents[0]["notice_sha256"]) == 64
    ids = {one["id"] for one in receipt["models"]}  # type: ignore[attr-defined]
    assert {"test-engine", SCORER_ID} <= ids
    through_a_browser = json.loads(
        json.dumps(signed), parse_float=lambda number: pytest.fail(number)
    )
    assert verify(through_a_browser, keys_of(keys)) == receipt
    text = json.dumps(signed)
    assert "Zhang" not in text
    assert "level" not in text
    assert "score" not in text.replace("ai_scoring", "")


async def test_the_status_is_plain_and_tells_no_score(house: House) -> None:
    held = await held_interview(house)

    async def step() -> str:
        async with house.guest(held.token) as guest:
            answer = await guest.get(RIGHTS)
        assert not {"level", "score", "outcome", "advance"} & set(answer.text.split('"'))
        return str(answer.json()["step"])

    assert await step() == "waiting"
    async with house.database.writing() as db:
        row = (await db.exec(select(Utterance))).one()
        row.status = UtteranceStatus.WAITING
        db.add(row)
    assert await step() == "transcribing"
    async with await house.login(Role.REVIEWER), house.database.writing() as db:
        account_id = (await db.exec(select(Account.id))).first()
        assert account_id is not None
        db.add(
            Rating(
                session_id=held.session_id,
                competency_id=UUID(held.competency_ids[0]),
                rater=RaterKind.HUMAN,
                account_id=account_id,
                level=3,
                reason="Said so in the second answer.",
            )
        )
    assert await step() == "in_review"
    async with house.database.writing() as db:
        db.add(
            Decision(
                session_id=held.session_id,
                outcome=Outcome.ADVANCE,
                reason="fits",
                account_id=account_id,
                rubric_version=1,
            )
        )
    assert await step() == "decided"


async def test_an_objection_reaches_whoever_may_decide_and_is_answered(house: House) -> None:
    held = await held_interview(house)
    body = {"kind": "contest", "text": "The second answer was <b>cut</b> off. =1+1"}
    async with house.guest(held.token) as guest:
        asked = await guest.post(f"{RIGHTS}/contest", json=body)
        again = await guest.post(f"{RIGHTS}/contest", json={"kind": "review"})
    assert asked.status_code == 200, asked.text
    assert asked.json()["contests"][0]["text"] == body["text"]
    assert (again.status_code, again.json()["code"]) == (409, "already_asked")
    async with await house.login(Role.REVIEWER) as client:
        listed = (await client.get("/api/rights/contests")).json()
        url = f"/api/rights/contests/{listed[0]['id']}/answer"
        refused = await client.post(url, json={"text": "no"})
    assert listed[0]["session_id"] == str(held.session_id)
    assert listed[0]["text"] == body["text"]
    assert refused.status_code == 403
    async with await house.login(Role.HIRING_MANAGER) as client:
        answered = await client.post(url, json={"text": "A second person has listened again."})
        twice = await client.post(url, json={"text": "And again."})
        left = (await client.get("/api/rights/contests")).json()
    assert (answered.status_code, twice.status_code, left) == (204, 409, [])
    async with house.guest(held.token) as guest:
        seen = (await guest.get(RIGHTS)).json()["contests"]
    assert [one["answer"] for one in seen] == ["A second person has listened again."]
    assert await kinds(house) == ["requested", "answered"]
    async with house.database.reading() as db:
        assert (await verify_chain(db)).ok
        assert "cut" not in str([e.detail for e in (await db.exec(select(AuditEvent))).all()])


async def test_a_copy_holds_everything_of_ones_own_and_no_rating(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    async with house.guest(held.token) as guest:
        asked = (await guest.post(f"{RIGHTS}/requests", json={"kind": "copy"})).json()
        request_id = asked["requests"][0]["id"]
        url = f"{RIGHTS}/requests/{request_id}/copy"
        early = await guest.get(url)
        assert await keeper(house).copy() == 1
        ready = (await guest.get(RIGHTS)).json()["requests"][0]
        copy = await guest.get(url)
    assert early.status_code == 404
    assert ready["state"] == "ready"
    assert ready["expires_at"]
    archive = zipfile.ZipFile(io.BytesIO(copy.content))
    assert archive.testzip() is None
    names = set(archive.namelist())
    papers = {"READ-ME.txt", "receipt.json", "about-you.json", "answers.json", "transcript.txt"}
    assert names == papers | {"recordings/0.webm"}
    assert archive.read("recordings/0.webm") == bytes(range(256)) * 40
    assert WORDS in archive.read("transcript.txt").decode()
    answers = json.loads(archive.read("answers.json"))
    assert answers[0]["passages"][0]["text"] == WORDS
    about = json.loads(archive.read("about-you.json"))
    assert about["email"]
    assert len(about["consents"]) == 1
    everything = b"".join(archive.read(name) for name in papers)
    assert SCORER_ID.encode() in everything  # the receipt names the model
    assert b'"level"' not in everything
    assert await kinds(house) == ["requested", "copy_ready"]


async def test_a_copy_is_for_its_owner_alone_and_not_for_ever(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    async with house.guest(held.token) as guest:
        asked = (await guest.post(f"{RIGHTS}/requests", json={"kind": "copy"})).json()
    url = f"{RIGHTS}/requests/{asked['requests'][0]['id']}/copy"
    await keeper(house).copy()
    async with house.guest(other.token) as stranger:
        assert (await stranger.get(url)).status_code == 404
    async with house.database.writing() as db:
        row = (await db.exec(select(RightsRequest))).one()
        row.expires_at = utc_now()
        key = row.blob_key
        db.add(row)
    assert await keeper(house).expire_copies() == 1
    async with house.guest(held.token) as guest:
        assert (await guest.get(url)).status_code == 404
    assert await house.blobs.keys("copies/") == []
    assert key.startswith(f"copies/{held.session_id}/")


async def test_a_request_can_be_taken_back_while_it_waits(house: House) -> None:
    held = await held_interview(house)
    async with house.guest(held.token) as guest:
        asked = (await guest.post(f"{RIGHTS}/requests", json={"kind": "erasure"})).json()
        url = f"{RIGHTS}/requests/{asked['requests'][0]['id']}/revoke"
        twice = await guest.post(f"{RIGHTS}/requests", json={"kind": "erasure"})
        back = await guest.post(url)
        again = await guest.post(url)
        anew = await guest.post(f"{RIGHTS}/requests", json={"kind": "erasure"})
    assert (twice.status_code, back.status_code, again.status_code) == (409, 200, 409)
    assert anew.status_code == 200


async def purposes(house: House, held: Held, **taken: bool) -> tuple[int, str]:
    flags = {"recording": False, "ai_scoring": False, "facial_analysis": False} | taken
    async with house.guest(held.token) as guest:
        answer = await guest.post(f"{RIGHTS}/withdraw", json={"purposes": flags})
    return answer.status_code, answer.text


async def test_without_ai_scoring_no_models_rating_counts_any_more(house: House) -> None:
    held = await held_interview(house)
    assert await rate_session(house.database, held.session_id)
    status, text = await purposes(house, held, ai_scoring=True)
    assert status == 200, text
    assert json.loads(text)["consent"]["purposes"]["ai_scoring"] is False
    assert await rate_session(house.database, held.session_id) == []
    async with house.database.reading() as db:
        current = select(Rating).where(col(Rating.is_current))
        assert (await db.exec(current)).all() == []
    assert (await purposes(house, held, ai_scoring=True))[0] == 409


async def test_without_recording_sound_and_picture_are_gone_and_words_stay(house: House) -> None:
    held = await held_interview(house)
    assert await house.blobs.keys("recordings/")
    assert (await purposes(house, held, recording=True))[0] == 200
    assert [k for k in await house.blobs.keys("recordings/") if str(held.session_id) in k] == []
    async with await house.login(Role.REVIEWER) as client:
        case = (await client.get(held.case)).json()
    assert case["recordings"] == []
    assert [one["text"] for one in case["utterances"]] == [WORDS]


@pytest.mark.parametrize("state", [SessionState.LIVE, SessionState.CONNECTING])
async def test_nothing_is_pulled_from_under_a_running_interview(
    house: House, state: SessionState
) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        session = await db.get_one(Session, held.session_id)
        session.state = state
        db.add(session)
    async with house.guest(held.token) as guest:
        answers = [
            await guest.post(f"{RIGHTS}/requests", json={"kind": "erasure"}),
            await guest.post(f"{RIGHTS}/contest", json={"kind": "review"}),
        ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert (await purposes(house, held, recording=True))[0] == 409


async def test_faces_go_with_their_consent(tmp_path: Path, house: House) -> None:

    place = make_house(tmp_path, house.database, "CN")
    held = await held_interview(place, jurisdiction="CN", facial_analysis=True)
    async with await place.login(Role.REVIEWER) as client:
        before = (await client.get(held.case)).json()["faces"]
        assert (await purposes(place, held, facial_analysis=True))[0] == 200
        after = (await client.get(held.case)).json()["faces"]
    assert before["samples"]
    assert (after["samples"], after["reason"]) == ([], "consent")


async def test_every_interview_that_ends_is_announced_once(house: House) -> None:
    held = await held_interview(house)
    assert [await keeper(house).announce() for _ in range(2)] == [1, 0]
    assert await kinds(house) == ["received"]
    assert isinstance(held.invitation_id, UUID)
