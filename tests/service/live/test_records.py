"""What a live session writes down, on every kind of database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from models.types import Transcript, Word
from service.audit import verify
from service.blobs import Blobs
from service.db import Database
from service.errors import ServiceError
from service.live import queries, records
from service.live.ear import Heard
from service.live.facts import read_facts
from service.live.remux import Finished
from service.live.tools import Facts, Tools
from service.live.utterances import MAX_ATTEMPTS, Outcome, keep, settle
from service.settings import Settings
from service.tables import (
    AskedQuestion,
    Consent,
    Recording,
    RecordingState,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    new_id,
)
from tests.fakes.live import ENGINES, HouseKeeper, LiveHouse, scripted_pool
from tests.fakes.rooms import House

HEARD = Heard(new_id(), 1.0, 2.0, b"\x01\x00" * 16_000)
SPOKEN = Transcript("hi", (Word("hi", 0.1, 0.4, 0.9),), "en", "e", "1", True, 0.9)


@pytest.fixture
def tools(settings: Settings, database: Database) -> Tools:
    return Tools(settings, database, Blobs("memory:///"), scripted_pool(), ENGINES)


async def consented(tools: Tools) -> Facts:
    """A candidate who has agreed."""
    app = HouseKeeper(tools.settings, tools.database, scripted_pool()).app()
    house = House(app, tools.database, tools.blobs, tools.settings)
    token, session_id = await LiveHouse(house, None, scripted_pool()).invite()  # type: ignore[arg-type]
    async with house.guest(token) as guest:
        view = (await guest.get("/api/candidate/interview")).json()
        body = {
            "notice_version": view["notice"]["version"],
            "locale": "en",
            "purposes": {"recording": True, "ai_scoring": True, "facial_analysis": False},
        }
        assert (await guest.post("/api/candidate/consent", json=body)).status_code == 200
    async with tools.database.reading() as db:
        facts = await read_facts(db, session_id, tools)
        assert (await db.exec(select(Consent))).one().recording
    assert facts is not None
    return facts


async def state_of(tools: Tools, session_id: UUID) -> SessionState:
    async with tools.database.reading() as db:
        return SessionState((await db.get_one(Session, session_id)).state)


async def test_an_interview_is_written_step_by_step(tools: Tools, tmp_path: Path) -> None:
    facts = await consented(tools)
    assert (facts.begun, facts.faces, len(facts.questions)) == (False, False, 2)
    first, second = facts.questions
    connection_id = new_id()
    assert await records.begin_connection(tools, facts, connection_id) == 0
    assert await records.go_live(tools, facts, now=0.5) == first
    assert await records.go_live(tools, facts, now=0.6) is None
    assert (await records.advance(tools, facts, first.id, at=4.0)).question == second
    again = await records.advance(tools, facts, first.id, at=9.0)
    assert (again.question, again.moved) == (second, False)
    with pytest.raises(ServiceError) as caught:
        await records.advance(tools, facts, uuid4(), at=9.0)
    assert caught.value.code == "question_mismatch"

    path = tmp_path / "recording.webm"
    path.write_bytes(b"media")
    finished = Finished(path, "video/webm", 0.5, 12.0, 5, "ab" * 32, True, True)
    kept = records.Kept(facts.session_id, connection_id, tmp_path / "gone")
    await records.save_recording(tools, kept, finished)
    await records.end_connection(tools, facts, connection_id, media=12.5)
    assert await records.step_back(tools, facts, to=SessionState.DRAINING)
    assert not await records.step_back(tools, facts, to=SessionState.CONNECTING)
    with pytest.raises(ServiceError) as caught:
        await records.begin_connection(tools, facts, new_id())
    assert caught.value.code == "session_over"
    assert await records.close_session(tools, facts, media=12.6)
    await check_rows(tools, facts)


async def check_rows(tools: Tools, facts: Facts) -> None:
    async with tools.database.reading() as db:
        session = await db.get_one(Session, facts.session_id)
        assert (session.state, session.media_seconds) == (SessionState.CLOSED, 12.5)
        assert session.current_question_id is None
        spans = [(row.started, row.ended) for row in await queries.asked(db, session.id)]
        assert spans == [(0.0, 4.0), (4.0, 12.5)]  # as long as the recording
        recording = (await db.exec(select(Recording))).one()
        assert (recording.state, recording.size) == (RecordingState.COMPLETE, 5)
        assert await tools.blobs.get(recording.blob_key) == b"media"
        assert await queries.media_end(db, session.id) == 12.5
        assert (await verify(db)).ok


async def test_sound_is_kept_before_it_is_understood(tools: Tools) -> None:
    facts = await consented(tools)
    row = await keep(tools, facts.session_id, HEARD, question_id=None)
    assert len(await tools.blobs.get(row.audio_key)) > 0
    async with tools.database.reading() as db:
        ((waiting, language),) = await queries.unheard(db, but=set(), limit=10)
        assert (waiting.id, language) == (HEARD.id, "en")
        # Before it is known to wait, every language is asked about; then only those with an engine.
        assert await queries.unheard(db, but={"en"}, limit=10)
    await settle(tools, HEARD.id, Outcome(UtteranceStatus.WAITING))
    async with tools.database.reading() as db:
        assert not await queries.unheard(db, but={"en"}, limit=10)
        assert await queries.unheard(db, but={"zh"}, limit=10)
        assert await queries.count_unheard(db, facts.session_id) == 1
    event = await settle(tools, HEARD.id, Outcome(UtteranceStatus.DONE, SPOKEN))
    assert event is not None
    assert (event.text, event.is_final, event.is_fallback) == ("hi", True, True)
    async with tools.database.reading() as db:
        found = await db.get_one(Utterance, HEARD.id)
        assert found.words[0]["start"] == pytest.approx(1.1)
        assert await queries.utterance_counts(db, facts.session_id) == {"done": 1}
        assert await queries.last_end(db, facts.session_id) == 2.0


async def test_what_fails_again_and_again_is_given_up(tools: Tools) -> None:
    facts = await consented(tools)
    heard = replace(HEARD, id=new_id())
    await keep(tools, facts.session_id, heard, question_id=None)
    states = []
    for _ in range(MAX_ATTEMPTS):
        event = await settle(tools, heard.id, Outcome(UtteranceStatus.PENDING))
        assert event is not None
        states.append(event.status)
    assert states[-1] is UtteranceStatus.FAILED
    assert set(states[:-1]) == {UtteranceStatus.PENDING}
    assert await settle(tools, new_id(), Outcome(UtteranceStatus.DONE, SPOKEN)) is None


async def test_a_connection_without_media_leaves_an_empty_recording(
    tools: Tools, tmp_path: Path
) -> None:
    facts = await consented(tools)
    connection_id = new_id()
    await records.begin_connection(tools, facts, connection_id)
    kept = records.Kept(facts.session_id, connection_id, tmp_path / "none")
    await records.save_recording(tools, kept, None)
    assert await records.step_back(tools, facts, to=SessionState.CONSENTED)
    async with tools.database.reading() as db:
        assert (await db.exec(select(Recording))).one().state == RecordingState.EMPTY
        assert not (await db.exec(select(AskedQuestion))).all()
        assert not await queries.open_recordings(db)
        assert await queries.next_segment(db, facts.session_id) == 1
        assert await queries.connection_ids(db, facts.session_id) == {connection_id}
    assert await state_of(tools, facts.session_id) == SessionState.CONSENTED
