"""Changes that a fair rater does not mind, and that speech always brings. Deterministic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service.assay.cases import CONFIDENCE

_HAN = re.compile("[\u4e00-\u9fff]")
UNSURE = 0.45  # confidence of a word that was misheard


def inserted(text: str, addition: str, place: int) -> str:
    """The text with a sentence before (0), after (1) or in the middle (2) of its sentences."""
    gap = "" if _HAN.search(text) else " "
    sentences = [s for s in re.split(r"(?<=[.。])\s*", text) if s]
    at = {0: 0, 1: len(sentences)}.get(place % 3, len(sentences) // 2)
    return gap.join([*sentences[:at], addition, *sentences[at:]])


def disfluent(text: str, fillers: Sequence[str], step: int) -> str:
    """Fillers every `step` words, every third time with the next word said twice."""
    chinese = bool(_HAN.search(text))
    pieces = re.findall(r"[^，。、；]{1,4}|[，。、；]", text) if chinese else text.split()
    out: list[str] = []
    spoken = 0
    for piece in pieces:
        spoken += piece not in "，。、；"
        if spoken % step == 0 and piece not in "，。、；":
            turn = spoken // step - 1
            out += [fillers[turn % len(fillers)] + ("，" if chinese else ",")]
            out += [piece] if turn % 3 == 0 else []
        out.append(piece)
    return ("" if chinese else " ").join(out)


def misheard(text: str, confusions: Mapping[str, str], share: float) -> tuple[str, float]:
    """About that share of the words misheard or lost; the text and its mean confidence."""
    chinese = bool(_HAN.search(text))
    words = list(text) if chinese else text.split()
    wanted, wrong = round(len(words) * share), 0
    step = max(2, round(1 / share))
    out: list[str] = []
    for i, word in enumerate(words):
        bare = word.strip(".,;").lower()
        if wrong < wanted and (heard := confusions.get(bare)) is not None:
            out.append(heard + word[len(word.rstrip(".,;")) :])
            wrong += 1
        elif wrong < wanted and i % (3 * step) == 2 * step and bare.isalnum():
            wrong += 1  # lost
        else:
            out.append(word)
    unsure = wrong / max(1, len(words))
    confidence = (1 - unsure) * CONFIDENCE + unsure * UNSURE
    return ("" if chinese else " ").join(out), confidence
