"""The speech tasks of a worker: right engine for each language, loaded late and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import speech
from models.pool import NoEngine
from models.types import (
    Hearing,
    HearRequest,
    ModelFile,
    ModelPlan,
    TranscribeRequest,
    Transcript,
    VadRequest,
    VadResult,
)
from tests.fixtures.sound import noise

NOWHERE = ModelFile("silero-vad", "/nowhere/vad.onnx")


def test_there_is_a_handler_for_each_speech_task() -> None:
    tasks = {"vad", "transcribe", "hear", "partial"}
    assert set(speech.handlers(ModelPlan(vad=NOWHERE))) == tasks


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    broken = ModelFile("faster-whisper:x", "/nowhere")
    handlers = speech.handlers(ModelPlan(vad=NOWHERE, transcribers=(broken,)))
    with pytest.raises(Exception, match="nowhere"):
        handlers["vad"](VadRequest(bytes(1024)))


def test_without_an_engine_for_the_language_the_audio_must_wait(sphinx_file: ModelFile) -> None:
    handlers = speech.handlers(ModelPlan(vad=NOWHERE, transcribers=(sphinx_file,)))
    for language in ("zh", "zh-CN"):
        with pytest.raises(NoEngine) as caught:
            handlers["transcribe"](TranscribeRequest(noise(0.5), language))
        assert caught.value.language == language


def test_each_language_goes_to_the_first_engine_that_covers_it(
    tiny: ModelFile, sphinx_file: ModelFile
) -> None:
    only_zh = ModelFile(tiny.id, tiny.path, ("zh",))
    handlers = speech.handlers(ModelPlan(vad=NOWHERE, transcribers=(only_zh, sphinx_file)))
    chinese = handlers["partial"](TranscribeRequest(noise(0.5), "zh"))
    english = handlers["partial"](TranscribeRequest(noise(0.5), "en"))
    assert isinstance(chinese, Transcript)
    assert isinstance(english, Transcript)
    assert (chinese.engine, english.engine) == (tiny.id, sphinx_file.id)


def test_only_an_engine_that_can_hears_several_utterances_at_once(
    tiny: ModelFile, sphinx_file: ModelFile
) -> None:
    only_zh = ModelFile(tiny.id, tiny.path, ("zh",))
    found = speech.SpeechHandlers(ModelPlan(vad=NOWHERE, transcribers=(only_zh, sphinx_file)))
    chinese, english = (TranscribeRequest(noise(0.5), language) for language in ("zh", "en"))
    assert len(list(found.transcribe_many([chinese, chinese]))) == 2
    assert list(found.transcribe_many([english, english])) == []


def test_an_engine_is_loaded_once(tiny: ModelFile, tmp_path: Path) -> None:
    """The folder may go once the model is in memory."""
    moved = tmp_path / "model"
    moved.symlink_to(tiny.path)
    engine = ModelFile(tiny.id, str(moved))
    handlers = speech.handlers(ModelPlan(vad=NOWHERE, transcribers=(engine,)))
    first = handlers["partial"](TranscribeRequest(noise(0.5), "en"))
    moved.unlink()
    assert handlers["partial"](TranscribeRequest(noise(0.5), "en")) == first


def test_voice_activity_answers_per_frame(tmp_path: Path) -> None:
    from models.weights import ModelSettings, resolve

    plan = resolve(ModelSettings(cache=tmp_path))
    answer = speech.handlers(plan)["vad"](VadRequest(bytes(3 * 1024)))
    assert isinstance(answer, VadResult)
    assert len(answer.probabilities) == 3


def test_the_plan_decides_whether_windows_are_cut(tiny: ModelFile) -> None:
    """The cut window has another shape, so random weights say something else in it."""
    request = TranscribeRequest(noise(1.0), "en")
    plans = [ModelPlan(vad=NOWHERE, transcribers=(tiny,), trim=trim) for trim in (True, False)]
    cut, whole = (speech.handlers(plan)["partial"](request) for plan in plans)
    assert cut != whole


def test_only_an_engine_that_can_hears_piece_by_piece(
    sphinx_file: ModelFile, tiny: ModelFile
) -> None:
    piece = HearRequest("u", 0, bytes(3200), "en")
    hear = speech.handlers(ModelPlan(vad=NOWHERE, transcribers=(sphinx_file,)))["hear"]
    assert hear(piece) == Hearing(1600)
    hear = speech.handlers(ModelPlan(vad=NOWHERE, transcribers=(tiny, sphinx_file)))["hear"]
    with pytest.raises(NoEngine):
        hear(piece)
