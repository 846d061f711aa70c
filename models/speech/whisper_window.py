"""The only importer of faster_whisper and ctranslate2: one window, or many, through the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.speech.transcriber import Floats
from models.types import SAMPLE_RATE, Word

if TYPE_CHECKING:
    from faster_whisper import WhisperModel  # imported late: it takes half a second

PREPENDED = "\"'“¿([{-"  # punctuation that belongs to the word after it
APPENDED = "\"'.。,，!！?？:：”)]}、"  # ... and before it
SPACELESS = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
SURE_LANGUAGE = 0.5  # below: the better of the two languages Candor is made for
LONGEST_TEXT = 448  # tokens of Whisper's decoder, prompt included
TOKENS_PER_SECOND = 12  # nobody says more; a runaway loop ends here instead of at 448


@dataclass(frozen=True, slots=True)
class Window:
    """How to decode one window: its whole seconds, language ("" to detect), prefix, beam."""

    seconds: int
    language: str
    prefix: tuple[str, ...]
    beam: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One decoded stretch: text, words in clip seconds, and what the model thinks of it."""

    text: str
    words: tuple[Word, ...]
    language: str
    logprob: float
    no_speech: float
    compression: float


class _Tokens(Protocol):
    sot_sequence: list[int]
    no_timestamps: int
    eot: int

    def encode(self, text: str) -> list[int]: ...
    def decode(self, tokens: list[int]) -> str: ...


def load(path: str, *, device: str, threads: int) -> LoadedWhisper:
    """Read the CTranslate2 folder at `path`. RuntimeError when CUDA is asked for and absent."""
    import ctranslate2
    from faster_whisper import WhisperModel

    has_cuda = ctranslate2.get_cuda_device_count() > 0
    if device == "cuda" and not has_cuda:
        raise RuntimeError("CANDOR_DEVICE=cuda needs an NVIDIA GPU and driver: none was found")
    on_gpu = device in {"auto", "cuda"} and has_cuda
    chosen = ("cuda", "float16") if on_gpu else ("cpu", "int8")
    return LoadedWhisper(
        WhisperModel(path, device=chosen[0], compute_type=chosen[1], cpu_threads=threads)
    )


