"""Rows checked one by one: who is to be invited until when, and what is wrong with the others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from service.access.inputs import Locale
from service.interviews.bulk.columns import Columns
from service.interviews.bulk.deadlines import RowFault, deadline_of, zone_of
from service.interviews.bulk.reading import Line, Sheet
from service.interviews.bulk.schemas import Field, ImportOptions, RowNote

MOST_NAME, MOST_EMAIL = 200, 320
# Stricter than what a single form takes: a person sees a typing mistake there, a list hides it.
PART = r"[^@\s\"<>(),:;\\\[\]\x00-\x1f\x7f]+"
EMAIL = re.compile(rf"^(?!\.)(?!.*\.\.){PART}(?<!\.)@{PART}\.[^\W\d_][^\W_]*[^\W_-]$")
UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
LOCALES: dict[str, Locale] = {
    **dict.fromkeys(("zh", "zhcn", "zhhans", "chinese", "mandarin", "cn"), "zh-CN"),
    **dict.fromkeys(("中文", "汉语", "普通话", "简体中文", "国语"), "zh-CN"),
    **dict.fromkeys(("en", "enus", "engb", "eng", "english", "英文", "英语"), "en"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that can be invited. `deadline` is UTC."""

    line: int
    name: str
    email: str
    locale: Locale
    zone: ZoneInfo
    deadline: datetime


@dataclass(slots=True)
class Checked:
    """All rows of a sheet: the good ones, and what is to be said of the others."""

    good: list[Wanted] = field(default_factory=list)
    errors: list[RowNote] = field(default_factory=list)
    warnings: list[RowNote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a row says nothing."""

    locale: Locale
    zone: str
    deadline: str
    now: datetime

    @classmethod
    def of(cls, options: ImportOptions, *, language: str, now: datetime) -> Defaults:
        """From the options; the pages' language is the interview's unless told."""
        locale: Locale = options.locale or ("zh-CN" if language == "zh" else "en")
        return cls(locale, options.time_zone, options.deadline, now)


def check(sheet: Sheet, columns: Columns, *, defaults: Defaults) -> Checked:
    """Check every row by itself, then against the ones before it."""
    found = Checked()
    by_email: dict[str, int] = {}
    by_name: dict[str, int] = {}
    for line in sheet.lines:
        if len(line.cells) > len(sheet.header) and any(line.cells[len(sheet.header) :]):
            found.errors.append(RowNote(line=line.number, column="", code="cells_too_many"))
            continue
        cells = dict(zip(sheet.header, line.cells, strict=False))
        row = _row(line, columns, cells=cells, into=found, defaults=defaults)
        if row is None:
            continue
        if (first := by_email.setdefault(row.email, line.number)) != line.number:
            note = _note(line, columns, wanted="email", code="duplicate_in_file")
            found.errors.append(note.model_copy(update={"other_line": first}))
            continue
        if (first := by_name.setdefault(_same(row.name), line.number)) != line.number:
            note = _note(line, columns, wanted="name", code="same_name")
            found.warnings.append(note.model_copy(update={"other_line": first}))
        found.good.append(row)
    return found


def without(found: Checked, taken: frozenset[str], columns: Columns) -> Checked:
    """The same with addresses that have been invited before turned into errors."""
    stay = [row for row in found.good if row.email not in taken]
    label = columns.label("email")
    again = [
        RowNote(line=row.line, column=label, code="already_invited")
        for row in found.good
        if row.email in taken
    ]
    errors = sorted([*found.errors, *again], key=lambda note: note.line)
    return replace(found, good=stay, errors=errors)


def _note(line: Line, columns: Columns, *, wanted: Field, code: str) -> RowNote:
    return RowNote(line=line.number, column=columns.label(wanted), code=code)


def _row(
    line: Line, columns: Columns, *, cells: dict[str, str], into: Checked, defaults: Defaults
) -> Wanted | None:
    """The row, or None with all its faults noted (not only the first)."""
    values = {wanted: columns.value(cells, wanted) for wanted in ("name", "email", "locale")}
    faults = len(into.errors)

    def fault(wanted: Field, code: str) -> None:
        into.errors.append(_note(line, columns, wanted=wanted, code=code))

    name, email, locale = _name(values["name"]), _email(values["email"]), defaults.locale
    if code := _wrong_name(name):
        fault("name", code)
    if code := _wrong_email(email):
        fault("email", code)
    if values["locale"]:
        spoken = LOCALES.get(re.sub(r"[\W_]+", "", values["locale"].casefold()))
        if spoken is None:
            fault("locale", "locale_unknown")
        locale = spoken or locale
    zone, deadline = ZoneInfo("UTC"), defaults.now
    try:
        zone = zone_of(columns.value(cells, "time_zone") or defaults.zone)
    except RowFault as error:
        fault("time_zone", error.code)
    else:
        try:
            given = columns.value(cells, "deadline") or defaults.deadline
            deadline = deadline_of(given, zone, now=defaults.now)
        except RowFault as error:
            fault("deadline", error.code)
    if len(into.errors) > faults:
        return None
    return Wanted(line.number, name, email, locale, zone, deadline)


def _name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _email(text: str) -> str:
    """Full-width letters, a mailto: and capitals are habits of typing, not other addresses."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain.removeprefix("mailto:").strip()


def _same(name: str) -> str:
    """Names that people would take for the same: order of words, capitals and accents aside."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(sorted(re.findall(r"\w+", letters)))


def _wrong_name(name: str) -> str:
    if not name:
        return "name_missing"
    if len(name) > MOST_NAME:
        return "name_too_long"
    if any(unicodedata.category(mark) in UNPRINTABLE for mark in name):
        return "name_characters"
    if unicodedata.normalize("NFKC", name)[0] in "=+-@":
        return "name_formula"
    return ""


def _wrong_email(email: str) -> str:
    if not email:
        return "email_missing"
    is_fine = len(email) <= MOST_EMAIL and EMAIL.match(email)
    return "" if is_fine else "email_invalid"
