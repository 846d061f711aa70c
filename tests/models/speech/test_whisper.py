"""Whisper's plumbing on a random model: shapes, times, limits, refusals; never recognition."""

from __future__ import annotations

import pytest

from models.pool import NoEngine
from models.speech.whisper import (
    LONGEST_WINDOW,
    WhisperOptions,
    WhisperTranscriber,
    failed,
    trust,
)
from models.speech.whisper_window import Heard
from models.types import SAMPLE_RATE, ModelFile, TranscribeRequest, Transcript
from tests.fixtures.sound import noise


def assert_sound(heard: Transcript, seconds: float) -> None:
    """Words lie inside the clip, in order, with a confidence that is a share."""
    assert all(0 <= word.start <= word.end <= seconds + 0.05 for word in heard.words)
    assert all(0 <= word.confidence <= 1 for word in heard.words)
    assert all(word.text == word.text.strip() != "" for word in heard.words)
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)


@pytest.mark.parametrize("language", ["en", "zh", ""])
def test_a_partial_has_words_with_times(whisper: WhisperTranscriber, language: str) -> None:
    heard = whisper.partial(TranscribeRequest(noise(3.0), language))
    assert heard.words
    assert_sound(heard, 3.0)
    assert heard.language == language or (not language and heard.language)
    assert not heard.is_fallback


def test_the_same_audio_gives_the_same_partial(whisper: WhisperTranscriber) -> None:
    request = TranscribeRequest(noise(2.0), "en")
    assert whisper.partial(request) == whisper.partial(request)


def test_a_partial_keeps_the_confirmed_words_once(whisper: WhisperTranscriber) -> None:
    heard = whisper.partial(TranscribeRequest(noise(3.0), "en", ("hello", "you")))
    assert heard.text.startswith("hello you")
    assert [word.text for word in heard.words[:2]] == ["hello", "you"]
    assert "hello" not in heard.text[len("hello you") :]


def test_a_chinese_prefix_is_joined_without_spaces(whisper: WhisperTranscriber) -> None:
    heard = whisper.partial(TranscribeRequest(noise(3.0), "zh", ("你", "好")))
    assert heard.text.startswith("你好")


def test_a_partial_of_a_long_clip_looks_at_its_end(whisper: WhisperTranscriber) -> None:
    heard = whisper.partial(TranscribeRequest(noise(33.0), "en", ("gone",)))
    assert_sound(heard, 33.0)
    assert heard.words[0].start >= 33.0 - LONGEST_WINDOW
    assert not heard.text.startswith("gone")


def test_doubtful_text_is_decoded_again_and_stays_doubtful(whisper: WhisperTranscriber) -> None:
    """Random weights never believe themselves, so this goes through the second decoding."""
    heard = whisper.transcribe(TranscribeRequest(noise(1.0), "en"))
    assert_sound(heard, 1.0)
    assert heard.confidence < 0.05


@pytest.mark.parametrize("pcm", [b"", b"\0", bytes(2), bytes(1600)])
def test_next_to_nothing_is_heard_as_nothing(whisper: WhisperTranscriber, pcm: bytes) -> None:
    for hear in (whisper.transcribe, whisper.partial):
        assert hear(TranscribeRequest(pcm, "en")).text == ""


def test_an_unknown_language_has_no_engine(whisper: WhisperTranscriber) -> None:
    with pytest.raises(NoEngine):
        whisper.partial(TranscribeRequest(noise(1.0), "xx"))


def test_a_language_tag_counts_by_its_first_part(whisper: WhisperTranscriber) -> None:
    assert whisper.partial(TranscribeRequest(noise(1.0), "zh-CN")).language == "zh"


def test_the_guards_lower_confidence_in_what_looks_invented() -> None:
    good = Heard("fine words", (), "en", logprob=-0.2, no_speech=0.01, compression=1.2)
    loop = Heard("so so so", (), "en", logprob=-0.2, no_speech=0.01, compression=9.0)
    unsure = Heard("hm", (), "en", logprob=-2.0, no_speech=0.01, compression=1.2)
    empty = Heard("thanks", (), "en", logprob=-0.2, no_speech=0.95, compression=1.2)
    assert trust(good) == 1.0
    assert [failed(part) for part in (good, loop, unsure)] == [False, True, True]
    assert all(trust(part) < 0.5 for part in (loop, unsure, empty))


def test_utterances_heard_together_are_heard_as_alone(metronome: ModelFile) -> None:
    engine = WhisperTranscriber(metronome)
    asked = [TranscribeRequest(noise(seconds), "en") for seconds in (2.0, 7.5, 4.0)]
    found = dict(engine.transcribe_many(asked))
    assert sorted(found) == [0, 1, 2]
    for at, request in enumerate(asked):
        alone = engine.transcribe(request)
        assert found[at].text == alone.text
        assert [word.start for word in found[at].words] == [word.start for word in alone.words]
        assert found[at].confidence == pytest.approx(alone.confidence, abs=0.02)


def test_what_needs_a_second_decoding_does_not_change_by_company(
    whisper: WhisperTranscriber,
) -> None:
    """Random weights never believe themselves: each goes through the second decoding, alone."""
    asked = [TranscribeRequest(noise(seconds), "en") for seconds in (1.0, 2.0)]
    found = dict(whisper.transcribe_many(asked))
    assert [found[at].engine for at in (0, 1)] == [whisper.transcribe(asked[0]).engine] * 2
    for at, request in enumerate(asked):
        assert_sound(found[at], len(request.pcm) / 2 / SAMPLE_RATE)


def test_what_cannot_share_a_window_is_left_to_be_heard_alone(
    whisper: WhisperTranscriber,
) -> None:
    fits = TranscribeRequest(noise(2.0), "en")
    others = [
        TranscribeRequest(noise(12.0), "en"),
        TranscribeRequest(noise(2.0), "zh"),
        TranscribeRequest(noise(0.05), "en"),
        TranscribeRequest(noise(2.0), "en", ("so", "far")),
    ]
    assert set(dict(whisper.transcribe_many([fits, *others, fits]))) == {0, 5}
    assert list(whisper.transcribe_many([fits, *others])) == []


def test_cutting_the_window_leaves_the_words_where_they_are(metronome: ModelFile) -> None:
    """Its text tells how much audio it was given: the cut window must lose nothing."""
    speech = noise(6.0)
    cut = WhisperTranscriber(metronome).transcribe(TranscribeRequest(speech, "en"))
    options = WhisperOptions(trim=False)
    whole = WhisperTranscriber(metronome, options=options).transcribe(
        TranscribeRequest(speech, "en")
    )
    assert cut.words
    assert [word.text for word in cut.words] == [word.text for word in whole.words]


def test_a_long_clip_goes_through_several_windows(metronome: ModelFile) -> None:
    seconds = LONGEST_WINDOW + 12
    engine = WhisperTranscriber(metronome)
    heard = engine.transcribe(TranscribeRequest(noise(float(seconds)), "en"))
    assert_sound(heard, float(seconds))
    assert heard.words[-1].end > LONGEST_WINDOW
    assert heard.words[-1].end <= seconds + 1 / SAMPLE_RATE + 0.05
