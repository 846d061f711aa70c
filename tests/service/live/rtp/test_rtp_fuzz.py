"""Mangled packets of captured streams by the ten thousand: nothing raises, nothing piles up."""

from __future__ import annotations

import gc
import os
import random
import tracemalloc
from dataclasses import replace
from math import inf

from benchmarks.mangle import mangled
from tests.fakes.rtp import Bench, Sent, Start, as_rtx, opus_stream, vp8_stream

PACKETS = int(os.environ.get("CANDOR_FUZZ_PACKETS", "20000"))
KEPT = 4_000_000  # bytes that the path may hold after any stream: 1024 packets, tables, slack


def streams(dice: random.Random) -> list[Sent]:
    start = Start(dice.randrange(0x10000), dice.getrandbits(32), dice.choice((0, 0, 0, 7)))
    sent = opus_stream(100, start) + vp8_stream(30, start)
    sent += [replace(one, data=as_rtx(one, n)) for n, one in enumerate(sent[100:]) if n % 9 == 0]
    return sorted(sent, key=lambda one: one.at + dice.random() * 0.1)


def test_a_long_stream_of_mangled_packets_raises_nothing_and_is_forgotten() -> None:
    dice = random.Random(2)
    benches = [Bench(), Bench("h264")]
    done, zero = 0, 0.0
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    while done < PACKETS:
        for one in streams(dice):
            data = mangled(one.data, dice)
            for bench in benches:
                bench.take(data, zero + one.at)
            done += 1
        zero += 2.0
        for bench in benches:
            bench.frames.clear()
            bench.lost.clear()
            bench.asked.clear()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    for bench in benches:
        bench.run_to(zero + 60)
        assert bench.path.due == inf
        assert bench.audio.stats.received > PACKETS / 20
    assert after - before < KEPT
