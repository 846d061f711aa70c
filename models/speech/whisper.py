"""Whisper by faster-whisper (CTranslate2): int8 on a CPU, float16 on CUDA.

An utterance of up to 28 s is decoded here in one window cut to its own length (floor 10 s, plus
2 s margin): Whisper's encoder costs the same for every second of its window, so a 5 s utterance
is about three times cheaper than in the usual 30 s. Windows shorter than that are known to harm
recognition. Whatever fails the two checks of the Whisper paper (compression ratio, mean log
probability), or is longer, is decoded again in 30 s windows by faster-whisper itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.batches import LONGEST_WINDOW, WINDOW_FLOOR, WINDOW_MARGIN, window_seconds
from models.catalog import by_id
from models.pool import NoEngine
from models.speech.transcriber import Floats, base_language, mean_confidence, samples, silence
from models.speech.whisper_window import Heard, Window, load
from models.types import SAMPLE_RATE, ModelFile, TranscribeRequest, Transcript, Word

SHORTEST = 0.1  # seconds; less holds no word and only invites invention
FALLBACK_TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
COMPRESSION_LIMIT = 2.4  # above: the text repeats itself (Radford et al. 2022, section 4.5)
LOGPROB_LIMIT = -1.0  # below: the model does not believe its own text (same source)
NO_SPEECH_LIMIT = 0.6  # above, together with a low log probability: silence (same source)


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """Choices a deployment may make. `trim` False always uses full 30 s windows."""

    trim: bool = True
    floor: int = WINDOW_FLOOR
    margin: int = WINDOW_MARGIN
    beam: int = 5


def trust(heard: Heard) -> float:
    """How far the word probabilities may be believed, 0..1: the guard against inventions."""
    factor = 1.0
    if heard.compression > COMPRESSION_LIMIT:
        factor *= 0.25
    if heard.logprob < LOGPROB_LIMIT:
        factor *= math.exp(heard.logprob - LOGPROB_LIMIT)
    if heard.no_speech > NO_SPEECH_LIMIT:
        factor *= 1.0 - heard.no_speech
    return factor


def failed(heard: Heard) -> bool:
    """Whether this text needs a second, fuller decoding."""
    return heard.compression > COMPRESSION_LIMIT or heard.logprob < LOGPROB_LIMIT


class WhisperTranscriber:
    """One loaded model. `device` is "auto", "cpu" or "cuda"; weights stay in memory."""

    def __init__(
        self,
        engine: ModelFile,
        *,
        device: str = "cpu",
        threads: int = 1,
        options: WhisperOptions | None = None,
    ) -> None:
        self._engine = engine
        self._options = options or WhisperOptions()
        self._model = load(engine.path, device=device, threads=threads)
        self._version = _version(engine.id)

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """The utterance at full quality: beam search, second decoding where the first fails."""
        audio = samples(request.pcm)
        language = self._language(request.language)
        if len(audio) < SHORTEST * SAMPLE_RATE:
            return self._nothing(language)
        seconds = self._window(len(audio))
        if seconds is None:
            return self._finish(self._model.long(audio, language, FALLBACK_TEMPERATURES))
        heard = self._short(audio, request, seconds=seconds, beam=self._options.beam)
        return self._checked(heard, audio, language)

    def transcribe_many(
        self, requests: Sequence[TranscribeRequest]
    ) -> Iterator[tuple[int, Transcript]]:
        """As `transcribe`: utterances of one language and window in one pass through the decoder.

        Each with its index; those that need the second decoding last, after the others. What
        cannot share (too short or long, a window or language of its own) is left out.
        """
        language = self._language(requests[0].language)
        seconds = self._window(len(requests[0].pcm) // 2) or 0
        window = Window(seconds, language, (), self._options.beam)
        clips = {
            at: samples(request.pcm)
            for at, request in enumerate(requests)
            if self._fits(request, window)
        }
        if len(clips) < 2:
            return
        parts = self._model.together(list(clips.values()), window)
        heard = dict(zip(clips, parts, strict=True))
        for at in sorted(heard, key=lambda at: failed(heard[at])):
            yield at, self._checked(heard[at], clips[at], language)

    def _fits(self, request: TranscribeRequest, window: Window) -> bool:
        count = len(request.pcm) // 2
        is_alike = self._window(count) == window.seconds and not request.prefix
        known = base_language(request.language) == window.language != ""
        return is_alike and known and count >= SHORTEST * SAMPLE_RATE

    def _checked(self, heard: Heard, audio: Floats, language: str) -> Transcript:
        if failed(heard):
            return self._finish(self._model.long(audio, language, FALLBACK_TEMPERATURES))
        return self._finish((heard,))

    def partial(self, request: TranscribeRequest) -> Transcript:
        """One greedy pass behind the confirmed prefix; the newest 28 s of a longer clip."""
        audio = samples(request.pcm)
        if len(audio) < SHORTEST * SAMPLE_RATE:
            return self._nothing(self._language(request.language))
        newest = (LONGEST_WINDOW - self._options.margin) * SAMPLE_RATE
        dropped = max(0, len(audio) - newest)
        if dropped:
            request = TranscribeRequest(request.pcm, request.language)  # the prefix is out of sight
        seconds = self._window(len(audio) - dropped) or LONGEST_WINDOW
        heard = self._short(audio[dropped:], request, seconds=seconds, beam=1)
        return self._finish((heard,), offset=dropped / SAMPLE_RATE)

    def _short(
        self, audio: Floats, request: TranscribeRequest, *, seconds: int, beam: int
    ) -> Heard:
        language = self._language(request.language)
        return self._model.short(audio, Window(seconds, language, request.prefix, beam))

    def _window(self, count: int) -> int | None:
        """Whole seconds of window for `count` samples; None where one window is not enough."""
        options = self._options
        seconds = window_seconds(count, floor=options.floor, margin=options.margin)
        return seconds if options.trim or seconds is None else LONGEST_WINDOW

    def _language(self, asked: str) -> str:
        language = base_language(asked)
        if language and language not in self._model.languages:
            raise NoEngine(asked)
        return language

    def _nothing(self, language: str) -> Transcript:
        return silence(self._engine, language, version=self._version, is_fallback=False)

    def _finish(self, parts: tuple[Heard, ...], *, offset: float = 0.0) -> Transcript:
        words = tuple(_weigh(word, trust(part), offset) for part in parts for word in part.words)
        text = "".join(part.text for part in parts).strip()
        language = parts[0].language if parts else ""
        engine, version = self._engine.id, self._version
        confidence = mean_confidence(words)
        return Transcript(text, words, language, engine, version, False, confidence)


def _weigh(word: Word, factor: float, offset: float) -> Word:
    start, end = word.start + offset, word.end + offset
    return Word(word.text, start, max(start, end), min(1.0, word.confidence * factor))


def _version(model_id: str) -> str:
    """The catalog's version; the user's own folder has none of ours."""
    try:
        return by_id(model_id).version
    except KeyError:
        return "user"
