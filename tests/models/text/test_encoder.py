"""Nearness in meaning, with the real encoder where set-up has brought it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.pool import NoEngine
from models.text import handlers
from models.text.encoder import Encoder
from models.types import COMPARE, CompareRequest, ModelFile, ModelPlan, Nearness
from models.weights import ModelSettings, sentence_encoder

CACHE = Path(os.environ.get("CANDOR_CACHE_DIR", "~/.cache/candor/models"))
QUESTION = "Tell me about a conflict in your team."
ANSWER = ("Two of us disagreed about the design.", "I listened and proposed a compromise.")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    found = sentence_encoder(ModelSettings(cache=CACHE))
    if found is None:
        pytest.skip("no sentence encoder here: run `make setup`")
    return Encoder(Path(found.path))


def test_vectors_are_the_published_ones(encoder: Encoder) -> None:
    (found,) = encoder.encode(["This is an example sentence"])
    assert found.whole[:4] == pytest.approx([0.0677, 0.0635, 0.0487, 0.0793], abs=1e-4)


def test_an_answer_is_nearer_to_its_question_than_chatter_is(encoder: Encoder) -> None:
    said = encoder.compare(CompareRequest(ANSWER, QUESTION)).question
    other = encoder.compare(CompareRequest(("The weather was lovely.",), QUESTION)).question
    assert said.best > other.best + 0.2


def test_words_of_the_question_alone_do_not_count_as_found(encoder: Encoder) -> None:
    asked = "What does a conflict in a team need?"
    sought = ("A conflict in a team needs patience and an open talk.",)
    repeated = encoder.compare(CompareRequest((asked,), asked, sought)).sought[0]
    meant = encoder.compare(
        CompareRequest(("Take time, and speak frankly with each other.",), asked, sought)
    ).sought[0]
    assert repeated.whole > meant.whole
    assert meant.found > repeated.found


def test_saying_more_beside_it_leaves_the_best_sentence_and_what_was_found(
    encoder: Encoder,
) -> None:
    plain = encoder.compare(CompareRequest(ANSWER, QUESTION, (ANSWER[1],)))
    padded = encoder.compare(
        CompareRequest((*ANSWER, "My aunt grows roses."), QUESTION, (ANSWER[1],))
    )
    assert padded.question.best >= plain.question.best - 0.001
    assert padded.sought[0].found >= plain.sought[0].found - 0.001


def test_empty_and_odd_texts_are_near_to_nothing(encoder: Encoder) -> None:
    assert encoder.compare(CompareRequest(())).question == Nearness()
    odd = encoder.compare(CompareRequest(("", "🙂", "\x00", "x" * 5000), "", ("", "y")))
    assert odd.sought[0] == Nearness()
    assert 0 <= odd.sought[1].best <= 1


def test_without_a_model_there_is_no_engine() -> None:
    plan = ModelPlan(vad=ModelFile("silero-vad", "nowhere"))
    with pytest.raises(NoEngine):
        handlers(plan)[COMPARE.name](CompareRequest(("x",)))
