"""From a candidate's token to their session, remembered: an invitation never changes its own."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from service.access.guests import SCHEME
from service.access.tokens import token_hash
from service.db import Database
from service.front import queries

REMEMBERED = 10_000


class Guests:
    """Who may enter is for the worker to say: this only finds out whose session it is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, UUID] = OrderedDict()

    async def session(self, authorization: str) -> UUID | None:
        """The session behind `Authorization: Bearer <token>`; None where there is none."""
        if not authorization.lower().startswith(SCHEME):
            return None
        key = token_hash(authorization[len(SCHEME) :].strip())
        found = self._known.get(key)
        if found is None:
            async with self._database.reading() as db:
                found = await queries.session_of(db, key)
            if found is None:
                return None
            self._known[key] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return found
