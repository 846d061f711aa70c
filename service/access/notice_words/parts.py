"""What a notice is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A law that a section rests on, as each language cites it."""

    en: str
    zh: str


@dataclass(frozen=True)
class Section:
    """One part of a notice; paragraphs may have holes for what this server really runs."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class PurposeWords:
    """What is asked, what it is for, and what happens if not."""

    title: str
    text: str
    refusal: str


@dataclass(frozen=True)
class Words:
    """A whole notice. `models`: one sentence for each thing a model may do."""

    sections: tuple[Section, ...]
    models: Mapping[str, str]
    purposes: Mapping[str, PurposeWords]
