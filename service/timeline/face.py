"""Face samples -> series with gaps, spans and shares. What can be seen, no feelings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.types import Face
from service.timeline.parts import FaceStatistics, Observation, Range, Signal, Span

ANGLES = ("yaw", "pitch", "roll")
_SERIES: tuple[tuple[str, str, Callable[[Face], float | None]], ...] = (
    ("yaw", "deg", lambda face: face.yaw),
    ("pitch", "deg", lambda face: face.pitch),
    ("roll", "deg", lambda face: face.roll),
    ("gaze_x", "eye", lambda face: face.gaze_x),
    ("gaze_y", "eye", lambda face: face.gaze_y),
    ("blink", "share", lambda face: face.blink),
    ("mouth_open", "share", lambda face: face.mouth_open),
    ("smile", "share", lambda face: face.smile),
    ("brow_raise", "share", lambda face: face.brow_raise),
)


@dataclass(frozen=True, slots=True)
class FaceConfig:
    """Times in seconds, angles in degrees, gaze in eye widths.

    A sample stands for the time until the next one, at most `hold`: beyond that nothing was
    observed. Eyes are not measured at every look: a gaze stands as long for the looks after it. A
    blink lasts 0.1-0.4 s, so blinks are counted only where samples are no more than
    `blink_step` apart. Spans shorter than `min_span` are not reported.
    """

    hold: float = 1.5
    min_span: float = 1.0
    away_yaw: float = 25.0
    away_pitch: float = 20.0
    away_gaze: float = 0.25
    blink_closed: float = 0.5
    blink_open: float = 0.3
    blink_step: float = 0.12


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A sample and the time it stands for."""

    start: float
    end: float
    seen: Observation


def signals(observations: Sequence[Observation], config: FaceConfig) -> tuple[Signal, ...]:
    """One signal per measure that was ever taken, plus the number of faces."""
    ordered = _ordered(observations)
    counts = _series("faces", "count", [(o.at, float(o.faces)) for o in ordered], config.hold)
    found = [counts] if ordered else []
    for name, unit, measure in _SERIES:
        # Eyes are measured at some looks only: where there is a face without, no point is set.
        values = [
            (o.at, value)
            for o in ordered
            if (value := _finite(measure(o.face)) if o.face else None) is not None or not o.face
        ]
        if any(value is not None for _, value in values):
            found.append(_series(name, unit, values, config.hold))
    return tuple(found)


def spans(
    observations: Sequence[Observation], duration: float, *, config: FaceConfig
) -> tuple[Span, ...]:
    """Stretches without a face, with several, looking away, or with no picture at all."""
    stretches = _stretches(observations, duration, hold=config.hold)
    kinds: tuple[tuple[str, Callable[[Observation], bool]], ...] = (
        ("no_face", lambda o: o.faces == 0),
        ("many_faces", lambda o: o.faces > 1),
        ("looking_away", lambda o: looks_away(o.face, config) is True),
    )
    found = [
        Span(kind, start, end)
        for kind, holds in kinds
        for start, end in _runs([(s.start, s.end) for s in stretches if holds(s.seen)])
    ]
    found += [Span("unobserved", start, end) for start, end in _holes(stretches, duration)]
    lasting = (span for span in found if span.end - span.start >= config.min_span)
    return tuple(sorted(lasting, key=lambda span: (span.start, span.end, span.kind)))


def face_statistics(
    observations: Sequence[Observation], window: tuple[float, float], *, config: FaceConfig
) -> FaceStatistics:
    """What was observed within `window` (start, end)."""
    start, end = window
    stretches = [
        _Stretch(max(start, s.start), min(end, s.end), s.seen)
        for s in _stretches(observations, end, hold=config.hold)
        if s.end > start and s.start < end
    ]
    observed = math.fsum(s.end - s.start for s in stretches)
    inside = [o for o in _ordered(observations) if start <= o.at < end]
    return FaceStatistics(
        observed=observed,
        present=_share(stretches, lambda o: o.faces > 0),
        many=_share(stretches, lambda o: o.faces > 1),
        away=_share(stretches, lambda o: looks_away(o.face, config)),
        blinks_per_minute=_blinks(inside, config),
        ranges=_ranges(inside),
    )


