"""Recordings in processes that are killed: `python -m tests.fakes.recording_process FOLDER N SEED`.

Each of N children records in a folder of its own, in real time, VP8 or H.264 in turn, and writes
down how far it has pushed. It is killed at a random moment, also while it closes or finishes its
file: every fourth is told to end a little before.
"""

from __future__ import annotations

import os
import random
import signal
import struct
import sys
import time
from pathlib import Path

from service.live.recorder import Recorder
from service.live.remux import finish
from tests.fixtures.encoded import Media, media

CODECS = ("vp8", "h264")
EARLIEST, LATEST = 0.3, 6.5  # seconds until the kill
PUSHED = "pushed"  # per child: media seconds of sound and of picture, two doubles


def record(folder: Path, sent: Media, *, until: float) -> None:
    """Record in real time, then finish the file, as long as this process lives."""
    recorder = Recorder(folder, origin=0.0)
    pushed = os.open(folder.with_suffix(f".{PUSHED}"), os.O_CREAT | os.O_RDWR)
    zero = time.monotonic()
    for frame in sent.frames(rounds=10):
        if frame.media_time > until:
            break
        time.sleep(max(0.0, zero + frame.media_time - time.monotonic()))
        recorder.push(frame)
        at = 0 if frame.kind == "audio" else 8
        os.pwrite(pushed, struct.pack("d", frame.media_time), at)
    recorder.close()
    for _ in range(100):
        finish(folder)


def main(root: Path, count: int, seed: int) -> None:
    """Fork them all, kill them all. No thread is running when they are forked."""
    made = [media(codec) for codec in CODECS]
    dice = random.Random(seed)
    due: list[tuple[float, int]] = []
    zero = time.monotonic()
    for number in range(count):
        life = dice.uniform(EARLIEST, LATEST)
        until = life - dice.uniform(0, 0.3) if number % 4 == 3 else LATEST * 2
        child = os.fork()
        if not child:
            record(root / f"{number:02}-{CODECS[number % 2]}", made[number % 2], until=until)
            os._exit(0)
        due.append((zero + life, child))
    for at, child in sorted(due):
        time.sleep(max(0.0, at - time.monotonic()))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
