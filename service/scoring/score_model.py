"""From features to a score: one versioned, JSON-serialisable document and plain arithmetic.

A `ScoreModel` is an additive, monotone map: each feature passes through its own published
piecewise-linear curve that never turns back, and the heights add up (a generalised additive model
with shape constraints; no feature can act against its stated direction, nothing interacts).

How a third party recomputes a score, with a pocket calculator or the standard library alone:

1. Take each feature's value as reported (`measured`, 0..1, four decimals; see `MEASURED`).
2. For each curve, in the order of the document: interpolate linearly between (knot, height) pairs,
   flat outside the first and last knot; a feature that is not reported counts as 0. Round to six
   decimals. That is the feature's contribution.
3. Add the intercept and all contributions. If the sum falls below 1 or rises above 5, a last
   last contribution, "floor" or "ceiling", makes up the difference. Six decimals: the score.
4. Level: 1 + the number of thresholds that are <= the score.
5. Interval: `below` and `above` of the document, plus its `doubt_below`/`doubt_above` times the
   doubt (1 - mean word confidence), plus `short` times exp(-units / 40), plus `fallback` times the
   share that a fallback engine wrote; clipped to 1..5, six decimals.

`sha256` is taken over the canonical JSON (sorted keys, no spaces, ASCII) of the document without
that field; `document` and `parse` are inverse to each other.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from service.scoring.digest import Json, canonical, plain

FORMAT = "candor-score-model/1"
LOWEST, HIGHEST = 1.0, 5.0
MEASURED, SCORED = 4, 6  # decimals of feature values, and of contributions and scores
EVEN = (1.5, 2.5, 3.5, 4.5)  # the thresholds between levels where no labels say otherwise
FLOOR, CEILING, INTERCEPT = "floor", "ceiling", "intercept"


class UnusableModel(ValueError):
    """The document is not a score model of this format, or breaks one of its promises."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What a feature adds to the score, by its value: monotone, linear between the knots."""

    feature: str
    knots: tuple[float, ...]
    heights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.knots) < 2 or len(self.knots) != len(self.heights):
            raise UnusableModel(f"{self.feature}: two or more knots, each with a height")
        if not all(math.isfinite(n) for n in (*self.knots, *self.heights)):
            raise UnusableModel(f"{self.feature}: a curve's numbers are finite")
        if any(b <= a for a, b in zip(self.knots, self.knots[1:], strict=False)):
            raise UnusableModel(f"{self.feature}: knots rise")
        steps = [b - a for a, b in zip(self.heights, self.heights[1:], strict=False)]
        if min(steps) < 0 < max(steps):
            raise UnusableModel(f"{self.feature}: a curve never turns back")

    @classmethod
    def line(cls, feature: str, weight: float) -> Curve:
        """`weight` times the value."""
        return cls(feature, (0.0, 1.0), (0.0, weight))

    @property
    def reach(self) -> float:
        """The most that this feature can add (or, below 0, take away)."""
        first, last = self.heights[0], self.heights[-1]
        return last if abs(last) >= abs(first) else first

    def at(self, value: float) -> float:
        """The contribution of `value`, six decimals."""
        if value <= self.knots[0]:
            return round(self.heights[0], SCORED)
        for i in range(1, len(self.knots)):
            if value <= self.knots[i]:
                left, right = self.knots[i - 1], self.knots[i]
                share = (value - left) / (right - left)
                low, high = self.heights[i - 1], self.heights[i]
                return round(low + share * (high - low), SCORED)
        return round(self.heights[-1], SCORED)


