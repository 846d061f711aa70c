"""A crowd of made-up sessions: all there once, shown by the queue, and gone again."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import func
from sqlmodel import SQLModel, col, select

from service.audit import verify
from service.blobs import BlobMissing, Blobs
from service.seed import many, store
from service.seed.words import timed_words
from service.tables import Account, Candidate, InterviewPlan, Recording, Role, Session
from tests.fakes.rooms import House, held_interview


async def rows_of(house: House, table: str) -> int:
    async with house.database.reading() as db:
        counted = select(func.count()).select_from(SQLModel.metadata.tables[table])
        return int((await db.exec(counted)).one())


async def test_a_crowd_is_written_once_and_removed_whole(house: House) -> None:
    own = await held_interview(house)
    before = {table: await rows_of(house, table) for table in SQLModel.metadata.tables}
    told: list[int] = []
    added = await many.add(house.database, 30, max_seconds=7200, told=told.append)
    again = await many.add(house.database, 30, max_seconds=7200, told=told.append)
    assert (added, again, told) == (30, 0, [30])
    async with await house.login(Role.HR_LEAD) as client:
        shown = (await client.get("/api/review/queue?size=200")).json()["items"]
        assert len(shown) > 20
        crowd = next(item for item in shown if item["session_id"] != str(own.session_id))
        case = await client.get(f"/api/review/cases/{crowd['session_id']}")
        assert case.status_code == 200, case.text
    removed = await store.remove(house.database, Blobs("memory:///"))
    assert removed == 30
    after = {table: await rows_of(house, table) for table in SQLModel.metadata.tables}
    kept = ("audit_events", "accounts", "logins")
    assert {k: v for k, v in after.items() if k not in kept} == {
        k: v for k, v in before.items() if k not in kept
    }
    assert await store.remove(house.database, Blobs("memory:///")) == 0
    async with house.database.reading() as db:
        sample = col(Account.email).endswith("@sample.example")
        assert (await db.exec(select(Account).where(sample))).all() == []
        assert (await verify(db)).ok
        await db.get_one(Session, own.session_id)


async def test_files_of_interviews_under_a_sample_plan_go_with_it(house: House) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        session = await db.get_one(Session, held.session_id)
        plan = await db.get_one(InterviewPlan, session.plan_id)
        plan.is_sample = True
        db.add(plan)
        (recording,) = (await db.exec(select(Recording))).all()
    key = recording.blob_key
    await house.blobs.head(key)
    assert await store.remove(house.database, house.blobs) == 1
    with pytest.raises(BlobMissing):
        await house.blobs.head(key)
    async with house.database.reading() as db:
        assert (await db.exec(select(Candidate))).all() == []


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [("I looked, then acted.", "en", 4), ("我先看日志，再换证书 SSL。", "zh", 10)],
)
def test_words_follow_one_another(text: str, language: str, count: int) -> None:
    words = timed_words(text, language=language, start=3.0, surety=0.9)
    assert len(words) == count
    assert words[0]["start"] == 3.0
    spoken = [(word["start"], word["end"]) for word in words]
    assert all(start < end for start, end in spoken)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spoken))
    assert all(0.0 < word["confidence"] < 1.0 for word in words)
