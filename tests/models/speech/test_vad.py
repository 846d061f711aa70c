"""Voice activity: a stream in pieces is the stream, and it hears speech where people do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.vad import measure
from models.speech.vad import STATE_BYTES, SileroVad
from models.types import VAD_FRAME, VadRequest
from models.weights import ModelSettings, resolve

FRAME = 2 * VAD_FRAME


@pytest.fixture(scope="module")
def vad(tmp_path_factory: pytest.TempPathFactory) -> SileroVad:
    return SileroVad(Path(resolve(ModelSettings(cache=tmp_path_factory.mktemp("c"))).vad.path))


def in_pieces(vad: SileroVad, pcm: bytes, sizes: list[int]) -> list[float]:
    """Feed frames in the sizes given, again and again."""
    state, found, at = b"", [], 0
    while at < len(pcm):
        size = sizes[len(found) % len(sizes)] * FRAME
        result = vad(VadRequest(pcm[at : at + size], state))
        state, at = result.state, at + size
        found += result.probabilities
    return found


def test_a_stream_in_pieces_gives_the_same_as_the_whole(vad: SileroVad, two_cities: bytes) -> None:
    pcm = two_cities[: 300 * FRAME]
    whole = vad(VadRequest(pcm)).probabilities
    assert len(whole) == 300
    for sizes in ([1], [3, 1, 7], [31]):
        np.testing.assert_allclose(in_pieces(vad, pcm, sizes), whole, atol=1e-5)


def test_two_streams_at_once_do_not_mix(vad: SileroVad, two_cities: bytes) -> None:
    one, other = two_cities[: 60 * FRAME], bytes(60 * FRAME)
    alone = vad(VadRequest(one)).probabilities
    first = vad(VadRequest(one[: 30 * FRAME]))
    vad(VadRequest(other))
    second = vad(VadRequest(one[30 * FRAME :], first.state))
    np.testing.assert_allclose(first.probabilities + second.probabilities, alone, atol=1e-5)


def test_silence_is_not_speech_and_speech_is(vad: SileroVad, two_cities: bytes) -> None:
    assert max(vad(VadRequest(bytes(100 * FRAME))).probabilities) < 0.2
    spoken = vad(VadRequest(two_cities[: 400 * FRAME])).probabilities
    assert np.mean(np.array(spoken) > 0.5) > 0.5


def test_no_audio_gives_no_probability_and_keeps_the_state(vad: SileroVad) -> None:
    state = vad(VadRequest(bytes(FRAME))).state
    assert len(state) == STATE_BYTES
    assert vad(VadRequest(b"", state)) == vad(VadRequest(b"", state))
    assert vad(VadRequest(b"", state)).state == state


@pytest.mark.parametrize(
    "request_", [VadRequest(bytes(FRAME - 2)), VadRequest(bytes(FRAME), b"short")]
)
def test_broken_input_is_refused(vad: SileroVad, request_: VadRequest) -> None:
    with pytest.raises(ValueError, match="voice"):
        vad(request_)


def test_it_agrees_with_hand_made_labels(data: Path) -> None:
    if not (data / "vad").is_dir():
        pytest.skip("no labels here")
    found = measure(data)
    assert float(str(found["agreement"])) > 0.85
    assert float(str(found["precision"])) > 0.9
