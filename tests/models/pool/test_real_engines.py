"""The real handlers across the real border: what they answer must be plain enough to return."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.local_pool import LocalPool
from models.pool import NoEngine, Pool
from models.types import (
    HEAR,
    PARTIAL,
    STILL,
    TRANSCRIBE,
    VAD,
    FaceRequest,
    HearRequest,
    TranscribeRequest,
    VadRequest,
)
from models.weights import ModelSettings, resolve

pytestmark = pytest.mark.slow


async def hear(pool: Pool, pcm: bytes) -> None:
    first = await pool.infer(VAD, VadRequest(pcm[:2048]), deadline=30)
    assert len(first.probabilities) == 2
    second = await pool.infer(VAD, VadRequest(pcm[2048:3072], first.state), deadline=30)
    assert len(second.probabilities) == 1
    asked = TranscribeRequest(pcm, "en")
    final = await pool.infer(TRANSCRIBE, asked, deadline=60)
    partial = await pool.infer(PARTIAL, asked, deadline=60, key="stream")
    assert final.engine == partial.engine == "pocketsphinx-en-us"
    piece = HearRequest("u", 0, pcm[:16_000], "en")
    assert (await pool.infer(HEAR, piece, deadline=30, key="u")).heard == 8000
    end = HearRequest("u", 8000, pcm[16_000:], "en", length=16_000)
    found = (await pool.infer(HEAR, end, deadline=30, key="u")).transcript
    assert found is not None
    assert found.engine == final.engine


async def test_every_task_of_the_offline_plan_answers(tmp_path: Path) -> None:
    found = resolve(ModelSettings(cache=tmp_path))
    packaged = tuple(each for each in found.transcribers if each.id == "pocketsphinx-en-us")
    plan = replace(found, transcribers=packaged)  # whatever else this machine may have
    draw = np.random.default_rng(1)
    pcm = draw.normal(0, 3000, 16_000).astype("<i2").tobytes()
    picture = draw.integers(0, 255, 320 * 240 * 3, np.uint8).tobytes()
    async with LocalPool(plan, workers=2) as pool:
        await hear(pool, pcm)
        seen = await pool.infer(STILL, FaceRequest(picture, 320, 240), deadline=30)
        assert 0.3 < seen.brightness < 0.7
        assert seen.engines
        with pytest.raises(NoEngine, match="zh"):
            await pool.infer(TRANSCRIBE, TranscribeRequest(pcm, "zh"), deadline=30)
        assert pool.load().restarts == 0
