"""Word errors, speech by loudness, latencies, percentiles."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service.loadtest.material import Played
from service.loadtest.messages import Caption, Outcome, Track
from service.loadtest.metrics import CATALOGUE, Evidence, foreign, metrics, percentile
from service.loadtest.sitting import Kept, Sitting
from service.loadtest.speech import Part, Span, Spoken, reference, spans
from service.loadtest.words import errors, tokens


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert tokens("It’s — the BEST of times, <unk> [noise] isn't it?") == [
        *("it's", "the", "best", "of", "times", "isn't", "it"),
    ]
    assert tokens("你好，world") == ["你", "好", "world"]


def plain(reference: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for i, word in enumerate(reference, 1):
        corner, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
            corner, row[j] = row[j], best
    return row[-1]


def test_word_errors_agree_with_the_textbook() -> None:
    draw = random.Random(7)
    for _ in range(300):
        said, heard = ([draw.choice("abc") for _ in range(draw.randint(0, 9))] for _ in "xx")
        assert errors(said, heard) == plain(said, heard)
        trimmed = [
            plain(said[i : len(said) - j], heard)
            for i in range(3)
            for j in range(3)
            if i + j <= len(said)
        ]
        assert errors(said, heard, slack=2) == min(trimmed)


def test_a_lost_tail_is_an_error_in_spite_of_the_slack() -> None:
    said = [str(number) for number in range(40)]
    assert errors(said, said[:20], slack=3) == 17


LOUDNESS = [10.0] * 50 + [900.0] * 100 + [10.0] * 10 + [900.0] * 40 + [10.0] * 50 + [900.0] * 5


def test_speech_is_what_stands_out_and_short_gaps_belong_to_it() -> None:
    assert spans(LOUDNESS) == [Span(1.0, 4.0)]
    assert spans([]) == spans([0.0] * 100) == []


def test_words_lie_where_the_clip_speaks() -> None:
    speech = [Span(1.0, 3.0), Span(5.0, 7.0)]
    assert reference("one two three four", speech).times == (1.5, 2.5, 5.5, 6.5)
    stamped = reference("[00:00.50] one\n[00:04.00] two three four five", speech)
    assert stamped.times == (2.0, 5.25, 5.75, 6.25, 6.75)
    assert reference("", speech).words == ()


def spoken() -> Spoken:
    speech = (Span(1.0, 3.0), Span(5.0, 7.0))
    return Spoken(500, speech, reference("one two three four", speech))


def test_a_part_goes_round_and_ends_in_a_pause() -> None:
    part = spoken().part(200, 12.0)  # from 4 s on: the second half, the whole, cut before its end
    assert part.said[0] == Span(1.0, 3.0)
    assert part.said[-1].end <= 12.0
    assert part.words == ("three", "four", "one", "two")
    assert part.speech == round((part.said[-1].end + 0.15) * 50)


def test_a_part_too_short_for_a_pause_is_cut() -> None:
    part = spoken().part(0, 2.0)
    assert (part.said, part.words, part.speech) == ((Span(1.0, 2.0),), ("one",), 100)


def test_a_sitting_broken_off_said_less() -> None:
    part = spoken().part(0, 10.0).until(3.2)
    assert part.words == ("one", "two")
    assert part.said == (Span(1.0, 3.0),)


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    draw = random.Random(1)
    draw.shuffle(values)
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([3.0], 0.95) == 3.0
    assert percentile([], 0.5) is None


def played(name: str, words: str = "one two three four") -> Played:
    speech = (Span(1.0, 3.0), Span(5.0, 7.0))
    return Played(Path(name), name, 10.0, Spoken(500, speech, reference(words, speech)))


def sitting(clip: Played, heard: str = "one two three four", *, lost: int = 0) -> Sitting:
    one = Sitting(0, "id", clip, clip.spoken.part(0, 10.0))
    one.captions = [
        Caption(0, 4.0, 0.9, 3.2, "one two", "done", "e"),
        Caption(0, 9.5, 5.0, 7.1, "three four", "done", "e"),
    ]
    track = Track(packets=500, dropped=10, lost=10 + lost)
    one.outcome = Outcome(0, "", 10.0, track, Track(packets=500), [0.01, 0.02])
    kept = Kept(
        "closed", tuple(heard.split()), waiting=0, faces=20, recordings=1, recorded=9.5, gaps=0.0
    )
    one.kept = kept
    return one


def test_latency_counts_from_the_clips_own_pause() -> None:
    one = sitting(played("a"))
    assert one.latencies == pytest.approx([1.0, 2.5])
    one.captions[1] = Caption(0, 9.5, 5.0, 6.0, "three", "done", "e")  # cut in mid-speech
    assert one.latencies[1] == pytest.approx(3.5)
    assert one.speech_lost == pytest.approx(1.0)


def test_a_text_that_waits_for_an_engine_is_no_caption() -> None:
    one = sitting(played("a"))
    one.captions[1] = Caption(0, 9.5, 5.0, 7.1, "", "waiting", "")
    assert len(one.latencies) == 1
    assert one.speech_lost == pytest.approx(2.0)


def test_metrics_of_one_sitting() -> None:
    one = sitting(played("a"), "one two tree four", lost=5)
    found = metrics(Evidence([one], None, []))
    assert set(found) == set(CATALOGUE)
    assert found["wer"] == pytest.approx(0.25)
    assert found["loss"] == pytest.approx(0.005)
    assert found["loss_injected"] == pytest.approx(0.01)
    assert found["recording_lost"] == pytest.approx(0.5)
    assert found["faces_per_second"] == pytest.approx(2.0)
    assert (found["failed"], found["recording_broken"], found["server_cpu"]) == (0, 0, None)


def test_a_short_or_foreign_recording_is_broken() -> None:
    short, strange = sitting(played("a")), sitting(played("a"))
    short.kept = Kept("closed", (), 0, 0, 1, recorded=8.9, gaps=0.0)
    strange.kept = Kept("closed", (), 0, 0, 1, recorded=10.0, gaps=0.0, foreign=1)
    assert metrics(Evidence([short, strange], None, []))["recording_broken"] == 2


def test_a_transcript_of_another_clip_is_noticed() -> None:
    a, b = played("a"), played("b", "five six seven eight")
    assert foreign([sitting(a), sitting(b, "five six seven ate")]) == 0
    assert foreign([sitting(a), sitting(b, "one two three four")]) == 1
    assert foreign([sitting(a)]) is None


def test_an_empty_part_has_nothing_to_say() -> None:
    silent = Spoken(500, (), reference("", ()))
    assert silent.part(0, 10.0) == Part(0, 500, (), (), ())
    assert silent.starts == [0]
