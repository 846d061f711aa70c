"""pocketsphinx while people speak: the same words piece by piece, within bounds, whoever else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.pool import NoEngine, TaskFailed
from models.speech.sphinx import SphinxTranscriber
from models.speech.sphinx_decoders import vocabulary
from models.speech.sphinx_live import MOST_OPEN, STALE, SphinxListener
from models.types import SAMPLE_RATE, Hearing, HearRequest, ModelFile, TranscribeRequest
from tests.fixtures.sound import noise
from tests.models.speech.test_sphinx import SECONDS, share_right

PIECE = SAMPLE_RATE // 2
FIRST_WORDS = HearRequest("a", 0, b"", "en")


class Clock:
    """Seconds as told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def listener(sphinx_file: ModelFile) -> SphinxListener:
    return SphinxListener(sphinx_file)


@pytest.fixture(scope="module")
def clip(two_cities: bytes) -> bytes:
    return two_cities[: 4 * SAMPLE_RATE * 2]


def send(listener: SphinxListener, pcm: bytes, like: HearRequest = FIRST_WORDS) -> list[Hearing]:
    """All of it in pieces, then its end."""
    total = len(pcm) // 2
    asked = [
        replace(like, offset=at, pcm=pcm[2 * at : 2 * (at + PIECE)])
        for at in range(0, total, PIECE)
    ]
    asked.append(replace(like, offset=total, length=total))
    return [listener.hear(each) for each in asked]


def text(found: list[Hearing]) -> str:
    assert found[-1].transcript is not None
    return found[-1].transcript.text


def confidence(found: Hearing) -> float:
    assert found.transcript is not None
    return found.transcript.confidence


