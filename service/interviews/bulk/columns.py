"""Which column holds what: guessed from the header in both languages, or told."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from service.errors import ServiceError
from service.interviews.bulk.schemas import FIELDS, Field, ImportOptions

REQUIRED: tuple[Field, ...] = ("name", "email")
SYNONYMS: dict[Field, frozenset[str]] = {
    "name": frozenset({"name", "fullname", "candidate", "candidatename", "employeename"})
    | {"applicant", "applicantname", "姓名", "名字", "候选人", "候选人姓名"}
    | {"应聘者", "应聘者姓名", "求职者"},
    "email": frozenset({"email", "emailaddress", "mail", "candidateemail", "contactemail"})
    | {"邮箱", "电子邮箱", "邮件", "电子邮件", "邮箱地址", "联系邮箱", "个人邮箱"},
    "locale": frozenset({"locale", "language", "lang", "语言", "面试语言", "页面语言"}),
    "time_zone": frozenset({"timezone", "zone", "tz", "时区", "所在时区"}),
    "deadline": frozenset({"deadline", "due", "duedate", "expires", "expiresat", "until"})
    | {"截止", "截止时间", "截止日期", "有效期", "有效期至"},
}
FAMILY = frozenset({"surname", "lastname", "familyname", "姓"})
GIVEN = frozenset({"givenname", "firstname", "名"})
HAN = re.compile(r"^[\u3400-\u9fff]+$")
Mapping = dict[Field, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Columns:
    """For each field, the header names that hold it (a name may be put together from two)."""

    mapping: Mapping
    missing: tuple[Field, ...]

    def value(self, cells: dict[str, str], wanted: Field) -> str:
        """A field's text in one row; Chinese name parts are joined without a space."""
        parts = [cells.get(name, "") for name in self.mapping.get(wanted, ())]
        parts = [part for part in parts if part]
        return ("" if all(HAN.match(part) for part in parts) else " ").join(parts)

    def label(self, wanted: Field) -> str:
        """What to call the field's column where a row is at fault."""
        return " + ".join(self.mapping.get(wanted, ())) or wanted


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def _guess(header: tuple[str, ...], wanted: Field) -> tuple[str, ...]:
    plain = {name: _plain(name) for name in header}
    for name, found in plain.items():
        if found in SYNONYMS[wanted]:
            return (name,)
    if wanted != "name":
        return ()
    family = [name for name, found in plain.items() if found in FAMILY]
    given = [name for name, found in plain.items() if found in GIVEN]
    is_chinese = bool(family) and "姓" in family[0]
    parts = family[:1] + given[:1] if is_chinese else given[:1] + family[:1]
    return tuple(parts)


def assign(header: tuple[str, ...], options: ImportOptions) -> Columns:
    """Told columns, else guessed ones. Raises ServiceError 422 `column_unknown`."""
    mapping: Mapping = {}
    for wanted in FIELDS:
        told = options.told(wanted)
        if told is not None and (unknown := [name for name in told if name not in header]):
            raise ServiceError("column_unknown", 422, f"The file has no column “{unknown[0]}”.")
        if names := told if told is not None else _guess(header, wanted):
            mapping[wanted] = names
    return Columns(mapping, tuple(name for name in REQUIRED if name not in mapping))
