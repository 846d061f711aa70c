"""The queue: what is in it, in which order, why it wants a person, and who takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from service.review.scoring import rate_session
from service.tables import (
    Account,
    AuditEvent,
    Candidate,
    Contest,
    ContestKind,
    Invitation,
    Role,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    utc_now,
)
from tests.fakes.rooms import Held, House, Json, held_interview, new_invitation, new_plan


async def queue(house: House, **asked: object) -> Json:
    async with await house.login(Role.AUDITOR) as client:
        answer = await client.get(f"/api/review/queue?{urlencode(asked)}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def only(house: House, **asked: object) -> Json:
    (item,) = (await queue(house, **asked))["items"]  # type: ignore[misc]
    return dict(item)


async def ids(house: House, **asked: object) -> list[str]:
    return [item["session_id"] for item in (await queue(house, **asked))["items"]]  # type: ignore[attr-defined]


@dataclass
class Row:
    """Changes to a held interview, made in the database."""

    house: House
    held: Held

    async def ended(self, hours_ago: float) -> None:
        async with self.house.database.writing() as db:
            session = await db.get_one(Session, self.held.session_id)
            session.ended_at = utc_now() - timedelta(hours=hours_ago)
            db.add(session)

    async def named(self, name: str, email: str) -> None:
        async with self.house.database.writing() as db:
            statement = (
                select(Candidate)
                .join(Invitation, col(Invitation.candidate_id) == Candidate.id)
                .where(Invitation.id == self.held.invitation_id)
            )
            candidate = (await db.exec(statement)).one()
            candidate.name, candidate.email = name, email
            db.add(candidate)

    async def contested(self) -> None:
        async with self.house.database.writing() as db:
            db.add(Contest(session_id=self.held.session_id, kind=ContestKind.CONTEST, text="No."))

    async def unsure(self) -> None:
        async with self.house.database.writing() as db:
            row = await db.get_one(Utterance, self.held.utterance_id)
            row.words = [{**word, "confidence": 0.1} for word in row.words]  # type: ignore[typeddict-item]
            db.add(row)
        await rate_session(self.house.database, self.held.session_id)

    async def judged(self, competencies: int) -> None:
        async with await self.house.login(Role.REVIEWER) as client:
            case = (await client.get(self.held.case)).json()
            known = {rating["competency_id"]: rating["id"] for rating in case["ratings"]}
            for number in range(competencies):
                replaces = known.get(self.held.competency_ids[number])
                body = {"level": 3, "reason": "Heard it.", "evidence": [], "replaces": replaces}
                answer = await client.post(self.held.override(number), json=body)
                assert answer.status_code == 201, answer.text


async def test_a_rated_case_says_why_it_wants_a_person(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    item = await only(house)
    assert item["session_id"] == str(held.session_id)
    assert (item["candidate_name"], item["plan_title"]) == ("Li Na", "Engineer")
    assert item["needs"] == ["abstained", "unreviewed"]
    assert (item["is_open"], item["assignee"], item["labels"]) == (True, None, [])
    short = [(r["name"], r["rater"]) for r in item["current_ratings"]]  # type: ignore[attr-defined]
    assert short == [("Teamwork", "model"), ("Planning", "model")]


async def test_reasons_go_as_people_and_transcripts_come(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.status = UtteranceStatus.PENDING
        db.add(row)
    assert (await only(house))["needs"] == ["waiting_transcript", "unreviewed"]
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.status = UtteranceStatus.DONE
        db.add(row)
    await Row(house, held).judged(1)
    item = await only(house)
    assert (item["needs"], item["is_open"]) == ([], True)  # one competency is left
    await Row(house, held).judged(2)
    assert (await only(house))["is_open"] is False


async def test_contested_overdue_and_unsure_cases_come_first(house: House) -> None:
    fresh, unsure, late, contested, done = [await held_interview(house) for _ in range(5)]
    await Row(house, unsure).unsure()
    await Row(house, late).ended(73)
    await Row(house, contested).contested()
    await Row(house, done).judged(2)
    await Row(house, done).ended(400)
    expected = [str(each.session_id) for each in (contested, late, unsure, fresh, done)]
    assert await ids(house) == expected
    assert await ids(house, descending=True) == expected[::-1]
    assert await ids(house, contested=True) == expected[:1]
    assert await ids(house, overdue=True) == expected[1:2]
    assert await ids(house, confidence="low") == expected[2:3]
    assert await ids(house, open=True) == expected[:4]
    needs = [item["needs"][0] for item in (await queue(house, size=3))["items"]]  # type: ignore[attr-defined]
    assert needs == ["contested", "overdue", "abstained"]


async def test_the_clock_runs_as_long_as_the_plan_gives(house: House) -> None:
    held = await held_interview(house)
    await Row(house, held).ended(30)
    assert await ids(house, overdue=True) == []
    async with await house.login(Role.HR_LEAD) as client:
        changed = await client.patch(f"/api/plans/{held.plan['id']}", json={"review_hours": 24})
        assert (changed.status_code, changed.json()["review_hours"]) == (200, 24), changed.text
        refused = await client.patch(f"/api/plans/{held.plan['id']}", json={"review_hours": 0})
        assert refused.status_code == 422
    item = await only(house, overdue=True)
    assert str(item["due_at"]) < utc_now().isoformat()


async def test_pages_cover_everything_once_in_every_order(house: House) -> None:
    held = [await held_interview(house) for _ in range(5)]
    for number, each in enumerate(held):
        await Row(house, each).ended(20 * number)
        await Row(house, each).named(f"Name {number % 2}", "x@example.org")
    for sort in ("urgency", "due", "held", "candidate", "plan"):
        for descending in (False, True):
            whole = await ids(house, sort=sort, descending=descending)
            found, cursor = [], ""
            while True:
                asked = {"sort": sort, "descending": descending, "size": 2, "cursor": cursor}
                page = await queue(house, **asked)
                found += [item["session_id"] for item in page["items"]]  # type: ignore[attr-defined]
                if page["next"] is None:
                    break
                cursor = str(page["next"])
            assert found == whole, (sort, descending)
            assert len(set(found)) == 5


async def test_what_grows_overdue_between_two_pages_is_seen_once(house: House) -> None:
    first, second, third = [await held_interview(house) for _ in range(3)]
    for row, hours in ((first, 60), (second, 40), (third, 20)):
        await Row(house, row).ended(hours)
    page = await queue(house, size=1)
    async with await house.login(Role.HR_LEAD) as client:
        await client.patch(f"/api/plans/{third.plan['id']}", json={"review_hours": 1})
    rest = await ids(house, cursor=page["next"])
    assert rest == [str(second.session_id)]  # the third has moved before the page that was read
    assert (await ids(house))[0] == str(third.session_id)


async def test_people_are_found_by_a_part_of_name_or_address(house: House) -> None:
    one, two = await held_interview(house), await held_interview(house)
    await Row(house, one).named("张小明 Zhang", "ming_1@example.org")
    await Row(house, two).named("100% O'Neil", "neil@example.org")
    assert await ids(house, q="小明") == [str(one.session_id)]
    assert await ids(house, q="ZHANG") == [str(one.session_id)]
    assert await ids(house, q="ming_") == [str(one.session_id)]
    assert await ids(house, q="o'neil") == [str(two.session_id)]
    assert await ids(house, q="0%") == [str(two.session_id)]
    for nothing in ("_", "%%", "' OR 1=1 --", "\\", "mingx1"):
        expected = [str(one.session_id)] if nothing == "_" else []
        assert await ids(house, q=nothing) == expected


async def test_every_filter_narrows(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    own = str(held.session_id)
    async with house.database.writing() as db:
        for each, language in ((held, "zh"), (other, "en")):
            session = await db.get_one(Session, each.session_id)
            session.language = language
            db.add(session)
    async with await house.login(Role.HR_LEAD) as client:
        body = {"session_ids": [own], "add": ["二面", "fast"], "remove": []}
        assert (await client.post("/api/review/labels", json=body)).json() == {"changed": 2}
    await rate_session(house.database, held.session_id)
    assert await ids(house, plan=held.plan["id"]) == [own]
    assert await ids(house, language="zh") == [own]
    assert await ids(house, label="二面") == [own]
    assert await ids(house, confidence="low") == []
    assert await ids(house, confidence="sure") == [own]
    assert await ids(house, confidence="none") == [str(other.session_id)]
    assert await ids(house, label="二面", language="en") == []
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client)
        invited = await new_invitation(client, plan)
        choices = (await client.get("/api/review/queue/choices")).json()
    assert (await only(house, state="invited"))["session_id"] == invited["session_id"]
    assert (choices["labels"], choices["languages"]) == (["fast", "二面"], ["en", "zh"])
    assert {plan["id"] for plan in choices["plans"]} >= {held.plan["id"], plan["id"]}


async def test_counts_tell_what_waits(house: House) -> None:
    late, unsure = await held_interview(house), await held_interview(house)
    await Row(house, late).ended(100)
    await Row(house, unsure).unsure()
    async with await house.login(Role.REVIEWER) as client:
        await new_invitation(client, await new_plan(client))
        body = {"session_ids": [str(late.session_id)], "account_id": await own_id(client)}
        assert (await client.post("/api/review/assignments", json=body)).status_code == 200
        found = (await client.get("/api/review/queue/counts")).json()
        assert (found["states"]["closed"], found["states"]["invited"]) == (2, 1)
        kinds = ("open", "contested", "overdue", "low_confidence", "mine", "unassigned")
        assert [found[kind] for kind in kinds] == [2, 0, 1, 1, 1, 1]
        narrow = (await client.get("/api/review/queue/counts?assignee=me")).json()
        assert [narrow[kind] for kind in kinds] == [1, 0, 1, 0, 1, 0]


async def own_id(client: httpx.AsyncClient) -> str:
    answer = await client.get("/api/me")
    return str(answer.json()["id"])


async def account_named(house: House, name: str) -> UUID:
    async with house.database.reading() as db:
        return (await db.exec(select(Account.id).where(Account.name == name))).one()


async def test_reviewers_take_free_cases_and_leave_colleagues_theirs(house: House) -> None:
    held = [str((await held_interview(house)).session_id) for _ in range(2)]
    async with await house.login(Role.REVIEWER, "Ann") as ann:
        mine = {"session_ids": held[:1], "account_id": await own_id(ann)}
        assert (await ann.post("/api/review/assignments", json=mine)).json()["changed"] == 1
        assert (await ann.post("/api/review/assignments", json=mine)).json()["changed"] == 0
    async with await house.login(Role.REVIEWER, "Bob") as bob:
        both = {"session_ids": held, "account_id": await own_id(bob)}
        taken = (await bob.post("/api/review/assignments", json=both)).json()
        assert taken == {"changed": 1, "kept": held[:1]}
        given = {"session_ids": held, "account_id": str(await account_named(house, "Ann"))}
        assert (await bob.post("/api/review/assignments", json=given)).status_code == 403
        assert await ids_of(bob, "assignee=me") == held[1:]
    async with await house.login(Role.HR_LEAD, "Lead") as lead:
        given = {"session_ids": held, "account_id": str(await account_named(house, "Ann"))}
        assert (await lead.post("/api/review/assignments", json=given)).json()["changed"] == 1
        free = {"session_ids": held, "account_id": None}
        assert (await lead.post("/api/review/assignments", json=free)).json()["changed"] == 2
        assert len(await ids_of(lead, "assignee=none")) == 2
    async with house.database.reading() as db:
        tags = select(AuditEvent).where(AuditEvent.tag == "hr:case:assign")
        assert len((await db.exec(tags)).all()) == 5


async def ids_of(client: httpx.AsyncClient, query: str) -> list[str]:
    answer = await client.get(f"/api/review/queue?{query}")
    return [item["session_id"] for item in answer.json()["items"]]


async def test_a_case_goes_only_to_somebody_who_may_review_it(house: House) -> None:
    held = await held_interview(house)
    await (await house.login(Role.AUDITOR, "Eve")).aclose()
    unknown = "00000000-0000-7000-8000-000000000000"
    async with await house.login(Role.ADMIN) as admin:
        body = {"session_ids": [str(held.session_id)], "account_id": unknown}
        assert (await admin.post("/api/review/assignments", json=body)).status_code == 404
        body["account_id"] = str(await account_named(house, "Eve"))
        assert (await admin.post("/api/review/assignments", json=body)).status_code == 422
        body = {"session_ids": [unknown], "account_id": await own_id(admin)}
        assert (await admin.post("/api/review/assignments", json=body)).status_code == 404


async def test_labels_are_bounded_and_taken_off(house: House) -> None:
    session_id = str((await held_interview(house)).session_id)
    async with await house.login(Role.REVIEWER) as client:
        many = {"session_ids": [session_id], "add": [f"l{i}" for i in range(20)]}
        assert (await client.post("/api/review/labels", json=many)).json() == {"changed": 20}
        more = {"session_ids": [session_id], "add": ["one too many"]}
        refused = await client.post("/api/review/labels", json=more)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_labels")
        swap = more | {"remove": ["l0", "l1"]}
        assert (await client.post("/api/review/labels", json=swap)).json() == {"changed": 3}
    labels = (await only(house))["labels"]
    assert len(labels) == 19  # type: ignore[arg-type]
    assert "l0" not in labels  # type: ignore[operator]


async def test_states_filter(house: House) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        session = (await db.exec(select(Session).where(Session.id == held.session_id))).one()
        session.state = SessionState.FAILED
        db.add(session)
    assert await ids(house, state="failed") == [str(held.session_id)]
    assert await ids(house, state="closed") == []


@pytest.mark.parametrize(
    "query",
    [
        "state=gone",
        "size=0",
        "size=201",
        "size=x",
        "cursor=AAAA",
        "cursor=!!",
        "cursor=WyJkdWUiLGZhbHNlLDEuMCwieCIsMV0",
        "sort=name",
        "page=2",
        f"q={'x' * 101}",
        "q=a%00b",
        "assignee=somebody",
        "language=%27",
    ],
)
async def test_senseless_queries_are_refused(house: House, query: str) -> None:
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.get(f"/api/review/queue?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
