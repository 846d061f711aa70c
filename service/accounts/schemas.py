"""What goes over the wire about accounts."""

from __future__ import annotations

from typing import Annotated, Self, cast
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from service.access.inputs import LINES, Email, Locale, Name
from service.access.people import Person
from service.tables import Role

MIN_PASSWORD = 10
NewPassword = Annotated[
    str, StringConstraints(min_length=MIN_PASSWORD, max_length=1000, pattern=LINES)
]


class Credentials(BaseModel):
    """A login attempt. Short passwords are let through to fail as wrong ones do."""

    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=LINES)]


class AccountDraft(BaseModel):
    """A new account, as the command line makes it."""

    email: Email
    name: Name
    role: Role
    password: NewPassword
    locale: Locale = "en"


class MePatch(BaseModel):
    """What people may change about their own account."""

    locale: Locale


class Me(BaseModel):
    """Whoever is logged in."""

    id: UUID
    email: str
    name: str
    role: Role
    locale: Locale

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            role=person.role,
            locale=cast(Locale, person.locale),
        )
