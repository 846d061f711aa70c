"""What the demo calls a result: levels with quotes, or an honest word why there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.demo.candidate import Heard
from service.demo.hr import Json
from service.demo.material import sample_plan
from service.demo.ratings import ratings_outcome
from service.interviews.schemas import PlanDraft


def rating(level: int | None, *, quotes: int = 0, abstained: str | None = None) -> Json:
    return {"level": level, "evidence": [{}] * quotes, "abstained": abstained}


def test_our_own_material_must_bring_levels_with_quotes() -> None:
    assert ratings_outcome([rating(3, quotes=2)], may_decline=False) == "1 levels, 2 quotes"
    assert not ratings_outcome([rating(1)], may_decline=False)
    assert not ratings_outcome([rating(None, abstained="too_short")], may_decline=False)
    assert not ratings_outcome([], may_decline=True)


def test_a_strangers_clip_may_earn_a_low_level_or_a_reasoned_refusal() -> None:
    assert ratings_outcome([rating(1)], may_decline=True) == "1 levels, no quotes"
    declined = ratings_outcome([rating(None, abstained="fallback_transcript")], may_decline=True)
    assert "fallback_transcript" in declined
    assert not ratings_outcome([rating(None, abstained="no_answer")], may_decline=True)


def test_a_language_without_an_engine_waits_and_that_is_a_result() -> None:
    waits = [rating(None, abstained="waiting_transcript")] * 2
    assert "waits for an engine" in ratings_outcome(waits, may_decline=False)
    assert "7 utterances kept" in Heard(waiting=7, seconds=44.0).summary
    assert not Heard(seconds=44.0).summary


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("clip", [None, Path("mine.mp4")])
def test_every_sample_plan_is_one_that_the_service_takes(language: str, clip: Path | None) -> None:
    plan = PlanDraft.model_validate(sample_plan(language, "CN", clip=clip))
    assert plan.language == language
