"""pocketsphinx, the English fallback that comes inside a package: weak, small, always there.

Its word posteriors (0..1) are its confidence. Each clip is decoded whole, because the mean of the
features over the whole clip (batch CMN) makes a fifth fewer errors than a running mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, cast

from models.catalog import by_id
from models.pool import NoEngine
from models.speech.transcriber import base_language, mean_confidence, samples, silence
from models.types import SAMPLE_RATE, ModelFile, TranscribeRequest, Transcript, Word

QUIET = 0.002  # peak of a clip in which nobody speaks (-54 dB); digital silence is heard as "two"
FRAMES = 100  # per second, pocketsphinx's fixed rate
SHORTEST = 0.1  # seconds; fewer frames than a phone's three states need cannot be searched
# Mean confidence below which a clip of unknown language is not taken for English: at 0.40, all of
# 20 LibriSpeech clips stayed and 24 of 30 Mandarin ones were set aside (so were 8 of 15 English
# clips by Mandarin speakers, of whose words this engine gets three in four wrong anyway).
PLAUSIBLE = 0.40
VARIANT = re.compile(r"\(\d+\)$")  # "the(2)": the second pronunciation of "the"
FILLER = ("<", "[", "+")  # <s>, </s>, <sil>, [NOISE], ++SPEECH++


class Segment(Protocol):
    word: str
    start_frame: int
    end_frame: int
    prob: float


class _Decoder(Protocol):
    def reinit_feat(self) -> None: ...
    def start_utt(self) -> None: ...
    def process_raw(self, data: bytes, no_search: bool = ..., full_utt: bool = ...) -> int: ...
    def end_utt(self) -> None: ...
    def seg(self) -> Iterable[Segment] | None: ...


class SphinxTranscriber:
    """US English only. The two passes share nothing but the files, which are memory-mapped."""

    def __init__(self, engine: ModelFile) -> None:
        self._engine = engine
        self._final = _open(engine.path, quick=False)
        self._quick: _Decoder | None = None

    def transcribe(self, request: TranscribeRequest) -> Transcript:
        """Three search passes. In a clip of unknown language, doubtful words mean NoEngine.

        Chinese speech comes out of this decoder as confident-looking English sentences. So a
        session whose language is still unknown ("") is served only where the words are
        plausible English; else its audio is kept until an engine appears that can tell.
        """
        heard = self._decode(self._final, request)
        if not request.language and heard.words and heard.confidence < PLAUSIBLE:
            raise NoEngine(request.language)
        return heard

    def partial(self, request: TranscribeRequest) -> Transcript:
        """The first search pass only, over the whole clip so far."""
        if self._quick is None:
            self._quick = _open(self._engine.path, quick=True)
        return self._decode(self._quick, request)

    def _decode(self, decoder: _Decoder, request: TranscribeRequest) -> Transcript:
        if base_language(request.language) not in {"", "en"}:
            raise NoEngine(request.language)
        version = by_id(self._engine.id).version
        pcm = request.pcm[: len(request.pcm) // 2 * 2]
        if len(pcm) < 2 * SHORTEST * SAMPLE_RATE or abs(samples(pcm)).max() < QUIET:
            return silence(self._engine, "en", version=version, is_fallback=True)
        words = words_of(_segments(decoder, pcm), length=len(pcm) / 2 / SAMPLE_RATE)
        text = " ".join(word.text for word in words)
        confidence = mean_confidence(words)
        return Transcript(text, words, "en", self._engine.id, version, True, confidence)


def _open(path: str, *, quick: bool) -> _Decoder:
    """A decoder on the model folder that holds en-us/, the dictionary and the language model."""
    from pocketsphinx import Decoder

    folder = Path(path)
    decoder = Decoder(
        hmm=str(folder / "en-us"),
        dict=str(folder / "cmudict-en-us.dict"),
        lm=str(folder / "en-us.lm.bin"),
        # The first pass alone, in a narrower beam, costs half and hears native speech as well
        # (WER 36.5 against 35.9 % on 25 clips); accented speech suffers (87 against 79 %).
        fwdflat=not quick,
        maxhmmpf=3000 if quick else 30_000,
        loglevel="FATAL",  # its log holds what was heard
    )
    return cast(_Decoder, decoder)


def _segments(decoder: _Decoder, pcm: bytes) -> Iterable[Segment]:
    decoder.reinit_feat()  # else the last clip's noise estimate, another person's, colours this one
    decoder.start_utt()
    try:
        decoder.process_raw(pcm, False, True)
    finally:
        decoder.end_utt()
    return decoder.seg() or ()


def words_of(segments: Iterable[Segment], *, length: float) -> tuple[Word, ...]:
    """Real words only; frame numbers become seconds of the clip."""
    return tuple(
        Word(
            text=VARIANT.sub("", segment.word),
            start=min(segment.start_frame / FRAMES, length),
            end=min((segment.end_frame + 1) / FRAMES, length),
            confidence=min(1.0, max(0.0, segment.prob)),
        )
        for segment in segments
        if not segment.word.startswith(FILLER)
    )
