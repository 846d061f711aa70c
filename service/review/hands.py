"""Whoever changes something in a case, with the settings that the change is told under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from service.access.deps import SettingsDep
from service.access.people import Reviewer
from service.settings import Settings
from service.tables import Role

SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class By:
    """A person at work."""

    id: UUID
    name: str
    role: Role
    actor: str
    settings: Settings


async def _by(person: Reviewer, settings: SettingsDep) -> By:
    return By(person.id, person.name, person.role, person.actor, settings)


ByReviewer = Annotated[By, Depends(_by)]
