"""Sheets: rated without a look at others, locked for good, revealed afterwards."""

from __future__ import annotations

import pytest

from service.tables import Role, new_id
from service.trials import policy
from tests.fakes.rooms import House, Json, held_interview
from tests.service.trials.world import (
    REASON,
    code_of,
    filled,
    locked,
    on_trial,
    opened,
    rated,
    sqlite_only,
)

pytestmark = sqlite_only


@pytest.fixture
def everything_is_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "RERATE_SHARE", 1.0)


@pytest.fixture
def every_check_errs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "RERATE_SHARE", 0.0)
    monkeypatch.setattr(policy, "CHECK_SHARE", 1.0)
    monkeypatch.setattr(policy, "ERROR_SHARE", 1.0)


async def test_the_second_rater_is_blind_to_the_first_until_they_lock(house: House) -> None:
    held = await on_trial(house)
    async with await house.login(Role.REVIEWER, "First") as client:
        await locked(client, held, 4, 2)
    async with await house.login(Role.REVIEWER, "Second") as client:
        case = (await client.get(held.case)).json()
        assert (case["ratings"], case["history"]) == ([], [])
        refused = await client.post(
            held.override(), json={"level": 5, "reason": "I think so.", "replaces": None}
        )
        assert code_of(refused) == (409, "blind_first")
        sheet = await locked(client, held, 3, 3)
        case = (await client.get(held.case)).json()
    others = [[(o["rater_name"], o["level"]) for o in row["others"]] for row in sheet["comparison"]]
    assert others == [[("First", 4)], [("First", 2)]]
    assert sorted(each["level"] for each in case["ratings"]) == [2, 4]  # the first stays in force


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("one missing", "sheet_incomplete"),
        ("one twice", "sheet_incomplete"),
        ("one unknown", "sheet_incomplete"),
        ("no reason", "reason_missing"),
        ("level 6", "invalid_body"),
        ("endless", "invalid_body"),
    ],
)
async def test_a_sheet_must_be_whole(house: House, change: str, code: str) -> None:
    held = await on_trial(house)
    body: Json = filled(held)
    levels: list[Json] = body["levels"]  # type: ignore[assignment]
    if change == "one missing":
        del levels[1]
    elif change == "one twice":
        levels[1] = levels[0]
    elif change == "one unknown":
        levels[1]["competency_id"] = str(new_id())
    elif change == "no reason":
        levels[1]["reason"] = "  ok "
    elif change == "level 6":
        levels[1]["level"] = 6
    else:
        body["seconds"] = -1
    async with await house.login(Role.REVIEWER) as client:
        await opened(client, held.session_id)
        answer = await client.post(f"/api/sheets/{held.session_id}/lock", json=body)
        assert code_of(answer) == (422, code)
        assert (await client.get(f"/api/sheets/{held.session_id}")).json()["locked_at"] is None


async def test_time_spent_is_never_more_than_went_by(house: House) -> None:
    held = await on_trial(house)
    async with await house.login(Role.REVIEWER) as client:
        await opened(client, held.session_id)
        body = filled(held, seconds=1e9)
        sheet = (await client.post(f"/api/sheets/{held.session_id}/lock", json=body)).json()
    assert 0 <= sheet["seconds"] < 60


async def test_nobody_opens_a_sheet_that_nobody_asked_them_for(house: House) -> None:
    held = await held_interview(house)
    await rated(house, held)
    async with await house.login(Role.REVIEWER) as client:
        assert code_of(await opened(client, held.session_id)) == (409, "not_on_trial")
        await client.get(held.case)  # they have seen it
        assert code_of(await opened(client, held.session_id, "rerate")) == (409, "not_selected")
        assert code_of(await opened(client, new_id())) == (404, "not_found")
        assert code_of(await client.get(f"/api/sheets/{held.session_id}")) == (404, "not_found")
        answer = await client.post(f"/api/sheets/{held.session_id}/lock", json=filled(held))
        assert code_of(answer) == (404, "not_found")


