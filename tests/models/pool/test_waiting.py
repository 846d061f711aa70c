"""Queue order, bounds and policies, without processes."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from models.dispatch import GENERAL, LIGHT, lanes
from models.pool import Overloaded
from models.types import FACE, HEAR, PARTIAL, TRANSCRIBE, VAD, Priority, Task
from models.waiting import Job, WaitingRoom


def job(task: Task[object, object] | object, key: str = "", payload: object = None) -> Job:
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    return Job(cast(Task[object, object], task), payload, 1.0, key, future)


def take(room: WaitingRoom, lane: frozenset[Priority]) -> Job | None:
    found = room.peek(lane)
    if found:
        room.leave(found)
    return found


def order(room: WaitingRoom) -> list[Job]:
    taken = []
    while found := take(room, GENERAL):
        taken.append(found)
    return taken


async def test_jobs_are_taken_by_priority_then_age() -> None:
    room = WaitingRoom({})
    jobs = [job(each) for each in (PARTIAL, FACE, TRANSCRIBE, VAD, TRANSCRIBE, VAD)]
    for each in jobs:
        await room.enter(each)
    assert len(room) == 6
    assert order(room) == [jobs[n] for n in (3, 5, 2, 4, 1, 0)]
    assert len(room) == 0


async def test_a_light_lane_is_offered_short_work_only() -> None:
    room = WaitingRoom({})
    for each in (speech := job(TRANSCRIBE), partial := job(PARTIAL), face := job(FACE)):
        await room.enter(each)
    assert take(room, LIGHT) is face
    assert take(room, LIGHT) is None
    assert order(room) == [speech, partial]


async def test_a_full_queue_of_frames_drops_its_oldest() -> None:
    room = WaitingRoom({"face": 2})
    frames = [job(FACE) for _ in range(3)]
    for each in frames:
        await room.enter(each)
    with pytest.raises(Overloaded):
        frames[0].result.result()
    assert order(room) == frames[1:]


async def test_a_newer_partial_takes_the_place_of_the_older_one_of_its_stream() -> None:
    room = WaitingRoom({})
    old, other, new = job(PARTIAL, "a"), job(PARTIAL, "b"), job(PARTIAL, "a")
    for each in (old, other, new):
        await room.enter(each)
    with pytest.raises(Overloaded):
        old.result.result()
    assert order(room) == [new, other]


async def test_utterances_of_one_stream_are_all_kept() -> None:
    room = WaitingRoom({})
    first, second = job(TRANSCRIBE, "a"), job(TRANSCRIBE, "a")
    for each in (first, second):
        await room.enter(each)
    assert order(room) == [first, second]


async def test_sound_waits_at_the_door_of_a_full_queue_in_order() -> None:
    room = WaitingRoom({"transcribe": 1})
    jobs = [job(TRANSCRIBE) for _ in range(3)]
    entering = [asyncio.create_task(room.enter(each)) for each in jobs]
    await asyncio.sleep(0)
    assert [each.done() for each in entering] == [True, False, False]
    assert len(room) == 3
    taken = []
    for _ in jobs:
        taken.append(take(room, GENERAL))
        assert take(room, GENERAL) is None
        await asyncio.sleep(0.001)
    assert taken == jobs


async def test_a_caller_that_leaves_frees_its_place_once() -> None:
    room = WaitingRoom({"transcribe": 1})
    gone, second, third = (job(TRANSCRIBE) for _ in range(3))
    await room.enter(gone)
    entering = [asyncio.create_task(room.enter(each)) for each in (second, third)]
    await asyncio.sleep(0)
    room.leave(gone)
    room.leave(gone)
    await asyncio.sleep(0.001)
    assert [each.done() for each in entering] == [True, False]
    assert take(room, GENERAL) is second
    await entering[1]
    assert take(room, GENERAL) is third


async def test_a_job_put_back_is_next_even_where_the_queue_is_full() -> None:
    room = WaitingRoom({"face": 1})
    lost, newer = job(FACE), job(FACE)
    await room.enter(lost)
    assert take(room, GENERAL) is lost
    await room.enter(newer)
    room.put_back(lost)
    assert order(room) == [lost, newer]


async def test_the_oldest_wait_counts_from_the_question() -> None:
    room = WaitingRoom({})
    assert room.oldest_wait() == 0
    await room.enter(early := job(VAD))
    early.since -= 3
    await room.enter(job(VAD))
    assert 3 <= room.oldest_wait() < 4


@pytest.mark.parametrize(("workers", "light"), [(1, 0), (2, 1), (3, 1), (4, 1), (8, 2), (16, 4)])
def test_a_quarter_of_the_workers_is_kept_free_of_speech(workers: int, light: int) -> None:
    assert lanes(workers) == [LIGHT] * light + [GENERAL] * (workers - light)


async def test_of_work_that_keeps_state_the_earliest_deadline_goes_first() -> None:
    room = WaitingRoom({})
    pieces = [job(HEAR, "a"), job(HEAR, "b"), job(HEAR, "c")]
    for each, patience in zip(pieces, (20.0, 10.0, 20.0), strict=True):
        each.patience = patience
        await room.enter(each)
    taken = []
    while found := room.peek(GENERAL, lambda one: one is not pieces[0] or len(taken) == 2):
        taken.append(found)
        room.leave(found)
    assert taken == [pieces[1], pieces[2], pieces[0]]
