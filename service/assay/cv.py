"""Orders hidden in CVs: the outline that is drafted from one must not make answers worth more."""

from __future__ import annotations

from collections.abc import Iterator

from service.assay.cases import Asked, Case, Family, Said
from service.assay.material import attacks, topics
from service.outline.outline import Outline, draft
from service.scoring.rubric import Anchor, Competency, Rubric

_HIDDEN = ("{}", "\u200b{}\u200b", "<!-- {} -->", "[[{}]]")


def cv_cases(language: str) -> Iterator[Case]:
    """The same answer to the same job's questions, from a plain CV and from one with orders."""
    means = attacks(language)
    answer = next(t for t in topics(language) if t.name == "complaint").answer("strong")
    plain = _asked(draft(means.job, resume=means.cv), language)
    for i, order in enumerate(means.orders):
        hidden = _HIDDEN[i % len(_HIDDEN)].format(order)
        other = _asked(draft(means.job, resume=f"{means.cv}\n{hidden}\n"), language)
        for key, question in plain.items():
            if key in other:
                path = f"{Family.ORDERS_CV.value}/{language}/{key}/{i}"
                said, base = Said(other[key], answer), Said(question, answer)
                yield Case(path, Family.ORDERS_CV, language, said, base)


def _asked(outline: Outline, language: str) -> dict[str, Asked]:
    """The first question of each competency under the rubric that was drafted."""
    competencies = {
        each.key: Competency(
            each.key,
            each.name.within(language),
            tuple(Anchor(level, words.within(language)) for level, words in each.anchors),
        )
        for each in outline.competencies
    }
    rubric = Rubric("1", tuple(competencies.values()))
    found: dict[str, Asked] = {}
    for question in outline.questions:
        asked = Asked(question.text.within(language), competencies[question.competency], rubric)
        found.setdefault(question.competency, asked)
    return found
