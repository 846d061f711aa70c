"""pocketsphinx decoders for utterances that are heard piece by piece: opened once, lent out.

A decoder holds one utterance. What can be shared is: the language model, and the dictionary cut
down to the words of that model (else those it lacks would be searched for in vain).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

from models.speech.sphinx import VARIANT, Segment

ACTIVE = 4000  # states per frame: as few errors as with 30,000, at three quarters of the cost
# Weight of the phone that lies a little ahead: instead of 3, a quarter less work; native speakers
# 1.3 points worse (40 clips), accents 2.4 points better (33 clips).
LOOKAHEAD = 5.0
CEPSTRA = 13
FAR = 100.0  # a second prior, far enough from 0 to tell its weight


class Hypothesis(Protocol):
    """The best path so far."""

    hypstr: str


class Decoder(Protocol):
    """The part of pocketsphinx.Decoder that is used here."""

    def reinit_feat(self) -> None: ...
    def start_utt(self) -> None: ...
    def process_raw(self, data: bytes, no_search: bool = ..., full_utt: bool = ...) -> int: ...
    def end_utt(self) -> None: ...
    def hyp(self) -> Hypothesis | None: ...
    def seg(self) -> Iterable[Segment] | None: ...
    def get_cmn(self, update: bool = ...) -> str: ...
    def set_cmn(self, cmn: str) -> None: ...
    def current_search(self) -> str: ...
    def activate_search(self, name: str) -> None: ...
    def add_lm(self, name: str, lm: object) -> None: ...
    def get_lm(self, name: str) -> object: ...


class Pair:
    """A decoder, and a second one that only keeps the mean, a piece ahead of it.

    Means are told as pocketsphinx tells them: numbers with commas. `busy`: within an utterance.
    """

    def __init__(self, words: Decoder, ahead: Decoder) -> None:
        self._words, self._ahead = words, ahead
        self.busy = False

    def begin(self, mean: str) -> None:
        """Start an utterance by somebody with this mean, which weighs as five seconds."""
        for each in (self._words, self._ahead):
            each.reinit_feat()  # the noise estimate is that of another room
        self._ahead.set_cmn(mean)
        self._ahead.start_utt()
        self._words.start_utt()
        self.busy = True

    def take(self, pcm: bytes) -> str:
        """Decode on; the mean up to here."""
        self._ahead.process_raw(pcm, False, False)
        mean = self._ahead.get_cmn(True)
        self._words.set_cmn(mean)
        self._words.process_raw(pcm, False, False)
        return mean

    @property
    def text(self) -> str:
        """The words so far; the last of them may change."""
        found = self._words.hyp() if self.busy else None
        return found.hypstr if found else ""

    def end(self) -> Iterable[Segment]:
        """End the utterance: what was heard."""
        self.busy = False
        self._ahead.end_utt()
        self._words.end_utt()
        return self._words.seg() or ()

    def mean_of(self, pcm: bytes) -> str:
        """The mean of some sound alone; not within an utterance.

        A decoder tells a blend with its prior, so it is asked twice, with two priors.
        """
        low, high = (self._blend(pcm, prior) for prior in (0.0, FAR))
        share = 1 - (high[0] - low[0]) / FAR  # of the sound in the blend
        return _told([value / share for value in low] if share > 0 else low)

    def _blend(self, pcm: bytes, prior: float) -> list[float]:
        self._ahead.reinit_feat()
        self._ahead.set_cmn(_told([prior] * CEPSTRA))
        self._ahead.start_utt()
        try:
            self._ahead.process_raw(pcm, False, False)
            return [float(number) for number in self._ahead.get_cmn(True).split(",")]
        finally:
            self._ahead.end_utt()


class Decoders:
    """All of one process, opened when there is no idle one: 0.3 s of CPU, 65 MB."""

    def __init__(self, path: str) -> None:
        self._folder = Path(path)
        self._idle: list[Pair] = []
        self._language_model: object = None

    def borrow(self) -> Pair:
        """A pair that nobody uses."""
        return self._idle.pop() if self._idle else Pair(self._searching(), self._ahead())

    def give_back(self, pair: Pair) -> None:
        """Take it back, within an utterance or not."""
        try:
            if pair.busy:
                pair.end()
        except RuntimeError:
            return  # it is broken: let it go
        self._idle.append(pair)

    def _searching(self) -> Decoder:
        """The first one's language model serves all: 60 MB each instead of 115."""
        first = self._language_model is None
        opened = self._open(
            dict=self._dictionary,
            lm=str(self._folder / "en-us.lm.bin") if first else None,
            fwdflat=False,
            maxhmmpf=ACTIVE,
            pl_weight=LOOKAHEAD,
        )
        if first:
            self._language_model = opened.get_lm(opened.current_search())
        else:
            opened.add_lm("shared", self._language_model)
            opened.activate_search("shared")
        return opened

    def _ahead(self) -> Decoder:
        """It looks for one word in every hundredth frame: 2 ms per second."""
        return self._open(dict=_words_in_memory([b"the DH AH\n"]), keyphrase="the", ds=100)

    def _open(self, **options: object) -> Decoder:
        from pocketsphinx import Decoder as Opened

        hmm = str(self._folder / "en-us")
        # Its log holds what was heard.
        return cast(Decoder, Opened(hmm=hmm, loglevel="FATAL", **options))

    @cached_property
    def _dictionary(self) -> str:
        """Path of the dictionary without the words that the language model lacks."""
        whole = self._folder / "cmudict-en-us.dict"
        known = vocabulary((self._folder / "en-us.lm.bin").read_bytes())
        lines = whole.read_bytes().splitlines(keepends=True)
        return _words_in_memory(
            line for line in lines if VARIANT.sub("", line.split()[0].decode()).encode() in known
        )


def vocabulary(model: bytes) -> frozenset[bytes]:
    """The words of a language model in pocketsphinx's binary form: its last bytes, by zeros."""
    (count,) = struct.unpack_from("<I", model, len(b"Trie Language Model") + 1)
    return frozenset(model[:-1].rsplit(b"\0", count)[1:])


def _words_in_memory(lines: Iterable[bytes]) -> str:
    """The path of a file without a name, which stays as long as this process."""
    descriptor = os.memfd_create("candor-words")
    with open(descriptor, "wb", closefd=False) as file:
        file.writelines(lines)
    return f"/proc/self/fd/{descriptor}"


def _told(numbers: list[float]) -> str:
    return ",".join(f"{number:.4f}" for number in numbers)
