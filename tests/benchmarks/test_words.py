"""Text made comparable, errors counted, intervals drawn."""

from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.words import Errors, english, errors, interval, mandarin, rate, spelt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, WORLD!", "hello world"),
        ("It's the state’s 'choice'.", "it's the state's choice"),
        ("In 1984 they were 42.", "in one thousand nine hundred eighty four they were forty two"),
        ("1,250 people", "one thousand two hundred fifty people"),
        ("the 3rd, 12th, 20th and 21st", "the third twelfth twentieth and twenty first"),
        ("about 3.5%", "about three point five percent"),
        ("call 007", "call zero zero seven"),
        ("Mr. Smith & Co.", "mister smith and co"),
        ("uh <VOCNOISE> well [laughs]", "uh well"),
        ("well-disposed", "well disposed"),
        ("", ""),
    ],
)
def test_english_becomes_comparable(text: str, expected: str) -> None:
    assert " ".join(english(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("星巴克咖啡(虹桥西航二店)", "星巴克咖啡虹桥西航二店"),
        ("你好，world！", "你好"),
        ("有12个", "有十二个"),
        ("共105人", "共一百零五人"),
        ("20 or 1001", "二十一千零一"),
        ("0", "零"),
        ("13440859479", "一三四四零八五九四七九"),
    ],
)
def test_mandarin_keeps_han_characters_and_reads_digits(text: str, expected: str) -> None:
    assert "".join(mandarin(text)) == expected


@given(st.integers(0, 10**12 - 1))
def test_every_number_has_words_without_digits(number: int) -> None:
    assert all(word.isalpha() for word in spelt(number).split())


@given(
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=12),
    st.lists(st.sampled_from("abcd"), max_size=12),
)
def test_errors_are_those_of_an_independent_counter(expected: list[str], heard: list[str]) -> None:
    found = errors(expected, heard)
    reference = jiwer.wer(" ".join(expected), " ".join(heard))
    assert found.total == len(expected)
    assert found.wrong / found.total == pytest.approx(reference)


def test_the_rate_weighs_clips_by_length() -> None:
    assert rate([Errors(1, 1), Errors(0, 9)]) == pytest.approx(0.1)


def test_the_interval_holds_the_rate_and_repeats() -> None:
    counts = [Errors(n % 3, 5) for n in range(40)]
    low, high = interval(counts)
    assert low < rate(counts) < high
    assert interval(counts) == (low, high)
