"""pocketsphinx: real words with times, and no accident on odd input."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.words import english, errors
from models.pool import NoEngine
from models.speech.sphinx import SphinxTranscriber
from models.types import SAMPLE_RATE, TranscribeRequest, Transcript
from tests.fixtures.sound import noise

OPENING = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the "
    "age of foolishness, it was the epoch of belief, it was the epoch of incredulity"
)
SECONDS = 16


@pytest.fixture(scope="module")
def opening(sphinx: SphinxTranscriber, two_cities: bytes) -> Transcript:
    return sphinx.transcribe(TranscribeRequest(two_cities[: SECONDS * SAMPLE_RATE * 2], "en"))


def share_right(text: str) -> float:
    """How much of the opening is in `text`, in order."""
    heard = english(text)[: len(english(OPENING)) + 5]
    wrong = errors(english(OPENING), heard).wrong
    return 1 - wrong / len(english(OPENING))


def test_a_real_recording_is_mostly_understood(opening: Transcript) -> None:
    assert share_right(opening.text) > 0.5
    assert opening.is_fallback
    assert (opening.language, opening.engine) == ("en", "pocketsphinx-en-us")


def test_words_carry_rising_times_and_a_confidence(opening: Transcript) -> None:
    starts = [word.start for word in opening.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start < word.end <= SECONDS for word in opening.words)
    assert all(0 <= word.confidence <= 1 for word in opening.words)
    assert 0.3 < opening.confidence < 1
    assert opening.text == " ".join(word.text for word in opening.words)


def test_no_marks_of_the_decoder_are_left(opening: Transcript) -> None:
    assert not set(opening.text) & set("<>[]()+0123456789")


def test_what_came_before_does_not_change_what_is_heard(
    sphinx: SphinxTranscriber, two_cities: bytes
) -> None:
    clip = two_cities[: 4 * SAMPLE_RATE * 2]
    first = sphinx.transcribe(TranscribeRequest(clip, "en"))
    sphinx.transcribe(TranscribeRequest(noise(1.0), "en"))
    assert sphinx.transcribe(TranscribeRequest(clip, "en")) == first


def test_a_partial_hears_the_growing_clip(sphinx: SphinxTranscriber, two_cities: bytes) -> None:
    short = sphinx.partial(TranscribeRequest(two_cities[: 3 * SAMPLE_RATE * 2], "en"))
    longer = sphinx.partial(TranscribeRequest(two_cities[: 6 * SAMPLE_RATE * 2], "en"))
    assert 0 < len(short.words) < len(longer.words)
    assert all(0 <= word.confidence <= 1 for word in longer.words)


@pytest.mark.parametrize("pcm", [b"", b"\0", bytes(2), bytes(200), bytes(6400), bytes(6401)])
def test_next_to_nothing_is_heard_as_nothing(sphinx: SphinxTranscriber, pcm: bytes) -> None:
    for hear in (sphinx.transcribe, sphinx.partial):
        heard = hear(TranscribeRequest(pcm, "en"))
        assert (heard.text, heard.words, heard.confidence) == ("", (), 0.0)


def test_silence_holds_no_word(sphinx: SphinxTranscriber) -> None:
    assert sphinx.transcribe(TranscribeRequest(bytes(3 * SAMPLE_RATE * 2), "en")).text == ""


@pytest.mark.parametrize("language", ["zh", "zh-CN", "de"])
def test_another_language_has_no_engine(sphinx: SphinxTranscriber, language: str) -> None:
    with pytest.raises(NoEngine):
        sphinx.transcribe(TranscribeRequest(bytes(32000), language))


def test_clear_english_of_unknown_language_is_served(
    sphinx: SphinxTranscriber, two_cities: bytes
) -> None:
    clip = two_cities[: 6 * SAMPLE_RATE * 2]
    assert sphinx.transcribe(TranscribeRequest(clip, "")).words


def test_implausible_words_of_unknown_language_wait(
    sphinx: SphinxTranscriber, two_cities: bytes
) -> None:
    backwards = np.frombuffer(two_cities[: 6 * SAMPLE_RATE * 2], "<i2")[::-1].tobytes()
    assert sphinx.transcribe(TranscribeRequest(backwards, "en")).words
    with pytest.raises(NoEngine):
        sphinx.transcribe(TranscribeRequest(backwards, ""))
