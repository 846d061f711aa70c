"""One candidate's sitting as the load test sees it: what was played, heard, and found later."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.loadtest.material import Played
from service.loadtest.messages import Caption, Outcome, Up
from service.loadtest.speech import Part


@dataclass(frozen=True, slots=True)
class Kept:
    """What the server kept of one sitting, as HR may read it.

    `words` is the whole transcript; `recorded` and `gaps` in seconds; `delivered` is the share of
    the sound's packets that lie in the recordings (None: not looked at), `foreign` how many
    packets lie there that this clip does not have.
    """

    state: str
    words: tuple[str, ...]
    waiting: int
    faces: int
    recordings: int
    recorded: float
    gaps: float
    delivered: float | None = None
    foreign: int = 0


@dataclass
class Sitting:
    """Filled as news comes in. `began`: seconds since the step began."""

    number: int
    session_id: str
    clip: Played
    part: Part
    token: str = ""
    began: float = 0.0
    up: Up | None = None
    live: float | None = None
    captions: list[Caption] = field(default_factory=list)
    outcome: Outcome | None = None
    kept: Kept | None = None
    lost_worker: bool = False

    @property
    def said(self) -> Part:
        """What was really played: less than planned when the sitting broke off."""
        return self.part if self.outcome is None else self.part.until(self.outcome.seconds)

    @property
    def error(self) -> str:
        """What went wrong, "" when nothing did (or has yet)."""
        if self.lost_worker:
            return "generator_lost"
        return self.outcome.error if self.outcome else ""

    @property
    def timed(self) -> list[tuple[Caption, float]]:
        """The final texts, each with the seconds since the end of its utterance."""
        return [
            (one, max(0.0, one.arrived - self.part.end_near(one.end)))
            for one in self.captions
            if one.status == "done"
        ]

    @property
    def latencies(self) -> list[float]:
        """Seconds from the end of each utterance to its final text."""
        return [late for _, late in self.timed]

    @property
    def speech_lost(self) -> float:
        """Seconds of speech that no final text covers."""
        heard = sorted((one.start, one.end) for one in self.captions if one.status == "done")
        return sum(_uncovered(span.start, span.end, heard) for span in self.said.said)


def _uncovered(start: float, end: float, heard: list[tuple[float, float]]) -> float:
    missing = 0.0
    for begins, ends in heard:
        if ends <= start or begins >= end:
            continue
        missing += max(0.0, begins - start)
        start = max(start, ends)
    return missing + max(0.0, end - start)