class LoadedWhisper:
    """A faster-whisper model with two ways in: one cut window, or faster-whisper's own loop."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model
        self.languages: frozenset[str] = frozenset(self._model.supported_languages)

    def short(self, audio: Floats, window: Window) -> Heard:
        """Decode `audio` (at most `window.seconds` long) in one window without timestamps."""
        return self.together([audio], window)[0]

    def together(self, clips: Sequence[Floats], window: Window) -> list[Heard]:
        """Decode clips in one window each, one pass for all; a language to detect: one clip only.

        Each is encoded by itself: a batch of four leaves the cache and costs half as much again
        (tiny, 10 s: 38 ms alone, 61 ms each of four). The decoder gains: see `models.batches`.
        """
        encoded = self._encode([self._features(clip, window) for clip in clips])
        language = window.language or self._detect(encoded)
        tokens = self._tokens(language)
        given = _prefix_tokens(tokens, window.prefix, language)
        prompts = [[*tokens.sot_sequence, tokens.no_timestamps, *given]] * len(clips)
        results = self._generate(encoded, tokens, prompts=prompts, window=window)
        # CTranslate2 hands the forced prefix back as the beginning of what it generated.
        texts = [
            [token for token in result.sequences_ids[0] if token < tokens.eot] for result in results
        ]
        frames = [len(clip) // self._model.feature_extractor.hop_length for clip in clips]
        aligned = self._model.find_alignment(tokens, texts, encoded, frames)
        parts = zip(clips, results, texts, aligned, strict=True)
        return [
            Heard(
                text=(said := tokens.decode(text)),
                words=_words(words, len(clip) / SAMPLE_RATE),
                language=language,
                logprob=_logprob(result.scores[0], len(result.sequences_ids[0])),
                no_speech=float(result.no_speech_prob),
                compression=_compression(said),
            )
            for clip, result, text, words in parts
        ]

    def _encode(self, features: Sequence[Floats]) -> object:
        """What the encoder makes of each, stacked."""
        if self._model.model.device != "cpu" or len(features) == 1:
            return self._model.encode(np.stack(features))
        from ctranslate2 import StorageView

        alone = [np.asarray(self._model.encode(one[None])) for one in features]
        return StorageView.from_array(np.concatenate(alone))

    def _features(self, clip: Floats, window: Window) -> Floats:
        from faster_whisper.audio import pad_or_trim

        features = self._model.feature_extractor(clip, chunk_length=window.seconds)
        cut: Floats = pad_or_trim(features, window.seconds * _FRAMES)
        return cut

    def long(
        self, audio: Floats, language: str, temperatures: Sequence[float]
    ) -> tuple[Heard, ...]:
        """Decode any length in 30 s windows, each tried at rising temperatures."""
        segments, info = self._model.transcribe(
            audio,
            language=language or None,
            temperature=list(temperatures),
            word_timestamps=True,
            condition_on_previous_text=False,  # one bad window would lead the next astray
            chunk_length=30,  # set again: the extractor remembers the last window's length
        )
        return tuple(_heard(segment, info.language) for segment in segments)

    def _detect(self, encoded: object) -> str:
        if not self._model.model.is_multilingual:
            return "en"
        guesses = self._model.model.detect_language(encoded)[0]
        ranked = [(str(token).strip("<|>"), float(share)) for token, share in guesses]
        if ranked[0][1] >= SURE_LANGUAGE:
            return ranked[0][0]
        return next((code for code, _ in ranked if code in {"en", "zh"}), ranked[0][0])

    def _tokens(self, language: str) -> _Tokens:
        from faster_whisper.tokenizer import Tokenizer

        many = self._model.model.is_multilingual
        tokens: _Tokens = Tokenizer(
            self._model.hf_tokenizer, many, task="transcribe", language=language
        )
        return tokens

    def _generate(
        self, encoded: object, tokens: _Tokens, *, prompts: list[list[int]], window: Window
    ) -> list[_Result]:
        from faster_whisper.transcribe import get_suppressed_tokens

        room = min(LONGEST_TEXT // 2, TOKENS_PER_SECOND * window.seconds)
        results: list[_Result] = self._model.model.generate(
            encoded,
            prompts,
            beam_size=window.beam,
            max_length=min(LONGEST_TEXT, len(prompts[0]) + room),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=not window.prefix,
            suppress_tokens=list(get_suppressed_tokens(tokens, [-1])),
        )
        return results


_FRAMES = 100  # feature frames per second


class _Result(Protocol):
    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float


class _Segment(Protocol):
    text: str
    words: list[_SegmentWord] | None
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


class _SegmentWord(Protocol):
    word: str
    start: float
    end: float
    probability: float


def _prefix_tokens(tokens: _Tokens, prefix: tuple[str, ...], language: str) -> list[int]:
    """Tokens of the confirmed words; only the newest half window when there are too many."""
    if not prefix:
        return []
    text = "".join(prefix) if language in SPACELESS else " " + " ".join(prefix)
    return tokens.encode(text)[-(LONGEST_TEXT // 2 - 1) :]


def _words(aligned: list[dict[str, object]], length: float) -> tuple[Word, ...]:
    from faster_whisper.transcribe import merge_punctuations

    merge_punctuations(aligned, PREPENDED, APPENDED)
    found = (_aligned_word(entry, length) for entry in aligned)
    return tuple(word for word in found if word.text)


def _aligned_word(entry: Mapping[str, object], length: float) -> Word:
    start = min(_number(entry["start"]), length)
    end = min(max(start, _number(entry["end"])), length)
    return Word(str(entry["word"]).strip(), start, end, _number(entry["probability"]))


def _number(value: object) -> float:
    return float(np.float64(value))  # type: ignore[arg-type]  # numpy scalars of faster-whisper


def _heard(segment: _Segment, language: str) -> Heard:
    words = tuple(
        Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
        for word in segment.words or ()
        if word.word.strip()
    )
    logprob, no_speech = float(segment.avg_logprob), float(segment.no_speech_prob)
    return Heard(segment.text, words, language, logprob, no_speech, segment.compression_ratio)


def _logprob(score: float, length: int) -> float:
    """Mean log probability per token from CTranslate2's length-normalised score."""
    return score * length / (length + 1)


def _compression(text: str) -> float:
    from faster_whisper.transcribe import get_compression_ratio

    return float(get_compression_ratio(text)) if text else 0.0
