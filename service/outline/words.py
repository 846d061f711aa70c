"""What the outline and the question gate hand out. Offsets count code points of the given text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["job", "cv"]


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in both languages."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] of the job description or the CV as it was given."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """Where something came from. `quote` is the span made safe to show, and may be cut short."""

    source: Source
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection to a question. `laws` name what it rests on; empty for vague wording."""

    code: str
    refused: bool  # False: a warning, the person decides
    reason: Words
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line that no question may ask after, and why."""

    citation: Citation
    code: str
    reason: Words
    laws: tuple[str, ...] = ()
