"""A check that stores nothing, and a confirmation that stores all of it or nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.access.tokens import token_hash
from service.audit import Entry, Tag, record_all
from service.db import Database
from service.errors import ServiceError
from service.interviews.bulk import queries, rows
from service.interviews.bulk.columns import Columns, assign
from service.interviews.bulk.letters import local_time
from service.interviews.bulk.links import link_of, token_of
from service.interviews.bulk.reading import Sheet, read
from service.interviews.bulk.reasons import REASONS
from service.interviews.bulk.schemas import (
    ConfirmOptions,
    GoodRow,
    ImportOptions,
    ImportReport,
    ImportResult,
    Invited,
)
from service.settings import Settings
from service.tables import (
    Candidate,
    InterviewPlan,
    Invitation,
    InvitationImport,
    Session,
    utc_now,
)

PREVIEW = 200  # good rows in a report
PIECE = 100  # rows between two turns of the event loop


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with how it is to be read. `key`: who repeats it gets the first answer again."""

    content: bytes
    options: ImportOptions
    key: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the file and every option that changes what is made."""
        told = self.options.model_dump(mode="json", exclude={"digest"})
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(hashlib.sha256(self.content).digest() + text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """A file as read and checked."""

    sheet: Sheet
    columns: Columns
    checked: rows.Checked


def _work(upload: Upload, language: str) -> Found:
    sheet = read(upload.content, upload.options.encoding)
    columns = assign(sheet.header, upload.options)
    if columns.missing:
        return Found(sheet, columns, rows.Checked())
    defaults = rows.Defaults.of(upload.options, language=language, now=utc_now())
    return Found(sheet, columns, rows.check(sheet, columns, defaults=defaults))


async def _examine(db: AsyncSession, upload: Upload, *, plan: InterviewPlan) -> Found:
    """Read in a thread, then ask who has been invited. Raises ServiceError 422."""
    found = await asyncio.to_thread(_work, upload, plan.language)
    emails = [row.email for row in found.checked.good]
    taken = await queries.invited(db, plan.id, emails=emails)
    checked = rows.without(found.checked, taken, found.columns)
    return Found(found.sheet, found.columns, checked)


async def _plan(db: AsyncSession, plan_id: UUID, *, lock: bool = False) -> InterviewPlan:
    plan = await queries.plan(db, plan_id, lock=lock)
    if plan is None:
        raise ServiceError("not_found", 404, "There is no such plan.")
    return plan


async def check(db: AsyncSession, upload: Upload) -> ImportReport:
    """What the file would do. Nothing is stored. Raises ServiceError 404, 422."""
    found = await _examine(db, upload, plan=await _plan(db, upload.options.plan_id))
    checked = found.checked
    said = {note.code for note in (*checked.errors, *checked.warnings)}
    return ImportReport(
        kind=found.sheet.kind,
        encoding=found.sheet.encoding,
        header=list(found.sheet.header),
        mapping={wanted: list(names) for wanted, names in found.columns.mapping.items()},
        missing=list(found.columns.missing),
        rows=len(found.sheet.lines),
        good=len(checked.good),
        errors=checked.errors,
        warnings=checked.warnings,
        preview=[_good(row) for row in checked.good[:PREVIEW]],
        reasons={code: dict(REASONS[code]) for code in sorted(said)},
        digest=upload.digest,
    )


def _good(row: rows.Wanted) -> GoodRow:
    return GoodRow(
        line=row.line,
        name=row.name,
        email=row.email,
        locale=row.locale,
        time_zone=row.zone.key,
        deadline=row.deadline,
        local_deadline=local_time(row.deadline, row.zone, row.locale),
    )


async def confirm(
    database: Database, upload: Upload, *, actor: Person | None, settings: Settings
) -> ImportResult:
    """Invite everybody in the file, in one transaction.

    Raises ServiceError 404; 409 `import_changed` (not what was checked) and `key_reused`;
    422 `import_has_errors`, `import_empty` and those of reading.
    """
    options = upload.options
    seen = options.digest if isinstance(options, ConfirmOptions) else ""
    if seen and seen != upload.digest:
        raise ServiceError(
            "import_changed", 409, "This is not the file, or not the options, that were checked."
        )
    try:
        async with database.writing() as db:
            return await _confirm(db, upload, actor=actor, settings=settings)
    except IntegrityError:  # the same key, in the same moment: the other one has made it
        async with database.reading() as db:
            made = await queries.import_by_key(db, upload.key or upload.digest)
            if made is None:
                raise
            return await _again(db, made, upload=upload, settings=settings)


async def _confirm(
    db: AsyncSession, upload: Upload, *, actor: Person | None, settings: Settings
) -> ImportResult:
    key = upload.key or upload.digest
    plan = await _plan(db, upload.options.plan_id, lock=True)
    if made := await queries.import_by_key(db, key):
        return await _again(db, made, upload=upload, settings=settings)
    found = await _examine(db, upload, plan=plan)
    _refuse_unfit(found, upload.options)
    good, left_out = found.checked.good, len(found.sheet.lines) - len(found.checked.good)
    made = InvitationImport(
        key=key,
        digest=upload.digest,
        plan_id=plan.id,
        created_count=len(good),
        left_out_count=left_out,
        created_by=actor.id if actor else None,
    )
    db.add(made)
    await db.flush()
    who = actor.actor if actor else "system"
    detail = {"plan_id": plan.id, "created": len(good), "left_out": left_out, "digest": made.digest}
    whole = Entry(Tag.INVITATIONS_IMPORTED, who, f"import:{made.id}", detail=detail)
    entries = [whole]
    maker = Maker(db, plan, made=made, options=upload.options, settings=settings, who=who)
    for start in range(0, len(good), PIECE):
        entries += await maker.make(good[start : start + PIECE])
        await asyncio.sleep(0)
    for start in range(0, len(entries), PIECE):  # last: from here on nobody else can record
        await record_all(db, entries[start : start + PIECE])
        await asyncio.sleep(0)
    return await _result(db, made, settings=settings, repeated=False)


def _refuse_unfit(found: Found, options: ImportOptions) -> None:
    if found.columns.missing:
        raise ServiceError(
            "column_missing", 422, f"No column holds: {', '.join(found.columns.missing)}."
        )
    if found.checked.errors and not options.leave_out_errors:
        count = len({note.line for note in found.checked.errors})
        raise ServiceError(
            "import_has_errors",
            422,
            f"{count} rows cannot be invited: mend them, or leave them out.",
        )
    if not found.checked.good:
        raise ServiceError("import_empty", 422, "No row of the file can be invited.")


async def _again(
    db: AsyncSession, made: InvitationImport, *, upload: Upload, settings: Settings
) -> ImportResult:
    if made.digest != upload.digest:
        raise ServiceError("key_reused", 409, "This key belongs to another import.")
    return await _result(db, made, settings=settings, repeated=True)


async def _result(
    db: AsyncSession, made: InvitationImport, *, settings: Settings, repeated: bool
) -> ImportResult:
    return ImportResult(
        import_id=made.id,
        repeated=repeated,
        created=made.created_count,
        left_out=made.left_out_count,
        invitations=[
            Invited(
                line=invitation.import_line or 0,
                invitation_id=invitation.id,
                candidate_name=candidate.name,
                expires_at=invitation.expires_at,
                link=link_of(settings, invitation.id),
            )
            for invitation, candidate, _ in await queries.imported(db, made.id)
        ],
    )


class Maker:
    """Makes the rows of an import's invitations."""

    def __init__(
        self,
        db: AsyncSession,
        plan: InterviewPlan,
        *,
        made: InvitationImport,
        options: ImportOptions,
        settings: Settings,
        who: str,
    ) -> None:
        self._db, self._plan, self._made, self._who = db, plan, made, who
        self._options, self._settings = options, settings

    async def make(self, piece: list[rows.Wanted]) -> list[Entry]:
        """Store candidates, invitations, sessions and letters; give back what to record."""
        people = [Candidate(name=row.name, email=row.email) for row in piece]
        pairs = zip(piece, people, strict=True)
        invitations = [self._invitation(row, person) for row, person in pairs]
        sessions = [
            Session(invitation_id=one.id, plan_id=self._plan.id, language=self._plan.language)
            for one in invitations
        ]
        now = utc_now()
        mails = [
            mail
            for one in invitations
            for mail in queries.letters(
                one,
                now,
                send=self._options.send,
                hours=self._options.remind_hours if self._options.send else [],
            )
        ]
        for batch in (people, invitations, [*sessions, *mails]):
            self._db.add_all(batch)
            await self._db.flush()
        return [self._entry(one, of) for one, of in zip(invitations, sessions, strict=True)]

    def _invitation(self, row: rows.Wanted, person: Candidate) -> Invitation:
        made = Invitation(
            plan_id=self._plan.id,
            candidate_id=person.id,
            token_hash="",
            locale=row.locale,
            expires_at=row.deadline,
            created_by=self._made.created_by,
            time_zone=row.zone.key,
            import_id=self._made.id,
            import_line=row.line,
        )
        made.token_hash = token_hash(token_of(self._settings, made.id))
        return made

    def _entry(self, invitation: Invitation, session: Session) -> Entry:
        detail = {
            "plan_id": self._plan.id,
            "expires_at": invitation.expires_at.isoformat(),
            "import_id": self._made.id,
        }
        subject = f"invitation:{invitation.id}"
        return Entry(Tag.INVITATION_CREATED, self._who, subject, session.id, detail)
