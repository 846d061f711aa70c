"""Of several media workers, each takes up only the sessions that are its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from models.types import TRANSCRIBE
from service.audit import move
from service.live import flac
from service.live.client import Clip
from service.shares import Share, owner
from service.tables import (
    Recording,
    RecordingState,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    new_id,
    utc_now,
)
from tests.fakes.live import HouseKeeper, LiveHouse
from tests.fakes.peers import until
from tests.service.live.test_refusals import SDP, WHIP, problem
from tests.service.live.test_signalling import an_offer

MINE, THEIRS = 0, 1
HALF = Share(MINE, 2)


async def session_of(
    index: int, invite: Callable[[], Awaitable[tuple[str, UUID]]]
) -> tuple[str, UUID]:
    """An invitation to a session that the worker owns."""
    while True:
        token, session_id = await invite()
        if owner(session_id, 2) == index:
            return token, session_id


async def test_a_session_of_another_worker_is_not_begun(keeper: HouseKeeper) -> None:
    keeper.share = HALF
    async with keeper.open() as live:
        for index, expected in ((THEIRS, (503, "not_ready")), (MINE, (201, ""))):
            token, _ = await session_of(index, live.invite)
            async with live.candidate(token, Clip()) as client:
                await client.consent()
            async with live.guest(token) as guest:
                answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
                if answer.status_code == 201:
                    assert expected == (201, "")
                    assert (await guest.delete(answer.headers["Location"])).status_code == 200
                else:
                    assert problem(answer) == expected
                    assert answer.headers["Retry-After"] == "1"


async def test_interviews_elsewhere_count_towards_the_limit(keeper: HouseKeeper) -> None:
    keeper.settings.session_limit = 1
    async with keeper.open() as live:
        theirs = await left_behind(live, THEIRS)
    keeper.share = HALF
    async with keeper.open() as live:
        await until(lambda: live.room.admission.budget.elsewhere == 1)
        token, _ = await session_of(MINE, live.invite)
        async with live.candidate(token, Clip()) as client:
            await client.consent()
        async with live.guest(token) as guest:
            answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
            assert problem(answer) == (503, "at_capacity")
            async with live.database.writing() as db:
                session = await db.get_one(Session, theirs)
                await move(db, session, SessionState.FAILED, actor="system")
            await until(lambda: live.room.admission.budget.elsewhere == 0)
            answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
            assert answer.status_code == 201
            assert (await guest.delete(answer.headers["Location"])).status_code == 200


async def left_behind(live: LiveHouse, index: int) -> UUID:
    """A session of a process that died: still live, its recording open."""
    _, session_id = await session_of(index, live.invite)
    async with live.database.writing() as db:
        session = await db.get_one(Session, session_id)
        for state in ("consented", "connecting", "live"):
            await move(db, session, SessionState(state), actor="system")
        session.started_at = utc_now()
        db.add(session)
        db.add(Recording(session_id=session_id, segment=0, connection_id=new_id()))
    return session_id


async def test_only_ones_own_sessions_are_recovered(keeper: HouseKeeper) -> None:
    async with keeper.open() as live:
        mine, theirs = [await left_behind(live, index) for index in (MINE, THEIRS)]
    keeper.share = HALF
    async with keeper.open() as live:
        assert list(live.room.sessions) == [mine]
        async with live.database.reading() as db:
            rows = (await db.exec(select(Recording))).all()
        states = {row.session_id: row.state for row in rows}
        assert states == {mine: RecordingState.EMPTY, theirs: RecordingState.OPEN}


async def test_only_ones_own_backlog_is_heard_however_long_the_others_is(
    keeper: HouseKeeper,
) -> None:
    keeper.share = HALF
    async with keeper.open() as live:
        mine, theirs = [(await session_of(index, live.invite))[1] for index in (MINE, THEIRS)]
        await live.house.blobs.put("sound.flac", flac.to_flac(bytes(32_000)))
        began = utc_now() - timedelta(hours=1)
        async with live.database.writing() as db:
            for number in range(60):
                db.add(
                    Utterance(
                        session_id=mine if number == 50 else theirs,
                        start=float(number),
                        end=number + 0.5,
                        audio_key="sound.flac",
                        created_at=began,  # all at once: pages are told apart by their ids
                    )
                )
        assert await live.room.backlog.work() == 1
        async with live.database.reading() as db:
            rows = (await db.exec(select(Utterance))).all()
        heard = [row.session_id for row in rows if row.status == UtteranceStatus.DONE]
        assert heard == [mine]
        assert len(live.pool.asked(TRANSCRIBE)) == 1
