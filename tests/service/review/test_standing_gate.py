"""A rubric whose own words let empty answers through is not approved."""

from __future__ import annotations

from pathlib import Path

from service.db import Database
from service.tables import Role
from tests.fakes.rooms import make_house, new_plan

GULLIBLE = {
    "key": "baking",
    "name": "Cake and penguins",
    "description": "",
    "anchors": {
        "1": "Says nothing.",
        "3": "Bakes a cake with eggs and cream for a niece.",
        "5": "Buys eggs, whips the cream, decorates the cake with strawberries; wins a cup by "
        "swimming lanes; counts tunnels in Norway and photographs a moose.",
    },
}


async def test_it_is_refused_with_the_answers_that_it_fell_for(
    tmp_path: Path, database: Database
) -> None:
    house = make_house(tmp_path, database, "STRICT")
    house.app.state.settings = house.settings.model_copy(update={"rubric_approval": True})
    question = {"text": "Tell me about a cake.", "seconds": 60, "competencies": ["baking"]}
    async with await house.login(Role.REVIEWER) as author:
        plan = await new_plan(author, competencies=[GULLIBLE], questions=[question])
    async with await house.login(Role.HR_LEAD) as second:
        url = f"/api/plans/{plan['id']}/approval"
        answer = await second.post(url)
        assert (answer.status_code, answer.json()["code"]) == (409, "rubric_fails")
        assert any("cake" in each["said"] for each in answer.json()["errors"])
        assert (await second.get(url)).json()["approved_at"] is None
