"""The adoption report over what really happened in some cases."""

from __future__ import annotations

from uuid import UUID

import pytest

from service.tables import Role
from service.trials import policy
from tests.fakes.rooms import House, held_interview
from tests.service.trials.world import (
    REASON,
    filled,
    locked,
    on_trial,
    opened,
    rated,
    sqlite_only,
)


async def test_the_report_counts_what_people_did(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHECK_SHARE", "ERROR_SHARE"):
        monkeypatch.setattr(policy, name, 1.0)
    monkeypatch.setattr(policy, "RERATE_SHARE", 0.0)
    held = await held_interview(house)
    made = {str(row.competency_id): row for row in await rated(house, held)}
    rating = made[held.competency_ids[0]]
    async with await house.login(Role.REVIEWER) as client:
        await opened(client, held.session_id, "check")
        path = f"/api/sheets/{held.session_id}/lock"
        given = [made[each].level or 3 for each in held.competency_ids]
        assert (await client.post(path, json=filled(held, *given))).status_code == 200
        body = {"level": 6 - (rating.level or 1), "reason": REASON, "replaces": str(rating.id)}
        body["evidence"] = [str(held.utterance_id)]
        assert (await client.post(held.override(), json=body)).status_code == 201
    monkeypatch.setattr(policy, "RERATE_SHARE", 1.0)
    async with await house.login(Role.REVIEWER) as other:
        assert (await opened(other, held.session_id, "rerate")).status_code == 201
        assert (await other.post(path, json=filled(held, 2, 2))).status_code == 200
    async with await house.login(Role.HR_LEAD) as lead:
        report = (await lead.get("/api/adoption")).json()
    levels = sum(row.level is not None for row in made.values())
    assert report["fates"] == {
        "proposed": levels,
        "accepted": 0,
        "overridden": 1,
        "set_aside": 0,
        "open": levels - 1,
    }
    assert (report["adoption"]["hits"], report["adoption"]["n"]) == (0, 1)
    assert report["adoption"]["share"]["low"] == 0
    assert (report["evidence_opened"]["hits"], report["evidence_opened"]["n"]) == (1, 1)
    assert (report["errors_caught"]["hits"], report["errors_caught"]["n"]) == (1, 1)
    assert report["false_alarms"]["hits"] == 0
    assert (report["reratings"]["hits"], report["reratings"]["n"]) == (1, 1)
    assert report["model_blind"] == {"interviews": 1, "kappa": None}
    assert report["people_blind"] == {"interviews": 1, "kappa": None}
    assert [each["n"] for each in report["drift"]] == [levels]
    assert report["policy"]["error_share"] == 0.5


@sqlite_only
async def test_an_override_without_a_look_at_evidence_is_counted_as_one(house: House) -> None:
    held = await held_interview(house)
    (rating,) = [
        row for row in await rated(house, held) if row.competency_id == UUID(held.competency_ids[0])
    ]
    async with await house.login(Role.HR_LEAD) as client:
        body = {"level": 5, "reason": REASON, "replaces": str(rating.id)}
        assert (await client.post(held.override(), json=body)).status_code == 201
        report = (await client.get("/api/adoption?months=1")).json()
        assert (report["evidence_opened"]["hits"], report["evidence_opened"]["n"]) == (0, 1)


@sqlite_only
async def test_playing_the_recording_counts_as_looking(house: House) -> None:
    held = await held_interview(house)
    (rating,) = [
        row for row in await rated(house, held) if row.competency_id == UUID(held.competency_ids[0])
    ]
    async with await house.login(Role.HR_LEAD) as client:
        case = (await client.get(held.case)).json()
        assert (await client.get(case["recordings"][0]["url"])).status_code == 200
        body = {"level": 5, "reason": REASON, "replaces": str(rating.id)}
        assert (await client.post(held.override(), json=body)).status_code == 201
        report = (await client.get("/api/adoption")).json()
        assert (report["evidence_opened"]["hits"], report["evidence_opened"]["n"]) == (1, 1)


@sqlite_only
async def test_what_is_rated_in_the_shadow_is_no_proposal_but_is_held_against_people(
    house: House,
) -> None:
    held = await on_trial(house)
    async with await house.login(Role.HR_LEAD) as client:
        await locked(client, held)
        report = (await client.get("/api/adoption")).json()
    assert report["fates"]["proposed"] == 0
    assert report["model_blind"]["interviews"] == 1
