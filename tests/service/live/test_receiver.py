"""The receiver that takes aiortc's place: its private names, and media under loss."""

from __future__ import annotations

import asyncio
import random
from importlib.metadata import version
from itertools import pairwise

import pytest
from aiortc import RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtcdtlstransport import RTCDtlsTransport

from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.receiver import PRIVATE_NAMES, EncodedReceiver, frame_start
from tests.fakes.peers import new_connection, sending, settle, until
from tests.fakes.tracks import Beat, BeepTrack, FlashTrack


async def test_the_private_names_of_the_pinned_aiortc_are_there() -> None:
    assert version("aiortc").startswith("1.16.")
    assert version("aioice").startswith("0.13.")
    connection: RTCPeerConnection = new_connection()
    transceiver = connection.addTransceiver("audio")
    for owner, names in PRIVATE_NAMES.items():
        instance = transceiver if owner is RTCRtpTransceiver else transceiver.receiver.transport
        assert isinstance(instance, owner)
        for name in names:
            assert hasattr(instance, name)
    assert issubclass(RTCDtlsTransport, object)
    for name in ("receive", "stop", "setTransport", "_handle_rtp_packet", "_handle_rtcp_packet"):
        assert hasattr(transceiver.receiver, name)
        assert hasattr(EncodedReceiver, name)
    await connection.close()
    await settle()


async def test_frames_come_out_whole_with_session_times_and_sender_reports() -> None:
    frames: list[EncodedFrame] = []
    loop = asyncio.get_running_loop()
    zero = loop.time()
    peer = Peer(now=lambda: loop.time() - zero + 100, listener=Listener(on_frame=frames.append))
    beat = Beat()
    async with sending(peer, [BeepTrack(beat), FlashTrack(beat)]):
        await until(lambda: peer.skew.samples, within=8)
        assert peer.state == "connected"
        assert peer.last_arrival is not None
    sound = [frame for frame in frames if frame.kind == "audio"]
    picture = [frame for frame in frames if frame.kind == "video"]
    assert {frame.codec for frame in sound} == {"opus"}
    assert {frame.codec for frame in picture} == {"vp8"}
    assert picture[0].keyframe
    assert sound[0].rtp_time == 0
    assert [b.rtp_time - a.rtp_time for a, b in pairwise(sound)] == [960] * (len(sound) - 1)
    assert 100 < sound[0].media_time < 105
    assert abs(peer.skew.samples[0][1]) < 0.1


@pytest.mark.parametrize("loss", [0.03, 0.10])
async def test_lost_packets_cost_their_own_time_only(
    loss: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(7)
    frames: list[EncodedFrame] = []
    handle = EncodedReceiver._handle_rtp_packet

    async def drop(self: EncodedReceiver, packet: object, arrival_time_ms: int) -> None:
        if dice.random() >= loss:
            await handle(self, packet, arrival_time_ms)  # type: ignore[arg-type]

    monkeypatch.setattr(EncodedReceiver, "_handle_rtp_packet", drop)
    peer = Peer(now=lambda: 0.0, listener=Listener(on_frame=frames.append))
    beat = Beat()
    async with sending(peer, [BeepTrack(beat), FlashTrack(beat)]):
        await asyncio.sleep(4)
    sound = [frame for frame in frames if frame.kind == "audio"]
    picture = [frame for frame in frames if frame.kind == "video"]
    span = sound[-1].rtp_time // 960 + 1
    assert len(sound) > (1 - 2.0 * loss - 0.03) * span
    decoder = OpusDecoder()
    samples = sum(len(decoder.decode(frame)) // 2 for frame in sound)
    decoder.close()
    assert samples == span * 320
    # Retransmission brings most pictures back.
    assert len(picture) > 0.5 * 4 * 15


def test_the_start_of_frames_is_seen_in_their_payload() -> None:
    assert frame_start("VP8", b"\x10\x00\x00\x00\x9d") == (True, True)
    assert frame_start("VP8", b"\x10\x01") == (True, False)
    assert frame_start("VP8", b"\x00\x00") == (False, False)
    assert frame_start("H264", b"\x67\x00") == (True, True)
    assert frame_start("H264", b"\x78\x00\x02\x67\x00") == (True, True)
    assert frame_start("H264", b"\x61\x00") == (True, False)
    assert frame_start("VP8", b"") == (False, False)
    with pytest.raises(ValueError, match="truncated"):
        frame_start("VP8", b"\x90")
