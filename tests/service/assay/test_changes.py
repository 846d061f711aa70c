"""Changes are made the same way every time, and as large as they say."""

from __future__ import annotations

import pytest

from service.assay.changes import disfluent, inserted, misheard
from service.assay.material import attacks, topics


@pytest.mark.parametrize(
    ("place", "text"), [(0, "X. A b. C d."), (1, "A b. C d. X."), (2, "A b. X. C d.")]
)
def test_a_sentence_is_put_before_after_or_between(place: int, text: str) -> None:
    assert inserted("A b. C d.", "X.", place) == text
    assert inserted("甲乙。丙丁。", "戊。", 2) == "甲乙。戊。丙丁。"


def test_hesitation_keeps_every_word_in_order() -> None:
    said = disfluent("one two three four five six", ["um", "uh"], 2)
    assert said == "one um, two two three uh, four five um, six"
    chinese = disfluent("我先倾听他的想法，然后提出方案。", ["嗯"], 2)
    assert chinese.replace("嗯，", "").startswith("我先倾听")
    assert "嗯，" in chinese


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("share", [0.1, 0.2])
def test_about_the_share_of_words_is_misheard_and_unsure(language: str, share: float) -> None:
    shares = []
    for topic in topics(language):
        text = topic.answer("strong")
        heard, confidence = misheard(text, attacks(language).misheard, share)
        assert heard != text
        shares.append((0.9 - confidence) / 0.45)
    assert share * 0.6 <= sum(shares) / len(shares) <= share * 1.1
