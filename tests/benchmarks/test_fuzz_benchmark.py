"""The fuzzing benchmark in small: real captures, all mangled, a live connection that stays."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.fuzz import SHORT_STUN, Settings, measure
from benchmarks.fuzz_capture import listening
from tests.fakes.peers import settle

SMALL = Settings(packets=3000, rtcp=300, wire=600, texts=200, offers=3, capture_seconds=1.0)


@pytest.mark.slow
def test_nothing_that_is_mangled_raises_and_the_connection_stays() -> None:
    found = measure(SMALL)
    for name in ("rtp", "rtcp", "wire", "texts"):
        assert found[name]["raised"] == {}, name
    assert found["rtcp"]["alive"]
    assert found["wire"]["alive"]
    assert found["rtp"]["packets"] >= SMALL.packets
    assert found["rtp"]["frames"].keys() == {"opus", "vp8", "h264"}
    assert found["rtp"]["recordings_read_back"]
    assert all(found["wire"]["kinds"].values()), "every protocol was on the wire"
    assert found["texts"]["refused"]


async def test_a_malformed_stun_message_from_a_stranger_disturbs_nobody() -> None:
    async with listening("video/VP8", 0.5) as live:
        for _ in range(50):
            live.protocol.datagram_received(SHORT_STUN, ("192.0.2.1", 9))
            await asyncio.sleep(0)
        assert await live.flows()
        assert not live.unhandled
    await settle()
