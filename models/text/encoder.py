"""How near an answer comes to what was asked and sought, by meaning: sentence and word vectors.

Two kinds of nearness: whole sentences (mean-pooled embeddings, Reimers & Gurevych 2019) and words
in their context, each matched with the nearest word of the other text (as in BERTScore, Zhang et
al. 2020). Words that the question already contains count for little on either side: repeating
them is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.runtime import Network, open_network
from models.types import Compared, CompareRequest, Nearness

Floats = npt.NDArray[np.float32]
MAX_TOKENS = 256  # what the model was trained to read at once; longer sentences are cut
BATCH = 16
KEPT = 512  # texts that come again: questions, anchors, points
DECIMALS = 3  # machines differ in the sixth; three are stable but for ties, and plenty
LIGHT = 0.1  # what a function word or a mark counts for
_LIGHT = (
    "a about after all also an and any are as at be because been before being but by can could "
    "did do does doing for from further get had has have having he her here hers him his how i "
    "if in into is it its just me more most my no nor not of off on or our out over own same "
    "she should so some such than that the their them then there these they this those through "
    "to too under up us very was we were what when where which while who why will with would "
    "you your"
)
_LIGHT_WORDS = frozenset(_LIGHT.split())


@dataclass(frozen=True, slots=True)
class Text:
    """One encoded sentence: its vector, its words' vectors (length 1) and what each counts for."""

    whole: Floats
    words: Floats
    weights: Floats


class Encoder:
    """The model, opened. `folder` holds minilm-l6-v2.onnx and tokenizer.json."""

    def __init__(self, folder: Path, *, device: str = "cpu", threads: int = 1) -> None:
        self._network: Network = open_network(
            folder / "minilm-l6-v2.onnx", device=device, threads=threads
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._kept: dict[str, Text] = {}

    def encode(self, texts: Sequence[str]) -> list[Text]:
        """Each text's vectors, in order; those of one length go together."""
        found: dict[str, Text] = {}
        distinct = sorted(dict.fromkeys(texts), key=len)
        for at in range(0, len(distinct), BATCH):
            batch = distinct[at : at + BATCH]
            found.update(zip(batch, self._batch(batch), strict=True))
        return [found[text] for text in texts]

    def compare(self, request: CompareRequest) -> Compared:
        """See `Compared`. Anything may be empty; empty texts are near to nothing."""
        said = self.encode(request.said)
        asked, *sought = self._again([request.asked, *request.sought])
        question = asked if request.asked.strip() else None
        return Compared(
            question=_near(said, question, None) if question else Nearness(),
            sought=tuple(_near(said, each, question) for each in sought),
        )

    def _again(self, texts: Sequence[str]) -> list[Text]:
        """As `encode`; remembers."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if len(self._kept) + len(new) > KEPT:
            self._kept.clear()
            new = list(dict.fromkeys(texts))
        self._kept.update(zip(new, self.encode(new), strict=True))
        return [self._kept[text] for text in texts]

    def _batch(self, batch: Sequence[str]) -> list[Text]:
        read = self._tokenizer.encode_batch(list(batch))
        ids = np.array([each.ids for each in read], dtype=np.int64)
        mask = np.array([each.attention_mask for each in read], dtype=np.int64)
        wholes, states = self._network.run(["embedding", "tokens"], {"ids": ids, "mask": mask})
        made = []
        for i, each in enumerate(read):
            kept = [j for j, special in enumerate(each.special_tokens_mask) if not special]
            words = np.asarray(states[i][kept], dtype=np.float32)
            words = words / np.maximum(np.linalg.norm(words, axis=1, keepdims=True), 1e-9)
            weights = np.array([_weight(each.tokens[j]) for j in kept], dtype=np.float32)
            made.append(Text(np.asarray(wholes[i], dtype=np.float32), words, weights))
        return made


def _weight(token: str) -> float:
    return LIGHT if token in _LIGHT_WORDS or not token[-1].isalnum() else 1.0


def _near(said: Sequence[Text], sought: Text, question: Text | None) -> Nearness:
    heard = [each for each in said if len(each.words)]
    if not heard or not len(sought.words):
        return Nearness()
    words = np.concatenate([each.words for each in heard])
    weights = np.concatenate([each.weights for each in heard])
    whole = np.sum([each.whole * len(each.words) for each in heard], axis=0)
    alike = sought.words @ words.T
    return Nearness(
        best=_round(max(float(each.whole @ sought.whole) for each in heard)),
        whole=_round(_cosine(whole, sought.whole)),
        apart=_round(_cosine(_apart(whole, question), _apart(sought.whole, question))),
        found=_round(_mean(alike.max(axis=1), sought.weights * _new(sought.words, question))),
        fitting=_round(_mean(alike.max(axis=0), weights * _new(words, question))),
    )


def _apart(vector: Floats, question: Text | None) -> Floats:
    """What a vector says beyond the question."""
    if question is None:
        return vector
    rest: Floats = vector - (vector @ question.whole) * question.whole
    return rest


def _new(words: Floats, question: Text | None) -> Floats:
    """How far (0..1) each word is from all of the question's."""
    if question is None or not len(question.words):
        return np.ones(len(words), dtype=np.float32)
    nearest = (words @ question.words.T).max(axis=1)
    far: Floats = np.clip(1 - nearest, 0, 1).astype(np.float32)
    return far


def _cosine(a: Floats, b: Floats) -> float:
    return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9))


def _mean(values: Floats, weights: Floats) -> float:
    return float(values @ weights / max(float(weights.sum()), 1e-9))


def _round(value: float) -> float:
    return round(min(1.0, max(0.0, value)), DECIMALS)
