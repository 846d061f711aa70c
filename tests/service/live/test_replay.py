"""The replayed candidate: packets as a browser would send them, over a real connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from aiortc import RTCRtpSender
from aiortc.codecs.vpx import Vp8Decoder, VpxPayloadDescriptor
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import (
    RTCRtcpParameters,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpSendParameters,
)
from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    HeaderExtensionsMap,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtpPacket,
    unwrap_rtx,
)

from service.live.client import ClientError, Clip
from service.live.clips import KEYFRAME_EVERY, EncodedClip, encoded, load
from service.live.replay import PRIVATE_NAMES, ReplaySender, Script
from tests.fakes.clips import bursts, picture
from tests.fakes.peers import new_connection, settle

MID = RTCRtpHeaderExtensionParameters(id=4, uri="urn:ietf:params:rtp-hdrext:sdes:mid")


class Wire:
    """Stands for a DTLS transport: keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def _send_rtp(self, data: bytes) -> None:
        self.sent.append(data)

    def _register_rtp_sender(self, sender: object, parameters: object) -> None: ...


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> EncodedClip:
    folder = tmp_path_factory.mktemp("clip")
    source = Clip(
        sound=bursts(folder / "s.wav", [(0.5, 2.5)], seconds=5), picture=picture(folder / "p.jpg")
    )
    path = encoded(source, name="s.wav", folder=folder)
    assert encoded(source, name="s.wav", folder=folder) == path, "it is made once"
    return load(path)


async def sender_for(clip: EncodedClip, *, loss: float = 0.0) -> tuple[ReplaySender, Wire]:
    wire = Wire()
    sender = ReplaySender("video", cast(Any, wire), Script(clip, 0, 100, loss=loss, seed=3))
    vp8 = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)
    rtx = RTCRtpCodecParameters(
        mimeType="video/rtx", clockRate=90_000, payloadType=98, parameters={"apt": 97}
    )
    parameters = RTCRtpSendParameters(codecs=[vp8, rtx], headerExtensions=[MID], muxId="1")
    parameters.rtcp = RTCRtcpParameters(cname="c")
    await sender.send(parameters)
    return sender, wire


async def test_the_private_names_of_the_pinned_aiortc_are_there() -> None:
    connection = new_connection()
    transceiver = connection.addTransceiver("audio", direction="sendonly")
    for owner, names in PRIVATE_NAMES.items():
        instance = transceiver if isinstance(transceiver, owner) else transceiver.sender.transport
        assert isinstance(instance, owner)
        assert all(hasattr(instance, name) for name in names)
    public = {"kind", "transport", "track", "_ssrc", "_rtx_ssrc", "_stream_id", "_track_id"}
    for name in (*public, "_enabled", "send", "stop", "setTransport", "_handle_rtcp_packet"):
        assert hasattr(transceiver.sender, name), "aiortc's own sender"
        assert hasattr(ReplaySender("audio", cast(Any, Wire()), cast(Any, FakeScript())), name)
    await connection.close()
    await settle()


class FakeScript:
    seed, loss = 1, 0.0


def test_a_clip_is_encoded_as_a_browser_would_send_it(clip: EncodedClip) -> None:
    assert len(clip.audio) == len(clip.loudness) == 250
    assert clip.seconds == 5.0
    assert len(clip.video) == 75
    assert clip.keyframes == list(range(0, 75, KEYFRAME_EVERY))
    assert len(clip.small) == 25
    assert clip.small_keyframes == [0]
    sizes = [sum(map(len, frame)) for frame in clip.small[1:]]
    assert max(sizes) < 8000
    assert clip.loudness[75] > 100 * max(clip.loudness[200:])
    assert max(len(payload) for frame in clip.video for payload in frame) <= 1180
    assert max(map(len, clip.silence)) < min(map(len, clip.audio[30:120]))


