"""Corrected words keep the times of what was heard."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.review.alignment import align, tokens
from service.tables import WordJson


def heard(text: str, step: float = 1.0) -> list[WordJson]:
    """One word a second, spoken for 0.8 of it, heard unsurely."""
    return [
        WordJson(text=word, start=i * step, end=(i + 0.8) * step, confidence=0.4)
        for i, word in enumerate(text.split())
    ]


def times(words: list[WordJson]) -> list[tuple[str, float, float]]:
    return [(word["text"], word["start"], word["end"]) for word in words]


def test_words_that_stay_keep_their_times() -> None:
    found = align(
        "We shipped it, in three weeks.", heard("we chipped it in tree weeks"), start=0, end=6
    )
    assert times(found) == [
        ("We", 0.0, 0.8),
        ("shipped", 1.0, 1.8),
        ("it,", 2.0, 2.8),
        ("in", 3.0, 3.8),
        ("three", 4.0, 4.8),
        ("weeks.", 5.0, 5.8),
    ]
    assert {word["confidence"] for word in found} == {1.0}


def test_what_was_put_in_the_place_of_a_word_shares_its_time_by_length() -> None:
    found = align("we all agreed", heard("we agreed"), start=0, end=2)
    assert times(found)[1] == ("all", 0.8, 1.0)  # the gap between the two
    found = align("we made it", heard("we mayday"), start=0, end=2)
    assert times(found)[1:] == [("made", 1.0, 1.533), ("it", 1.533, 1.8)]


def test_what_was_left_out_leaves_the_rest_where_it_was() -> None:
    found = align("we agreed", heard("we uh agreed"), start=0, end=3)
    assert times(found) == [("we", 0.0, 0.8), ("agreed", 2.0, 2.8)]


def test_chinese_is_aligned_by_character() -> None:
    words = [WordJson(text="我们讨论了", start=0.0, end=5.0, confidence=0.4)]
    found = align("我们谈论了，", words, start=0, end=5)
    assert tokens("我们谈论了，") == ["我", "们", "谈", "论", "了，"]
    assert times(found)[0] == ("我", 0.0, 1.0)
    assert times(found)[-1] == ("了，", 4.0, 5.0)


def test_words_without_any_heard_fill_the_utterance() -> None:
    found = align("ab cd", [], start=10.0, end=12.0)
    assert times(found) == [("ab", 10.0, 11.0), ("cd", 11.0, 12.0)]


@given(st.text(max_size=60), st.text(alphabet="ab 我们，", max_size=40))
def test_any_text_stays_in_order_and_within_the_utterance(text: str, old: str) -> None:
    words = heard(old)
    end = float(len(words) or 3)
    found = align(text, words, start=0.0, end=end)
    assert [word["text"] for word in found] == tokens(text)
    ends = [at for word in found for at in (word["start"], word["end"])]
    assert ends == sorted(ends)
    assert all(0 <= at <= end for at in ends)
