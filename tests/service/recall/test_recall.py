"""A candidate sees what was recorded, hears it, and puts words of their own beside it."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlmodel import select

from service.access.tries import is_replaced, take_at
from service.review.scoring import read_inputs
from service.tables import (
    AuditEvent,
    OwnWords,
    Role,
    Session,
    SessionState,
    Take,
    Utterance,
    UtteranceStatus,
    new_id,
)
from tests.fakes.rooms import Held, House

ANSWERS = "/api/candidate/answers"


def test_something_said_belongs_to_the_try_that_ran_then() -> None:
    question, other = uuid4(), uuid4()
    first = Take(session_id=uuid4(), question_id=question, number=1, asked=0.0, ended=9.0)
    second = Take(session_id=first.session_id, question_id=question, number=2, asked=9.0)
    takes = [first, second]
    assert take_at(takes, question, 5.0) is first
    assert take_at(takes, question, 9.5) is second
    assert take_at(takes, other, 5.0) is None
    assert is_replaced(takes, question, 5.0)
    assert not is_replaced(takes, question, 9.5)
    assert not is_replaced(takes, other, 5.0)
    assert not is_replaced([], question, 5.0)


async def reopened(house: House, held: Held) -> Utterance:
    """The interview as it stood before it was submitted, with one try at its first question."""
    async with house.database.writing() as db:
        session = await db.get_one(Session, held.session_id)
        session.state = SessionState.LIVE
        db.add(session)
        row = await db.get_one(Utterance, held.utterance_id)
        db.add(a_try(row, 1, asked=0.0, ended=row.end + 1.0))
        await db.flush()
        return row


def a_try(row: Utterance, number: int, *, asked: float, ended: float | None = None) -> Take:
    """A try at the question that `row` answers."""
    assert row.question_id is not None
    take = Take(session_id=row.session_id, question_id=row.question_id, number=number, asked=asked)
    take.began, take.ended = asked, ended
    return take


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_own_words_stand_beside_what_was_heard(house: House, held: Held) -> None:
    row = await reopened(house, held)
    words = f"{ANSWERS}/{row.id}/words"
    async with house.guest(held.token) as guest:
        before = (await guest.get(ANSWERS)).json()
        assert before["is_open"]
        (attempt,) = before["questions"][0]["tries"]
        assert (attempt["number"], attempt["is_replaced"]) == (1, False)
        assert attempt["said"][0]["text"] == row.text
        assert attempt["said"][0]["own_text"] is None
        for text in ("<b>I said this.</b>", "=I said that.", "=I said that."):
            answer = await guest.put(words, json={"text": text})
            assert answer.status_code == 200, answer.text
        said = answer.json()["questions"][0]["tries"][0]["said"][0]
        assert (said["text"], said["own_text"]) == (row.text, "=I said that.")
        stray = await guest.put(f"{ANSWERS}/{uuid4()}/words", json={"text": "x"})
        assert problem(stray) == (404, "not_found")
    async with house.database.reading() as db:
        kept = (await db.exec(select(OwnWords).order_by(OwnWords.created_at))).all()  # type: ignore[arg-type]
        assert [(one.text, one.is_current) for one in kept] == [
            ("<b>I said this.</b>", False),
            ("=I said that.", True),
        ]
        assert kept[1].supersedes_id == kept[0].id
        assert (await db.get_one(Utterance, row.id)).text == row.text
        events = await db.exec(select(AuditEvent).where(AuditEvent.session_id == held.session_id))
        given = [one for one in events if one.tag == "candidate:words:give"]
    assert len(given) == 2
    assert "I said" not in str([one.detail for one in given])  # words are not for ever
    hr = await house.login(Role.REVIEWER)
    async with hr:
        case = (await hr.get(held.case)).json()
    shown = next(one for one in case["utterances"] if one["id"] == str(row.id))
    assert (shown["text"], shown["own_text"]) == (row.text, "=I said that.")


async def test_own_words_can_be_taken_back_until_it_is_submitted(house: House, held: Held) -> None:
    row = await reopened(house, held)
    words = f"{ANSWERS}/{row.id}/words"
    async with house.guest(held.token) as guest:
        await guest.put(words, json={"text": "mine"})
        back = (await guest.put(words, json={"text": ""})).json()
        assert back["questions"][0]["tries"][0]["said"][0]["own_text"] is None
        async with house.database.writing() as db:
            session = await db.get_one(Session, held.session_id)
            session.state = SessionState.DRAINING
            db.add(session)
        assert problem(await guest.put(words, json={"text": "late"})) == (409, "session_over")
        assert not (await guest.get(ANSWERS)).json()["is_open"]


async def test_what_was_said_can_be_heard_by_whoever_said_it(
    house: House, held: Held, tmp_path: Path
) -> None:
    row = await reopened(house, held)
    path = tmp_path / "a.flac"
    path.write_bytes(b"fLaC")
    await house.blobs.put("recordings/x/a.flac", path)
    async with house.database.writing() as db:
        found = await db.get_one(Utterance, row.id)
        found.audio_key = "recordings/x/a.flac"
        db.add(found)
    async with house.guest(held.token) as guest:
        sound = await guest.get(f"{ANSWERS}/{row.id}/sound")
        assert (sound.content, sound.headers["content-type"]) == (b"fLaC", "audio/flac")
        assert problem(await guest.get(f"{ANSWERS}/{uuid4()}/sound")) == (404, "not_found")


@pytest.mark.parametrize("is_replaced", [True, False])
async def test_a_try_that_was_replaced_is_shown_and_counts_for_nothing(
    house: House, held: Held, *, is_replaced: bool
) -> None:
    row = await reopened(house, held)
    if is_replaced:
        async with house.database.writing() as db:
            db.add(a_try(row, 2, asked=row.end + 1.0))
            later = Utterance(**(row.model_dump() | {"id": new_id(), "text": "Later words."}))
            later.start, later.end = row.end + 2.0, row.end + 4.0
            later.status = UtteranceStatus.DONE
            db.add(later)
    async with house.database.reading() as db:
        inputs = await read_inputs(db, held.session_id)
    assert inputs is not None
    rated = [one.text for answer in inputs.answers for one in answer.utterances]
    assert (row.text in rated) is not is_replaced
    assert ("Later words." in rated) is is_replaced
    hr = await house.login(Role.REVIEWER)
    async with hr:
        case = (await hr.get(held.case)).json()
    marks = {one["id"]: one["is_replaced"] for one in case["utterances"]}
    assert marks[str(row.id)] is is_replaced
