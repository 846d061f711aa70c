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
    bare = [word.strip(".,;").lower() for word in words]
    known = [i for i, word in enumerate(bare) if word in confusions]
    wanted = round(len(words) * share)
    lost = {i for i in range(4, len(words), max(2, round(4 / share))) if bare[i].isalnum()}
    chosen = set(_spread(known, wanted - len(lost)))
    out = [
        confusions[bare[i]] + word[len(word.rstrip(".,;")) :] if i in chosen else word
        for i, word in enumerate(words)
        if i in chosen or i not in lost
    ]
    unsure = len(chosen | lost) / max(1, len(words))
    confidence = (1 - unsure) * CONFIDENCE + unsure * UNSURE
    return ("" if chinese else " ").join(out), confidence


def _spread(places: Sequence[int], count: int) -> list[int]:
    """So many of the places, evenly over all of them."""
    count = min(max(0, count), len(places))
    return [places[i * len(places) // count] for i in range(count)]
