"""Opus to 16 kHz mono PCM whose sample count is the time: what is missing is stood in for.

A lost packet is rebuilt from the next one's copy of it, longer gaps are concealed for 120 ms and
then silent. Where sound belongs is told by its RTP time alone, so nothing ever drifts.
"""

from __future__ import annotations

from models.types import SAMPLE_RATE
from service import telemetry
from service.live import opus
from service.live.encoded import EncodedFrame
from service.live.opus import WIDTH, OpusUnavailable, packet_samples

__all__ = ["OpusDecoder", "OpusUnavailable"]

_RATIO = 3  # 48 kHz clock ticks per 16 kHz sample
_TINY = SAMPLE_RATE // 400  # below 2.5 ms: a clock's rounding, not a gap
_LONGEST_GAP = 120 * SAMPLE_RATE  # a longer jump is a broken clock
_CORRECTED = telemetry.LOST_SOUND.labels("corrected")
_CONCEALED = telemetry.LOST_SOUND.labels("concealed")
_LONGEST_STEP_BACK = SAMPLE_RATE  # so is a longer step back; a shorter one is a late copy


class OpusDecoder:
    """One stream. `decode` returns PCM that continues exactly where the last call ended."""

    def __init__(self, engine: opus.Engine | None = None) -> None:
        self._opus = opus.OpusDecoder(engine)
        self._position: int | None = None  # 16 kHz samples given out, on the track's clock
        self._shift = 0  # samples between the sender's clock and ours, after it jumped
        self._lost = 0  # packets since the last frame
        self.unsent = 0

    @property
    def position(self) -> int:
        """Samples at 16 kHz from the track's origin to the end of what was given out."""
        return self._position or 0

    @property
    def corrected(self) -> int:
        """Samples of lost packets that were rebuilt from the packets after them."""
        return self._opus.corrected

    @property
    def concealed(self) -> int:
        """Samples that are a guess, or silence, in place of what was lost or unreadable."""
        return self._opus.concealed + self._opus.silenced - self.unsent

    def lose(self, packets: int) -> None:
        """Note that so many packets before the next frame were lost, not unsent."""
        self._lost += packets

    def decode(self, frame: EncodedFrame) -> bytes:
        """PCM (16 kHz mono int16) up to the end of `frame`, whatever was missing before it."""
        samples = packet_samples(frame.data)
        if not samples:  # junk: what it stood for becomes a gap before the next one
            self.lose(frame.lost_before + 1)
            return b""
        start = frame.rtp_time // _RATIO + self._shift
        if self._position is None:
            self._position = start
        ahead = start - self._position
        if ahead > _LONGEST_GAP or ahead < -_LONGEST_STEP_BACK:
            self._shift -= ahead  # go on from here by the new clock
            ahead = 0
        if ahead + samples <= 0:
            return b""  # a late copy
        self.lose(frame.lost_before)
        filled = self._fill(ahead, frame.data, samples=samples) if ahead >= _TINY else b""
        sound = self._opus.decode(frame.data, samples=samples)
        if ahead < 0:
            sound = sound[-ahead * WIDTH :]
        elif ahead < _TINY:
            sound = sound[:WIDTH] * ahead + sound
        self._lost = 0
        self._position += (len(filled) + len(sound)) // WIDTH
        return filled + sound

    def close(self) -> None:
        """Let the decoder go."""
        self._opus.close()

    def _fill(self, gap: int, following: bytes, *, samples: int) -> bytes:
        """Stand in for what is missing; `samples` of each packet, where it was one like the next.

        More is missing than was lost where the sender paused (DTX) beside the loss.
        """
        lost = min(gap, self._lost * samples)
        self.unsent += gap - lost
        before = self.corrected
        sound = self._opus.decode(None, fec_from=following if lost else None, samples=gap)
        if lost:
            corrected = self.corrected - before
            _CORRECTED.inc(corrected)
            _CONCEALED.inc(max(0, lost - corrected))
        return sound
