"""Stretches of a session's media time, as (start, end) pairs in seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[float, float]
TOUCHING = 1e-6  # seconds between two stretches that count as one


def united(spans: Iterable[Span], *, apart: float = TOUCHING) -> list[Span]:
    """The same stretches in order, those not more than `apart` from each other as one."""
    out: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if out and start - out[-1][1] <= apart:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def missing(spans: Iterable[Span], within: Span, *, least: float = 0.0) -> list[Span]:
    """What of `within` no stretch covers; nothing shorter than `least`."""
    at, end = within
    out: list[Span] = []
    for begins, ends in united(spans):
        if begins >= end:
            break
        if begins > at:
            out.append((at, begins))
        at = max(at, ends)
    if at < end:
        out.append((at, end))
    return [span for span in out if span[1] - span[0] >= max(least, TOUCHING)]


def without(span: Span, holes: Iterable[Span]) -> list[Span]:
    """The stretch without its holes."""
    return missing(holes, span)


def overlap(spans: Iterable[Span], within: Span) -> float:
    """Seconds of `within` that are covered."""
    start, end = within
    return sum(max(0.0, min(end, b) - max(start, a)) for a, b in united(spans))