@dataclass(frozen=True, slots=True)
class Interval:
    """How far a person's rating may lie from the score, in levels, at `level` of the time.

    `labels` 0: nobody has rated; the widths are a wide assumption and `is_assumed` is true.
    Otherwise split-conformal residual quantiles of `labels` ratings of `groups` speakers or
    questions that the curves had not seen.
    """

    below: float
    above: float
    doubt_below: float
    doubt_above: float
    short: float
    fallback: float
    labels: int = 0
    groups: int = 0
    level: float = 0.9

    @property
    def is_assumed(self) -> bool:
        return self.labels == 0


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a score. `value` as measured; `reach` the most that the feature can add."""

    feature: str
    value: float
    reach: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """What makes an interval wider: mean word confidence, length in units, fallback share."""

    confidence: float = 1.0
    units: float = math.inf
    fallback: float = 0.0


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """See the module. `competency` "" serves any; `trained_on` says whose labels, if any."""

    id: str
    version: str
    intercept: float
    curves: tuple[Curve, ...]
    interval: Interval
    thresholds: tuple[float, ...] = EVEN
    competency: str = ""
    trained_on: str = ""

    def __post_init__(self) -> None:
        names = [curve.feature for curve in self.curves]
        if len(set(names)) != len(names):
            raise UnusableModel("two curves for one feature")
        if list(self.thresholds) != sorted(self.thresholds):
            raise UnusableModel("thresholds rise")

    def parts(self, features: Mapping[str, float]) -> tuple[Part, ...]:
        """The summands of the score, intercept first. Unknown features count for nothing."""
        found = [Part(INTERCEPT, 1.0, self.intercept, round(self.intercept, SCORED))]
        for curve in self.curves:
            value = round(features.get(curve.feature, 0.0), MEASURED)
            found.append(Part(curve.feature, value, curve.reach, curve.at(value)))
        total = round(math.fsum(part.contribution for part in found), SCORED)
        inside = min(HIGHEST, max(LOWEST, total))
        if inside != total:
            name, gap = (FLOOR if total < LOWEST else CEILING), round(inside - total, SCORED)
            found.append(Part(name, 1.0, gap, gap))
        return tuple(found)

    def score(self, features: Mapping[str, float]) -> float:
        """1.0 to 5.0, six decimals."""
        return total(self.parts(features))

    def level(self, score: float) -> int:
        """The level of a score; a score on a threshold has crossed it."""
        return 1 + sum(threshold <= score for threshold in self.thresholds)

    def bounds(self, score: float, doubt: Doubt) -> tuple[float, float]:
        """The interval around a score."""
        known, unsure = self.interval, min(1.0, max(0.0, 1.0 - doubt.confidence))
        extra = known.short * math.exp(-doubt.units / 40) + known.fallback * doubt.fallback
        low = score - known.below - known.doubt_below * unsure - extra
        high = score + known.above + known.doubt_above * unsure + extra
        return round(max(LOWEST, low), SCORED), round(min(HIGHEST, high), SCORED)

    @property
    def sha256(self) -> str:
        """Names this very document."""
        return hashlib.sha256(canonical({"format": FORMAT, **_body(self)})).hexdigest()

    def named(self, version: str) -> ScoreModel:
        """The same map under another version."""
        return replace(self, version=version)


def total(parts: Sequence[Part]) -> float:
    """The score that parts add up to."""
    return round(math.fsum(part.contribution for part in parts), SCORED)


def document(model: ScoreModel) -> dict[str, Json]:
    """The model as JSON values, with its format and sha256."""
    return {"format": FORMAT, **_body(model), "sha256": model.sha256}


def parse(found: Json) -> ScoreModel:
    """The model in a document. Raises UnusableModel: wrong format, missing parts, wrong sha256."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UnusableModel(f"not a document of the format {FORMAT}")
    try:
        model = _built(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, UnusableModel):
            raise
        raise UnusableModel(f"a part is missing or of the wrong kind: {error}") from error
    if found.get("sha256", model.sha256) != model.sha256:
        raise UnusableModel("the document was changed: its sha256 is another one")
    return model


def _body(model: ScoreModel) -> dict[str, Json]:
    return cast(dict[str, Json], plain(model))


def _built(found: Mapping[str, Json]) -> ScoreModel:
    curves = tuple(
        Curve(str(each["feature"]), _numbers(each["knots"]), _numbers(each["heights"]))
        for each in cast(list[dict[str, Json]], found["curves"])
    )
    known = cast(dict[str, float], found["interval"])
    widths = ("below", "above", "doubt_below", "doubt_above", "short", "fallback", "level")
    interval = Interval(
        **{name: float(known[name]) for name in widths},
        labels=int(known["labels"]),
        groups=int(known["groups"]),
    )
    return ScoreModel(
        id=str(found["id"]),
        version=str(found["version"]),
        intercept=float(cast(float, found["intercept"])),
        curves=curves,
        interval=interval,
        thresholds=_numbers(found["thresholds"]),
        competency=str(found["competency"]),
        trained_on=str(found["trained_on"]),
    )


def _numbers(found: Json) -> tuple[float, ...]:
    return tuple(float(cast(float, each)) for each in cast(list[Json], found))
