"""Where a clip speaks and pauses, and which of its words a session has said.

Found from the clip's own loudness, so that the server's voice activity is not its own judge.
All times in seconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.loadtest.words import tokens

STEP = 0.02  # seconds per packet
PAUSE = 0.3  # a shorter gap belongs to the speech around it
LEAST = 0.3  # a shorter burst is a click or a breath
SLACK = 3  # words that a cut may be off by (read speech: within 2 of an alignment)
NEAR = 0.75  # how far the server's end of an utterance may lie from the pause that it means
_STAMP = re.compile(r"\[(\d+):(\d+(?:\.\d+)?)\]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of speech."""

    start: float
    end: float


def spans(loudness: Sequence[float]) -> list[Span]:
    """Speech by loudness: what stands out of the clip's own quiet. Empty for a silent clip."""
    if not loudness or max(loudness) < 1.0:
        return []
    ordered = sorted(loudness)
    quiet, loud = ordered[len(ordered) // 10], ordered[len(ordered) * 95 // 100]
    level = max(min(quiet * 3, loud / 4), loud * 0.06)
    out: list[Span] = []
    for number, value in enumerate(loudness):
        start, end = number * STEP, (number + 1) * STEP
        if value <= level:
            continue
        if out and start - out[-1].end < PAUSE:
            out[-1] = Span(out[-1].start, end)
        else:
            out.append(Span(start, end))
    return [span for span in out if span.end - span.start >= LEAST]


@dataclass(frozen=True, slots=True)
class Reference:
    """A clip's words, each with the time at which it is said."""

    words: tuple[str, ...]
    times: tuple[float, ...]


def reference(text: str, speech: Sequence[Span]) -> Reference:
    """Words spread evenly over the speech; over each line's own part where lines have stamps.

    Stamps are those of lyrics files, [mm:ss.xx] at the beginning of a line.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    stamps = [_STAMP.match(line) for line in lines]
    if not lines or not all(stamps):
        return _spread(tokens(_STAMP.sub(" ", text)), speech)
    starts = [int(stamp[1]) * 60 + float(stamp[2]) for stamp in stamps if stamp]
    words: tuple[str, ...] = ()
    times: tuple[float, ...] = ()
    for line, start, end in zip(lines, starts, [*starts[1:], math.inf], strict=True):
        part = _spread(tokens(_STAMP.sub(" ", line)), _within(speech, start, end))
        words, times = words + part.words, times + part.times
    return Reference(words, times)


def _within(speech: Sequence[Span], start: float, end: float) -> list[Span]:
    cut = [Span(max(one.start, start), min(one.end, end)) for one in speech]
    return [one for one in cut if one.end > one.start] or [Span(start, start)]


def _spread(words: Sequence[str], speech: Sequence[Span]) -> Reference:
    total = sum(span.end - span.start for span in speech)
    return Reference(
        tuple(words),
        tuple(_at(speech, (number + 0.5) / len(words) * total) for number in range(len(words))),
    )


def _at(speech: Sequence[Span], spoken: float) -> float:
    for span in speech:
        if spoken <= span.end - span.start:
            return span.start + spoken
        spoken -= span.end - span.start
    return speech[-1].end if speech else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """What a session says: `speech` packets of the clip from packet `start` on.

    `said` are the stretches of speech, `words` those said in them with their `times`, all in
    seconds of the session.
    """

    start: int
    speech: int
    said: tuple[Span, ...]
    words: tuple[str, ...]
    times: tuple[float, ...]

    @property
    def spoken(self) -> float:
        """Seconds of speech."""
        return sum(one.end - one.start for one in self.said)

    def end_near(self, end: float) -> float:
        """When the speech ended that a server says ended at `end`; `end` where there is none."""
        near = [span.end for span in self.said if abs(span.end - end) <= NEAR]
        return min(near, key=lambda one: abs(one - end)) if near else end

    def until(self, seconds: float) -> Part:
        """The same, broken off."""
        said = tuple(
            Span(one.start, min(one.end, seconds)) for one in self.said if one.start < seconds
        )
        count = sum(at < seconds for at in self.times)
        speech = min(self.speech, round(seconds / STEP))
        return Part(self.start, speech, said, self.words[:count], self.times[:count])


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clip as its words are looked for: `length` in packets."""

    length: int
    speech: tuple[Span, ...]
    reference: Reference

    @property
    def starts(self) -> list[int]:
        """Packets at which a session may begin: the beginning, and the middle of each pause."""
        pairs = zip(self.speech, self.speech[1:], strict=False)
        return [0, *(round((one.end + other.start) / 2 / STEP) for one, other in pairs)]

    def part(self, start: int, seconds: float) -> Part:
        """The clip from packet `start`, round and round, for at most `seconds`.

        It ends with the last stretch of speech that is over by then, if there is one.
        """
        rounds = range(math.ceil((seconds / STEP + start) / self.length))
        shifts = [(number * self.length - start) * STEP for number in rounds]
        said = [Span(s.start + by, s.end + by) for by in shifts for s in self.speech]
        said = [one for one in said if 0 <= one.start < seconds]
        whole = [one for one in said if one.end <= seconds]
        end = min(seconds, whole[-1].end + PAUSE / 2) if whole else seconds
        timed = [
            (word, at + by)
            for by in shifts
            for word, at in zip(self.reference.words, self.reference.times, strict=True)
            if 0 <= at + by < end
        ]
        return Part(
            start,
            round(end / STEP),
            tuple(whole or (Span(one.start, min(one.end, seconds)) for one in said)),
            tuple(word for word, _ in timed),
            tuple(at for _, at in timed),
        )
