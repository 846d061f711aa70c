"""What goes over the wire about accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from service.access.inputs import LINES, Email, Locale, Name
from service.access.people import Person
from service.access.permissions import Permission, permissions_of
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
    """Whoever is logged in. Pages hide by `permissions`; the API decides by the same table."""

    id: UUID
    email: str
    name: str
    role: Role
    locale: Locale
    permissions: list[Permission]

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            role=person.role,
            locale=cast(Locale, person.locale),
            permissions=permissions_of(person.role),
        )


class ColleagueDraft(BaseModel):
    """A new person. Without a password one is made."""

    email: Email
    name: Name
    role: Role
    locale: Locale = "en"
    password: NewPassword | None = None


class ColleaguePatch(BaseModel):
    """What an administrator may change about a colleague; what is left out stays."""

    role: Role | None = None
    is_active: bool | None = None


class Colleague(BaseModel):
    """A person of the organisation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    role: Role
    is_active: bool
    created_at: datetime


class NewColleague(Colleague):
    """A person just added; `password` is shown this once, and None where it was given."""

    password: str | None