async def test_packets_carry_the_clips_bytes(clip: EncodedClip) -> None:
    sender, wire = await sender_for(clip)
    payload = b"\x90\x80\x80\x07" + clip.video[0][0]
    await sender.write(payload, ticks=6000, marker=True)
    await sender.write(payload, ticks=12_000, marker=False)
    mids = HeaderExtensionsMap()
    mids.configure(RTCRtpSendParameters(headerExtensions=[MID]))
    first, second = (RtpPacket.parse(data, mids) for data in wire.sent)
    assert (first.payload_type, first.marker, first.ssrc) == (97, 1, sender._ssrc)
    assert first.extensions.mid == "1"
    assert first.timestamp == (sender.origin + 6000) % (1 << 32)
    assert second.sequence_number == first.sequence_number + 1
    descriptor, data = VpxPayloadDescriptor.parse(first.payload)
    assert (descriptor.partition_start, descriptor.picture_id) == (1, 7)
    assert data == clip.video[0][0]


async def test_frames_can_be_decoded_from_a_keyframe_on(clip: EncodedClip) -> None:
    decoder = Vp8Decoder()
    frames = [
        frame
        for number in range(KEYFRAME_EVERY, KEYFRAME_EVERY + 5)
        for frame in decoder.decode(JitterFrame(b"".join(clip.video[number]), number * 6000))
    ]
    assert [(frame.width, frame.height) for frame in frames] == [(640, 480)] * 5


async def test_a_lost_packet_is_sent_again_as_rtx(clip: EncodedClip) -> None:
    sender, wire = await sender_for(clip)
    for number in range(3):
        await sender.write(bytes([number]) * 20, ticks=number, marker=number == 1)
    lost = RtpPacket.parse(wire.sent[1])
    request = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=sender._ssrc)
    request.lost = [lost.sequence_number, (lost.sequence_number + 5000) % (1 << 16)]
    await sender._handle_rtcp_packet(request)
    assert len(wire.sent) == 4, "what was never sent is not sent again"
    again = RtpPacket.parse(wire.sent[3])
    assert (again.payload_type, again.ssrc) == (98, sender._rtx_ssrc)
    assert bytes(unwrap_rtx(again, payload_type=97, ssrc=sender._ssrc).payload) == lost.payload
    assert unwrap_rtx(again, 97, sender._ssrc).sequence_number == lost.sequence_number
    assert again.marker == lost.marker == 1


async def test_losses_are_drawn_alike_for_the_same_seed(clip: EncodedClip) -> None:
    rounds: list[list[bytes]] = []
    for _ in range(2):
        sender, wire = await sender_for(clip, loss=0.1)
        for number in range(1000):
            await sender.write(b"x", ticks=number, marker=False)
        rounds.append(wire.sent)
        assert sender.sent.packets == 1000
        assert sender.sent.dropped == 1000 - len(wire.sent)
        assert 60 < sender.sent.dropped < 140
    assert rounds[0] == rounds[1]


async def test_a_lost_picture_asks_for_a_keyframe(clip: EncodedClip) -> None:
    sender, _ = await sender_for(clip)
    await sender._handle_rtcp_packet(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=2))
    assert sender.keyframe_wanted
    assert sender.sent.keyframes_asked == 1


def test_a_script_speaks_then_falls_silent(clip: EncodedClip) -> None:
    script = Script(clip, start=240, speech=20)
    assert script.sound(0) == clip.audio[240]
    assert script.sound(15) == clip.audio[5], "the clip goes round"
    assert script.sound(20) in clip.silence


def test_a_clip_without_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="no sound"):
        encoded(Clip(picture=picture(tmp_path / "p.jpg")), name="p.jpg", folder=tmp_path)
    broken = tmp_path / "b.wav"
    broken.write_bytes(b"RIFF nothing")
    with pytest.raises(ClientError, match="no sound that can be read"):
        encoded(Clip(sound=broken), name="b.wav", folder=tmp_path)
    assert not list(tmp_path.glob("*.clip"))


def test_the_codecs_that_are_asked_for_exist() -> None:
    for kind, wanted in (("audio", {"audio/opus"}), ("video", {"video/VP8", "video/rtx"})):
        assert wanted <= {codec.mimeType for codec in RTCRtpSender.getCapabilities(kind).codecs}
