"""What people write on the command line, and what they are told when it makes no sense."""

from __future__ import annotations

import pytest

from service.loadtest.metrics import CATALOGUE, Metrics
from service.loadtest.search import Search
from service.loadtest.thresholds import parse, show, violations
from service.loadtest.units import UsageError, ramp, seconds, share


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("60s", 60), ("1m30s", 90), ("1.5m", 90), ("500ms", 0.5), ("1h", 3600)],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "s", "10x", "1m 30s", "-5s", "1m30", "nan", "1e3"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a duration"):
        seconds(text)


def test_shares() -> None:
    assert share("3%") == share("0.03") == 0.03
    assert share("0") == 0


@pytest.mark.parametrize("text", ["100%", "1", "-1%", "x", "", "3 percent"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a share"):
        share(text)


def test_a_ramp_ends_where_it_was_told_to() -> None:
    assert ramp("5:30:10").levels == [5, 15, 25, 30]
    assert ramp("4:4:1").levels == [4]


@pytest.mark.parametrize("text", ["", "5:30", "30:5:5", "0:5:1", "5:9:0", "a:b:c"])
def test_what_is_no_ramp_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a ramp"):
        ramp(text)


def measured(**values: float) -> Metrics:
    return {**dict.fromkeys(CATALOGUE), **values}


def test_thresholds_know_units() -> None:
    late, lost, failed = parse("caption_p95 > 1500ms, loss>1%,failed>=1")
    assert (late.value, lost.value, failed.value) == (1.5, 0.01, 1)
    assert parse("server_cpu>0.2s")[0].value == 200
    assert parse("") == ()


def test_a_threshold_is_broken_only_beyond_it() -> None:
    thresholds = parse("caption_p95>1.5s,loss>1%")
    assert violations(thresholds, measured(caption_p95=1.5, loss=0.01)) == []
    wrong = violations(thresholds, measured(caption_p95=1.501, loss=0.02))
    assert wrong == ["caption_p95>1.5s: it is 1.501 s", "loss>1%: it is 2.00 %"]


def test_what_was_not_measured_does_not_pass() -> None:
    (wrong,) = violations(parse("caption_p95>3s"), measured())
    assert "could not be measured" in wrong


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("caption_p59>1s", "no metric 'caption_p59'.*caption_p95"),
        ("caption_p95", "no threshold"),
        ("caption_p95>fast", "no threshold"),
        ("caption_p95>1%", "in s, not %"),
        ("failed>1s", "a count, not s"),
        ("loss>1s", "a share"),
    ],
)
def test_a_bad_threshold_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        parse(text)


def test_values_are_shown_with_their_units() -> None:
    assert [show("loss", 0.0123), show("failed", 3), show("server_cpu", 12.34)] == [
        "1.23 %",
        "3",
        "12.3 ms",
    ]
    assert show("wer", None) == "–"


def tried(holds: int, *, first: int, most: int) -> tuple[list[int], Search]:
    search, numbers = Search(first, most), []
    while (sessions := search.next) is not None:
        numbers.append(sessions)
        assert len(numbers) < 50
        search.tell(sessions, passed=sessions <= holds)
    return numbers, search


def test_the_search_doubles_then_halves() -> None:
    numbers, search = tried(11, first=4, most=256)
    assert numbers == [4, 8, 16, 12, 10, 11]
    assert search.passed == 11
    assert search.answer == "Capacity: 11 sessions (12 failed)."


@pytest.mark.parametrize("holds", [*range(1, 30), 100, 255])
def test_the_search_comes_within_a_twentieth(holds: int) -> None:
    _, search = tried(holds, first=4, most=256)
    assert search.passed <= holds < (search.failed or 257)
    assert (search.failed or 257) - search.passed <= max(1, 0.05 * search.passed)


def test_the_search_says_when_it_found_no_limit() -> None:
    assert "at least 32" in tried(1000, first=4, most=32)[1].answer
    assert "below 1 " in tried(0, first=4, most=32)[1].answer
