"""Durations, shares and ranges as people write them on a command line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class UsageError(Exception):
    """What was asked for makes no sense; the text says how to ask."""


def seconds(text: str) -> float:
    """`90`, `90s`, `1m30s`, `1.5m` or `500ms` as seconds."""
    asked = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", asked):
        return float(asked)
    found = _PARTS.findall(asked)
    if not found or "".join(number + unit for number, unit in found) != asked:
        raise UsageError(f"{text!r} is not a duration: write 60s, 1m30s or 500ms.")
    return sum(float(number) * _SECONDS[unit] for number, unit in found)


def share(text: str) -> float:
    """`3%` or `0.03` as 0.03."""
    asked = text.strip()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", asked)
    value = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= value < 1:
        raise UsageError(f"{text!r} is not a share of packets: write 3% or 0.03, below 100%.")
    return value


@dataclass(frozen=True, slots=True)
class Ramp:
    """`first`, `first + step`, ... up to `last`, which always is the end."""

    first: int
    last: int
    step: int

    @property
    def levels(self) -> list[int]:
        """The numbers of sessions, one step each."""
        below = list(range(self.first, self.last, self.step))
        return [*below, self.last]


def ramp(text: str) -> Ramp:
    """`from:to:step` in sessions, such as 5:30:5."""
    match = re.fullmatch(r"(\d+):(\d+):(\d+)", text.strip())
    made = Ramp(*(int(part) for part in match.groups())) if match else Ramp(0, 0, 0)
    if not 1 <= made.first <= made.last or made.step < 1:
        raise UsageError(f"{text!r} is not a ramp: write from:to:step, such as 5:30:5.")
    return made
