"""Erasure: nothing of a candidate is left but ids, and nobody else loses anything."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from service.audit import verify
from service.blobs import Blobs
from service.db import Database
from service.review.scoring import rate_session
from service.rights import retention
from service.rights.erasing import Eraser, Order
from service.rights.reach import Whose, reached
from service.tables import (
    Accommodation,
    Account,
    AuditEvent,
    Candidate,
    Contest,
    ContestKind,
    Decision,
    DecisionLetter,
    Erasure,
    Mail,
    MailKind,
    Outcome,
    Recording,
    RequestKind,
    RequestState,
    Retention,
    RightsRequest,
    Role,
    Session,
    SessionState,
    Utterance,
    new_id,
    utc_now,
)
from tests.fakes.rooms import (
    WORDS,
    Held,
    House,
    held_interview,
    make_house,
    new_invitation,
    new_plan,
)

PERSONAL = {
    Retention.PERSONAL, Retention.RECORDING, Retention.CONTENT, Retention.BIOMETRIC,
}  # fmt: skip


def eraser(house: House) -> Eraser:
    return Eraser(house.database, house.blobs, house.settings)


async def rows_of(database: Database, *needles: str) -> list[str]:
    """Tables in which one of these texts stands anywhere."""
    found = []
    async with database.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows = (await connection.execute(sa.select(table))).all()
            texts = [str(row) for row in rows]
            if any(needle in text for needle in needles for text in texts):
                found.append(table.name)
    return found


def test_no_table_with_a_persons_data_is_out_of_reach() -> None:
    """A new table that holds anything of a candidate must refer to one, or be erased by hand."""
    names = {table.name for table, _ in reached(Whose(new_id(), new_id(), new_id()))}
    for table in SQLModel.metadata.sorted_tables:
        if table.info["retention"] in PERSONAL:
            assert table.name in names, table.name


def test_what_refers_goes_before_what_is_meant() -> None:
    order = [table.name for table, _ in reached(Whose(new_id(), new_id(), new_id()))]
    for table, _ in reached(Whose(new_id(), new_id(), new_id())):
        for key in table.foreign_keys:
            meant = key.column.table.name
            if meant in order and meant != table.name:
                assert order.index(table.name) < order.index(meant)


async def fill(house: House, held: Held) -> None:
    """A row of everything that an interview may leave."""
    async with await house.login(Role.ADMIN), house.database.writing() as db:
        by = (await db.exec(select(Account.id))).first()
        assert by is not None
        decision = Decision(
            session_id=held.session_id,
            outcome=Outcome.HOLD,
            reason="unsure",
            account_id=by,
            rubric_version=1,
        )
        db.add(decision)
        await db.flush()
        db.add_all(
            [
                DecisionLetter(
                    decision_id=decision.id,
                    account_id=by,
                    locale="en",
                    subject="s",
                    text="Dear Zhang San",
                ),
                Mail(invitation_id=held.invitation_id, kind=MailKind.RECEIVED, due_at=utc_now()),
                Accommodation(invitation_id=held.invitation_id, extra_time="2"),
                Contest(session_id=held.session_id, kind=ContestKind.REVIEW, text="please"),
            ]
        )


async def test_everything_of_one_candidate_goes_and_nothing_of_another(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    await rate_session(house.database, held.session_id)
    await fill(house, held)
    spool = house.settings.data_dir / "spool"
    async with house.database.reading() as db:
        statement = select(Recording.connection_id).where(Recording.session_id == held.session_id)
        working = spool / str((await db.exec(statement)).one())
    working.mkdir(parents=True)
    (working / "audio.mka").write_bytes(b"left by a crash")
    await house.blobs.put(f"recordings/{held.session_id}/journal/0-audio-0", b"known to no row")
    async with house.guest(held.token) as guest:
        await guest.post("/api/candidate/rights/requests", json={"kind": "copy"})
        asked = await guest.post("/api/candidate/rights/requests", json={"kind": "erasure"})
    assert asked.status_code == 200
    async with await house.login(Role.HR_LEAD) as client:
        refused = await client.post(f"/api/rights/sessions/{held.session_id}/erase")
    async with await house.login(Role.DATA_PROTECTION) as client:
        waiting = (await client.get("/api/rights/requests")).json()
        done = await client.post(f"/api/rights/sessions/{held.session_id}/erase")
        again = await client.post(f"/api/rights/sessions/{held.session_id}/erase")
        left = (await client.get("/api/rights/requests")).json()
        settled = (await client.get("/api/rights/requests?settled=true")).json()
    assert refused.status_code == 403
    assert {one["kind"] for one in waiting} == {"copy", "erasure"}
    assert done.status_code == 200, done.text
    assert again.status_code == 404
    assert (left, {one["state"] for one in settled}) == ([], {"done", "declined"})
    assert {one["candidate_name"] for one in settled} == {""}
    assert done.json()["letter"] == "sent"
    counts = done.json()["counts"]
    assert counts["candidates"] == counts["sessions"] == counts["recordings"] == 1
    assert counts["observations"] == 2
    assert not working.exists()
    mine = [key for key in await house.blobs.keys("recordings/") if str(held.session_id) in key]
    assert mine == []
    # Ids alone are left, in the audit record and the tombstone; of the other one, all.
    ids = (str(held.session_id), held.session_id.hex)
    assert set(await rows_of(house.database, *ids)) <= {
        "audit_events",
        "erasures",
        "rights_requests",
    }
    async with house.database.reading() as db:
        assert (await verify(db)).ok
        assert len((await db.exec(select(Candidate))).all()) == 1
        assert [row.text for row in (await db.exec(select(Utterance))).all()] == [WORDS]
        tags = [row.tag for row in (await db.exec(select(AuditEvent))).all()]
    assert "hr:data:erase" in tags
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.get(held.case)).status_code == 404
        assert (await client.get(other.case)).status_code == 200
    async with house.guest(held.token) as guest:
        gone = await guest.get("/api/candidate/interview")
    assert (gone.status_code, gone.json()["code"]) == (410, "invitation_erased")


async def test_the_last_letter_goes_to_the_address_and_is_not_kept(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.ADMIN) as client:
        await client.post(f"/api/rights/sessions/{held.session_id}/erase")
    letters = list((house.settings.data_dir / "mailbox").glob("*.eml"))
    assert len(letters) == 1  # the file mailbox is whoever runs it carrying it by hand
    letter = email.message_from_bytes(letters[0].read_bytes(), policy=email.policy.default)
    assert letter["To"] == "Li Na <li.na@example.org>"
    assert "已删除" in letter["Subject"]
    async with house.database.reading() as db:
        assert (await db.exec(select(Mail))).all() == []


@pytest.mark.parametrize("state", ["connecting", "live", "draining"])
async def test_a_running_interview_is_not_erased(house: House, state: str) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        session = await db.get_one(Session, held.session_id)
        session.state = SessionState(state)
        db.add(session)
    async with await house.login(Role.ADMIN) as client:
        answer = await client.post(f"/api/rights/sessions/{held.session_id}/erase")
    assert (answer.status_code, answer.json()["code"]) == (409, "interview_running")
    assert await house.blobs.keys("recordings/")


async def test_two_at_once_erase_once(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.ADMIN) as client:
        url = f"/api/rights/sessions/{held.session_id}/erase"
        answers = await asyncio.gather(*(client.post(url) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers)[0] == 200
    async with house.database.reading() as db:
        assert len((await db.exec(select(Erasure))).all()) == 1


async def aged(house: House, held: Held, days: float) -> datetime:
    """Let an interview have ended so long ago."""
    ended = utc_now() - timedelta(days=days)
    async with house.database.writing() as db:
        session = await db.get_one(Session, held.session_id)
        session.ended_at = ended
        db.add(session)
    return ended


@pytest.mark.parametrize(
    ("days", "what"),
    [
        (29, []),
        (31, ["biometric"]),
        (91, ["biometric", "recording"]),
        (181, ["everything"]),
    ],
)
async def test_each_class_is_kept_as_long_as_the_notice_says(
    house: House, tmp_path: Path, days: int, what: list[str]
) -> None:
    place = make_house(tmp_path, house.database, "CN")
    held = await held_interview(place, jurisdiction="CN", facial_analysis=True)
    await aged(place, held, days)
    async with place.database.reading() as db:
        found = await retention.due(db, place.settings, now=utc_now())
    assert sorted(one.what for one in found) == what
    done = await retention.enforce(eraser(place), found)
    assert done == found
    async with place.database.reading() as db:
        assert await retention.due(db, place.settings, now=utc_now()) == []
        assert (await verify(db)).ok
        left = (await db.exec(select(Utterance))).all()
        stones = (await db.exec(select(Erasure))).all()
    assert len(left) == (0 if days > 180 else 1)
    assert len(stones) == len(what)
    assert {stone.cause for stone in stones} <= {"retention"}


async def test_an_owed_answer_holds_everything_back(house: House) -> None:
    held = await held_interview(house)
    await aged(house, held, 400)
    async with house.database.writing() as db:
        db.add(Contest(session_id=held.session_id, kind=ContestKind.CONTEST))
    async with house.database.reading() as db:
        found = await retention.due(db, house.settings, now=utc_now())
    assert [one.held for one in found] == [True]
    assert await retention.enforce(eraser(house), found) == []


async def test_an_invitation_that_nobody_used_goes_in_its_time(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        await new_invitation(client, await new_plan(client))
    later = utc_now() + timedelta(days=700)
    async with house.database.reading() as db:
        assert await retention.due(db, house.settings, now=utc_now()) == []
        found = await retention.due(db, house.settings, now=later)
    assert [one.what for one in found] == ["everything"]
    assert len(await retention.enforce(eraser(house), found)) == 1
    async with house.database.reading() as db:
        assert (await db.exec(select(Candidate))).all() == []


async def test_the_log_is_pruned_and_its_chain_is_not(house: House) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        old = utc_now() - timedelta(days=2000)
        for state in (RequestState.DONE, RequestState.OPEN):
            db.add(
                RightsRequest(
                    session_id=held.session_id, kind=RequestKind.COPY, state=state, created_at=old
                )
            )
        before = (await verify(db)).count
    async with house.database.writing() as db:
        assert await retention.prune_log(db, house.settings, now=utc_now()) == 1
    async with house.database.reading() as db:
        left = (await db.exec(select(RightsRequest))).all()
        assert [row.state for row in left] == [RequestState.OPEN]
        assert (await verify(db)).count == before


async def test_files_go_before_rows_so_that_none_is_forgotten(house: House) -> None:
    """A store that fails leaves everything as it can be tried again."""
    held = await held_interview(house)

    class Broken(Blobs):
        async def delete(self, key: str) -> None:
            raise OSError("the store is away")

    broken = Eraser(house.database, Broken("memory:///"), house.settings)
    with pytest.raises(OSError, match="away"):
        await broken.erase(Order(held.session_id, "request"))
    async with house.database.reading() as db:
        assert await db.get(Session, held.session_id) is not None
        assert (await db.exec(select(Erasure))).all() == []
