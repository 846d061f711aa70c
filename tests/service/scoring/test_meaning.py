"""A sentence encoder's figures as values: they raise what letters missed, and stay on record."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from models.types import Compared, Nearness
from service.scoring import meaning
from service.scoring.rater import LETTERS, Means, rate_answer, rate_session, total
from service.scoring.ratings import Abstention
from service.scoring.reading import read
from service.scoring.report import to_json
from service.scoring.rubric import Answer, Competency, QuestionSpec, Rubric
from tests.service.scoring.material import CASES, answer, rubric, utterance

LANGUAGE, CASE = CASES[0]
RUBRIC = rubric(LANGUAGE, CASE)
COMPETENCY = RUBRIC.competencies[0]
SAID = answer(CASE.question, "Two of us saw it in opposite ways. I sat down with him, and we met "
              "in the middle after he had told me what worried him about it.")  # fmt: skip


def heard(nearness: float, said: Answer = SAID) -> Means:
    """An encoder that finds everything equally near."""
    near = Nearness(nearness, nearness, nearness, nearness, nearness)
    texts = meaning.sought(said.question, COMPETENCY).texts
    known = Compared(near, (near,) * len(texts))
    return Means(meanings={(said.question.id, COMPETENCY.id): known})


def score(means: Means, said: Answer = SAID) -> float:
    found = rate_answer(said, COMPETENCY, rubric=RUBRIC, means=means).score
    assert found is not None
    return found


def test_what_letters_missed_meaning_finds() -> None:
    assert score(heard(0.6)) > score(LETTERS) + 0.3


def test_more_nearness_never_lowers_a_score_and_none_changes_nothing() -> None:
    found = [score(heard(n / 10)) for n in range(11)]
    assert found == sorted(found)
    assert found[0] == score(LETTERS)


def test_figures_about_other_texts_are_not_used() -> None:
    other = Means(meanings={("q", "c"): Compared(Nearness(best=1.0), (Nearness(best=1.0),))})
    assert score(other) == score(LETTERS)


def test_the_figures_are_part_of_the_report_and_of_the_digest() -> None:
    (plain,) = rate_session([SAID], RUBRIC)
    (known,) = rate_session([SAID], RUBRIC, heard(0.6))
    assert plain.input_digest != known.input_digest
    report = json.loads(to_json(known))["answers"][0]
    assert report["meaning"]["question"]["best"] == 0.6
    assert set(report["features"]) >= {"question_relevance", "breadth", "reasoning"}
    assert json.loads(to_json(plain))["answers"][0]["meaning"] is None


def test_the_encoder_is_asked_in_english_only_and_once_for_all_competencies() -> None:
    both = (COMPETENCY, replace(COMPETENCY, id="d", keywords=("other",)))
    asked = meaning.request(read(SAID), SAID.question, both)
    assert asked is not None
    near = [Nearness(best=i / 100) for i in range(len(asked.sought))]
    split = meaning.shared(Compared(Nearness(), tuple(near)), SAID.question, both)
    assert [len(split["q", each.id].sought) for each in both] == [7, 5]
    assert split["q", "d"].sought[0].best == 0.07
    chinese = answer("请讲一次冲突。", "去年我和同事有分歧，我们一起解决了这个冲突。")
    assert meaning.request(read(chinese), chinese.question, both) is None
    assert meaning.request(read(answer("", "Some words.")), QuestionSpec("q", ""),
                           (Competency("c", "", ()),)) is None  # fmt: skip


MODEL_ANSWER = "A stack gives back the item that was put on it last."
KNOWLEDGE = QuestionSpec("q", "What does a stack do?", ("c",), MODEL_ANSWER)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (MODEL_ANSWER, "The last item comes back."),
        ("It gives back the last item that was put on it.", "It keeps things."),
        ("The item put last.", "A stack does what a stack does."),
    ],
)
def test_answers_of_knowledge_are_held_against_the_model_answer(better: str, worse: str) -> None:
    bare = Rubric("1", (Competency("c", "", ()),))
    found = [
        rate_answer(Answer(KNOWLEDGE, (utterance(said),)), bare.competencies[0], rubric=bare)
        for said in (better, worse)
    ]
    scores = [LOW if each.score is None else each.score for each in found]
    assert scores[0] > scores[1]
    assert found[0].basis is not None
    assert found[0].basis.id == "candor-reference"


LOW = 1.0


def test_a_short_right_answer_of_knowledge_is_rated() -> None:
    bare = Rubric("1", (Competency("c", "", ()),))
    short = Answer(replace(KNOWLEDGE, reference="TCP"), (utterance("TCP"),))
    assert rate_answer(short, bare.competencies[0], rubric=bare).abstained is None
    open_ended = Answer(QuestionSpec("q", "Why?"), (utterance("TCP"),))
    rated = rate_answer(open_ended, bare.competencies[0], rubric=bare)
    assert rated.abstained is Abstention.TOO_SHORT


def test_delivery_is_shown_and_weighs_nothing() -> None:
    slow = "I, um, listened to my colleague, uh, and I, you know, wrote down both of the options."
    found = rate_answer(answer(CASE.question, slow), COMPETENCY, rubric=RUBRIC)
    shown = {p.feature: p for p in found.contributions if not p.weight}
    assert {"pace", "pauses", "fillers"} <= set(shown)
    assert shown["fillers"].value == 3.0
    assert all(part.contribution == 0.0 for part in shown.values())
    assert total(found.contributions) == found.score
