"""The Ray pool against a real one-machine Ray, where the extra is installed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.dispatch import PoolSettings
from models.pool import Expired, NoEngine, TaskFailed, WorkerLost
from models.types import FaceRequest, ModelFile, ModelPlan
from tests.models.pool import handlers as h

ROOT = Path(__file__).parents[3]
PLAN = ModelPlan(vad=ModelFile("none", ""))
SETTINGS = PoolSettings(
    build=h.BUILD, beat=0.2, hang_floor=0.3, close_limit=1, backoff=0.01, start_limit=60
)
ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # Ray's own warnings are not ours to fix
]


@pytest.fixture(autouse=True, scope="module")
def cluster() -> Iterator[None]:
    path = {"env_vars": {"PYTHONPATH": str(ROOT)}}
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, runtime_env=path)
    yield
    ray.shutdown()


async def test_the_port_is_kept_through_crashes_hangs_and_errors(tmp_path: Path) -> None:
    from models.ray_pool import RayPool

    async with RayPool(PLAN, workers=1, settings=SETTINGS) as pool:
        pixels = random.Random(1).randbytes(1_000_000)
        sha = hashlib.sha256(pixels).hexdigest()
        face = FaceRequest(pixels, 7, 1)
        assert await pool.infer(h.HASH_FACE, face, deadline=30) == (sha, 7)
        with pytest.raises(TaskFailed, match="ValueError"):
            await pool.infer(h.BREAK, "", deadline=30)
        with pytest.raises(NoEngine) as caught:
            await pool.infer(h.MISSING, "zh", deadline=30)
        assert caught.value.language == "zh"
        assert await pool.infer(h.DIE, (str(tmp_path / "one"), 1), deadline=60) == 2
        with pytest.raises(WorkerLost):
            await pool.infer(h.DIE, (str(tmp_path / "all"), 9), deadline=60)
        first = await pool.infer(h.SLEEP, 0.0, deadline=60)
        with pytest.raises(Expired):
            await pool.infer(h.SLEEP, 60.0, deadline=0.02)
        second = await pool.infer(h.SLEEP, 0.0, deadline=60)
        assert second != first
        os.kill(second, signal.SIGKILL)
        async with asyncio.timeout(30):
            while pool.load().restarts < 5:  # noqa: ASYNC110 - an idle actor's death is noticed
                await asyncio.sleep(0.05)
        assert await pool.infer(h.QUICK, "hello", deadline=60) == "hello"


async def test_short_work_never_waits_behind_speech() -> None:
    from models.ray_pool import RayPool

    async with RayPool(PLAN, workers=2, settings=SETTINGS) as pool:
        speech = [asyncio.create_task(pool.infer(h.SLEEP, 0.3, deadline=30)) for _ in range(2)]
        await asyncio.sleep(0.1)
        assert await pool.infer(h.QUICK, "now", deadline=0.4) == "now"
        assert not speech[1].done()
        assert len(set(await asyncio.gather(*speech))) == 1
