"""Many made-up sessions at once, for benchmarks and for a look at a full queue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from sqlalchemy import func
from sqlmodel import col, select

from service.audit import Entry, Tag, record
from service.db import Database
from service.scoring.rater import rate_session
from service.scoring.report import detail
from service.scoring.rubric import (
    Anchor,
    Answer,
    AnswerUtterance,
    Competency,
    QuestionSpec,
    Rubric,
    SpokenWord,
)
from service.seed import crowd
from service.seed.jobs import ANCHORS, NAMES, QUESTIONS, crowd_jobs
from service.seed.store import HOST, fill, somebody
from service.seed.words import timed_words
from service.tables import Candidate, Role, utc_now

BATCH = 500  # sessions per transaction
SOME_ID = "00000000-0000-7000-8000-000000000001"
PEOPLE = ("An Min", "Bo Lindgren", "Chen Yu", "Dana Weiss")


async def add(
    database: Database, count: int, *, max_seconds: int, told: Callable[[int], None]
) -> int:
    """Write sessions until there are `count` of the crowd; returns how many were added."""
    async with database.writing() as db:
        there = await crowd_size(database)
        setting = crowd.Setting(
            jobs=await crowd_jobs(db, max_seconds=max_seconds),
            people=tuple(
                [
                    (
                        await somebody(
                            db, f"{name} (sample)", role=Role.REVIEWER, email=f"{i}@{HOST}"
                        )
                    ).id
                    for i, name in enumerate(PEOPLE)
                ]
            ),
            detail=await asyncio.to_thread(_explanation),
            now=utc_now(),
        )
    for first in range(there, count, BATCH):
        size = min(BATCH, count - first)
        rows = await asyncio.to_thread(crowd.rows, first, size, setting)
        async with database.writing() as db:
            for table, records in rows:
                await fill(db, table, records)
        told(first + size)
    added = max(0, count - there)
    if added:
        async with database.writing() as db:
            await (await db.connection()).exec_driver_sql("ANALYZE")  # plans go by what is there
            facts = {"sessions": added}
            await record(db, Entry(Tag.SAMPLES_MADE, "system", "samples", detail=facts))
    return added


async def crowd_size(database: Database) -> int:
    """How many sessions of the crowd there are."""
    ours = col(Candidate.email).endswith("@crowd.example")
    async with database.reading() as db:
        statement = select(func.count()).select_from(Candidate).where(ours)
        return int((await db.exec(statement)).one())


def _explanation() -> dict[str, object]:
    """What the real scorer says of one answer, so that rows have their true size."""
    words = timed_words(crowd.TEXTS["en"], language="en", start=0.0, surety=0.9)
    said = AnswerUtterance(
        SOME_ID,
        0.0,
        words[-1]["end"],
        crowd.TEXTS["en"],
        tuple(SpokenWord(**w) for w in words),
        "en",
    )
    anchors = tuple(Anchor(int(level), text) for level, text in ANCHORS["en"].items())
    asked = QuestionSpec(SOME_ID, QUESTIONS["en"][0], (SOME_ID,))
    rubric = Rubric("1", (Competency(SOME_ID, NAMES["en"][0], anchors),))
    (rating,) = rate_session([Answer(asked, (said,))], rubric)
    return cast(dict[str, object], detail(rating))