async def test_tasks_name_what_wants_a_rater_and_drop_what_has_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "SECOND_SHARE", 0.0)
    held = await on_trial(house)
    async with await house.login(Role.REVIEWER) as client:
        (task,) = (await client.get("/api/sheets")).json()["items"]
        assert (task["session_id"], task["purpose"]) == (str(held.session_id), "trial")
        assert task["opened_at"] is None
        await opened(client, held.session_id)
        (task,) = (await client.get("/api/sheets")).json()["items"]
        assert task["opened_at"] is not None
        await locked(client, held)
        assert (await client.get("/api/sheets")).json()["items"] == []
    async with await house.login(Role.REVIEWER) as other:
        assert (await other.get("/api/sheets")).json()["items"] == []
        monkeypatch.setattr(policy, "SECOND_SHARE", 1.0)
        assert len((await other.get("/api/sheets")).json()["items"]) == 1


@pytest.mark.usefixtures("everything_is_selected")
async def test_a_reviewed_case_is_rated_again_by_somebody_who_has_not_seen_it(
    house: House,
) -> None:
    held = await held_interview(house)
    made = await rated(house, held)
    model = next(row for row in made if str(row.competency_id) == held.competency_ids[0])
    async with await house.login(Role.REVIEWER, "First") as first:
        body = {"level": 5, "reason": REASON, "replaces": str(model.id)}
        assert (await first.post(held.override(), json=body)).status_code == 201
        assert (await first.get("/api/sheets")).json()["items"] == []
    async with await house.login(Role.REVIEWER, "Second") as second:
        (task,) = (await second.get("/api/sheets")).json()["items"]
        assert task["purpose"] == "rerate"
        assert (await opened(second, held.session_id, "rerate")).status_code == 201
        case = (await second.get(held.case)).json()
        assert (case["ratings"], case["history"]) == ([], [])
        path = f"/api/sheets/{held.session_id}/lock"
        sheet = (await second.post(path, json=filled(held, 1, 1))).json()
        case = (await second.get(held.case)).json()
    assert [(o["rater_name"], o["level"]) for o in sheet["comparison"][0]["others"]] == [
        ("First", 5)
    ]
    assert {each["level"] for each in case["ratings"]} >= {5}  # nothing in force has changed
    async with await house.login(Role.REVIEWER) as third:
        assert (await third.get("/api/sheets")).json()["items"] == []


@pytest.mark.usefixtures("every_check_errs")
async def test_a_check_hides_its_error_until_it_is_locked_and_shows_it_then(house: House) -> None:
    held = await held_interview(house)
    made = {str(row.competency_id): row.level for row in await rated(house, held)}
    async with await house.login(Role.REVIEWER) as client:
        tasks = (await client.get("/api/sheets")).json()
        assert tasks["policy"]["error_share"] > 0  # reviewers are told beforehand
        assert [task["purpose"] for task in tasks["items"]] == ["check"]
        sheet = (await opened(client, held.session_id, "check")).json()
        shown = {each["competency_id"]: each["shown"] for each in sheet["proposals"]}
        assert set(sheet["proposals"][0]) == {"competency_id", "shown"}
        wrong = [each for each, level in shown.items() if level != made[each]]
        assert len(wrong) == 1
        assert abs(shown[wrong[0]] - (made[wrong[0]] or 0)) == policy.OFF_BY
        case = (await client.get(held.case)).json()
        assert (case["ratings"], case["history"]) == ([], [])  # or they could look it up
        given = [made[each] or 3 for each in held.competency_ids]
        path = f"/api/sheets/{held.session_id}/lock"
        sheet = (await client.post(path, json=filled(held, *given))).json()
    rows = {each["competency_id"]: each for each in sheet["comparison"]}
    assert (rows[wrong[0]]["error_in"], rows[wrong[0]]["caught"]) == (True, True)
    assert rows[wrong[0]]["model"] == made[wrong[0]]
    assert [row["caught"] for each, row in rows.items() if each != wrong[0]] == [None]


@pytest.mark.usefixtures("every_check_errs")
async def test_an_error_that_nobody_saw_is_not_caught(house: House) -> None:
    held = await held_interview(house)
    await rated(house, held)
    async with await house.login(Role.REVIEWER) as client:
        sheet = (await opened(client, held.session_id, "check")).json()
        shown = {each["competency_id"]: each["shown"] for each in sheet["proposals"]}
        given = [shown.get(each, 3) for each in held.competency_ids]
        path = f"/api/sheets/{held.session_id}/lock"
        sheet = (await client.post(path, json=filled(held, *given))).json()
        case = (await client.get(held.case)).json()
    assert [row["caught"] for row in sheet["comparison"] if row["error_in"]] == [False]
    assert {each["rater"] for each in case["ratings"]} == {"model"}  # nothing came into force
