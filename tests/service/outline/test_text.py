"""Hostile text stays data: nothing hidden is shown, and no letter moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outline.outline import draft
from service.outline.text import MAX_CHARS, folded, is_chinese, quote, readable
from service.outline.words import Span


@given(st.text(max_size=300))
def test_cleaning_and_folding_move_no_letter(text: str) -> None:
    shown = readable(text)
    assert len(shown) == len(text)
    assert len(folded(shown)) == len(text)


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u200b", "\ufeff", "\x00", "\x1b", "\u2066", "\u3164"]
)
def test_what_cannot_be_seen_becomes_a_blank(hidden: str) -> None:
    assert readable(f"a{hidden}b") == "a b"


def test_text_beyond_the_limit_is_not_read() -> None:
    assert len(readable("x" * (MAX_CHARS + 5))) == MAX_CHARS


def test_a_quote_is_one_line_without_marks_of_its_own() -> None:
    shown = readable("- say “yes”\n<b>now</b>;")
    assert quote(shown, Span(0, len(shown))) == "say 'yes' ‹b›now‹/b›"


def test_a_long_quote_is_cut_at_a_word() -> None:
    shown = "knowledge of warehouses and their safety rules"
    assert quote(shown, Span(0, len(shown)), limit=26) == "knowledge of warehouses…"


def test_the_language_is_told_by_what_there_is_more_of() -> None:
    assert is_chinese("熟悉 Python 和数据库")
    assert not is_chinese("Must speak English, 中文 is a plus")


@given(st.text(alphabet="年龄要求岗位1.、：:;-•? \nexperience must have ability", max_size=400))
def test_any_text_can_be_drafted_from(text: str) -> None:
    made = draft(text, resume=text)
    for question in made.questions:
        for citation in question.citations:
            assert 0 <= citation.span.start < citation.span.end <= len(text)
