"""Voice activity and speech-to-text: what a worker calls for its speech tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from models.batches import Batched
from models.pool import NoEngine
from models.speech.sphinx import SphinxTranscriber
from models.speech.sphinx_live import SphinxListener
from models.speech.transcriber import Transcriber, base_language
from models.speech.vad import SileroVad
from models.speech.whisper import WhisperOptions, WhisperTranscriber
from models.types import (
    HEAR,
    PARTIAL,
    TRANSCRIBE,
    VAD,
    Hearing,
    HearRequest,
    ModelFile,
    ModelPlan,
    TranscribeRequest,
    Transcript,
    VadRequest,
    VadResult,
)

SPHINX = "pocketsphinx-en-us"

__all__ = ["NoEngine", "Transcriber", "handlers", "open_transcriber"]


def open_transcriber(engine: ModelFile, plan: ModelPlan) -> Transcriber:
    """Load the engine that reads these files: seconds of work, hundreds of MB."""
    if engine.id == SPHINX:
        return SphinxTranscriber(engine)
    options = WhisperOptions(trim=plan.trim)
    return WhisperTranscriber(engine, device=plan.device, threads=plan.threads, options=options)


class SpeechHandlers:
    """The speech engines of one worker process, each loaded when first asked for."""

    def __init__(self, plan: ModelPlan) -> None:
        self._plan = plan
        self._open = cache(self._load)
        self._listeners = cache(SphinxListener)
        self._vad = cache(lambda: SileroVad(Path(plan.vad.path)))

    def vad(self, request: VadRequest) -> VadResult:
        """See `SileroVad`."""
        return self._vad()(request)

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """The whole utterance, by the first engine of the plan that covers its language."""
        return self._engine(request.language).transcribe(request)

    def transcribe_many(
        self, requests: Sequence[TranscribeRequest]
    ) -> Iterator[tuple[int, Transcript]]:
        """Those that the first one's engine can hear together; the others are left out."""
        engine = self._engine(requests[0].language)
        if isinstance(engine, WhisperTranscriber):
            yield from engine.transcribe_many(requests)

    def partial(self, request: TranscribeRequest) -> Transcript:
        """The utterance so far, quickly."""
        return self._engine(request.language).partial(request)

    def hear(self, request: HearRequest) -> Hearing:
        """A piece of an open utterance, by an engine that can (`ModelFile.hears_live`)."""
        found = self._plan.transcriber_for(base_language(request.language))
        if found is None or not found.hears_live:
            raise NoEngine(request.language)
        return self._listeners(found).hear(request)

    def _engine(self, language: str) -> Transcriber:
        found = self._plan.transcriber_for(base_language(language))
        if found is None:
            raise NoEngine(language)
        return self._open(found)

    def _load(self, engine: ModelFile) -> Transcriber:
        return open_transcriber(engine, self._plan)


def handlers(plan: ModelPlan) -> dict[str, Callable[..., object]]:
    """The speech tasks by name. Nothing is loaded until a task first runs."""
    speech = SpeechHandlers(plan)
    transcribe = Batched(speech.transcribe, speech.transcribe_many)
    return {
        VAD.name: speech.vad,
        TRANSCRIBE.name: transcribe,
        HEAR.name: speech.hear,
        PARTIAL.name: speech.partial,
    }
