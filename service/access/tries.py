"""Which try at a question something was said in, and whether a later try replaced it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from service.tables import Take


def take_at(takes: Iterable[Take], question_id: UUID | None, at: float) -> Take | None:
    """The try at a question that ran at media second `at`; None: none is written down."""
    found: Take | None = None
    for take in takes:
        if take.question_id == question_id and (found is None or take.asked <= at):
            found = take
    return found


def is_replaced(takes: Iterable[Take], question_id: UUID | None, at: float) -> bool:
    """Whether a later try counts in place of what was said at `at`."""
    own = [take for take in takes if take.question_id == question_id]
    take = take_at(own, question_id, at)
    return take is not None and any(other.number > take.number for other in own)
