"""What the cases are made of: questions with answers of three grades, and ways to attack. Own text.

Ten topics from ten trades, each answered strongly (concrete, own actions, result), fairly (true but
general) and weakly (about the topic, says nothing), the same in English and Chinese.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast

from service.scoring.rubric import ANCHOR_LEVELS, Anchor, Competency, Rubric

LANGUAGES = ("en", "zh")
GRADES = ("weak", "fair", "strong")
PARTS = ("situation", "task", "action", "result")


@dataclass(frozen=True, slots=True)
class Topic:
    """A question, what it asks after, and three answers, the best one in its parts."""

    name: str
    language: str
    question: str
    competency: Competency
    fair: str
    weak: str
    parts: Mapping[str, tuple[str, ...]]

    def answer(self, grade: str) -> str:
        """The answer of that grade (see GRADES)."""
        return {"weak": self.weak, "fair": self.fair, "strong": self.without()}[grade]

    def without(self, *left_out: str) -> str:
        """The strong answer without some of its parts."""
        kept = [s for part in PARTS if part not in left_out for s in self.parts[part]]
        return joined(kept, self.language)

    @property
    def rubric(self) -> Rubric:
        return Rubric("1", (self.competency,))


class Frame(TypedDict):
    """A text with gaps, and the people to fill them with."""

    frame: str
    people: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Attacks:
    """The attacks in one language."""

    flattery: tuple[str, ...]
    padding: tuple[str, ...]
    orders: tuple[str, ...]
    stuffed: tuple[str, ...]
    stories: tuple[str, ...]
    empty: tuple[str, ...]
    fillers: tuple[str, ...]
    misheard: Mapping[str, str]
    identity: Frame
    job: str
    cv: str


def joined(sentences: list[str], language: str) -> str:
    """Sentences as one text."""
    return ("" if language == "zh" else " ").join(sentences)


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """All topics in a language, in a fixed order."""
    return tuple(_topic(entry, language) for entry in _read("answers.json"))


@cache
def attacks(language: str) -> Attacks:
    """All attacks in a language."""
    found = cast(dict[str, dict[str, object]], _read("attacks.json"))
    texts = {
        name: tuple(cast(list[str], found[name][language]))
        for name in ("flattery", "padding", "orders", "stuffed", "stories", "empty", "fillers")
    }
    return Attacks(
        **texts,
        misheard=cast(dict[str, str], found["misheard"][language]),
        identity=cast(Frame, found["identity"][language]),
        job=cast(str, found["job"][language]),
        cv=cast(str, found["cv"][language]),
    )


def _topic(entry: Mapping[str, object], language: str) -> Topic:
    own = cast(dict[str, object], entry[language])
    texts = cast(list[str], own["anchors"])
    anchors = tuple(Anchor(n, text) for n, text in zip(ANCHOR_LEVELS, texts, strict=True))
    keywords = tuple(cast(list[str], own["keywords"]))
    strong = cast(dict[str, list[str]], own["strong"])
    return Topic(
        name=cast(str, entry["topic"]),
        language=language,
        question=cast(str, own["question"]),
        competency=Competency("c", cast(str, own["competency"]), anchors, keywords),
        fair=cast(str, own["fair"]),
        weak=cast(str, own["weak"]),
        parts={part: tuple(strong[part]) for part in PARTS},
    )


def _read(name: str) -> list[dict[str, object]]:
    text = files("service.assay").joinpath("data", name).read_text(encoding="utf-8")
    return cast(list[dict[str, object]], json.loads(text))
