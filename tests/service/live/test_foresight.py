"""Finals that are heard when their pause begins, and what becomes of wrong guesses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from models.pool import Overloaded
from models.types import TRANSCRIBE, Transcript
from service.live.captions import Captioner
from service.live.ear import Heard
from service.live.events import CaptionEvent
from service.live.foresight import Foresight
from service.tables import UtteranceStatus, new_id
from tests.fakes.live import LiveHouse

HEARD = Heard(new_id(), 1.0, 2.0, b"\x01\x00" * 16_000, final=False, likely=True)
FINAL = replace(HEARD, final=True, likely=False)
SPOKEN = Transcript("hi", (), "en", "e", "1", False, 0.9)


class Asked:
    """An engine that answers when told to."""

    def __init__(self) -> None:
        self.count = self.cancelled = 0
        self.answer = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, pcm: bytes) -> Transcript:
        self.count += 1
        try:
            await self.answer.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        return SPOKEN


@asynccontextmanager
async def foreseeing(asked: Asked) -> AsyncIterator[Foresight]:
    foresight = Foresight(asked)
    task = asyncio.create_task(foresight.run())
    await asyncio.sleep(0)
    yield foresight
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


async def test_a_final_that_was_foreseen_is_asked_about_once() -> None:
    asked = Asked()
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.settle(FINAL)
        waiting = asyncio.create_task(foresight.of(FINAL))
        asked.answer.set()
        assert await waiting == SPOKEN
        assert await foresight.of(FINAL) is None
        assert asked.count == 1


async def test_speech_that_goes_on_withdraws_the_question() -> None:
    asked = Asked()
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.drop()
        await asyncio.sleep(0)
        assert asked.cancelled == 1
        foresight.settle(FINAL)
        assert await foresight.of(FINAL) is None


async def test_a_final_with_another_end_was_not_foreseen() -> None:
    asked = Asked()
    longer = replace(FINAL, end=2.5)
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.settle(longer)
        assert await foresight.of(longer) is None
        await asyncio.sleep(0)
        assert asked.cancelled == 1


async def test_what_comes_after_a_final_does_not_take_its_answer_away() -> None:
    asked = Asked()
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.settle(FINAL)
        foresight.drop()
        foresight.expect(replace(HEARD, id=new_id()))
        asked.answer.set()
        assert await foresight.of(FINAL) == SPOKEN


@pytest.mark.parametrize("ends_early", [True, False])
async def test_a_question_that_fails_leaves_the_final_to_the_usual_way(ends_early: bool) -> None:
    asked = Asked()
    asked.error = Overloaded("transcribe")
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.settle(FINAL)
        if ends_early:
            foresight.forget(FINAL)
        asked.answer.set()
        assert await foresight.of(FINAL) is None


async def test_a_final_that_was_not_foreseen_is_asked_about_when_it_comes() -> None:
    asked = Asked()
    finals = [replace(FINAL, id=new_id()) for _ in range(3)]
    async with foreseeing(asked) as foresight:
        for final in finals:
            foresight.settle(final)
            foresight.ask(final)
        await asyncio.sleep(0)
        assert asked.count == 2  # the third waits for its turn
        asked.answer.set()
        assert [await foresight.of(final) for final in finals] == [SPOKEN, SPOKEN, None]


async def test_a_final_is_not_asked_about_twice() -> None:
    asked = Asked()
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.settle(FINAL)
        foresight.ask(FINAL)
        await asyncio.sleep(0)
        assert asked.count == 1
        asked.answer.set()
        assert await foresight.of(FINAL) == SPOKEN


async def test_when_the_session_ends_nothing_is_foreseen_any_more() -> None:
    asked = Asked()
    async with foreseeing(asked) as foresight:
        foresight.expect(HEARD)
        await asyncio.sleep(0)
        foresight.settle(FINAL)
    assert await foresight.of(FINAL) is None
    foresight.expect(HEARD)
    assert asked.count == 1


@pytest.mark.parametrize("goes_on", [False, True])
async def test_a_caption_takes_the_text_of_the_pause_unless_speech_went_on(
    live: LiveHouse, goes_on: bool
) -> None:
    _, session_id = await live.invite()
    captioner = Captioner(live.room.tools, session_id, language="en", question_at=lambda at: None)
    events: list[CaptionEvent] = []
    captioner.publish = events.append
    foreseeing = asyncio.create_task(captioner.foresight.run())
    writing = [asyncio.create_task(each) for each in (captioner.keep(), captioner.write())]
    await asyncio.sleep(0)
    captioner.hear(HEARD)
    await asyncio.sleep(0.02)
    assert len(live.pool.asked(TRANSCRIBE)) == 1
    assert events == []  # nothing is said before the utterance is over
    final = replace(FINAL, end=2.5, pcm=FINAL.pcm + FINAL.pcm) if goes_on else FINAL
    captioner.hear(final)
    captioner.end()
    await asyncio.gather(*writing)
    foreseeing.cancel()
    await asyncio.wait({foreseeing})
    assert len(live.pool.asked(TRANSCRIBE)) == (2 if goes_on else 1)
    assert [event.status for event in events] == [UtteranceStatus.PENDING, UtteranceStatus.DONE]
    assert events[-1].text == ("heard 2.0" if goes_on else "heard 1.0")
