"""Hostile text made readable without moving a letter, so that offsets stay true."""

from __future__ import annotations

import re
import unicodedata

from service.outline.words import Span

MAX_CHARS = 20_000
QUOTE = 90  # characters of a quote in a question: two lines on a phone
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]"
)
_QUOTES = str.maketrans({c: "'" for c in '"“”„«»「」『』'} | {"<": "‹", ">": "›"})
_BREAKS = frozenset("\n\u2028\u2029\x0b\x0c\x85")


def readable(text: str) -> str:
    """Same length as text[:MAX_CHARS]; control, format and bidi characters become blanks."""
    return "".join(map(_shown, text[:MAX_CHARS]))


def _shown(char: str) -> str:
    if " " < char < "\x7f":
        return char
    if char in _BREAKS:
        return "\n"
    hidden = unicodedata.category(char)[0] == "C" or _INVISIBLE.match(char)
    return " " if hidden or char.isspace() else char


def folded(shown: str) -> str:
    """Lower case and full-width forms narrowed, letter by letter: the length stays."""
    return "".join(map(_folded, shown))


def _folded(char: str) -> str:
    if char < "\x80":
        return char.lower()
    one = unicodedata.normalize("NFKC", char).lower()
    return one if len(one) == 1 else char


def quote(shown: str, span: Span, *, limit: int = QUOTE) -> str:
    """The span as one line without quotation marks of its own, cut at a word."""
    piece = " ".join(shown[span.start : span.end].translate(_QUOTES).split())
    piece = piece.strip(" ,;:，；：、.。-–—•?")
    if len(piece) <= limit:
        return piece
    cut = piece[:limit]
    head, blank, _ = cut.rpartition(" ")
    return (head if blank and len(head) > limit // 2 else cut).rstrip(" ,;:，；：、.-(（") + "…"


def trimmed(shown: str, start: int, end: int) -> Span:
    """The span without blanks at its edges."""
    piece = shown[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span(start + left, start + max(len(piece.rstrip()), left))


def is_chinese(shown: str) -> bool:
    """Whether Chinese characters outnumber Latin words."""
    chinese = len(re.findall(f"[{HAN}]", shown))
    return chinese > len(re.findall(r"[A-Za-z]+", shown))
