"""The benchmark of the front: it can be run, and counts what a process spends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from benchmarks import front
from benchmarks.__main__ import names

# A front that works for 0.2 s, below it a media worker with a process of its own, and one without.
FRONT = """
import subprocess, sys, time
def start(code):
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
sleep = "import time; time.sleep(60)"
end = start(sleep)
holder = start(
    "import subprocess, sys\\n"
    f"child = subprocess.Popen([sys.executable, '-c', {sleep!r}])\\n"
    "print('up', flush=True)\\n"
    "child.wait()"
)
holder.stdout.readline()
while time.process_time() < 0.2:
    pass
print(holder.pid, flush=True)
time.sleep(60)
"""


def test_it_can_be_run_by_name() -> None:
    assert "front" in names()


def test_what_a_process_spends_is_counted_and_media_workers_are_told_from_others() -> None:
    command = [sys.executable, "-c", FRONT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            holder = int(process.stdout.readline())
            assert front.media_workers(process.pid) == [holder]
            assert front.cpu_ms(process.pid) > 195
            assert front.cpu_ms(holder) < front.cpu_ms(process.pid)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


async def test_an_offer_has_sound_and_picture() -> None:
    offer = await front.an_offer()
    assert [line.split()[0] for line in offer.splitlines() if line.startswith("m=")] == [
        "m=audio",
        "m=video",
        "m=application",
    ]
