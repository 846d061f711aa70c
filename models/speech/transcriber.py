"""What every speech engine offers, and the small helpers they share."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.types import ModelFile, TranscribeRequest, Transcript, Word

Floats = npt.NDArray[np.float32]


class Transcriber(Protocol):
    """An engine that turns one utterance into words with times and confidences."""

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """The utterance as heard, at the engine's best quality. Empty text where nothing is said.

        Raises NoEngine when the language asked for is beyond this engine.
        """
        ...

    def partial(self, request: TranscribeRequest) -> Transcript:
        """A quick look at an utterance that is still growing: cheaper, less accurate."""
        ...


def samples(pcm: bytes) -> Floats:
    """16-bit PCM as float32 in -1..1; an odd last byte is dropped."""
    whole = pcm[: len(pcm) // 2 * 2]
    return np.frombuffer(whole, "<i2").astype(np.float32) / 32768.0


def mean_confidence(words: tuple[Word, ...]) -> float:
    """The mean over words, 0 when there are none."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def base_language(language: str) -> str:
    """The ISO 639-1 part of a language tag: "zh-CN" is "zh"."""
    return language.replace("_", "-").partition("-")[0].lower()


def silence(engine: ModelFile, language: str, *, version: str, is_fallback: bool) -> Transcript:
    """The transcript of a clip in which nothing was heard."""
    return Transcript("", (), language, engine.id, version, is_fallback, 0.0)
