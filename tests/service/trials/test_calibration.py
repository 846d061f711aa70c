"""Calibration: from locked sheets to a model that a second person publishes."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from service.scoring.priors import RUBRIC
from service.tables import (
    Account,
    Invitation,
    RaterKind,
    Rating,
    Role,
    Session,
    SessionState,
    Sheet,
    SheetLevel,
    SheetPurpose,
    new_id,
    utc_now,
)
from service.trials import calibration
from service.trials.calibration import Stood
from tests.fakes.rooms import Held, House, held_interview
from tests.service.trials.world import code_of, rated, sqlite_only


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up labels make curves that no attack should be let loose on."""
    monkeypatch.setattr(calibration, "attacked", lambda _: Stood(120, 0, []))


async def labelled(house: House, held: Held, n: int) -> None:
    """Interviews of the same plan that the model and one person have rated."""
    chance = random.Random(5)
    competency_id = UUID(held.competency_ids[0])
    async with house.database.writing() as db:
        invitation = await db.get_one(Invitation, held.invitation_id)
        rater = (await db.exec(select(Account))).first()
        assert rater is not None
        for number in range(n):
            own = Invitation(
                **invitation.model_dump(exclude={"id", "token_hash"}), token_hash=f"{number:064x}"
            )
            db.add(own)
            session = Session(
                invitation_id=own.id, plan_id=invitation.plan_id, state=SessionState.CLOSED
            )
            features = {curve.feature: chance.random() for curve in RUBRIC.curves}
            features |= {"repetition": 0.0}
            level = min(5, max(1, round(1 + 4 * features["structure"] + chance.gauss(0, 0.4))))
            db.add(session)
            await db.flush()
            answers = [{"weight": 1.0, "features": features, "basis": {"id": RUBRIC.id}}]
            rating = Rating(
                session_id=session.id,
                competency_id=competency_id,
                rater=RaterKind.MODEL,
                rater_version="ours@1",
                level=3,
                score=3.0,
                detail={"answers": answers},
            )
            sheet = Sheet(
                session_id=session.id,
                account_id=rater.id,
                purpose=SheetPurpose.RERATE,
                locked_at=utc_now(),
            )
            db.add_all([rating, sheet])
            await db.flush()
            db.add(SheetLevel(sheet_id=sheet.id, competency_id=competency_id, level=level))


async def model_of(house: House, held: Held) -> tuple[Any, Any]:
    """A draft, and the lead who fitted it."""
    lead = await house.login(Role.HR_LEAD, "First")
    body = {"competency_id": held.competency_ids[0]}
    made = await lead.post("/api/calibration/models", json=body)
    assert made.status_code == 201, made.text
    return made.json(), lead


@pytest.mark.usefixtures("sound")
async def test_a_model_is_fitted_shown_and_published_by_a_second_person(house: House) -> None:
    held = await held_interview(house)
    await labelled(house, held, 40)
    model, first = await model_of(house, held)
    report = model["report"]
    assert (model["version"], model["state"], report["interviews"]) == (1, "draft", 40)
    assert report["after"]["estimate"] > report["before"]["estimate"]
    assert report["golden"]["n"] >= 40
    assert report["attacks"] == {"cases": 120, "failures": 0, "families": []}
    path = f"/api/calibration/models/{model['id']}"
    reason = {"reason": "It agrees better with us."}
    assert code_of(await first.post(f"{path}/publish", json=reason)) == (409, "model_state")
    assert (await first.post(f"{path}/propose")).json()["state"] == "proposed"
    assert code_of(await first.post(f"{path}/publish", json=reason)) == (409, "same_person")
    assert (await first.get(path)).json()["may_publish"] is False
    async with await house.login(Role.ADMIN, "Second") as second:
        assert (await second.get(path)).json()["may_publish"] is True
        published = (await second.post(f"{path}/publish", json=reason)).json()
        assert (published["state"], published["published_by"]) == ("published", "Second")
        rows = (await second.get("/api/calibration")).json()
    own = next(row for row in rows if row["competency_id"] == held.competency_ids[0])
    assert (own["interviews"], [each["version"] for each in own["models"]]) == (40, [1])
    found = {str(row.competency_id): row for row in await rated(house, held)}
    basis = found[held.competency_ids[0]].detail["basis"]
    assert basis["sha256"] == model["sha256"]  # type: ignore[index]


@sqlite_only
@pytest.mark.usefixtures("sound")
async def test_a_newer_version_retires_the_older_one(house: House) -> None:
    held = await held_interview(house)
    await labelled(house, held, 32)
    states = []
    for _ in range(2):
        model, first = await model_of(house, held)
        path = f"/api/calibration/models/{model['id']}"
        await first.post(f"{path}/propose")
        async with await house.login(Role.ADMIN) as second:
            assert (
                await second.post(f"{path}/publish", json={"reason": "Yes."})
            ).status_code == 200
            rows = (await second.get("/api/calibration")).json()
        own = next(row for row in rows if row["competency_id"] == held.competency_ids[0])
        states.append([each["state"] for each in own["models"]])
    assert states == [["published"], ["published", "retired"]]
    with pytest.raises(DBAPIError, match="never edited"):
        async with house.database.engine.begin() as connection:
            await connection.execute(text("UPDATE fitted_models SET document = '{}'"))
    with pytest.raises(DBAPIError, match="four_eyes"):
        async with house.database.engine.begin() as connection:
            await connection.execute(text("UPDATE fitted_models SET published_by = created_by"))


@sqlite_only
async def test_a_model_that_lets_attacks_through_is_not_published(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "attacked", lambda _: Stood(120, 2, ["flattery"]))
    held = await held_interview(house)
    await labelled(house, held, 30)
    model, lead = await model_of(house, held)
    answer = await lead.post(f"/api/calibration/models/{model['id']}/propose")
    assert code_of(answer) == (409, "model_refused")
    assert answer.json()["families"] == ["flattery"]
    dropped = await lead.post(
        f"/api/calibration/models/{model['id']}/drop", json={"reason": "Too easily flattered."}
    )
    assert dropped.json()["state"] == "dropped"


@sqlite_only
async def test_too_few_labels_make_no_model(house: House) -> None:
    held = await held_interview(house)
    await labelled(house, held, 29)
    async with await house.login(Role.HR_LEAD) as lead:
        body = {"competency_id": held.competency_ids[0]}
        answer = await lead.post("/api/calibration/models", json=body)
        assert code_of(answer) == (409, "too_few_labels")
        body = {"competency_id": str(new_id())}
        answer = await lead.post("/api/calibration/models", json=body)
        assert code_of(answer) == (404, "not_found")


@sqlite_only
async def test_samples_are_asked_of_whoever_has_not_seen_them(house: House) -> None:
    held = await held_interview(house)
    await rated(house, held)
    async with await house.login(Role.HR_LEAD) as lead:
        body = {"plan_id": held.plan["id"], "count": 5}
        added = (await lead.post("/api/calibration/samples", json=body)).json()
        assert added == {"added": 1, "samples": 1}
        assert (await lead.post("/api/calibration/samples", json=body)).json()["added"] == 0
    for _ in range(2):  # as many as can
        async with await house.login(Role.REVIEWER) as client:
            (task,) = (await client.get("/api/sheets")).json()["items"]
            assert (task["purpose"], task["session_id"]) == ("rerate", str(held.session_id))
            opening = {"session_id": str(held.session_id), "purpose": "rerate"}
            assert (await client.post("/api/sheets", json=opening)).status_code == 201
