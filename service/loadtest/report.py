"""The result of a load test as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.loadtest.metrics import Metrics, error_kinds, is_broken, word_errors
from service.loadtest.sitting import Sitting
from service.loadtest.step import Step

Json = dict[str, object]
FORMAT = 1
MISSES_WORDS = "metronome"  # engines with this in their name cost and time like one, but hear not


@dataclass
class Report:
    """All that is known of one run; `document` is what gets written."""

    circumstances: Mapping[str, object]
    settings: Mapping[str, object]
    steps: list[Json] = field(default_factory=list)
    capacity: str = ""
    interrupted: bool = False

    def add(self, step: Step, found: Metrics, wrong: Sequence[str]) -> None:
        """One more finished step."""
        self.steps.append(_step(step, found, wrong))

    @property
    def passed(self) -> bool:
        """Whether no step broke a threshold. A search for the capacity passes by finding one."""
        return bool(self.steps) and (bool(self.capacity) or all(s["passed"] for s in self.steps))

    @property
    def document(self) -> Json:
        """As it is written to --json."""
        return {
            "format": FORMAT,
            **self.circumstances,
            "settings": dict(self.settings),
            "passed": self.passed,
            "interrupted": self.interrupted,
            "capacity": self.capacity or None,
            "steps": self.steps,
        }


def notes(engine: str) -> list[str]:
    """What a reader must know about the words of this run."""
    if not engine:
        return ["No engine hears this language: sound is kept, nothing is transcribed."]
    if MISSES_WORDS in engine:
        return ["This engine recognises nothing: its words show cost and time, never accuracy."]
    return []


def _step(step: Step, found: Metrics, wrong: Sequence[str]) -> Json:
    looks = step.meter.looks if step.meter else []
    return {
        "sessions": step.sessions,
        "passed": not wrong,
        "violations": list(wrong),
        "broken_off": step.broken_off,
        "engine": step.target.engine,
        "notes": notes(step.target.engine),
        "metrics": {name: _rounded(value) for name, value in found.items()},
        "errors": error_kinds(step.sittings),
        "server": [
            {
                "at": round(look.at, 1),
                "cpu_cores": {role: round(value, 3) for role, value in look.cpu.items()},
                "rss_mb": {role: round(value / 2**20, 1) for role, value in look.rss.items()},
            }
            for look in looks
        ],
        "candidates": [_candidate(one) for one in step.sittings],
    }


def _candidate(one: Sitting) -> Json:
    """No transcript and no name: what a person says stays in the service."""
    found: Json = {
        "number": one.number,
        "session_id": one.session_id,
        "clip": one.clip.name,
        "began": round(one.began, 2),
        "error": one.error or None,
        "answered": _rounded(one.up.answered if one.up else None),
        "connected": _rounded(one.up.connected if one.up else None),
        "live": _rounded(one.live),
        "seconds": _rounded(one.outcome.seconds if one.outcome else None),
        "captions": [
            [round(one.began + caption.arrived, 2), round(late, 3)] for caption, late in one.timed
        ],
    }
    if one.kept is not None:
        found |= {
            "wer": _rounded(word_errors(one, one.said.words)),
            "recorded": _rounded(one.kept.recorded),
            "recordings": one.kept.recordings,
            "gaps": _rounded(one.kept.gaps),
            "audio_delivered": _rounded(one.kept.delivered),
            "state": one.kept.state,
            "foreign_packets": one.kept.foreign,
            "whole": not is_broken(one),
            "faces": one.kept.faces,
        }
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
