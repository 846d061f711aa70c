"""An utterance followed while it is spoken: pieces, passing captions, and what may go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from models.pool import Expired, PoolError, TaskFailed, WorkerLost
from models.types import HEAR, PARTIAL, TRANSCRIBE, Hearing, HearRequest, Transcript
from service.access.engines import EngineInfo, EngineReport
from service.live.captions import Captioner
from service.live.ear import Heard
from service.live.events import CaptionEvent
from service.live.following import STARTS, Follower
from service.tables import UtteranceStatus, new_id
from tests.fakes.live import LiveHouse
from tests.fakes.pool import FakePool

HALF = 8000  # samples


@dataclass
class Engine:
    """Remembers utterances as a worker would; `forget` as its death would have it."""

    known: dict[str, int] = field(default_factory=dict)

    def __call__(self, request: HearRequest) -> Hearing:
        have = self.known.get(request.utterance, 0)
        if request.offset > have:
            return Hearing(have)
        have = max(have, request.offset + len(request.pcm) // 2)
        self.known[request.utterance] = have
        text = f"{have} heard"
        if request.length is None:
            return Hearing(have, text, voice=b"low")
        del self.known[request.utterance]
        transcript = Transcript(text, (), "en", "e", "1", True, 0.5)
        return Hearing(have, text, transcript, voice=b"low")

    def forget(self) -> None:
        self.known.clear()


@dataclass
class Spoken:
    """An utterance that grows."""

    start: float = 1.0
    name: UUID = field(default_factory=new_id)

    def state(self, halves: int, *, final: bool = False, likely: bool = False) -> Heard:
        end, pcm = self.start + halves / 2, b"\1\0" * (HALF * halves)
        return Heard(self.name, self.start, end, pcm, final, likely)


@dataclass
class Following:
    follower: Follower
    pool: FakePool
    engine: Engine
    texts: list[str]

    async def tell(self, heard: Heard) -> None:
        self.follower.tell(heard)
        await asyncio.sleep(0.005)

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """(offset, samples) of all pieces that were sent."""
        return [(one.offset, len(one.pcm) // 2) for one in self.pool.asked(HEAR)]


@asynccontextmanager
async def following(
    answer: Callable[[HearRequest], Hearing] | PoolError | None = None,
) -> AsyncIterator[Following]:
    engine, texts = Engine(), []
    pool = FakePool().reply(HEAR, answer or engine)
    async with Follower(pool, "en", on_text=lambda _, text: texts.append(text)) as follower:
        yield Following(follower, pool, engine, texts)


async def test_each_piece_is_sent_once_and_the_end_brings_the_transcript() -> None:
    spoken = Spoken()
    async with following() as it:
        for halves in (1, 2, 4):
            await it.tell(spoken.state(halves))
        final = spoken.state(5, final=True)
        await it.tell(final)
        found = await it.follower.of(final)
    assert found is not None
    assert found.text == "40000 heard"
    assert it.offsets == [(0, HALF), (HALF, HALF), (2 * HALF, 2 * HALF), (4 * HALF, HALF)]
    assert it.texts == ["8000 heard", "16000 heard", "32000 heard"]
    assert [one.length for one in it.pool.asked(HEAR)] == [None, None, None, 5 * HALF]
    assert len({call.key for call in it.pool.calls}) == 1


async def test_a_pause_costs_nothing_and_its_end_sends_nothing_twice() -> None:
    spoken = Spoken()
    async with following() as it:
        await it.tell(spoken.state(4))
        await it.tell(spoken.state(4, likely=True))
        final = spoken.state(3, final=True)  # the last piece reached beyond the end
        await it.tell(final)
        assert await it.follower.of(final) is not None
    assert it.offsets == [(0, 4 * HALF), (4 * HALF, 0)]
    assert it.pool.asked(HEAR)[-1].length == 3 * HALF


async def test_the_voice_goes_from_one_utterance_to_the_next() -> None:
    async with following() as it:
        for spoken in (Spoken(1.0), Spoken(5.0)):
            await it.tell(spoken.state(1))
            await it.tell(spoken.state(2, final=True))
    assert [one.voice for one in it.pool.asked(HEAR)] == [b"", b"low", b"low", b"low"]


async def test_what_a_worker_has_forgotten_is_sent_again() -> None:
    spoken = Spoken()
    async with following() as it:
        await it.tell(spoken.state(2))
        it.engine.forget()
        await it.tell(spoken.state(4))
        assert it.offsets[1:] == [(2 * HALF, 2 * HALF), (0, 4 * HALF)]
        it.engine.forget()
        final = spoken.state(5, final=True)
        await it.tell(final)
        found = await it.follower.of(final)
    assert found is not None
    assert found.text == "40000 heard"


async def test_a_worker_that_forgets_for_ever_is_left() -> None:
    final = Spoken().state(2, final=True)
    async with following(lambda request: Hearing(0)) as it:
        await it.tell(final)
        assert await it.follower.of(final) is None
    assert len(it.offsets) == STARTS + 1


@pytest.mark.parametrize("error", [TaskFailed("full"), Expired("hear"), WorkerLost("hear")])
async def test_after_a_refusal_the_final_is_left_to_the_usual_way(error: PoolError) -> None:
    spoken = Spoken()
    async with following(error) as it:
        await it.tell(spoken.state(1))
        await it.tell(spoken.state(2))
        final = spoken.state(3, final=True)
        await it.tell(final)
        assert await it.follower.of(final) is None
    assert len(it.offsets) == 1
    assert it.texts == []


async def test_what_was_not_told_of_or_is_forgotten_has_no_transcript() -> None:
    spoken, other = Spoken(), Spoken()
    final = spoken.state(2, final=True)
    async with following() as it:
        assert await it.follower.of(final) is None
        await it.tell(final)
        it.follower.forget(final)
        assert await it.follower.of(final) is None
        await it.tell(other.state(1))  # never ends
    assert await it.follower.of(other.state(2, final=True)) is None


async def test_an_utterance_that_never_ends_gives_way_to_the_next() -> None:
    lost, spoken = Spoken(), Spoken(9.0)
    async with following() as it:
        await it.tell(lost.state(1))
        final = spoken.state(2, final=True)
        await it.tell(final)
        assert await it.follower.of(final) is not None
        assert await it.follower.of(lost.state(2, final=True)) is None


@pytest.mark.parametrize("works", [True, False])
async def test_captions_come_by_following_where_the_engine_can(
    live: LiveHouse, works: bool
) -> None:
    _, session_id = await live.invite()
    engines = EngineReport((("en", EngineInfo("e", True, hears_live=True)),))
    live.pool.reply(HEAR, Engine() if works else TaskFailed("full"))
    tools = replace(live.room.tools, engines=engines)
    captioner = Captioner(tools, session_id, language="en", question_at=lambda at: None)
    events: list[CaptionEvent] = []
    captioner.publish = events.append
    tasks = [asyncio.create_task(each) for each in (captioner.keep(), captioner.write())]
    guessing = asyncio.create_task(captioner.guess())
    await asyncio.sleep(0.005)
    spoken = Spoken()
    states = [spoken.state(1), spoken.state(2), spoken.state(2, likely=True)]
    for state in [*states, spoken.state(2, final=True)]:
        captioner.hear(state)
        await asyncio.sleep(0.01)
    captioner.end()
    await asyncio.gather(*tasks)
    guessing.cancel()
    await asyncio.wait({guessing})
    assert live.pool.asked(PARTIAL) == []
    assert len(live.pool.asked(TRANSCRIBE)) == (0 if works else 1)
    passing = [(each.text, each.engine, each.is_fallback) for each in events if not each.is_final]
    shown = [("8000 heard", "e", True), ("16000 heard", "e", True)] if works else []
    assert passing == [*shown, ("", None, False)]
    assert events[-1].status is UtteranceStatus.DONE
    assert events[-1].text == ("16000 heard" if works else "heard 1.0")
