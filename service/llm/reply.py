"""What came back, held to the schema whatever the endpoint promised."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

MOST_TEXT = 600
Quote = Annotated[str, StringConstraints(max_length=2000)]


class Reply(BaseModel):
    """One run's answer. `level` None: the answers show nothing of the competency."""

    model_config = ConfigDict(extra="forbid", strict=True)

    level: Annotated[int, Field(ge=1, le=5)] | None
    rationale: Annotated[str, StringConstraints(max_length=4000)]
    quotes: Annotated[list[Quote], Field(max_length=10)]

    @property
    def reason(self) -> str:
        """The rationale as it may be shown: one paragraph of printable characters."""
        kept = "".join(c if c.isprintable() else " " for c in self.rationale)
        return " ".join(kept.split())[:MOST_TEXT]


def parse(content: str) -> Reply | None:
    """The reply in a message; a code fence around it is forgiven, anything else is not."""
    body = content.strip()
    if body.startswith("```") and body.endswith("```"):
        body = body.removeprefix("```").removeprefix("json").removesuffix("```").strip()
    try:
        return Reply.model_validate(json.loads(body))
    except (ValueError, RecursionError, ValidationError):
        return None
