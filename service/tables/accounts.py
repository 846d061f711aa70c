"""People of the organisation, and their logins."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class Role(StrEnum):
    """What a person answers for; `service.access.permissions` says what each may do."""

    ADMIN = "admin"
    HR_LEAD = "hr_lead"
    REVIEWER = "reviewer"
    HIRING_MANAGER = "hiring_manager"
    AUDITOR = "auditor"
    DATA_PROTECTION = "data_protection"


class Account(Row, table=True):
    """One person who works here. `email` is stored lower-case."""

    __tablename__ = "accounts"
    __table_args__ = (one_of("role", Role), retained(Retention.SETUP))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True, max_length=320)
    name: str = Field(max_length=200)
    role: Role = Field(sa_type=text_enum(Role))
    password_hash: str = Field(max_length=300)
    locale: str = Field(default="en", max_length=10)
    is_active: bool = True
    created_at: datetime = Field(default_factory=utc_now)


class Login(Row, table=True):
    """One login of an account. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "logins"
    __table_args__ = (retained(Retention.LOG),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    account_id: uuid.UUID = Field(foreign_key="accounts.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=utc_now)
    expires_at: datetime
    revoked_at: datetime | None = None
