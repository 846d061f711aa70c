"""Quotes count only where they were said."""

from __future__ import annotations

import pytest

from service.llm.quotes import Said, find, normalised
from service.llm.strip import strip
from service.scoring.rubric import AnswerUtterance

TEXTS = (
    "Well, I rewrote the importer in three weeks - it's “faster” now.",
    "我先倾听他的想法，然后提出了折中的方案。",
)
SAID = [Said(AnswerUtterance(f"u{i}", 0, 9, text), strip(text)) for i, text in enumerate(TEXTS)]


@pytest.mark.parametrize(
    ("quote", "original"),
    [
        ("I rewrote the importer in three weeks", "I rewrote the importer in three weeks"),
        ("i REWROTE  the importer,", "I rewrote the importer"),
        ('"it\'s "faster" now', "it's “faster” now"),
        ("提出了折中的方案", "提出了折中的方案"),
        ("然后提出了折中的方案！", "然后提出了折中的方案"),
        ("先倾听TA的想法", "先倾听他的想法"),
    ],
)
def test_a_true_quote_is_found_and_given_back_as_it_was_said(quote: str, original: str) -> None:
    found = find(quote, SAID)
    assert found is not None
    assert found.quote == original


@pytest.mark.parametrize(
    "quote",
    [
        "I rewrote the importer in two weeks",
        "I rewrote ... in three weeks",
        "rote the importer",  # cuts a word in two
        "I rewrote the importer it's faster",
        "the",
        "方案",
        "",
        "!!!???",
        "x" * 5000,
        "now. 我先倾听",  # from two utterances
    ],
)
def test_an_invented_or_empty_quote_is_not_found(quote: str) -> None:
    assert find(quote, SAID) is None


def test_normalising_keeps_an_origin_for_each_character() -> None:
    text, at = normalised("  Ａ１ﬁ—b  ")
    assert text == "a1fi b"
    assert at == [2, 3, 4, 4, 5, 6]
