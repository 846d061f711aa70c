"""What keeps a model from rating: a person's freeze, and a rubric nobody has approved."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from service.audit import verify
from service.db import Database
from service.review.freezing import silenced
from service.review.scoring import rate_session
from service.tables import Role
from tests.fakes.rooms import Held, House, Json, held_interview, make_house, new_plan


async def ratings(house: House, held: Held) -> list[Json]:
    async with await house.login(Role.AUDITOR) as client:
        case = (await client.get(held.case)).json()
        (item,) = (await client.get("/api/review/queue")).json()["items"]
    shown: list[Json] = case["ratings"]
    assert len(item["current_ratings"]) == len(shown)  # the queue shows no more than the case
    return shown


async def test_a_frozen_session_is_not_rated_and_shows_no_model_rating(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    assert len(await ratings(house, held)) == 2
    async with await house.login(Role.REVIEWER, "Ann") as ann:
        made = await ann.post(f"{held.case}/freezes", json={})
        again = await ann.post(f"{held.case}/freezes", json={})
        assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
        assert made.json()["frozen_by"] == "Ann"
        assert await ratings(house, held) == []
        assert await rate_session(house.database, held.session_id) == []
        lift = f"{held.case}/freezes/{made.json()['id']}/lift"
        assert (await ann.post(lift, json={"reason": " "})).status_code == 422
        done = await ann.post(lift, json={"reason": "Looked at it."})
        assert (done.status_code, done.json()["lift_reason"]) == (200, "Looked at it.")
        assert (await ann.post(lift, json={"reason": "Looked again."})).status_code == 409
    assert len(await ratings(house, held)) == 2
    async with house.database.reading() as db:
        assert (await verify(db)).ok


async def test_nothing_is_rated_while_frozen_and_all_of_it_afterwards(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.HIRING_MANAGER) as client:
        made = (await client.post(f"{held.case}/freezes", json={})).json()
        assert await rate_session(house.database, held.session_id) == []
        assert [f["session_id"] for f in (await client.get("/api/review/freezes")).json()] == [
            str(held.session_id)
        ]
        await client.post(f"{held.case}/freezes/{made['id']}/lift", json={"reason": "All good."})
        assert (await client.get(f"{held.case}/freezes")).json() == []
    assert len(await ratings(house, held)) == 2  # rated by the lift itself


async def test_one_frozen_answer_silences_only_what_it_alone_shows(house: House) -> None:
    held = await held_interview(house)
    first = held.plan["questions"][0]["id"]  # type: ignore[index]
    async with await house.login(Role.REVIEWER) as client:
        made = await client.post(f"{held.case}/freezes", json={"question_id": first})
        assert made.status_code == 201
        other = await client.post(f"{held.case}/freezes", json={"question_id": str(uuid4())})
        assert other.status_code == 404
    added = await rate_session(house.database, held.session_id)
    assert [str(row.competency_id) for row in added] == held.competency_ids[1:]
    assert [r["competency_id"] for r in await ratings(house, held)] == held.competency_ids[1:]


async def test_only_who_may_rate_freezes(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.AUDITOR) as client:
        assert (await client.post(f"{held.case}/freezes", json={})).status_code == 403
    async with await house.login(Role.REVIEWER) as client:
        gone = f"/api/review/cases/{uuid4()}/freezes"
        assert (await client.post(gone, json={})).status_code == 404


def test_a_competency_is_silent_once_all_its_questions_are() -> None:
    one, two, a, b = uuid4(), uuid4(), uuid4(), uuid4()
    asked = {one: [a, b], two: [b]}
    assert silenced(asked, {one}) == {a}
    assert silenced(asked, {one, two}) == {a, b}
    assert silenced(asked, {None}) == {a, b}
    assert silenced(asked, set()) == set()


@pytest.fixture
def careful(tmp_path: Path, database: Database) -> House:
    """The rooms as they are out of the box: a second person approves rubrics."""
    house = make_house(tmp_path, database, "STRICT")
    house.app.state.settings = house.settings.model_copy(update={"rubric_approval": True})
    return house


async def test_a_rubric_scores_after_a_second_person_has_approved_it(careful: House) -> None:
    held = await held_interview(careful)
    url = f"/api/plans/{held.plan['id']}/approval"
    assert await rate_session(careful.database, held.session_id) == []
    async with await careful.login(Role.HR_LEAD, "Second") as second:
        before = (await second.get(url)).json()
        assert (before["approved_at"], before["may_approve"]) == (None, True)
        approved = await second.post(url)
        assert approved.status_code == 200, approved.text
        assert (approved.json()["author"], approved.json()["approved_by"]) == (
            "Somebody",
            "Second",
        )
        assert (await second.post(url)).json()["code"] == "already_approved"
    assert len(await ratings(careful, held)) == 2  # rated by the approval itself


async def test_nobody_approves_their_own_rubric(careful: House) -> None:
    async with await careful.login(Role.ADMIN) as author:
        plan = await new_plan(author)
        url = f"/api/plans/{plan['id']}/approval"
        assert (await author.get(url)).json()["may_approve"] is False
        refused = await author.post(url)
        assert (refused.status_code, refused.json()["code"]) == (409, "own_rubric")
        assert (await author.get(f"/api/plans/{uuid4()}/approval")).status_code == 404
