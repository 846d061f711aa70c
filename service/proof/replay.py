"""The scorer run again on the words of a bundle: the same bytes must come out."""

from __future__ import annotations

from enum import StrEnum

from models.types import Compared, Nearness
from service.proof import verify_bundle
from service.scoring.digest import canonical
from service.scoring.meaning import Meanings
from service.scoring.rater import Means, rate_session
from service.scoring.report import detail
from service.scoring.rubric import (
    Anchor,
    Answer,
    AnswerUtterance,
    Competency,
    QuestionSpec,
    Rubric,
    SpokenWord,
)


class NotABundle(ValueError):
    """The file holds no evidence, or evidence of another form."""


class Verdict(StrEnum):
    """What came of rating the words again."""

    SAME = "same"
    DIFFERS = "differs"
    OTHER_SCORER = "other_scorer"
    OTHER_WORDS = "other_words"


def replayed(data: bytes) -> list[tuple[str, Verdict]]:
    """A verdict on the scorer's newest rating of each competency. Raises NotABundle."""
    try:
        core = verify_bundle.read(data, verify_bundle.Told())["core"]
        answers = tuple(_answer(each) for each in core["answers"])
        rubric = _rubric(core["rubric"])
        stored = [(c, verify_bundle.newest(core, c.id)) for c in rubric.competencies]
    except (verify_bundle.Unreadable, KeyError, TypeError, ValueError) as error:
        raise NotABundle(str(error)) from error
    means = Means(meanings=_meanings(stored))
    again = {rating.competency_id: rating for rating in rate_session(answers, rubric, means)}
    found = []
    for competency, rating in stored:
        if rating is None:
            continue
        new = again[competency.id]
        if rating["rater_version"] != f"{new.scorer_id}@{new.scorer_version}":
            verdict = Verdict.OTHER_SCORER
        elif rating["input_digest"] != new.input_digest:
            verdict = Verdict.OTHER_WORDS
        else:
            same = canonical(rating["detail"]) == canonical(detail(new))
            verdict = Verdict.SAME if same else Verdict.DIFFERS
        found.append((competency.name, verdict))
    return found


def _meanings(stored: list[tuple[Competency, verify_bundle.Json]]) -> Meanings:
    """What the encoder said then: machines differ in the last digits, so it is not asked again."""
    return {
        (answer["question_id"], competency.id): Compared(
            Nearness(**answer["meaning"]["question"]),
            tuple(Nearness(**each) for each in answer["meaning"]["sought"]),
        )
        for competency, rating in stored
        if rating is not None
        for answer in rating["detail"]["answers"]
        if answer.get("meaning")
    }


def _answer(found: verify_bundle.Json) -> Answer:
    question = found["question"]
    asked = QuestionSpec(**question | {"competencies": tuple(question["competencies"])})
    return Answer(asked, tuple(_utterance(each) for each in found["utterances"]))


def _utterance(found: verify_bundle.Json) -> AnswerUtterance:
    words = tuple(SpokenWord(**word) for word in found["words"])
    return AnswerUtterance(**found | {"words": words})


def _rubric(found: verify_bundle.Json) -> Rubric:
    competencies = tuple(
        Competency(
            **each
            | {
                "anchors": tuple(Anchor(**anchor) for anchor in each["anchors"]),
                "keywords": tuple(each["keywords"]),
            }
        )
        for each in found["competencies"]
    )
    weights = tuple((str(name), float(weight)) for name, weight in found["weights"])
    return Rubric(found["version"], competencies, weights)
