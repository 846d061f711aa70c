"""`--fail-if 'caption_p95>1.5s,loss>1%,failed>0'`: when a run has failed."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.loadtest.metrics import CATALOGUE, Metrics
from service.loadtest.units import UsageError

_EXPRESSION = re.compile(r"([a-z][a-z0-9_]*)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(ms|s|%|MB|/s|)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
# (unit of the metric, unit as written) -> factor
_FACTORS = {
    ("s", "s"): 1.0,
    ("s", "ms"): 0.001,
    ("ms", "ms"): 1.0,
    ("ms", "s"): 1000.0,
    ("share", "%"): 0.01,
    ("MB", "MB"): 1.0,
    ("/s", "/s"): 1.0,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """The run has failed if `metric` `sign` `value`, or if the metric could not be measured."""

    text: str
    metric: str
    sign: str
    value: float

    def violated(self, metrics: Metrics) -> str:
        """What is wrong, as a sentence; "" when nothing is."""
        found = metrics[self.metric]
        if found is None:
            return f"{self.text}: {self.metric} could not be measured"
        if _COMPARE[self.sign](found, self.value):
            return f"{self.text}: it is {show(self.metric, found)}"
        return ""


def show(metric: str, value: float | None) -> str:
    """A metric's value for people."""
    if value is None:
        return "–"
    unit = CATALOGUE[metric][0]
    if unit == "share":
        return f"{100 * value:.2f} %"
    if unit == "":
        return f"{value:g}"
    digits = {"s": 3, "ms": 1, "MB": 0, "/s": 2}[unit]
    return f"{value:.{digits}f} {unit}"


def parse(text: str) -> tuple[Threshold, ...]:
    """Comma-separated expressions. Raises UsageError that says what is wrong with which."""
    return tuple(_threshold(part.strip()) for part in text.split(",") if part.strip())


def _threshold(text: str) -> Threshold:
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no threshold: write METRIC>VALUE, such as caption_p95>1.5s.")
    metric, sign, number, unit = match.groups()
    if metric not in CATALOGUE:
        raise UsageError(f"There is no metric {metric!r}. Known: {', '.join(CATALOGUE)}.")
    own = CATALOGUE[metric][0]
    if unit and (own, unit) not in _FACTORS:
        raise UsageError(f"{text!r}: {metric} is {_called(own)}, not {unit}.")
    return Threshold(text, metric, sign, float(number) * _FACTORS.get((own, unit), 1.0))


def _called(unit: str) -> str:
    return {"": "a count", "share": "a share (write 1% or 0.01)"}.get(unit, f"in {unit}")


def violations(thresholds: Sequence[Threshold], metrics: Metrics) -> list[str]:
    """All that is wrong; empty: passed."""
    return [wrong for one in thresholds if (wrong := one.violated(metrics))]
