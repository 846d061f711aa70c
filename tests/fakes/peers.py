"""A candidate's side of a connection, by aiortc, without HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)

from service.live.peer import Peer
from service.live.signalling import parse_offer


def new_connection() -> RTCPeerConnection:
    return RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )


async def offer_for(connection: RTCPeerConnection) -> str:
    await connection.setLocalDescription(await connection.createOffer())
    return str(connection.localDescription.sdp)


async def until(condition: Callable[[], object], *, within: float = 10.0) -> None:
    """Poll until `condition` is true; fails by TimeoutError."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def settle() -> None:
    """Let what aiortc scheduled during close come to its end, so that no task is left over."""
    for _ in range(20):
        others = [
            task
            for task in asyncio.all_tasks()
            if task is not asyncio.current_task() and _is_aiortc(task)
        ]
        if not others:
            return
        await asyncio.wait(others, timeout=0.1)


def _is_aiortc(task: asyncio.Task[object]) -> bool:
    name = getattr(task.get_coro(), "__qualname__", "")
    return name.startswith(("RTC", "Connection.", "StunProtocol", "Transaction"))


def prefer(connection: RTCPeerConnection, mime: str) -> None:
    """Offer only this picture codec."""
    for transceiver in connection.getTransceivers():
        if transceiver.kind == "video":
            codecs = RTCRtpSender.getCapabilities("video").codecs
            transceiver.setCodecPreferences([c for c in codecs if c.mimeType == mime])


@asynccontextmanager
async def sending(
    peer: Peer, tracks: Sequence[MediaStreamTrack], *, codec: str = ""
) -> AsyncIterator[RTCPeerConnection]:
    """Connect `tracks` to `peer`; closes both sides."""
    connection = new_connection()
    for track in tracks:
        connection.addTrack(track)
    # After the tracks: aiortc else closes the bundled transport when the answer comes.
    channel = connection.createDataChannel("events")
    if codec:
        prefer(connection, codec)
    try:
        answer = await peer.answer(parse_offer((await offer_for(connection)).encode()))
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await until(lambda: channel.readyState == "open")
        yield connection
    finally:
        for track in tracks:
            track.stop()
        await connection.close()
        await peer.close()
        await settle()
