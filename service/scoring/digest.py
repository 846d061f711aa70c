"""Canonical JSON: the same value gives the same bytes in every process and on every machine."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import fields, is_dataclass

from service.scoring.rubric import Answer, Competency, Rubric

DECIMALS = 9
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def plain(value: object) -> Json:
    """Dataclasses, tuples and numbers as JSON values; floats rounded, non-finite ones null."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0 if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: object) -> bytes:
    """Sorted keys, no spaces, ASCII only (so that lone surrogates survive)."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def digest(
    answers: Sequence[Answer], competency: Competency, *, rubric: Rubric, beside: object = None
) -> str:
    """sha256 (hex) over everything that a competency's rating depends on.

    `beside`: what else did, such as score models and the word of a sentence encoder.
    """
    whole = [list(answers), competency, rubric, *([] if beside is None else [beside])]
    return hashlib.sha256(canonical(whole)).hexdigest()
