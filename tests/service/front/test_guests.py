"""From a token to a session."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import delete

from service.db import Database
from service.front.guests import Guests
from service.tables import Role, Session
from tests.fakes.rooms import House, new_invitation, new_plan


async def test_a_token_leads_to_its_session_and_is_remembered(
    house: House, database: Database
) -> None:
    async with await house.login(Role.REVIEWER) as client:
        invitation = await new_invitation(client, await new_plan(client))
    expected = UUID(str(invitation["session_id"]))
    guests = Guests(database)
    assert await guests.session(f"Bearer {invitation['token']}") == expected
    async with database.writing() as db:
        await db.exec(delete(Session))
    assert await guests.session(f"bearer  {invitation['token']} ") == expected
    assert await Guests(database).session(f"Bearer {invitation['token']}") is None


async def test_a_token_that_comes_late_is_found(house: House, database: Database) -> None:
    guests = Guests(database)
    assert await guests.session("Bearer unknown") is None
    assert await guests.session("Basic abc") is None
    assert await guests.session("") is None
    async with await house.login(Role.REVIEWER) as client:
        invitation = await new_invitation(client, await new_plan(client))
    assert await guests.session(f"Bearer {invitation['token']}") is not None
