"""Which rows are one candidate's: found by following foreign keys, so that none is forgotten.

From the session, its invitation and its candidate, every row that refers to one of them, or to such
a row, is theirs; a table that somebody adds later is reached by its own foreign key. Tables that
name a session without one keep ids alone (the audit chain, requests, tombstones), but for events
that wait to be sent to other systems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from service.tables import (
    Candidate,
    Invitation,
    JournalChunk,
    Observation,
    Recording,
    Session,
    WebhookEvent,
)

Condition = sa.ColumnElement[bool]
PICTURES = (Recording.__tablename__, JournalChunk.__tablename__)  # sound and picture
LOOKS = (Observation.__tablename__,)


@dataclass(frozen=True, slots=True)
class Whose:
    """One interview: the session, its invitation, its candidate.

    `is_only`: the candidate has no other invitation, so who they are goes, too.
    """

    session_id: UUID
    invitation_id: UUID
    candidate_id: UUID
    is_only: bool = True


def table(name: str) -> sa.Table:
    """The table of that name."""
    return SQLModel.metadata.tables[name]


def _roots(whose: Whose) -> dict[str, Condition]:
    found: dict[str, UUID] = {
        str(Session.__tablename__): whose.session_id,
        str(Invitation.__tablename__): whose.invitation_id,
    }
    if whose.is_only:
        found[str(Candidate.__tablename__)] = whose.candidate_id
    return {name: table(name).c.id == value for name, value in found.items()}


def reached(whose: Whose) -> list[tuple[sa.Table, Condition]]:
    """Every table with rows of theirs, and which rows; those that refer come before those meant."""
    conditions: dict[str, Condition] = _roots(whose)
    for each in SQLModel.metadata.sorted_tables:  # what is referred to comes first
        if each.name in conditions:
            continue
        parts = list(_references(each, conditions))
        if parts:
            conditions[each.name] = sa.or_(*parts)
    events = table(str(WebhookEvent.__tablename__))
    conditions[events.name] = events.c.session_id == whose.session_id
    ordered = [each for each in SQLModel.metadata.sorted_tables if each.name in conditions]
    return [(each, conditions[each.name]) for each in reversed(ordered)]


def _references(each: sa.Table, conditions: Mapping[str, Condition]) -> Iterator[Condition]:
    for key in each.foreign_keys:
        meant = key.column.table
        if meant.name in conditions and meant is not each:
            theirs = sa.select(key.column).where(conditions[meant.name])
            yield key.parent.in_(theirs)


def files_of(each: sa.Table) -> Sequence[sa.Column[str]]:
    """Columns that name an object in the store."""
    return [column for column in each.columns if column.name.endswith("_key")]
