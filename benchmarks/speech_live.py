"""An engine that hears while people speak, measured on clips as a live session would feed it."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks import report
from models.speech.sphinx_live import SphinxListener
from models.types import SAMPLE_RATE, Hearing, HearRequest, TranscribeRequest, Transcript

PIECE = SAMPLE_RATE // 2  # samples; the live service tells of an open utterance twice a second
LONG = 8.0  # seconds; what is left after the end of longer clips is told apart
WIDTH = 2


@dataclass(slots=True)
class Live:
    """Hears clips piece by piece; what it learns of a voice serves `speaker`'s next clip.

    `rests`: (seconds of clip, CPU seconds after its last piece but one), in order.
    """

    listener: SphinxListener
    speaker: str = ""
    rests: list[tuple[float, float]] = field(default_factory=list)
    _voices: dict[str, bytes] = field(default_factory=dict)
    _count: int = 0

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """The clip, fed as it would come; all but its last piece before it has ended."""
        self._count += 1
        length = len(request.pcm) // WIDTH
        for at in range(0, max(0, length - PIECE), PIECE):
            self._ask(request, at, to=at + PIECE, length=None)
        last = max(0, (length - 1) // PIECE * PIECE)
        before = report.cpu_seconds()
        found = self._ask(request, last, to=length, length=length)
        self.rests.append((length / SAMPLE_RATE, report.cpu_seconds() - before))
        if self.speaker:
            self._voices[self.speaker] = found.voice
        if found.transcript is None:
            raise RuntimeError("the end of the clip brought no transcript")
        return found.transcript

    def partial(self, request: TranscribeRequest) -> Transcript:
        """The same: passing captions come with the pieces."""
        return self.transcribe(request)

    def rest(self) -> dict[str, float]:
        """CPU seconds that long clips needed after their last piece had come."""
        found = sorted(cpu for seconds, cpu in self.rests if seconds > LONG)
        if not found:
            return {}
        at = min(len(found) - 1, int(0.95 * len(found)))
        mean = sum(found) / len(found)
        return {"n": len(found), "mean": round(mean, 3), "p95": round(found[at], 3)}

    def _ask(self, request: TranscribeRequest, at: int, *, to: int, length: int | None) -> Hearing:
        return self.listener.hear(
            HearRequest(
                utterance=str(self._count),
                offset=at,
                pcm=request.pcm[at * WIDTH : to * WIDTH],
                language=request.language,
                length=length,
                voice=self._voices.get(self.speaker, b""),
            )
        )
