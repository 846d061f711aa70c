"""What the question gate says, over the wire."""

from __future__ import annotations

from pydantic import BaseModel


class Both(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class QuestionObjection(BaseModel):
    """What the gate has against question `index` (from 0), and the law it rests on, if any."""

    index: int
    code: str
    reason: Both
    laws: list[str]