def test_a_real_recording_is_understood_while_it_comes(
    listener: SphinxListener, two_cities: bytes
) -> None:
    found = send(listener, two_cities[: SECONDS * SAMPLE_RATE * 2])
    whole = found[-1].transcript
    assert whole is not None
    assert share_right(whole.text) > 0.5
    assert (whole.language, whole.engine, whole.is_fallback) == ("en", "pocketsphinx-en-us", True)
    starts = [word.start for word in whole.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start < word.end <= SECONDS for word in whole.words)
    assert all(each.transcript is None for each in found[:-1])
    lengths = [len(each.text.split()) for each in found[:-1]]
    assert lengths[0] == 0
    assert lengths[len(lengths) // 2] < lengths[-1]


def test_utterances_side_by_side_are_heard_as_alone(
    listener: SphinxListener, two_cities: bytes
) -> None:
    clips = [two_cities[2 * at : 2 * (at + 4 * SAMPLE_RATE)] for at in (0, 5 * SAMPLE_RATE)]
    alone = [send(listener, each)[-1] for each in clips]
    together: list[Hearing] = []
    for at in range(0, 4 * SAMPLE_RATE, PIECE):
        for name, pcm in zip("xy", clips, strict=True):
            listener.hear(HearRequest(name, at, pcm[2 * at : 2 * (at + PIECE)], "en"))
    for name in "xy":
        end = 4 * SAMPLE_RATE
        together.append(listener.hear(HearRequest(name, end, b"", "en", length=end)))
    for one, other in zip(together, alone, strict=True):
        assert text([one]) == text([other])
        assert confidence(one) == pytest.approx(confidence(other), abs=1e-3)


def test_how_it_is_cut_into_pieces_matters_to_the_mean_only(
    listener: SphinxListener, clip: bytes
) -> None:
    at_once = listener.hear(replace(FIRST_WORDS, pcm=clip, length=len(clip) // 2))
    assert at_once.transcript is not None
    assert abs(len(at_once.transcript.words) - len(text(send(listener, clip)).split())) <= 4


def test_what_was_learnt_of_a_voice_serves_its_next_utterance(
    listener: SphinxListener, clip: bytes
) -> None:
    voice = send(listener, clip)[-1].voice
    known = listener.hear(replace(FIRST_WORDS, utterance="k", pcm=clip[: 2 * PIECE], voice=voice))
    unknown = listener.hear(replace(FIRST_WORDS, utterance="u", pcm=clip[: 2 * PIECE]))
    assert (known.voice != voice, unknown.voice) == (True, b"")  # the latter is still held back
    for name in "ku":
        listener.hear(HearRequest(name, PIECE, b"", "en", length=PIECE))


def test_an_utterance_that_is_not_known_is_asked_for_from_its_start(
    listener: SphinxListener, clip: bytes
) -> None:
    late = replace(FIRST_WORDS, utterance="lost", offset=PIECE, pcm=clip[2 * PIECE : 4 * PIECE])
    assert listener.hear(late) == Hearing(0)
    assert text(send(listener, clip, replace(FIRST_WORDS, utterance="lost"))) == text(
        send(listener, clip)
    )


def test_a_gap_is_told_and_what_comes_twice_is_heard_once(
    listener: SphinxListener, clip: bytes
) -> None:
    first = replace(FIRST_WORDS, utterance="gap", pcm=clip[: 2 * PIECE])
    assert listener.hear(first).heard == PIECE
    assert listener.hear(replace(first, offset=3 * PIECE)).heard == PIECE
    assert listener.hear(first).heard == PIECE
    overlapping = replace(first, pcm=clip[: 4 * PIECE])
    assert listener.hear(overlapping).heard == 2 * PIECE
    early = replace(first, offset=2 * PIECE, pcm=b"", length=3 * PIECE)
    assert listener.hear(early).transcript is None
    rest = replace(first, offset=2 * PIECE, pcm=clip[4 * PIECE :], length=len(clip) // 2)
    assert listener.hear(rest).transcript is not None


def test_words_beyond_the_end_are_left_to_the_next_utterance(
    listener: SphinxListener, two_cities: bytes
) -> None:
    sent = two_cities[: 2 * 6 * SAMPLE_RATE]
    listener.hear(replace(FIRST_WORDS, utterance="cut", pcm=sent))
    end = 3 * SAMPLE_RATE
    found = listener.hear(HearRequest("cut", end, b"", "en", length=end)).transcript
    assert found is not None
    assert found.words
    assert all(word.end <= 3.0 for word in found.words)


@pytest.mark.parametrize("pcm", [b"", b"\0\0", bytes(3200), bytes(3 * 32_000)])
def test_next_to_nothing_is_heard_as_nothing(listener: SphinxListener, pcm: bytes) -> None:
    request = replace(FIRST_WORDS, utterance="n", pcm=pcm, length=len(pcm) // 2, voice=b"")
    heard = listener.hear(request).transcript
    assert heard is not None
    assert (heard.text, heard.words, heard.confidence) == ("", (), 0.0)


def test_another_language_and_implausible_words_have_no_engine(
    listener: SphinxListener, sphinx: SphinxTranscriber
) -> None:
    with pytest.raises(NoEngine):
        listener.hear(replace(FIRST_WORDS, language="zh"))
    mumble = noise(3.0)
    if sphinx.transcribe(TranscribeRequest(mumble, "en")).words:
        with pytest.raises(NoEngine):
            send(listener, mumble, replace(FIRST_WORDS, utterance="m", language=""))


def test_a_full_worker_refuses_and_forgets_what_is_stale(sphinx_file: ModelFile) -> None:
    clock = Clock()
    listener = SphinxListener(sphinx_file, clock=clock)
    names = [str(number) for number in range(MOST_OPEN)]
    for name in names:
        listener.hear(HearRequest(name, 0, b"", "en"))
    with pytest.raises(TaskFailed, match="full"):
        listener.hear(HearRequest("more", 0, b"", "en"))
    clock.now = STALE - 1
    listener.hear(HearRequest("0", 0, b"", "en"))
    clock.now = STALE + 1
    assert listener.hear(HearRequest("more", 0, bytes(2), "en")).heard == 1
    assert listener.hear(HearRequest("1", 1, b"", "en")) == Hearing(0)  # forgotten
    assert listener.hear(HearRequest("0", 0, bytes(2), "en")).heard == 1  # it was not


def test_only_words_of_the_language_model_are_in_the_dictionary() -> None:
    words = b"the\0cat\0sat\0"
    model = b"Trie Language Model\x03" + (3).to_bytes(4, "little") + bytes(8)
    model += b"\xff\x01tree" + len(words).to_bytes(4, "little") + words
    assert vocabulary(model) == {b"the", b"cat", b"sat"}
