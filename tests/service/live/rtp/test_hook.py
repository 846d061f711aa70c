"""The receive path inside aiortc: its private names, and real connections over a bad network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
import uvloop
from aiortc import RTCPeerConnection
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpDecodingParameters,
    RTCRtpReceiveParameters,
    RTCRtpRtxParameters,
)
from aiortc.rtp import is_rtcp
from av.packet import Packet
from prometheus_client import REGISTRY

from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.receiver import EncodedReceiver
from service.live.rtp.hook import PRIVATE_NAMES, PRIVATE_OF_AIOICE, OwnReceiver, plan_of
from service.settings import Receive
from tests.fakes.peers import new_connection, offer_for, sending, settle, until
from tests.fakes.tracks import Beat, BeepTrack, FlashTrack

LOOPS = [asyncio.run, uvloop.run]
Run = Callable[[Coroutine[Any, Any, None]], None]


async def test_the_private_names_of_the_pinned_versions_are_there() -> None:
    assert version("aiortc").startswith("1.16.")
    assert version("aioice").startswith("0.13.")
    connection: RTCPeerConnection = new_connection()
    transceiver = connection.addTransceiver("audio")
    await offer_for(connection)  # the sockets are opened here
    transport = transceiver.receiver.transport
    instances: list[object] = [transceiver, transport, transport._rtp_router, transport.transport]
    for instance, (owner, names) in zip(instances, PRIVATE_NAMES.items(), strict=True):
        assert isinstance(instance, owner)
        for name in names:
            assert hasattr(instance, name)
    (protocols, queue, nominated), (received, stun) = PRIVATE_OF_AIOICE
    ice = transport.transport._connection
    assert getattr(ice, nominated) == {}
    assert all(callable(getattr(socket, stun)) for socket in getattr(ice, protocols))
    assert callable(ice.build_request)
    assert hasattr(ice, "remote_password")
    assert isinstance(getattr(ice, queue), asyncio.Queue)
    assert getattr(ice, protocols)
    assert all(callable(getattr(socket, received)) for socket in getattr(ice, protocols))
    for name in ("receive", "stop", "setTransport", "_handle_rtp_packet", "_handle_rtcp_packet"):
        assert hasattr(transceiver.receiver, name)
        assert hasattr(OwnReceiver, name)
    await connection.close()
    await settle()


def test_what_was_negotiated_becomes_a_plan() -> None:
    nack = RTCRtcpFeedback(type="nack")
    codecs = [
        RTCRtpCodecParameters("video/VP8", 90_000, payloadType=96, rtcpFeedback=[nack]),
        RTCRtpCodecParameters("video/rtx", 90_000, payloadType=97, parameters={"apt": 96}),
        RTCRtpCodecParameters("video/VP9", 90_000, payloadType=98),
    ]
    encoding = RTCRtpDecodingParameters(ssrc=5, payloadType=96, rtx=RTCRtpRtxParameters(ssrc=6))
    plan = plan_of("video", RTCRtpReceiveParameters(codecs=codecs, encodings=[encoding]))
    assert (plan.codecs, plan.rtx, plan.rtx_sources) == ({96: "vp8"}, {97: 96}, {6: 5})
    assert (plan.rate, plan.nack) == (90_000, True)


class Network:
    """Drops RTP in a sender's transport: a share of it, all of it, or none."""

    def __init__(self, connection: RTCPeerConnection, loss: float = 0.0) -> None:
        self.loss, self.sent, self.dropped = loss, 0, 0
        self._dice = random.Random(11)
        for transport in {sender.transport for sender in connection.getSenders()}:
            self._onward = transport._send_rtp
            transport._send_rtp = self._send

    async def _send(self, data: bytes) -> None:
        if not is_rtcp(data):
            self.sent += 1
            if self._dice.random() < self.loss:
                self.dropped += 1
                return
        elif self.loss == 1:
            return
        await self._onward(data)


class Heard:
    """A peer of ours and all that came out of it, by arrival."""

    def __init__(self, receive: Receive = "own") -> None:
        self._loop = asyncio.get_running_loop()
        self.frames: list[tuple[float, EncodedFrame]] = []
        self.peer = Peer(now=lambda: 100.0, listener=Listener(on_frame=self._take), receive=receive)

    def _take(self, frame: EncodedFrame) -> None:
        self.frames.append((self._loop.time(), frame))

    def of(self, kind: str) -> list[EncodedFrame]:
        return [frame for _, frame in self.frames if frame.kind == kind]

    @property
    def sound(self) -> OwnReceiver:
        (receiver,) = (r for r in self.peer.receivers if r.kind == "audio")
        assert isinstance(receiver, OwnReceiver)
        return receiver


