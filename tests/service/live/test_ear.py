"""From Opus packets to utterances, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from models.pool import Overloaded, WorkerLost
from models.types import VAD
from service.live.ear import Ear, Heard
from service.live.encoded import EncodedFrame
from tests.fakes.live import energy_vad
from tests.fakes.pool import FakePool
from tests.service.live.test_audio import encode

START = 100.0  # session time of the first packet


def speech(spans: list[tuple[float, float]], seconds: float) -> list[EncodedFrame]:
    """Noise in `spans`, silence elsewhere, as Opus packets from session time 100 on."""
    rng = np.random.default_rng(3)
    samples = np.zeros(round(seconds * 48_000), np.int16)
    for start, end in spans:
        first, last = round(start * 48_000), round(end * 48_000)
        samples[first:last] = (rng.normal(size=last - first) * 5000).astype(np.int16)
    return [
        EncodedFrame("audio", "opus", data, index * 960, START + index * 0.02)
        for index, data in enumerate(encode(samples))
    ]


async def listen(
    frames: list[EncodedFrame],
    pool: FakePool,
    *,
    before: Callable[[Ear, int], None] = lambda ear, index: None,
) -> list[Heard]:
    heard: list[Heard] = []
    ear = Ear(pool, heard.append)
    task = asyncio.create_task(ear.listen())
    for index, frame in enumerate(frames):
        before(ear, index)
        ear.push(frame)
        if index % 10 == 0:
            await asyncio.sleep(0)
            while ear.behind > 1:  # noqa: ASYNC110 - as fast as the ear can
                await asyncio.sleep(0)
    ear.end()
    await task
    assert ear.position >= START + len(frames) * 0.02
    return heard


def final(heard: list[Heard]) -> list[Heard]:
    return [one for one in heard if one.final]


async def test_utterances_carry_session_times_and_their_own_sound() -> None:
    pool = FakePool().reply(VAD, energy_vad)
    one, two = final(await listen(speech([(1, 2), (4, 5.5)], 8), pool))
    assert one.start == pytest.approx(START + 1, abs=0.35)
    assert one.end == pytest.approx(START + 2, abs=0.35)
    assert two.start - one.start == pytest.approx(3.0, abs=0.1)
    for heard, length in ((one, 1.0), (two, 1.5)):
        pcm = np.frombuffer(heard.pcm, np.int16).astype(float)
        assert len(pcm) / 16_000 == pytest.approx(heard.end - heard.start, abs=0.001)
        assert (np.abs(pcm) > 1000).sum() > 0.3 * length * 16_000


async def test_the_utterance_being_spoken_is_told_twice_a_second() -> None:
    pool = FakePool().reply(VAD, energy_vad)
    heard = await listen(speech([(0.5, 5.5)], 7), pool)
    (whole,) = final(heard)
    passing = [one for one in heard if not one.final and not one.likely]
    assert 5 < len(passing) <= 10
    assert {one.id for one in passing} == {whole.id}
    assert [len(one.pcm) for one in passing] == sorted(len(one.pcm) for one in passing)


def after(spans: list[tuple[float, float]], seconds: float) -> list[tuple[float, Heard]]:
    """What was heard of noise in `spans`, each with the session time at which it was told."""
    told: list[tuple[float, Heard]] = []

    async def run() -> None:
        pool = FakePool().reply(VAD, energy_vad)
        ear = Ear(pool, lambda heard: told.append((ear.position, heard)))
        task = asyncio.create_task(ear.listen())
        for frame in speech(spans, seconds):
            ear.push(frame)
            for _ in range(6):
                await asyncio.sleep(0)
        ear.end()
        await task

    asyncio.run(run())
    return told


@pytest.mark.parametrize("end", [2.0, 2.05, 2.1, 2.15, 2.2, 2.25])
def test_batches_of_voice_activity_do_not_delay_an_utterance(end: float) -> None:
    """Silence lasts 0.6 s; a frame of 32 ms, a packet of 20 ms, and Opus rings for a moment."""
    (told,) = [at for at, heard in after([(1, end)], 4) if heard.final]
    assert 0.6 <= told - START - end < 0.6 + 0.1


def test_a_pause_is_told_early_with_what_will_be_the_final() -> None:
    found = after([(1, 2.5)], 5)
    ((early, likely),) = [(at, heard) for at, heard in found if heard.likely]
    ((late, whole),) = [(at, heard) for at, heard in found if heard.final]
    assert 0.2 < late - early < 0.4
    assert not likely.final
    assert (likely.id, likely.start, likely.end) == (whole.id, whole.start, whole.end)
    assert likely.pcm == whole.pcm


def test_each_pause_is_told_once_and_short_ones_not_at_all() -> None:
    found = after([(1, 2), (2.15, 3), (3.45, 4.5)], 7)
    (whole,) = [heard for _, heard in found if heard.final]
    likely = [heard for _, heard in found if heard.likely]
    assert len(likely) == 2
    assert likely[0].end < likely[1].end == whole.end


async def test_sound_that_nobody_can_judge_counts_as_speech() -> None:
    for error in (WorkerLost(), Overloaded()):
        pool = FakePool().reply(VAD, error)
        heard = final(await listen(speech([(1, 2)], 40), pool))
        assert sum(one.end - one.start for one in heard) == pytest.approx(40, abs=0.5)
        assert max(one.end - one.start for one in heard) <= 18.1


async def test_no_utterance_spans_a_change_of_question() -> None:
    def change(ear: Ear, index: int) -> None:
        if index == 100:
            ear.boundary(START + 2.0)

    pool = FakePool().reply(VAD, energy_vad)
    one, two = final(await listen(speech([(0.5, 3.5)], 6), pool, before=change))
    assert one.end == pytest.approx(START + 2.0, abs=0.05)
    assert two.start == pytest.approx(one.end, abs=0.05)


async def test_a_change_before_the_first_sound_is_kept_in_mind() -> None:
    def change(ear: Ear, index: int) -> None:
        if index == 0:
            ear.boundary(START + 2.0)

    pool = FakePool().reply(VAD, energy_vad)
    assert len(final(await listen(speech([(0.5, 3.5)], 6), pool, before=change))) == 2


async def test_what_is_open_at_the_end_is_closed() -> None:
    pool = FakePool().reply(VAD, energy_vad)
    (one,) = final(await listen(speech([(0.5, 2.0)], 2.0), pool))
    assert one.end == pytest.approx(START + 2.0, abs=0.1)


async def test_an_ear_that_heard_nothing_ends_quietly() -> None:
    ear = Ear(FakePool(), lambda one: None)
    ear.end()
    await asyncio.wait_for(ear.listen(), 1)


async def test_long_silence_is_forgotten() -> None:
    pool = FakePool().reply(VAD, energy_vad)
    ear = Ear(pool, lambda one: None)
    task = asyncio.create_task(ear.listen())
    for frame in speech([], 30):
        ear.push(frame)
        await asyncio.sleep(0)
    while ear.behind >= 0.512:  # noqa: ASYNC110 - as fast as the ear can
        await asyncio.sleep(0)
    assert len(ear._pcm) < 8 * 32_000
    assert ear.position == pytest.approx(START + 30, abs=0.05)
    ear.end()
    await task
