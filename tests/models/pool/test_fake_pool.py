"""The fake keeps the port's promises, so that tests built on it mean something."""

from __future__ import annotations

import pytest

from models.pool import Expired, NoEngine, Overloaded, Pool, TaskFailed
from models.types import STILL, VAD, FaceRequest, FaceResult, VadRequest, VadResult
from tests.fakes.pool import Call, FakePool

SILENCE = VadRequest(bytes(1024))
QUIET = VadResult((0.0,), b"")


async def test_queued_answers_come_first_then_the_standing_one() -> None:
    fake = FakePool().reply(VAD, QUIET).then(VAD, VadResult((1.0,), b"")).then(VAD, NoEngine("zh"))
    pool: Pool = fake
    assert (await pool.infer(VAD, SILENCE, deadline=1)).probabilities == (1.0,)
    with pytest.raises(NoEngine):
        await pool.infer(VAD, SILENCE, deadline=1)
    assert await pool.infer(VAD, SILENCE, deadline=1) == QUIET
    assert fake.asked(VAD) == [SILENCE] * 3


async def test_a_function_answers_from_the_payload_and_the_call_is_recorded() -> None:
    fake = FakePool().reply(STILL, lambda asked: FaceResult((), asked.width / 100))
    result = await fake.infer(STILL, FaceRequest(b"", 50, 1), deadline=2, key="s1")
    assert result.brightness == 0.5
    assert fake.calls == [Call("still", FaceRequest(b"", 50, 1), 2, "s1")]


async def test_an_answer_later_than_the_deadline_expires() -> None:
    fake = FakePool().reply(VAD, QUIET, after=60)
    with pytest.raises(Expired):
        await fake.infer(VAD, SILENCE, deadline=0.01)


async def test_a_task_without_a_script_fails_and_a_scripted_refusal_is_raised() -> None:
    fake = FakePool().reply(STILL, Overloaded("still"))
    with pytest.raises(TaskFailed, match="unscripted"):
        await fake.infer(VAD, SILENCE, deadline=1)
    with pytest.raises(Overloaded):
        await fake.infer(STILL, FaceRequest(b"", 0, 0), deadline=1)


async def test_the_context_is_counted() -> None:
    fake = FakePool()
    async with fake as pool:
        assert pool.load().alive == 1
    assert (fake.entered, fake.closed) == (1, 1)
