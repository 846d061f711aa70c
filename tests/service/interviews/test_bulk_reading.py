"""Files as people have them: encodings, delimiters, workbooks, damage, and real dirty lists."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from service.errors import ServiceError
from service.interviews.bulk.reading import MOST_ROWS, Encoding, read

TABLE = "姓名,邮箱\n王芳,wang@example.com\n李娜,li@example.com\n"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def outcome(content: bytes, encoding: Encoding = "auto") -> str:
    """The code of a refusal; anything else that is raised fails the test."""
    try:
        sheet = read(content, encoding)
    except ServiceError as error:
        return error.code
    assert len(set(sheet.header)) == len(sheet.header) > 0
    return "file_read"


def repacked(whole: bytes, name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in old.namelist():
            new.writestr(member, text if member == name else old.read(member))
    return out.getvalue()


def refused(content: bytes, encoding: Encoding = "auto") -> str:
    with pytest.raises(ServiceError) as caught:
        read(content, encoding)
    assert caught.value.status == 422
    return caught.value.code


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_every_encoding_that_spreadsheets_write_is_read(codec: str, found: str) -> None:
    sheet = read(TABLE.encode(codec))
    assert (sheet.kind, sheet.encoding, sheet.header) == ("csv", found, ("姓名", "邮箱"))
    assert [line.cells for line in sheet.lines] == [
        ("王芳", "wang@example.com"),
        ("李娜", "li@example.com"),
    ]
    assert [line.number for line in sheet.lines] == [2, 3]


def test_a_told_encoding_counts_where_guessing_would_go_wrong() -> None:
    content = "name;email\nJosé Peña;j@example.com\n".encode("windows-1252")
    assert read(content, "windows-1252").lines[0].cells[0] == "José Peña"
    assert refused("a,b\n\xe9 ,x\n".encode("latin-1")) == "file_encoding"
    assert refused(TABLE.encode("gb18030"), "utf-8") == "file_encoding"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_the_header_s(mark: str) -> None:
    text = mark.join(("Name", "Mail")) + "\r\n" + mark.join(('"Li, Na; x"', "a@b.cd")) + "\r\n"
    assert read(text.encode()).lines[0].cells == ("Li, Na; x", "a@b.cd")


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'Name,Mail\n\n"Li\nNa",a@b.cd\n   ,\nWang,w@b.cd\n'
    assert [(line.number, line.cells[0]) for line in read(text.encode()).lines] == [
        (3, "Li\nNa"),
        (6, "Wang"),
    ]


def test_header_names_are_made_unique() -> None:
    assert read(b"Name,,Name,Name\na,b,c,d\n").header == ("Name", "#2", "Name (2)", "Name (3)")


def test_a_workbook_gives_what_a_person_would_type() -> None:
    made = workbook(
        ("Name", "Email", "Deadline", "Number"),
        ("Li Na", "li@example.com", datetime(2027, 3, 31), 7.0),
        (None, None, None, None),
        ("Wang", "w@example.com", datetime(2027, 3, 31, 18, 30), 1.5),
    )
    sheet = read(made)
    assert sheet.kind == "xlsx"
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (2, ("Li Na", "li@example.com", "2027-03-31", "7")),
        (4, ("Wang", "w@example.com", "2027-03-31 18:30", "1.5")),
    ]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=400), st.sampled_from(["auto", "utf-8", "gb18030", "windows-1252"]))
def test_any_bytes_are_read_or_refused(content: bytes, encoding: Encoding) -> None:
    assert outcome(content, encoding).startswith("file_")


WHOLE = workbook(*[("Name", "Email", datetime(2027, 1, 1), 1.5, True)] * 3)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_to_a_workbook_is_read_or_refused(at: int, damage: bytes) -> None:
    assert outcome(WHOLE[:at] + damage + WHOLE[at + len(damage) :]).startswith("file_")


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # of what it leaves out
@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_any_damage_inside_a_workbook_is_read_or_refused(data: st.DataObject) -> None:
    """The members are damaged and packed again, so that the parser sees them."""
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        text = archive.read(name)
    at, damage = data.draw(st.integers(0, len(text))), data.draw(st.binary(max_size=12))
    cut = data.draw(st.integers(0, 40))
    damaged = repacked(WHOLE, name, text[:at] + damage + text[at + cut :])
    assert outcome(damaged).startswith("file_")


def test_a_formula_in_a_workbook_is_not_run() -> None:
    assert read(workbook(("Name", "Email"), ("=1+1", "x@example.com"))).lines[0].cells[0] == ""


def test_broken_files_are_refused_with_a_code() -> None:
    assert refused(b"") == "file_empty"
    assert refused(b"\n\n , \n") == "file_empty"
    assert refused(b'Name,Mail\n"Li,a@b.cd\nWang,w@b.cd\n') == "file_unreadable"
    assert refused(b"Name,Mail\nLi\x00,a@b.cd\n") == "file_unreadable"
    assert refused(b"PK\x03\x04 and nothing that follows") == "file_unreadable"
    whole = workbook(("Name",), ("Li",))
    for cut in range(50, len(whole), 401):
        assert refused(whole[:cut]) == "file_unreadable"
    assert refused(("a\n" + "x\n" * (MOST_ROWS + 1)).encode()) == "file_too_many_rows"
    assert refused((",".join("abcdefghij" * 11) + "\n").encode()) == "file_unreadable"


def test_bombs_in_a_workbook_do_not_go_off() -> None:
    whole, sheet = workbook(("Name",), ("Li",)), "xl/worksheets/sheet1.xml"
    assert refused(repacked(whole, sheet, b" " * (80 * 2**20))) == "file_unreadable"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l8;</x>'
    assert refused(repacked(whole, sheet, text.encode())) == "file_unreadable"
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
        b"</row></sheetData></worksheet>"
    )
    assert refused(repacked(whole, sheet, far)) == "file_unreadable"


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("HRDataset_v14.csv", 311, 36),
        ("febrl_dataset1_500dup.csv", 1000, 11),
        ("messy_sites_with_true_ids.csv", 1000, 27),
    ],
)
def test_real_dirty_lists_are_read_whole(data: Path, name: str, rows: int, columns: int) -> None:
    path = data / "hr_import" / name
    if not path.is_file():
        pytest.skip("this list is not here")
    sheet = read(path.read_bytes())
    assert len(sheet.header) == columns
    assert len(sheet.lines) >= rows
    assert all(cell == cell.strip() for line in sheet.lines for cell in line.cells)
