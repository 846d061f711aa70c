"""What people may send as text: bounded, trimmed, and storable by every database.

PostgreSQL cannot keep U+0000, and lone surrogates have no UTF-8 form (pydantic refuses those
itself). All else is kept letter for letter: showing text safely is the page's work.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, StringConstraints

ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00]*$"
EMAIL = r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$"

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=ONE_LINE)
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=LINES)
]
OptionalProse = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=LINES)
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, min_length=3, max_length=320, pattern=EMAIL
    ),
]
Locale = Literal["zh-CN", "en"]
Language = Literal["zh", "en"]  # that an interview can be held in


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the calendar") from error


Moment = Annotated[AwareDatetime, AfterValidator(_to_utc)]
