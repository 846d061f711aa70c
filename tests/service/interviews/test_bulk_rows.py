"""Rows: which columns, which faults, which deadline, and what goes back out as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from service.access.sheets import safe
from service.access.sheets import write as write_csv
from service.errors import ServiceError
from service.interviews.bulk import rows
from service.interviews.bulk.columns import Columns, assign
from service.interviews.bulk.deadlines import RowFault, deadline_of, zone_of
from service.interviews.bulk.letters import Facts, write
from service.interviews.bulk.reading import read
from service.interviews.bulk.reasons import REASONS
from service.interviews.bulk.schemas import ImportOptions
from service.tables import MailKind

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def options(**given: object) -> ImportOptions:
    told = {"plan_id": UUID(int=1), "deadline": "2026-12-01 18:00", "time_zone": "Asia/Shanghai"}
    return ImportOptions.model_validate(told | given)


def checked(text: str, **given: object) -> tuple[rows.Checked, Columns]:
    sheet, told = read(text.encode()), options(**given)
    columns = assign(sheet.header, told)
    defaults = rows.Defaults.of(told, language="zh", now=NOW)
    return rows.check(sheet, columns, defaults=defaults), columns


def faults(text: str, **given: object) -> list[tuple[int, str, str]]:
    found, _ = checked(text, **given)
    return [(note.line, note.column, note.code) for note in found.errors]


@pytest.mark.parametrize(
    ("header", "name", "email"),
    [
        ("Candidate Name,E-Mail Address", ("Candidate Name",), ("E-Mail Address",)),
        ("邮箱,姓名", ("姓名",), ("邮箱",)),
        ("ＥＭＡＩＬ,full_name", ("full_name",), ("ＥＭＡＩＬ",)),
        ("surname,given_name,email", ("given_name", "surname"), ("email",)),
        ("姓,名,邮箱", ("姓", "名"), ("邮箱",)),
    ],
)
def test_columns_are_guessed(header: str, name: tuple[str, ...], email: tuple[str, ...]) -> None:
    found = assign(tuple(header.split(",")), options())
    assert (found.mapping["name"], found.mapping["email"], found.missing) == (name, email, ())


def test_told_columns_win_and_must_exist() -> None:
    header = ("Name", "Who", "Email")
    assert assign(header, options(column_name=["Who"])).mapping["name"] == ("Who",)
    assert "locale" not in assign(("Name", "Email", "Lang"), options(column_locale="")).mapping
    assert assign(("a", "b"), options()).missing == ("name", "email")
    with pytest.raises(ServiceError, match="column_unknown"):
        assign(header, options(column_email="Mail"))


def test_chinese_name_parts_are_joined_without_a_space() -> None:
    found, _ = checked("姓,名,邮箱\n欧阳,娜,a@b.cd\nSmith,Ann,s@b.cd\n")
    assert [row.name for row in found.good] == ["欧阳娜", "Smith Ann"]


def test_a_good_row_is_cleaned_of_habits_of_typing() -> None:
    found, _ = checked(
        "Name,Email,Language,Time zone,Deadline\n"
        "  Li\u00a0 Na ,mailto:LI.Na＠Example.com,中文,北京时间,2026年12月5日 9:30\n"
        "Ann,a@example.co.uk,EN-us,Europe/London,\n"
    )
    assert found.errors == []
    first, second = found.good
    assert (first.name, first.email, first.locale) == ("Li Na", "li.na@example.com", "zh-CN")
    assert first.deadline == datetime(2026, 12, 5, 1, 30, tzinfo=UTC)
    assert (second.locale, second.zone.key) == ("en", "Europe/London")
    assert second.deadline == datetime(2026, 12, 1, 18, 0, tzinfo=UTC)  # 18:00 in London


def test_every_fault_of_a_row_is_named_with_line_and_column() -> None:
    text = (
        "Name,Email,Language,Zone,Deadline\n"
        ",nobody,Klingon,Mars/Base,\n"
        "=cmd|' /C calc'!A0,,,,31/12/2026\n"
        "Li\u202e\u0007,li@example,,,2020-01-01\n"
        "Wang,w@example.com,,,2029-01-01\n"
        "Zhao,z@example.com,,,,surplus\n"
        f"{'x' * 201},x..y@example.com,,,\n"
    )
    assert faults(text, deadline="") == [
        (2, "Name", "name_missing"),
        (2, "Email", "email_invalid"),
        (2, "Language", "locale_unknown"),
        (2, "Zone", "zone_unknown"),
        (3, "Name", "name_formula"),
        (3, "Email", "email_missing"),
        (3, "Deadline", "deadline_format"),
        (4, "Name", "name_characters"),
        (4, "Email", "email_invalid"),
        (4, "Deadline", "deadline_past"),
        (5, "Deadline", "deadline_too_far"),
        (6, "", "cells_too_many"),
        (7, "Name", "name_too_long"),
        (7, "Email", "email_invalid"),
        (7, "Deadline", "deadline_missing"),
    ]


def test_the_same_address_twice_is_an_error_and_the_same_name_a_warning() -> None:
    found, columns = checked(
        "Name,Email\nLi Na,a@b.cd\nWang Fang,A@B.cd\nNa LI,c@b.cd\nBad,\nZhao,d@b.cd\n"
    )
    assert [(e.line, e.code, e.other_line) for e in found.errors] == [
        (3, "duplicate_in_file", 2),
        (5, "email_missing", None),
    ]
    assert [(w.line, w.code, w.other_line) for w in found.warnings] == [(4, "same_name", 2)]
    again = rows.without(found, frozenset({"c@b.cd"}), columns)
    assert [row.line for row in again.good] == [2, 6]
    assert [(e.line, e.code) for e in again.errors] == [
        (3, "duplicate_in_file"),
        (4, "already_invited"),
        (5, "email_missing"),
    ]


@pytest.mark.parametrize(
    "email",
    ["a@b.cd", "first.last+tag@sub.example.co.uk", "o'neil@example.com", "用户@例子.中国"],
)
def test_addresses_that_exist_pass(email: str) -> None:
    assert faults(f"Name,Email\nLi,{email}\n") == []


@pytest.mark.parametrize(
    "email", ["a@b", "a b@c.de", "@b.cd", "a@@b.cd", "a@b.cd>", ".a@b.cd", "a.@b.cd", "a@b.c1-"]
)
def test_addresses_that_cannot_be_do_not(email: str) -> None:
    assert [code for *_, code in faults(f'Name,Email\nLi,"{email}"\n')] == ["email_invalid"]


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-12-01", "Asia/Shanghai", "2026-12-01T15:59"),
        ("2026/12/1 8:05", "Asia/Shanghai", "2026-12-01T00:05"),
        ("2026.12.01T18:00", "America/New_York", "2026-12-01T23:00"),
        ("2026年12月1日18时30分", "Asia/Shanghai", "2026-12-01T10:30"),
        ("2026-12-01 18：00", "Asia/Shanghai", "2026-12-01T10:00"),
        ("2026-12-01T18:00+01:00", "Asia/Shanghai", "2026-12-01T17:00"),
        ("2027-03-14 02:30", "America/New_York", "2027-03-14T07:30"),  # skipped: an hour later
        ("2027-11-07 01:30", "America/New_York", "2027-11-07T05:30"),  # twice: the first
    ],
)
def test_a_deadline_is_read_on_the_candidate_s_clock(text: str, zone: str, utc: str) -> None:
    found = deadline_of(text, ZoneInfo(zone), now=NOW)
    assert found.isoformat(timespec="minutes") == f"{utc}+00:00"


@pytest.mark.parametrize("text", ["7/5/2027", "tomorrow", "2027-13-01", "2027-02-30", "18:00"])
def test_a_deadline_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(RowFault, match="deadline_format"):
        deadline_of(text, SHANGHAI, now=NOW)


@pytest.mark.parametrize("text", ["../../etc/passwd", "Asia", "", "x" * 500, "Asia/Shang\x00hai"])
def test_a_zone_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RowFault, match="zone_unknown"):
        zone_of(text)


def test_letters_tell_the_deadline_on_the_candidate_s_clock_in_both_languages() -> None:
    deadline = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    facts = Facts("王芳", "工程师 {x}", "https://x/join#t", deadline, SHANGHAI, "zh-CN")
    subject, text = write(MailKind.REMINDER, facts)
    until = "2026年12月1日 星期二 18:00（Asia/Shanghai，UTC+08:00）"
    assert until in subject
    assert "工程师 {x}" in subject
    assert until in text
    assert "https://x/join#t" in text
    english = Facts("Ann", "Engineer", "https://x/join#t", deadline, ZoneInfo("UTC"), "en")
    subject, text = write(MailKind.INVITATION, english)
    assert subject == "Invitation to a video interview: Engineer"
    assert "until Tuesday 1 December 2026, 10:00 (UTC, UTC+00:00)" in text


def test_every_reason_has_both_languages_and_every_code_a_reason() -> None:
    source = (
        Path(rows.__file__).read_text() + Path(rows.__file__).with_name("deadlines.py").read_text()
    )
    for code, texts in REASONS.items():
        assert set(texts) == {"en", "zh-CN"}
        assert all(texts.values())
        assert f'"{code}"' in source, code


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "\u00a0+1"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_defused(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    written = write_csv(("a",), [(cell,)])
    assert written.startswith(b"\xef\xbb\xbf")
    (_, row) = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert row == [f"'{cell}"]


def test_other_cells_stay_as_they_are() -> None:
    assert [safe(cell) for cell in ("Li Na", "a@b.cd", 7, "", "王芳")] == [
        "Li Na",
        "a@b.cd",
        "7",
        "",
        "王芳",
    ]


def test_real_names_pass_and_real_duplicates_are_pointed_out(data: Path) -> None:
    """Febrl: 500 originals, 500 damaged copies; the addresses are made from the record's id."""
    path = data / "hr_import" / "febrl_dataset1_500dup.csv"
    if not path.is_file():
        pytest.skip("this list is not here")
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(
        [lines[0] + ",email"] + [f"{line},{line.split(',')[0]}@example.com" for line in lines[1:]]
    )
    found, columns = checked(text)
    assert columns.mapping["name"] == ("given_name", "surname")
    unnamed = [note for note in found.errors if note.code != "name_missing"]
    assert unnamed == []
    assert len(found.good) + len(found.errors) == 1000
    truth = {row.line: row.email.split("-")[1] for row in found.good}
    pointed = {truth[w.line] for w in found.warnings if truth[w.line] == truth[w.other_line or 0]}
    assert len(pointed) > 150  # names that survived the damage whole, or with their parts swapped
