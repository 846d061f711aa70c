"""pocketsphinx while people speak: one decoder for each open utterance, fed piece by piece.

What batch decoding has and this lacks is the mean of the features over the whole utterance. In its
place stands the mean of the person's earlier utterances and of this one up to the piece that is
decoded next; a first utterance is held back for its first two seconds, until there is a mean. The
second search pass is left out: it begins only when the last word is spoken, and would take half
a second after a long answer.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from models.catalog import by_id
from models.pool import NoEngine, TaskFailed
from models.speech.sphinx import FRAMES, PLAUSIBLE, QUIET, SHORTEST, Segment, words_of
from models.speech.sphinx_decoders import Decoders, Pair
from models.speech.transcriber import base_language, mean_confidence, samples, silence
from models.types import SAMPLE_RATE, Hearing, HearRequest, ModelFile, Transcript, Word

MOST_OPEN = 8  # utterances at once: each takes 60 MB and a tenth of a core
STALE = 20.0  # seconds without a piece after which an utterance is forgotten
FIRST = 2 * SAMPLE_RATE  # samples of an unknown voice that are listened to before any is decoded
WIDTH = 2  # bytes per sample


@dataclass(slots=True)
class _Open:
    """An utterance of which `heard` samples were taken; the newest may be held back."""

    decoders: Pair
    voice: str
    heard: int = 0
    held: bytearray = field(default_factory=bytearray)
    peak: float = 0.0
    at: float = 0.0

    def take(self, pcm: bytes) -> None:
        """Hear on."""
        self.heard += len(pcm) // WIDTH
        if len(pcm) >= WIDTH:
            self.peak = max(self.peak, float(abs(samples(pcm)).max()))
        self.held += pcm
        if self.decoders.busy or self.voice or len(self.held) >= FIRST * WIDTH:
            self.decode()

    @property
    def so_far(self) -> Hearing:
        """What is known while it goes on."""
        return Hearing(self.heard, self.decoders.text, voice=self.voice.encode())

    def decode(self) -> None:
        """Let the decoder have what was held back."""
        pcm = bytes(self.held)
        self.held.clear()
        if not self.decoders.busy:
            self.decoders.begin(self.voice or self.decoders.mean_of(pcm))
        if pcm:
            self.voice = self.decoders.take(pcm)


class SphinxListener:
    """The open utterances of a worker. Full, it refuses new ones with TaskFailed("full")."""

    def __init__(self, engine: ModelFile, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._version = by_id(engine.id).version
        self._clock = clock
        self._decoders = Decoders(engine.path)
        self._open: OrderedDict[str, _Open] = OrderedDict()

    def hear(self, request: HearRequest) -> Hearing:
        """Take a piece; at the end, the transcript. NoEngine as for whole utterances."""
        if base_language(request.language) not in {"", "en"}:
            raise NoEngine(request.language)
        utterance = self._open.get(request.utterance)
        if utterance is None:
            if request.offset > 0:
                return Hearing(0)
            utterance = self._begin(request)
        if request.offset > utterance.heard:
            return Hearing(utterance.heard)
        utterance.at = self._clock()
        try:
            utterance.take(request.pcm[(utterance.heard - request.offset) * WIDTH :])
            if request.length is None or utterance.heard < request.length:
                return utterance.so_far
            return self._end(utterance, request)
        except BaseException:
            self._forget(request.utterance)
            raise

    def _begin(self, request: HearRequest) -> _Open:
        for name in [n for n, one in self._open.items() if self._clock() - one.at > STALE]:
            self._forget(name)
        if len(self._open) >= MOST_OPEN:
            raise TaskFailed("full")
        begun = _Open(self._decoders.borrow(), request.voice.decode("ascii"))
        self._open[request.utterance] = begun
        return begun

    def _forget(self, name: str) -> None:
        self._decoders.give_back(self._open.pop(name).decoders)

    def _end(self, utterance: _Open, request: HearRequest) -> Hearing:
        seconds = (request.length or 0) / SAMPLE_RATE
        words: tuple[Word, ...] = ()
        if seconds >= SHORTEST and utterance.peak >= QUIET:
            utterance.decode()
            segments = utterance.decoders.end()
            # It may have been cut before what was heard last: that is the next one's.
            inside = (one for one in segments if _middle(one) < seconds)
            words = words_of(inside, length=seconds)
        voice = utterance.voice if utterance.peak >= QUIET else request.voice.decode("ascii")
        heard = utterance.heard
        self._forget(request.utterance)
        transcript = self._transcript(words, request.language)
        return Hearing(heard, transcript.text, transcript, voice.encode())

    def _transcript(self, words: tuple[Word, ...], language: str) -> Transcript:
        if not words:
            return silence(self._engine, "en", version=self._version, is_fallback=True)
        confidence = mean_confidence(words)
        if not language and confidence < PLAUSIBLE:
            raise NoEngine(language)
        text = " ".join(word.text for word in words)
        return Transcript(text, words, "en", self._engine.id, self._version, True, confidence)


def _middle(segment: Segment) -> float:
    return (segment.start_frame + segment.end_frame) / 2 / FRAMES
