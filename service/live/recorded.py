"""The encoded packets inside a finished recording."""

from __future__ import annotations

import io

import av

from service.live.client import ClientError


def sound_packets(file: bytes) -> list[bytes]:
    """The packets of a recording's sound, in order. Blocks. Raises ClientError."""
    try:
        with av.open(io.BytesIO(file), "r") as container:
            if not container.streams.audio:
                return []
            found = (bytes(packet) for packet in container.demux(audio=0))
            return [packet for packet in found if packet]
    except av.FFmpegError as error:
        raise ClientError("the recording cannot be read") from error
