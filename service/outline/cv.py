"""What a CV says of skills and work, with spans; private facts in it are never asked after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.outline.gate import protected
from service.outline.parts import parts
from service.outline.text import HAN, folded, quote, readable
from service.outline.words import Citation, SetAside

MAX_STATEMENTS = 200
LEAST_WORDS, LEAST_HAN = 3, 6
_PRIVATE = re.compile(
    r"\b(?:date of birth|birth|marital|married|single|nationality|religion|gender|sex|age|height"
    r"|weight|"
    r"children|hobbies|blood group|passport|father|mother|spouse|caste)\s*[:：-]"
    r"|[\w.+-]+@[\w-]+|\+?\d[\d ()-]{8,}\d"
    "|(?:出生|年龄|民族|籍贯|婚姻|性别|政治面貌|身高|体重|户口|健康|宗教|爱好|电话|手机|邮箱|住址)"
)
_DONE = re.compile(
    r"\b\w+(?:ed|ing)\b|\b(?:led|built|ran|won|wrote|made|grew|cut|kept|taught|set up|experience|"
    r"responsible|skills?|proficien\w+|developer|engineer|manager|analyst)\b"
    "|负责|参与|主导|完成|开发|设计|管理|实现|优化|搭建|熟悉|精通|掌握|担任|带领|提升|降低|经验"
)
_COMMON_WORDS = (
    "and the for with from that this have has will are was were experience knowledge ability "
    "strong excellent skills skill work working years year team including using used new good "
    "other various etc all our you your into within such able must related field company"
)
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a CV says its owner can or did."""

    citation: Citation
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """A CV as read."""

    statements: tuple[Statement, ...]
    set_aside: tuple[SetAside, ...]


def read(text: str) -> History:
    """Statements of a CV in its own order; an empty CV has none."""
    shown = readable(text)
    low = folded(shown)
    found: list[Statement] = []
    aside: list[SetAside] = []
    for part in parts(shown, low):
        piece = low[part.span.start : part.span.end]
        citation = Citation("cv", part.span, quote(shown, part.span))
        objection = protected(piece)
        if objection is not None:
            aside.append(SetAside(citation, objection.code, objection.reason, objection.laws))
        elif not _PRIVATE.search(f"{part.lead}: {piece}") and _tells(piece):
            found.append(Statement(citation, tokens(piece)))
        if len(found) >= MAX_STATEMENTS:
            break
    return History(tuple(found), tuple(aside))


def _tells(piece: str) -> bool:
    long = len(piece.split()) >= LEAST_WORDS or len(re.findall(f"[{HAN}]", piece)) >= LEAST_HAN
    return long and bool(_DONE.search(piece))


def tokens(low: str) -> frozenset[str]:
    """Words that carry meaning; Chinese as pairs of characters."""
    latin = {t.strip(".") for t in re.findall(r"[a-z][a-z0-9+#.]{2,}", low)}
    han = {run[i : i + 2] for run in re.findall(f"[{HAN}]{{2,}}", low) for i in range(len(run) - 1)}
    return frozenset((latin | han) - _COMMON)


def nearest(asked: Sequence[Citation], history: Sequence[Statement]) -> Statement | None:
    """The statement that shares most with the requirements; None where nothing is shared."""
    wanted = frozenset[str]().union(*(tokens(folded(one.quote)) for one in asked))
    scored = [(len(wanted & one.tokens) / (4 + len(one.tokens)) ** 0.5, one) for one in history]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] > 0 else None
