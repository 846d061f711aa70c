"""A sentence encoder's word on the answers of a session, asked for all of them or left out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from models.pool import NoEngine, PoolError
from models.types import Compared, CompareRequest
from service import telemetry
from service.scoring import meaning
from service.scoring.meaning import Meanings
from service.scoring.reading import read
from service.scoring.rubric import Answer, Competency, QuestionSpec, Rubric

Compare = Callable[[CompareRequest], Awaitable[Compared]]
Asking = tuple[QuestionSpec, Sequence[Competency], CompareRequest]


async def meanings_of(
    answers: Sequence[Answer], rubric: Rubric, compare: Compare | None
) -> Meanings:
    """By question and competency. Empty without an encoder, and when it failed for any answer:
    answers of one session are to be rated by the same means."""
    if compare is None:
        return {}
    found: dict[meaning.Key, Compared] = {}
    try:
        for question, competencies, request in await asyncio.to_thread(_asking, answers, rubric):
            compared = await compare(request)
            found |= meaning.shared(compared, question, competencies)
    except NoEngine:
        return {}
    except PoolError as error:
        telemetry.log().warning("meaning_missing", code=type(error).__name__)
        return {}
    return found


def _asking(answers: Sequence[Answer], rubric: Rubric) -> list[Asking]:
    asking: list[Asking] = []
    for answer in answers:
        own = [c for c in rubric.competencies if answer.question.asks_after(c.id)]
        request = meaning.request(read(answer, own), answer.question, own)
        if request is not None:
            asking.append((answer.question, own, request))
    return asking
