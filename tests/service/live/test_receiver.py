"""The receiver that takes aiortc's place: its private names, and media under loss."""

from __future__ import annotations

import asyncio
import random
from importlib.metadata import version
from itertools import pairwise

import pytest
from aiortc import RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtp import RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from service.live.audio import OpusDecoder
from service.live.clock import TrackClock
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
    for name in ("receive", "stop", "setTransport", "_handle_rtp_packet", "_handle_rtcp_packet"):
        assert hasattr(transceiver.receiver, name)
        assert hasattr(EncodedReceiver, name)
    await connection.close()
    await settle()


async def test_frames_come_out_whole_with_session_times_and_sender_reports() -> None:
    frames: list[EncodedFrame] = []
    loop = asyncio.get_running_loop()
    zero = loop.time()
    listener = Listener(on_frame=frames.append)
    peer = Peer(now=lambda: loop.time() - zero + 100, listener=listener, receive="stock")
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
    peer = Peer(now=lambda: 0.0, listener=Listener(on_frame=frames.append), receive="stock")
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


class DeafTransport:
    """Takes feedback and sends it nowhere."""

    async def _send_rtp(self, data: bytes) -> None:
        return None

    def _register_rtp_receiver(self, *_: object) -> None:
        return None

    def _unregister_rtp_receiver(self, *_: object) -> None:
        return None


def codec(mime: str, payload_type: int, **parameters: int) -> RTCRtpCodecParameters:
    return RTCRtpCodecParameters(mime, 90_000, payloadType=payload_type, parameters=parameters)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([96, 97, 98, 99, 120]),
            st.integers(0, 65_535),
            st.integers(0, 2**32 - 1),
            st.binary(max_size=30),
        ),
        max_size=30,
    )
)
async def test_no_packet_of_a_stranger_raises(packets: list[tuple[int, int, int, bytes]]) -> None:
    receiver = EncodedReceiver("video", DeafTransport(), clock=TrackClock(90_000, lambda: 0.0))
    receiver.on_frame = lambda frame: None
    receiver._set_rtcp_ssrc(1)
    codecs = [
        codec("video/VP8", 96),
        codec("video/H264", 97),
        codec("video/rtx", 98, apt=96),
        codec("audio/opus", 99),
    ]
    await receiver.receive(RTCRtpReceiveParameters(codecs=codecs))
    for payload_type, seq, timestamp, payload in packets:
        packet = RtpPacket(payload_type, 1, seq, timestamp, 5, payload)
        await receiver._handle_rtp_packet(packet, 0)
    await receiver.stop()


async def test_a_failing_listener_does_not_end_the_media() -> None:
    receiver = EncodedReceiver("audio", DeafTransport(), clock=TrackClock(48_000, lambda: 0.0))
    seen: list[int] = []

    def on_frame(frame: EncodedFrame) -> None:
        seen.append(frame.rtp_time)
        raise RuntimeError("a fault of ours")

    receiver.on_frame = on_frame
    await receiver.receive(RTCRtpReceiveParameters(codecs=[codec("audio/opus", 99)]))
    for index in range(3):
        await receiver._handle_rtp_packet(RtpPacket(99, 1, index, index * 960, 5, b"x"), 0)
    await receiver.stop()
    assert seen == [0, 960, 1920]