def samples_and_span(frames: list[EncodedFrame]) -> tuple[int, int]:
    """Samples at 16 kHz that the sound was decoded to, and that its time is worth."""
    decoder = OpusDecoder()
    samples = sum(len(decoder.decode(frame)) // 2 for frame in frames)
    return samples, (frames[-1].rtp_time - frames[0].rtp_time) // 3 + 320


def unclean(frames: list[EncodedFrame]) -> int:
    """Pictures that are not one flat grey: those of the track are."""
    decoder = av.CodecContext.create("libvpx", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    bad = 0
    for frame in frames:
        for picture in decoder.decode(Packet(frame.data)):
            luma = picture.to_ndarray(format="gray").astype(np.int16)
            bad += int(luma.max() - luma.min()) > 40
    return bad


@pytest.mark.parametrize("run", LOOPS)
def test_a_good_network_loses_nothing_on_either_loop(run: Run) -> None:
    async def scenario() -> None:
        heard = Heard()
        beat = Beat()
        async with sending(heard.peer, [BeepTrack(beat), FlashTrack(beat)]):
            await until(lambda: heard.peer.skew.samples, within=8)
            await until(lambda: len(heard.of("video")) > 20)
            assert heard.peer.last_arrival is not None
            assert heard.peer.arrived("video") is not None
        sound, picture = heard.of("audio"), heard.of("video")
        assert [b.rtp_time - a.rtp_time for a, b in pairwise(sound)] == [960] * (len(sound) - 1)
        assert picture[0].keyframe
        assert {frame.codec for _, frame in heard.frames} == {"opus", "vp8"}
        assert sound[0].media_time == 100.0
        assert abs(heard.peer.skew.samples[0][1]) < 0.2
        assert heard.sound.media is not None
        assert heard.sound.media.stats.lost == 0

    run(scenario())


@pytest.mark.parametrize(("loss", "run"), [(0.03, asyncio.run), (0.10, uvloop.run)])
def test_lost_packets_cost_their_own_time_only(loss: float, run: Run) -> None:
    async def scenario() -> None:
        heard = Heard()
        beat = Beat()
        async with sending(heard.peer, [BeepTrack(beat), FlashTrack(beat)]) as connection:
            network = Network(connection, loss)
            await asyncio.sleep(6)
        sound, picture = heard.of("audio"), heard.of("video")
        assert network.dropped > 0.5 * loss * network.sent
        samples, span = samples_and_span(sound)
        assert samples == span
        lost = sum(frame.lost_before for frame in sound)
        assert len(sound) + lost == span // 320
        assert lost <= 2 * loss * span / 320
        # Asked for again, nearly every picture comes.
        assert picture[-1].rtp_time / 6000 - len(picture) < 0.1 * len(picture) + 2
        assert unclean(picture) == 0

    run(scenario())


@pytest.mark.parametrize("rate", [15, 60])  # few enough to be sent again, and too many
async def test_after_a_blackout_pictures_are_back_at_once_and_whole(rate: int) -> None:
    heard = Heard()
    loop = asyncio.get_running_loop()
    beat = Beat()
    tracks = [BeepTrack(beat), FlashTrack(beat, rate=rate)]
    async with sending(heard.peer, tracks) as connection:
        network = Network(connection)
        await until(lambda: len(heard.of("video")) > 15)
        network.loss = 1.0
        await asyncio.sleep(3)
        network.loss, back = 0.0, loop.time()
        await until(lambda: heard.frames[-1][1].kind == "video" and heard.frames[-1][0] > back)
        assert loop.time() - back < 2
        await asyncio.sleep(1)
    for before, frame in pairwise(heard.of("video")):
        assert frame.keyframe or abs(frame.rtp_time - before.rtp_time - 90_000 / rate) < 3
    assert any(frame.lost_before for frame in heard.of("video")) == (rate == 60)
    assert unclean(heard.of("video")) == 0
    samples, span = samples_and_span(heard.of("audio"))
    assert samples == span


async def test_h264_comes_out_with_its_parameter_sets_and_decodes() -> None:
    heard = Heard()
    beat = Beat()
    tracks = [BeepTrack(beat), FlashTrack(beat)]
    async with sending(heard.peer, tracks, codec="video/H264") as connection:
        Network(connection, 0.03)
        await until(lambda: len(heard.of("video")) > 40)
    picture = heard.of("video")
    assert {frame.codec for frame in picture} == {"h264"}
    assert picture[0].keyframe
    assert picture[0].data.startswith(b"\0\0\0\1\x67")
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    shown = [image for frame in picture for image in decoder.decode(Packet(frame.data))]
    assert len(shown) >= len(picture) - 3
    assert not any(image.is_corrupt for image in shown)


async def test_strange_datagrams_do_not_end_the_media() -> None:
    heard = Heard()
    beat = Beat()
    async with sending(heard.peer, [BeepTrack(beat), FlashTrack(beat)]) as connection:
        await until(lambda: len(heard.frames) > 20)
        pair = connection.getSenders()[0].transport.transport._connection._nominated[1]
        dice = random.Random(3)
        for size in [0, 1, 2, 12, 200, 1500, 1501, 9000]:
            for first in (0x80, 0x90, 0xBF, 22, 64):
                data = bytes([first]) + dice.randbytes(size - 1) if size else b""
                pair.protocol.transport.sendto(data, pair.remote_addr)
        before = len(heard.frames)
        await until(lambda: len(heard.frames) > before + 40)
        assert heard.peer.state == "connected"


async def test_the_sender_hears_reports_with_the_loss() -> None:
    heard = Heard()
    async with sending(heard.peer, [BeepTrack(Beat())]) as connection:
        Network(connection, 0.2)
        await asyncio.sleep(3.2)
        report = await connection.getSenders()[0].getStats()
    remote = next(one for one in report.values() if one.type == "remote-inbound-rtp")
    assert 0 < remote.packetsLost < 100
    assert 0 < remote.fractionLost <= 1 or remote.packetsLost > 0


async def test_a_sender_that_fell_silent_is_asked_twice_a_second_whether_it_is_there() -> None:
    heard = Heard()
    loop = asyncio.get_running_loop()
    asked: list[float] = []
    async with sending(heard.peer, [BeepTrack(Beat())]) as connection:
        network = Network(connection)
        await until(lambda: len(heard.frames) > 20)
        ice: Any = connection.getSenders()[0].transport.transport._connection
        onward = ice.request_received

        def noted(*request: object) -> None:
            asked.append(loop.time())
            onward(*request)

        ice.request_received = noted
        await asyncio.sleep(2)
        assert len(asked) <= 1  # aioice itself asks every 4 to 6 seconds
        network.loss, silent = 1.0, loop.time()
        await until(lambda: sum(at > silent for at in asked) >= 4, within=6)
        network.loss = 0.0
        count = len(heard.frames)
        await until(lambda: len(heard.frames) > count + 50)
        back = loop.time()
        await asyncio.sleep(2)
        assert sum(at > back for at in asked) <= 1
        assert heard.peer.state == "connected"


async def test_what_tracks_count_is_in_the_metrics_of_the_process() -> None:
    def told(fate: str) -> float:
        labels = {"kind": "audio", "fate": fate}
        return REGISTRY.get_sample_value("candor_rtp_packets_total", labels) or 0.0

    fates = ("received", "lost", "recovered", "corrected")
    before = {fate: told(fate) for fate in fates}
    heard = Heard()
    async with sending(heard.peer, [BeepTrack(Beat())]) as connection:
        Network(connection, 0.1)
        await until(lambda: len(heard.frames) > 150)
        assert heard.sound.media is not None
        stats = heard.sound.media.stats
    assert stats.recovered > 0
    assert {fate: told(fate) - before[fate] for fate in fates} == {
        fate: getattr(stats, fate) for fate in fates
    }


async def test_nothing_is_left_in_the_transport_after_the_end() -> None:
    heard = Heard()
    async with sending(heard.peer, [BeepTrack(Beat()), FlashTrack(Beat())]):
        await until(lambda: len(heard.frames) > 20)
        transport = heard.sound.transport
        sockets = list(transport.transport._connection._protocols)
        assert all("datagram_received" in vars(socket) for socket in sockets)
    assert not any("datagram_received" in vars(socket) for socket in sockets)
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert "rtcp" not in names


async def test_a_failing_listener_does_not_end_the_media() -> None:
    heard = Heard()
    seen: list[int] = []

    def fail(frame: EncodedFrame) -> None:
        seen.append(frame.rtp_time)
        raise RuntimeError("a fault of ours")

    heard.peer.listener.on_frame = fail
    async with sending(heard.peer, [BeepTrack(Beat())]):
        await until(lambda: len(seen) > 10)
    assert seen[:3] == [0, 960, 1920]


async def test_the_stock_path_is_one_setting_away() -> None:
    heard = Heard("stock")
    async with sending(heard.peer, [BeepTrack(Beat()), FlashTrack(Beat())]):
        await until(lambda: len(heard.of("video")) > 10)
        assert {type(receiver) for receiver in heard.peer.receivers} == {EncodedReceiver}
    assert heard.of("video")[0].keyframe
