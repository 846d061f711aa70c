"""What every table shares: time-ordered ids, aware UTC times, and a retention class each."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import SQLModel
from uuid_utils.compat import uuid7


class Retention(StrEnum):
    """Classes of data that are kept and erased separately."""

    PERSONAL = "personal"  # who the candidate is
    RECORDING = "recording"  # sound and pictures
    CONTENT = "content"  # transcripts and scores
    BIOMETRIC = "biometric"  # what was read from faces
    LOG = "log"  # the audit chain and logins
    SETUP = "setup"  # plans, rubrics, accounts: the organisation's own


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Row(SQLModel):
    """Base of every table."""


def retained(kind: Retention) -> dict[str, object]:
    """Table options that name its retention class; a test refuses tables without one."""
    return {"info": {"retention": kind}}


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sorts by time of creation."""
    return uuid7()


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def one_of(column: str, choices: type[StrEnum]) -> sa.CheckConstraint:
    """A CHECK that keeps a text column within an enum (no native enum: they are hard to grow)."""
    values = ", ".join(f"'{choice.value}'" for choice in choices)
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def text_enum(choices: type[StrEnum]) -> sa.Enum:
    """A text column that gives the enum back, storing values (not names) without a native type."""
    return sa.Enum(
        choices,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda found: [choice.value for choice in found],
    )
