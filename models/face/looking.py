"""Looks at streams of encoded pictures, each where it was left."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from models.face.analyser import Analyser, Detail, Trace
from models.face.frames import Broken, Decoder
from models.types import LookRequest, LookResult

MOST = 256  # streams; a decoder holds 1 to 3 MB
QUIET = 60.0  # seconds after which a stream is taken to have ended


@dataclass(slots=True)
class _Stream:
    decoder: Decoder
    next: int  # number of the picture it wants
    used_at: float
    trace: Trace | None = None


class Looker:
    """The streams of one worker process. `clock` gives seconds."""

    def __init__(self, analyser: Analyser, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._analyser = analyser
        self._clock = clock
        self._streams: OrderedDict[str, _Stream] = OrderedDict()

    def __len__(self) -> int:
        return len(self._streams)

    def look(self, request: LookRequest) -> LookResult:
        """Decode on and look at the last picture. Raises ValueError for an unknown codec."""
        stream = self._stream(request)
        if stream is None:
            return LookResult(None)
        try:
            pixels = stream.decoder.decode(request.frames[stream.next - request.first :])
        except Broken:
            self._streams.pop(request.stream, None)
            return LookResult(None)
        stream.next = request.first + len(request.frames)
        seen, stream.trace = self._analyser.follow(
            pixels, stream.trace, Detail(request.eyes, request.expression)
        )
        return LookResult(seen)

    def _stream(self, request: LookRequest) -> _Stream | None:
        """The stream where it can go on with this request; None where it needs a keyframe."""
        now = self._clock()
        found = self._streams.pop(request.stream, None)
        end = request.first + len(request.frames)
        if found is None or not request.first <= found.next < end:
            if not request.fresh or not request.frames:
                return None
            trace = found.trace if found else None
            found = _Stream(Decoder(request.codec), request.first, now, trace)
        found.used_at = now
        self._streams[request.stream] = found
        self._forget(now)
        return found

    def _forget(self, now: float) -> None:
        while len(self._streams) > MOST or now - self._oldest().used_at > QUIET:
            self._streams.popitem(last=False)

    def _oldest(self) -> _Stream:
        return next(iter(self._streams.values()))
