"""Breaks packets and lines of text, repeatably: what fuzzing feeds to those who read a network."""

from __future__ import annotations

import random
from collections.abc import Sequence

_TURNS = (1, 1, 2, 8)


def mangled(data: bytes, dice: random.Random, *, share: float = 0.67) -> bytes:
    """Bytes replaced, cut out, doubled or added; of all packets, only this share."""
    if dice.random() >= share:
        return data
    out = bytearray(data)
    for _ in range(dice.choice(_TURNS)):
        at = dice.randrange(len(out) or 1)
        match dice.randrange(6):
            case 0:
                out[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del out[at : at + dice.randrange(1, 30)]
            case 2:
                out[at:at] = dice.randbytes(dice.randrange(1, 30))
            case 3:
                out[at:at] = out[: dice.randrange(40)]
            case 4:
                out[2:4] = dice.randbytes(2)  # an RTP packet's number
            case _:
                out[4:8] = dice.randbytes(4)  # its time
    return bytes(out)


def mangled_text(lines: Sequence[str], dice: random.Random) -> bytes:
    """Lines dropped, doubled, swapped, cut, or with a word that belongs elsewhere; then bytes."""
    out = list(lines)
    for _ in range(dice.randrange(1, 4)):
        at, other = dice.randrange(len(out) or 1), dice.randrange(len(out) or 1)
        match dice.randrange(5):
            case 0:
                del out[at : at + 1]
            case 1:
                out[other:other] = out[at : at + dice.randrange(1, 20)]
            case 2 if out:
                out[at], out[other] = out[other], out[at]
            case 3 if out:
                out[at] = out[at][: dice.randrange(len(out[at]) + 1)]
            case _ if out:
                words = out[at].split(" ")
                words[dice.randrange(len(words))] = dice.choice(dice.choice(out).split(" "))
                out[at] = " ".join(words)
    text = "\r\n".join(out).encode() + b"\r\n"
    return text if dice.random() < 0.7 else mangled(text, dice)
