"""Small charts as inline SVG: lines, points and steps, with axes and a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 42
COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280", "#4a5568")
MOST_POINTS = 4000  # a chart shows no more: beyond it every n-th point stands for the others
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or cloud of points."""

    name: str
    points: Sequence[Point]
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes mean."""

    x: str
    y: str


def nice_step(span: float, wanted: int = 5) -> float:
    """A round distance between ticks: 1, 2 or 5 times a power of ten."""
    if span <= 0:
        return 1.0
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(n * power for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9)))


@dataclass(frozen=True, slots=True)
class _Frame:
    right: float
    top: float

    def x(self, value: float) -> float:
        return LEFT + value / self.right * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM)


def chart(title: str, axes: Axes, series: Sequence[Series]) -> str:
    """A figure; one line of text instead when there is nothing to draw."""
    drawn = [one for one in series if one.points]
    caption = f"<figcaption>{escape(title)}</figcaption>"
    if not drawn:
        return f"<figure>{caption}<p class=none>not measured</p></figure>"
    points = [point for one in drawn for point in one.points]
    frame = _Frame(
        right=max(max(x for x, _ in points), 1e-9), top=max(max(y for _, y in points) * 1.05, 1e-9)
    )
    body = _grid(frame, axes) + "".join(_draw(frame, one, n) for n, one in enumerate(drawn))
    legend = _legend(drawn) if len(drawn) > 1 else ""
    label = escape(title, quote=True)
    return (
        f'<figure>{caption}<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{body}</svg>{legend}</figure>"
    )


def _ticks(most: float) -> list[float]:
    step = nice_step(most)
    return [number * step for number in range(int(most / step + 1e-9) + 1)]


def _grid(frame: _Frame, axes: Axes) -> str:
    base = HEIGHT - BOTTOM
    out: list[str] = []
    for value in _ticks(frame.top):
        y = frame.y(value)
        out.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    for value in _ticks(frame.right):
        x = frame.x(value)
        out.append(f'<text x="{x:.1f}" y="{base + 16}" text-anchor="middle">{value:g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    out.append(
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>'
        f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(axes.x)}</text>'
        f'<text transform="translate(13 {base / 2:.0f}) rotate(-90)" text-anchor="middle">'
        f"{escape(axes.y)}</text>"
    )
    return "".join(out)


def _draw(frame: _Frame, series: Series, number: int) -> str:
    colour = COLOURS[number % len(COLOURS)]
    every = -(-len(series.points) // MOST_POINTS)
    places = [(frame.x(x), frame.y(y)) for x, y in series.points[::every]]
    if series.dots or len(places) == 1:
        return "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places
        )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.8"/>'


def _legend(series: Sequence[Series]) -> str:
    parts = (
        f'<span><i style="background:{COLOURS[n % len(COLOURS)]}"></i>{escape(one.name)}</span>'
        for n, one in enumerate(series)
    )
    return f"<p class=legend>{''.join(parts)}</p>"
