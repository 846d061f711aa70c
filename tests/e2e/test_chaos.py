"""The short form of `make chaos`: a few interviews through every fault that needs no root."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.chaos import Wave, summary, wave_of
from benchmarks.chaos_candidate import Fault, Part
from benchmarks.chaos_check import Found
from benchmarks.chaos_server import Served
from service.live.clips import EncodedClip, load
from service.loadtest.material import prepare

FAULTS = (
    (Fault("offline", 3.0, 6.0),),
    (Fault("reload", 3.0, 1.0),),
    (Fault("tab_kill", 3.0, 1.0), Fault("offline", 9.0, 2.0)),
    (),
)
SECONDS, ADVANCE = 17.0, 14.5


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> EncodedClip:
    return load(prepare([], tmp_path_factory.mktemp("clips"))[0].path)


def scripted(*, has_journal: bool, clip: EncodedClip, tokens: Sequence[str]) -> list[Part]:
    return [
        Part(token, clip, SECONDS, ADVANCE, faults, seed=number, has_journal=has_journal)
        for number, (token, faults) in enumerate(zip(tokens, FAULTS, strict=True))
    ]


async def held(folder: Path, clip: EncodedClip, *, has_journal: bool) -> list[Found]:
    data = folder / "var"
    data.mkdir()
    served = Served(data, f"sqlite+aiosqlite:///{data / 'candor.db'}")
    await served.prepare()
    wave = Wave(len(FAULTS), seed=3, world=("server_kill",), pause=0.5, has_journal=has_journal)

    def parts(_: Wave, tokens: Sequence[str], played: EncodedClip) -> list[Part]:
        return scripted(has_journal=has_journal, clip=played, tokens=tokens)

    found, _ = await wave_of(served, wave, clip, plan=parts)
    return found


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_interviews_under_faults_lose_nothing(tmp_path: Path, spoken: EncodedClip) -> None:
    found = await held(tmp_path, spoken, has_journal=True)
    assert [one.problems for one in found] == [[]] * len(FAULTS), summary(found)
    assert all(one.lost <= one.faults for one in found)
    assert sum(one.faults for one in found) >= 7
    assert max(one.stray for one in found) < 0.3  # everything lies where it was said
    shutil.rmtree(tmp_path / "var")
