"""What goes over the wire about imports, letters and their results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from pydantic import Field as Bound

from service.access.inputs import ONE_LINE, Locale
from service.interviews.bulk.reading import Encoding
from service.tables import MailKind

Field = Literal["name", "email", "locale", "time_zone", "deadline"]
FIELDS: tuple[Field, ...] = get_args(Field)
Text = Annotated[str, StringConstraints(max_length=200, pattern=ONE_LINE)]
Zone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Hours = Annotated[int, Bound(ge=0, le=720)]  # 0: no reminder


class ImportOptions(BaseModel):
    """How to read a file, and what holds for rows that do not say it themselves.

    `column_…`: header names; left out: guessed; given as "": the field is not in the file.
    A name may be put together from two columns. `deadline` is local to `time_zone` or the row's.
    `remind_hours`: how long before the deadline a reminder goes to those who have not begun.
    """

    plan_id: UUID
    column_name: list[Text] | None = Bound(None, max_length=2)
    column_email: Text | None = None
    column_locale: Text | None = None
    column_time_zone: Text | None = None
    column_deadline: Text | None = None
    locale: Locale | None = None
    time_zone: Zone = "UTC"
    deadline: Annotated[str, StringConstraints(max_length=40, pattern=ONE_LINE)] = ""
    encoding: Encoding = "auto"
    leave_out_errors: bool = False
    send: bool = True
    remind_hours: list[Hours] = Bound(default_factory=lambda: [24], max_length=5)

    def told(self, wanted: Field) -> tuple[str, ...] | None:
        """The columns told for a field; None: to be guessed."""
        value: list[str] | str | None = getattr(self, f"column_{wanted}")
        if value is None:
            return None
        names = [value] if isinstance(value, str) else value
        return tuple(name for name in names if name)


class ConfirmOptions(ImportOptions):
    """`digest`: of the check that somebody has seen; given, another file or option is refused."""

    digest: Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9a-f]*$")] = ""


class RowNote(BaseModel):
    """Something about a row. `code` is a key of `reasons`; `other_line`: the earlier of a pair."""

    line: int
    column: str
    code: str
    other_line: int | None = None


class GoodRow(BaseModel):
    """A row as it would be invited; `local_deadline` is what its candidate will read."""

    line: int
    name: str
    email: str
    locale: Locale
    time_zone: str
    deadline: datetime
    local_deadline: str


class ImportReport(BaseModel):
    """What a file would do; nothing is stored. `missing`: fields that no column was found for."""

    kind: Literal["csv", "xlsx"]
    encoding: str
    header: list[str]
    mapping: dict[str, list[str]]
    missing: list[str]
    rows: int
    good: int
    errors: list[RowNote]
    warnings: list[RowNote]
    preview: list[GoodRow]
    reasons: dict[str, dict[str, str]]
    digest: str


class Invited(BaseModel):
    """One invitation of an import, with its secret link."""

    line: int
    invitation_id: UUID
    candidate_name: str
    expires_at: datetime
    link: str


class ImportResult(BaseModel):
    """A confirmed import. `repeated`: it had been made before, and nothing was made now."""

    import_id: UUID
    repeated: bool
    created: int
    left_out: int
    invitations: list[Invited]


class ResendDraft(BaseModel):
    """A new deadline, local to `time_zone`; both left out: as they were."""

    deadline: Annotated[str, StringConstraints(max_length=40, pattern=ONE_LINE)] = ""
    time_zone: Zone | None = None
    remind_hours: list[Hours] = Bound(default_factory=lambda: [24], max_length=5)


class MailView(BaseModel):
    """A letter that is due, was sent, was dropped, or failed (`failure`, and it is tried again)."""

    id: UUID
    invitation_id: UUID
    candidate_name: str
    kind: MailKind
    state: Literal["due", "later", "failed", "sent", "dropped"]
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    failure: str
