"""SIGKILL at a random moment, twenty times: always playable, at most a second lost."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from service.live.remux import recover
from tests.fakes.recording_process import PUSHED
from tests.fixtures.encoded import media, recorded
from tests.fixtures.player import probe

COUNT = 20
MOST_LOST = 1.0  # seconds
SEED = int(os.environ.get("CANDOR_KILL_SEED", time.time_ns() % 100_000))


@dataclass(frozen=True)
class Killed:
    """One child: how far it had pushed each track, and what was recovered (None: nothing)."""

    name: str
    pushed: tuple[float, float]
    path: Path | None

    @property
    def codec(self) -> str:
        return self.name.partition("-")[2]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Killed]:
    root = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.fakes.recording_process", root, COUNT, SEED]
    subprocess.run([str(part) for part in command], check=True, timeout=90)
    found = dict(recover(root))
    out = []
    for folder in sorted(one for one in root.iterdir() if one.is_dir()):
        pushed = struct.unpack("dd", folder.with_suffix(f".{PUSHED}").read_bytes())
        finished = found.get(folder)
        out.append(Killed(folder.name, pushed, finished.path if finished else None))
    assert len(out) == COUNT
    return out


@pytest.mark.slow
def test_a_killed_recording_has_lost_a_second_at_most(killed: list[Killed]) -> None:
    for one in killed:
        for kind, pushed in zip(("audio", "video"), one.pushed, strict=True):
            kept = 0.0
            if one.path is not None:
                with av.open(str(one.path)) as container:
                    has = any(stream.type == kind for stream in container.streams)
                kept = recorded(one.path, kind)[-1][0] if has else 0.0
            assert pushed - kept <= MOST_LOST, f"{one.name}, {kind}, seed {SEED}"


@pytest.mark.slow
def test_a_killed_recording_plays_and_holds_what_was_sent(killed: list[Killed]) -> None:
    played = [one for one in killed if one.path is not None]
    assert {one.codec for one in played} == {"vp8", "h264"}
    for one in played:
        assert one.path is not None
        found = probe(one.path)
        assert found.codecs <= {one.codec, "opus"}
        assert found.kinds == {"audio", "video"} or max(one.pushed) < MOST_LOST + 0.5
        assert found.duration == pytest.approx(max(one.pushed), abs=MOST_LOST + 0.1)
        if "video" in found.kinds:
            with av.open(str(one.path)) as container:
                shown = sum(1 for _ in container.decode(video=0))
            assert shown == len(recorded(one.path, "video"))
        sent = media(one.codec).audio * 10
        sound = [data for _, data in recorded(one.path, "audio")] if "audio" in found.kinds else []
        assert sound == list(sent[: len(sound)])
