"""Wordings that the scorer was not changed for: what it does with them is the honest figure.

Once a change of the scorer has been made because of one of them, they are fresh no longer and new
ones have to be written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from service.assay.build import asked
from service.assay.cases import Case, Family
from service.assay.changes import inserted
from service.assay.junk import Place
from service.assay.material import GRADES, LANGUAGES, attacks, topics

FAMILIES = {"flattery": Family.FLATTERY, "orders": Family.ORDERS, "padding": Family.PADDING}


@cache
def fresh_cases() -> tuple[Case, ...]:
    """Each fresh sentence in an answer of each grade, the topics in turn."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    path = files("service.assay").joinpath("data", "fresh.json")
    texts: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    for language in LANGUAGES:
        own = topics(language)
        for name, family in FAMILIES.items():
            for i, sentence in enumerate(texts[name][language]):
                topic = own[(3 * i + len(name)) % len(own)]
                place = Place(asked(topic), attacks(language), f"{language}/{topic.name}")
                for turn, grade in enumerate(GRADES):
                    base = topic.answer(grade)
                    changed = inserted(base, sentence, i + turn)
                    yield place.case(family, f"fresh-{grade}{i}", (changed, base))
