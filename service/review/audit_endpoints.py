"""HTTP of the audit record: who saw, changed and exported what, and whether the chain holds."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.access.deps import DatabaseDep, Read, get_database
from service.access.docs import responses
from service.access.inputs import Moment
from service.access.people import Auditor
from service.audit import Entry, Tag, record, verify
from service.review import audit_export, audit_views
from service.review.audit_queries import Filter, Kind, newer, older
from service.review.schemas import AuditView, ChainView

router = APIRouter(prefix="/audit", tags=["audit"])

FILE: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The events as a file.",
        "content": {"text/csv": {}, "application/json": {}},
    }
}


class AuditFilter(BaseModel):
    """Which events. Everything left empty: all. `case`: the session's id."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = ""
    tag: Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z_:]*$")] = ""
    actor: Annotated[str, StringConstraints(max_length=60, pattern=r"^[\w.:@-]*$")] = ""
    case: UUID | Literal[""] = ""
    since: Moment | Literal[""] = ""
    until: Moment | Literal[""] = ""

    @property
    def filter(self) -> Filter:
        """As the queries take it."""
        return Filter(
            kind=self.kind,
            tag=self.tag,
            actor=self.actor,
            session_id=self.case or None,
            since=self.since or None,
            until=self.until or None,
        )


class AuditQuery(AuditFilter):
    """One page: past event `after`, the oldest first; or from `before` down, the newest first."""

    after: int = Field(default=0, ge=0, le=2**31 - 1)
    before: int | None = Field(default=None, ge=0, le=2**31 - 1)
    newest: bool = False
    limit: int = Field(default=100, ge=1, le=1000)


class AuditExport(AuditFilter):
    """A file of events."""

    form: Literal["csv", "json"] = "csv"


@router.get("", responses=responses(401, 403, 422))
async def get_audit(
    person: Auditor, db: Read, *, query: Annotated[AuditQuery, Query()]
) -> list[AuditView]:
    """Events of the record."""
    wanted, limit = query.filter, query.limit
    if query.newest or query.before is not None:
        found = await older(db, wanted, before=query.before, limit=limit)
    else:
        found = await newer(db, wanted, after=query.after, limit=limit)
    return await audit_views.show(db, found, viewer=person.id)


@router.get(
    "/export",
    response_class=Response,
    responses=FILE | responses(401, 403, 422),
)
async def export_audit(
    person: Auditor, database: DatabaseDep, *, query: Annotated[AuditExport, Query()]
) -> Response:
    """The filtered record as a file, hashes and all. That somebody took it goes on record."""
    made = await audit_export.make(database, query.filter, form=query.form, person=person)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(made.data, media_type=made.mime, headers=headers)


@router.get("/verify", responses=responses(401, 403))
async def verify_audit(person: Auditor, request: Request) -> ChainView:
    """Recompute every hash of the record. That somebody did goes on record, too."""
    database = get_database(request)
    async with database.reading() as db:
        report = await verify(db)
    async with database.writing() as db:
        detail = {"ok": report.ok, "count": report.count, "head": report.head}
        await record(db, Entry(Tag.AUDIT_VERIFIED, person.actor, "audit", detail=detail))
    return ChainView.model_validate(report)
