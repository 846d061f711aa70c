"""Trials: who starts them, which interviews they take, and how they end."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.tables import RaterKind, Role, TrialSession, new_id
from tests.fakes.rooms import House, Json, held_interview
from tests.service.trials.world import JOB, code_of, on_trial, rated, sqlite_only, started

pytestmark = sqlite_only


async def test_a_trial_is_started_listed_and_reported(house: House) -> None:
    made = await started(house)
    assert (made["state"], made["sessions"], made["rated"]) == ("running", 0, 0)
    async with await house.login(Role.AUDITOR) as auditor:
        listed = (await auditor.get("/api/trials")).json()
        report = (await auditor.get(f"/api/trials/{made['id']}")).json()
        events = (await auditor.get("/api/audit?limit=1000")).json()
    assert listed == [made]
    assert (report["missing"], report["figures"]) == ("too_few_interviews", None)
    assert report["gate"] == {
        "metric": "qwk",
        "gate": 0.6,
        "low": None,
        "passes": False,
        "needed": 30,
    }
    event = next(each for each in events if each["tag"] == "hr:trial:start")
    assert (event["detail"]["gate"], event["detail"]["min_n"]) == (0.6, 30)


@pytest.mark.parametrize(
    "changes",
    [
        {"min_n": 29},
        {"gate": 1.0},
        {"share": 0},
        {"basis": "job"},
        {"basis": "group", "plan_id": str(new_id())},
        {"plan_id": str(new_id())},
        {"name": " "},
    ],
)
async def test_what_is_no_trial_is_refused(house: House, changes: Json) -> None:
    async with await house.login(Role.HR_LEAD) as lead:
        answer = await lead.post("/api/trials", json=JOB | changes)
    assert code_of(answer) == (422, "invalid_body")


async def test_a_trial_of_nothing_is_refused(house: House) -> None:
    async with await house.login(Role.HR_LEAD) as lead:
        for changes in ({"basis": "job", "plan_id": str(new_id())},):
            assert code_of(await lead.post("/api/trials", json=JOB | changes)) == (404, "not_found")
        assert code_of(await lead.get(f"/api/trials/{new_id()}")) == (404, "not_found")


async def test_on_trial_the_model_rates_in_the_shadow(house: House) -> None:
    await started(house)
    held = await held_interview(house)
    rows = await rated(house, held)
    assert [(row.rater, row.is_current) for row in rows] == [(RaterKind.MODEL, False)] * 2
    async with await house.login(Role.ADMIN) as admin:
        case = (await admin.get(held.case)).json()
        queue = (await admin.get("/api/review/queue")).json()
        events = (await admin.get("/api/audit?limit=1000")).json()
    assert (case["ratings"], case["history"]) == ([], [])
    assert {"blind", "on_trial"} <= set(case["notes"])
    assert queue["items"][0]["current_ratings"] == []
    made = [each for each in events if each["tag"] == "model:rating:create"]
    assert len(made) == 2
    assert all("level" not in each["detail"] for each in made)
    assert await rated(house, held) == []  # the same answers are not rated again


async def test_an_interview_that_is_rated_already_goes_on_no_trial(house: House) -> None:
    held = await held_interview(house)
    before = await rated(house, held)
    assert all(row.is_current for row in before)
    await started(house)
    await rated(house, held)
    async with house.database.reading() as db:
        assert await db.get(TrialSession, held.session_id) is None


async def test_who_refused_the_model_goes_on_no_trial(house: House) -> None:
    await started(house)
    held = await held_interview(house, ai_scoring=False)
    assert await rated(house, held) == []
    async with house.database.reading() as db:
        assert await db.get(TrialSession, held.session_id) is None


async def test_a_trial_passes_only_by_its_gate_and_ends_once(house: House) -> None:
    held = await on_trial(house)
    async with await house.login(Role.HR_LEAD) as lead:
        (made,) = (await lead.get("/api/trials")).json()
        path = f"/api/trials/{made['id']}"
        answer = await lead.post(f"{path}/pass", json={"reason": "It looks good."})
        assert code_of(answer) == (409, "gate_not_passed")
        assert code_of(await lead.post(f"{path}/stop", json={"reason": " "})) == (
            422,
            "invalid_body",
        )
        ended = (await lead.post(f"{path}/stop", json={"reason": "The job is filled."})).json()
        assert (ended["state"], ended["end_reason"]) == ("stopped", "The job is filled.")
        again = await lead.post(f"{path}/stop", json={"reason": "Once more."})
        assert code_of(again) == (409, "trial_over")
        case = (await lead.get(held.case)).json()
    assert case["ratings"] == []  # what was rated in the shadow never counts
    assert [each["is_shadow"] for each in case["history"]] == [True, True]
    assert "blind" not in case["notes"]


async def test_what_a_trial_was_started_with_cannot_be_changed(house: House) -> None:
    made = await started(house)
    for column, value in (("gate", "0.1"), ("min_n", "31"), ("seed", "'x'"), ("metric", "'icc'")):
        with pytest.raises(DBAPIError, match="never changes"):
            async with house.database.engine.begin() as connection:
                await connection.execute(text(f"UPDATE trials SET {column} = {value}"))  # noqa: S608
    async with await house.login(Role.AUDITOR) as auditor:
        assert (await auditor.get("/api/trials")).json() == [made]
