"""Cases out of the material: every attack on every topic, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from service.assay.cases import Asked, Case, Family, Said
from service.assay.changes import disfluent, inserted, misheard
from service.assay.cv import cv_cases
from service.assay.junk import Place, junk, stuffed
from service.assay.material import GRADES, LANGUAGES, Topic, attacks, topics

F = Family


@cache
def cases() -> tuple[Case, ...]:
    """All cases for a score model, in a fixed order."""
    found: list[Case] = []
    for language in LANGUAGES:
        for number, topic in enumerate(topics(language)):
            place = Place(asked(topic), attacks(language), f"{language}/{topic.name}", number)
            found += junk(place)
            for turn, grade in enumerate(GRADES):
                found += unmoved(place, topic.answer(grade), name=grade, turn=number + turn)
                found += heard(place, topic.answer(grade), name=grade, turn=number + turn)
            found += swapped(place, topic.answer(GRADES[number % 3]), GRADES[number % 3])
            found += _better(place, topic)
        found += cv_cases(language)
    found += _translated()
    return tuple(found)


def asked(topic: Topic) -> Asked:
    """A topic's question under its own rubric."""
    return Asked(topic.question, topic.competency, topic.rubric)


def unmoved(place: Place, base: str, *, name: str, turn: int) -> Iterator[Case]:
    """An answer with flattery, padding, orders, itself again, or keywords added."""
    means = place.means
    for family, texts in (
        (F.FLATTERY, means.flattery),
        (F.PADDING, means.padding),
        (F.ORDERS, means.orders),
    ):
        for i in range(2):
            extra = texts[(2 * turn + i) % len(texts)]
            yield place.case(family, f"{name}{i}", (inserted(base, extra, turn + i), base))
    yield place.case(F.REPETITION, name, (f"{base}{place.gap}{base}", base))
    words = stuffed(means.stuffed[turn % len(means.stuffed)], place.words, 1)
    yield place.case(F.STUFFING, name, (inserted(base, words, 1), base))


def swapped(place: Place, story: str, name: str) -> Iterator[Case]:
    """The same story told by others: names, genders, families, schools."""
    frame = place.means.identity
    first, *others = (frame["frame"].format(story=story, **who) for who in frame["people"])
    for i, other in enumerate(others):
        yield place.case(F.IDENTITY, f"{name}{i}", (other, first))


def heard(place: Place, base: str, *, name: str, turn: int) -> Iterator[Case]:
    """An answer with fillers, and as a recogniser may get it."""
    text = disfluent(base, place.means.fillers, 4 + turn % 4)
    yield place.case(F.DISFLUENCY, name, (text, base))
    for family, share in ((F.MISHEARD, 0.1), (F.MISHEARD_BADLY, 0.2)):
        text, confidence = misheard(base, place.means.misheard, share)
        said = Said(place.asked, text, confidence)
        path = f"{family.value}/{place.path}/{name}"
        yield Case(path, family, place.language, said, Said(place.asked, base))


def _better(place: Place, topic: Topic) -> Iterator[Case]:
    weak, fair, strong = (topic.answer(grade) for grade in GRADES)
    yield place.case(F.BETTER_GRADE, "fair-weak", (fair, weak))
    yield place.case(F.BETTER_GRADE, "strong-fair", (strong, fair))
    yield place.case(F.BETTER_GRADE, "strong-weak", (strong, weak))
    for part in ("action", "result"):
        yield place.case(F.BETTER_WHOLE, part, (strong, topic.without(part)))
    yield place.case(F.BETTER_WHOLE, "frame", (strong, topic.without("situation", "task")))


def _translated() -> Iterator[Case]:
    for english, chinese in zip(topics("en"), topics("zh"), strict=True):
        for grade in GRADES:
            said = Said(asked(chinese), chinese.answer(grade))
            base = Said(asked(english), english.answer(grade))
            path = f"{F.TRANSLATION.value}/{english.name}/{grade}"
            yield Case(path, F.TRANSLATION, "zh-en", said, base)
