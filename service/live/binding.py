"""Which question an utterance answers: the one that stood at its middle. Pure.

The binding is made when the sound is kept, from session time alone. A transcript that comes later,
in whatever order, changes the text of its row and never the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


def question_at(asked: Iterable[tuple[UUID, float]], at: float) -> UUID | None:
    """The question that stood at a session time; `asked` in the order of asking.

    Before the first was asked it is the first: somebody greets before the question is read.
    """
    found: UUID | None = None
    for question_id, started in asked:
        if found is None or started <= at:
            found = question_id
    return found