def looks_away(face: Face | None, config: FaceConfig) -> bool | None:
    """Whether head or eyes are turned off the screen; None when neither could be measured."""
    if face is None:
        return None
    limits = (
        (_finite(face.yaw), config.away_yaw),
        (_finite(face.pitch), config.away_pitch),
        (_finite(face.gaze_x), config.away_gaze),
    )
    known = [abs(value) > limit for value, limit in limits if value is not None]
    return any(known) if known else None


def _ordered(observations: Sequence[Observation]) -> list[Observation]:
    return sorted(observations, key=lambda o: o.at)


def _stretches(observations: Sequence[Observation], until: float, *, hold: float) -> list[_Stretch]:
    ordered = _with_gaze(_ordered(observations), hold)
    following = [*(o.at for o in ordered[1:]), until]
    return [
        _Stretch(o.at, min(then, o.at + hold), o)
        for o, then in zip(ordered, following, strict=False)  # without samples one is too many
        if then > o.at
    ]


def _with_gaze(ordered: Sequence[Observation], hold: float) -> list[Observation]:
    """Each face that was seen without its eyes gets the gaze measured just before."""
    found: list[Observation] = []
    known: Observation | None = None
    for seen in ordered:
        face = seen.face
        if face is None or face.gaze_x is not None:
            known = seen if face else None
        elif known is not None and known.face is not None and seen.at - known.at <= hold:
            last = known.face
            seen = replace(seen, face=replace(face, gaze_x=last.gaze_x, gaze_y=last.gaze_y))
        found.append(seen)
    return found


def _series(
    name: str, unit: str, values: Sequence[tuple[float, float | None]], hold: float
) -> Signal:
    """Points with a None where samples are further apart than `hold`, so that no line is drawn."""
    points: list[tuple[float, float | None]] = []
    for at, value in values:
        if points and at - points[-1][0] > hold:
            points.append((points[-1][0] + hold, None))
        points.append((at, value))
    return Signal(name, unit, tuple(points))


def _runs(pieces: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Pieces that touch, joined."""
    joined: list[tuple[float, float]] = []
    for start, end in pieces:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _holes(stretches: Sequence[_Stretch], duration: float) -> list[tuple[float, float]]:
    edges = [(0.0, 0.0), *((s.start, s.end) for s in stretches), (duration, duration)]
    return [(before[1], after[0]) for before, after in pairwise(edges) if after[0] > before[1]]


def _share(
    stretches: Sequence[_Stretch], holds: Callable[[Observation], bool | None]
) -> float | None:
    """Share of the seconds for which `holds` is known; None where it never is."""
    known = [(s.end - s.start, found) for s in stretches if (found := holds(s.seen)) is not None]
    whole = math.fsum(seconds for seconds, _ in known)
    return math.fsum(seconds for seconds, found in known if found) / whole if whole else None


def _blinks(inside: Sequence[Observation], config: FaceConfig) -> float | None:
    """Closings of the eyes per minute of closely sampled time."""
    blinks, seconds, closed = 0, 0.0, False
    for before, after in pairwise(inside):
        value = _finite(after.face.blink) if after.face else None
        if value is None or before.face is None or after.at - before.at > config.blink_step:
            closed = False
            continue
        seconds += after.at - before.at
        if not closed and value >= config.blink_closed:
            blinks, closed = blinks + 1, True
        elif value < config.blink_open:
            closed = False
    return blinks / seconds * 60 if seconds >= 5 else None


def _ranges(inside: Sequence[Observation]) -> tuple[tuple[str, Range], ...]:
    found = []
    for name, _, measure in _SERIES:
        values = sorted(v for o in inside if o.face and (v := _finite(measure(o.face))) is not None)
        if name in ANGLES and values:
            mean = math.fsum(value / len(values) for value in values)
            last = len(values) - 1
            low, high = values[round(0.05 * last)], values[round(0.95 * last)]
            found.append((name, Range(low, min(max(mean, low), high), high)))
    return tuple(found)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
