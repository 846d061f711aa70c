"""Jobs that go to a worker together, and what that never costs: order, time, another's answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from models.batches import Batching, speech_shape, window_seconds
from models.dispatch import GENERAL, PoolSettings, QueuedPool
from models.inline_pool import InlinePool
from models.local_pool import LocalPool
from models.pool import NoEngine, TaskFailed, WorkerLost
from models.types import SAMPLE_RATE, TRANSCRIBE, ModelFile, ModelPlan, Task, TranscribeRequest
from models.waiting import Job, WaitingRoom
from tests.models.pool import handlers as h

TOGETHER = Batching(most=4, window=0.0, shape=h.first_letter)
SETTINGS = PoolSettings(
    build=h.BUILD, batching={"join": TOGETHER}, close_limit=1, hang_floor=2, backoff=0.01
)


@pytest_asyncio.fixture(params=["process", "inline"])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[QueuedPool]:
    async with opened(request.param) as found:
        yield found


def opened(kind: str = "process", batching: Batching = TOGETHER) -> QueuedPool:
    chosen = replace(SETTINGS, batching={"join": batching})
    if kind == "inline":
        return InlinePool(h.PLAN, settings=chosen)
    return LocalPool(h.PLAN, workers=1, settings=chosen)


async def say(pool: QueuedPool, *words: str) -> list[object]:
    """Ask for all while the worker is busy, so that they wait together."""
    busy = asyncio.create_task(pool.infer(h.SLEEP, 0.05, deadline=5))
    await asyncio.sleep(0.01)
    asked = [asyncio.create_task(pool.infer(h.JOIN, word, deadline=10)) for word in words]
    found = await asyncio.gather(*asked, return_exceptions=True)
    await busy
    return list(found)


async def test_what_waits_goes_together_up_to_the_bound_and_each_gets_its_own(
    pool: QueuedPool,
) -> None:
    found = await say(pool, "a1", "a2", "a3", "a4", "a5", "a6")
    assert found == [("a1", 4), ("a2", 4), ("a3", 4), ("a4", 4), ("a5", 2), ("a6", 2)]


async def test_only_equal_shapes_go_together(pool: QueuedPool) -> None:
    found = await say(pool, "a1", "b1", ".1", "a2", "b2", ".2")
    assert found == [("a1", 2), ("b1", 2), (".1", 1), ("a2", 2), ("b2", 2), (".2", 1)]


async def test_a_lone_job_of_an_idle_pool_starts_at_once() -> None:
    async with opened(batching=replace(TOGETHER, window=0.05)) as pool:
        began = time.monotonic()
        for _ in range(5):
            assert await pool.infer(h.JOIN, "a", deadline=5) == ("a", 1)
        assert time.monotonic() - began < 5 * 0.05


async def test_where_company_is_likely_a_job_waits_for_it_no_longer_than_the_window() -> None:
    async with opened(batching=replace(TOGETHER, window=0.05, company=0.0)) as pool:
        began = time.monotonic()
        alone = await pool.infer(h.JOIN, "a", deadline=5)
        assert alone == ("a", 1)
        assert 0.045 < time.monotonic() - began < 0.3
        first = asyncio.create_task(pool.infer(h.JOIN, "a1", deadline=5))
        await asyncio.sleep(0.01)
        assert await pool.infer(h.JOIN, "a2", deadline=5) == ("a2", 2)
        assert await first == ("a1", 2)


async def test_more_urgent_work_passes_a_job_that_waits_for_company() -> None:
    async with opened(batching=replace(TOGETHER, window=0.05, company=0.0)) as pool:
        patient = asyncio.create_task(pool.infer(h.JOIN, "a", deadline=5))
        await asyncio.sleep(0)
        assert await pool.infer(h.QUICK, "now", deadline=5) == "now"
        assert not patient.done()
        assert await patient == ("a", 1)


async def test_a_full_batch_does_not_wait() -> None:
    async with opened(batching=Batching(2, 0.05, 0.0, h.first_letter)) as pool:
        began = time.monotonic()
        await asyncio.gather(*(pool.infer(h.JOIN, "a", deadline=5) for _ in range(2)))
        assert time.monotonic() - began < 0.045


async def test_one_bad_item_fails_alone(pool: QueuedPool) -> None:
    one, bad, two = await say(pool, "a1", "a-raise", "a2")
    assert (one, two) == (("a1", 3), ("a2", 3))
    assert isinstance(bad, TaskFailed)
    assert bad.code == "ValueError"


async def test_what_a_batch_leaves_out_is_done_alone(pool: QueuedPool) -> None:
    assert await say(pool, "a1", "a-quiet") == [("a1", 2), ("a-quiet", 1)]


async def test_a_batch_that_breaks_off_is_finished_one_by_one(pool: QueuedPool) -> None:
    found = await say(pool, "a1", "a-late", "a2", "a-raise")
    assert found[:3] == [("a1", 1), ("a-late", 1), ("a2", 1)]
    assert isinstance(found[3], TaskFailed)


async def test_an_answer_that_may_not_cross_the_border_fails_its_own_job_only() -> None:
    async with opened() as pool:
        one, foreign, two = await say(pool, "a1", "a-foreign", "a2")
        assert (one, two) == (("a1", 3), ("a2", 3))
        assert isinstance(foreign, TaskFailed)
        assert foreign.code == "unreadable_result"


async def test_after_a_crash_each_item_is_tried_alone_and_only_the_deadly_one_is_lost() -> None:
    async with opened() as pool:
        # The last is heard first: a2 has its answer when the worker dies, a1 has not.
        one, deadly, two = await say(pool, "a1", "a-crash", "a2")
        assert one == ("a1", 1)
        assert two in {("a2", 3), ("a2", 1)}
        assert isinstance(deadly, WorkerLost)
        assert pool.load().restarts == 2


async def test_a_batch_without_a_batch_form_is_done_one_by_one() -> None:
    batching = {"missing": Batching(shape=lambda plan: lambda said: "all")}
    async with LocalPool(h.PLAN, workers=1, settings=replace(SETTINGS, batching=batching)) as pool:
        busy = asyncio.create_task(pool.infer(h.SLEEP, 0.05, deadline=5))
        await asyncio.sleep(0.01)
        asked = [asyncio.create_task(pool.infer(h.MISSING, each, deadline=5)) for each in "xyz"]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [each.language for each in found if isinstance(each, NoEngine)] == ["x", "y", "z"]
        await busy


async def test_sound_lies_side_by_side_in_the_shared_file() -> None:
    batching = {"hash_sound": Batching(shape=lambda plan: lambda asked: "all")}
    async with LocalPool(h.PLAN, workers=1, settings=replace(SETTINGS, batching=batching)) as pool:
        asked = [TranscribeRequest(bytes([n]) * (1000 * n), str(n)) for n in range(4)]
        alone = [await pool.infer(h.HASH_SOUND, each, deadline=5) for each in asked]
        busy = asyncio.create_task(pool.infer(h.SLEEP, 0.05, deadline=5))
        await asyncio.sleep(0.01)
        together = await asyncio.gather(
            *(pool.infer(h.HASH_SOUND, each, deadline=5) for each in asked)
        )
        assert together == alone
        await busy


async def test_the_load_tells_what_each_task_costs() -> None:
    async with opened() as pool:
        for _ in range(3):
            await pool.infer(h.SLEEP, 0.05, deadline=5)
        load = pool.load()
        assert 0.05 <= load.of("sleep").service < 0.2
        assert load.of("sleep").busy > 0.02
        assert (load.of("sleep").cost, load.of("unheard of").busy) == (0, 0)
        await pool.infer(h.HASH_SOUND, TranscribeRequest(bytes(64_000)), deadline=5)
        assert 0 < pool.load().of("hash_sound").cost < 0.5
        assert load.talkers == 1


@settings(deadline=None, max_examples=200)
@given(
    shapes=st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=30),
    most=st.integers(1, 5),
)
def test_batches_are_bounded_in_order_and_starve_nobody(
    shapes: list[str | None], most: int
) -> None:
    asyncio.run(_form(shapes, most))


async def _form(shapes: list[str | None], most: int) -> None:
    room = WaitingRoom({})
    waiting = [await _enter(room, shape) for shape in shapes]
    place = {job.id: index for index, job in enumerate(waiting)}
    served: list[Job] = []
    batches = 0
    while head := room.peek(GENERAL):
        batch = room.company(head, most)
        assert head is waiting[0]
        assert 1 <= len(batch) <= most
        alike = [each for each in waiting if each.shape == head.shape]
        assert batch == (alike[:most] if head.shape else [head])
        for job in batch:
            room.leave(job)
            waiting.remove(job)
            # Whoever was n-th in the queue is served by the n-th batch at the latest.
            assert batches <= place[job.id]
        served += batch
        batches += 1
    assert not waiting
    assert len(served) == len(set(map(id, served))) == len(shapes)


async def _enter(room: WaitingRoom, shape: str | None) -> Job:
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    task = cast(Task[object, object], TRANSCRIBE)
    job = Job(task, None, 1.0, "", future, shape=shape)
    await room.enter(job)
    return job


def test_the_window_is_whole_seconds_between_the_floor_and_thirty() -> None:
    asked = [0, 1, 8 * SAMPLE_RATE, 8 * SAMPLE_RATE + 1, 28 * SAMPLE_RATE, 28 * SAMPLE_RATE + 1]
    assert [window_seconds(each) for each in asked] == [10, 10, 10, 11, 30, None]


def test_utterances_share_a_call_by_engine_language_and_window() -> None:
    whisper = ModelFile("faster-whisper-tiny", "", ("zh",))
    sphinx = ModelFile("pocketsphinx-en-us", "", ("en",))
    plan = ModelPlan(vad=ModelFile("vad", ""), transcribers=(whisper, sphinx))
    shape = speech_shape(plan)
    two, twelve, twenty = (bytes(32_000 * seconds) for seconds in (2, 11, 20))
    assert shape(TranscribeRequest(two, "zh")) == shape(TranscribeRequest(two + two, "zh"))
    assert shape(TranscribeRequest(two, "zh")) != shape(TranscribeRequest(twelve, "zh"))
    alone = [
        TranscribeRequest(twenty, "zh"),  # so long that nothing is gained
        TranscribeRequest(two, "en"),  # pocketsphinx
        TranscribeRequest(two, "fr"),  # no engine
        TranscribeRequest(two, ""),  # could turn out to be of any language
        TranscribeRequest(two, "zh", ("already",)),
    ]
    assert [shape(each) for each in alone] == [None] * 5
    assert speech_shape(replace(plan, trim=False))(TranscribeRequest(two, "zh")) is None


@pytest.mark.parametrize(("most", "window"), [(0, 0.0), (4, 0.06), (4, -0.01)])
def test_a_batching_that_would_delay_too_long_is_refused(most: int, window: float) -> None:
    with pytest.raises(ValueError, match="batch"):
        Batching(most, window)
