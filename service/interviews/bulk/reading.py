"""A file of people as rows of text: CSV in the encodings that spreadsheets write, or XLSX.

Everything here is CPU work on untrusted bytes: call it in a thread, on files of bounded size.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from service.errors import ServiceError

MOST_BYTES = 2 * 2**20
MOST_ROWS = 2000
MOST_COLUMNS = 100
MOST_LINES = 10_000  # blank ones included
MOST_UNPACKED = 64 * 2**20  # bytes of XML inside an XLSX: 2 MiB of honest cells stay far below
CELL = 2000  # characters; longer cells belong to no field and are cut
ZIP = b"PK\x03\x04"
DELIMITERS = ",;\t"
Encoding = Literal["auto", "utf-8", "gb18030", "windows-1252"]
# What openpyxl, zipfile and the XML parser raise on files that are not what they say they are.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `number` counts lines (CSV) or rows (XLSX) from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows below it that are not blank. Header names are made unique."""

    kind: Literal["csv", "xlsx"]
    encoding: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def unreadable(detail: str) -> ServiceError:
    """The refusal of a whole file."""
    return ServiceError("file_unreadable", 422, detail)


def read(content: bytes, encoding: Encoding = "auto") -> Sheet:
    """The sheet in a file. Raises ServiceError 422 `file_…`."""
    if content.startswith(ZIP):
        return _sheet("xlsx", "utf-8", _xlsx(content))
    text, found = _decode(content, encoding)
    return _sheet("csv", found, _csv(text))


def _sheet(kind: Literal["csv", "xlsx"], encoding: str, found: Iterable[Line]) -> Sheet:
    filled = (line for line in found if any(line.cells))
    first = next(filled, None)
    if first is None:
        raise ServiceError("file_empty", 422, "There is nothing in the file.")
    lines: list[Line] = []
    for line in filled:
        if len(lines) == MOST_ROWS:
            raise ServiceError(
                "file_too_many_rows", 422, f"The file has more than {MOST_ROWS} rows. Split it."
            )
        lines.append(line)
    return Sheet(kind, encoding, _unique(first.cells), tuple(lines))


def _unique(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Header names as people see them, numbered where they repeat or are blank."""
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name, again = cell or f"#{number}", 2
        while name in names:
            name, again = f"{cell} ({again})", again + 1
        names.append(name)
    return tuple(names)


def _cell(value: str) -> str:
    return " ".join(value.replace("\u00a0", " ").split(" "))[:CELL].strip()


def _decode(content: bytes, encoding: Encoding) -> tuple[str, str]:
    """Text and the encoding it was read by. A mark at the beginning outranks the wish."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return _strictly(content[len(mark) :], name), name
    if encoding != "auto":
        return _strictly(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(content, "gb18030"), "gb18030"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ServiceError(
            "file_encoding", 422, "The text's encoding is not known. Save the file as UTF-8."
        ) from error


def _delimiter(text: str) -> str:
    """The one that cuts the first filled line into most cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda mark: (first.count(mark), -DELIMITERS.index(mark)))


def _csv(text: str) -> Iterator[Line]:
    if "\x00" in text:
        raise unreadable("The file is neither CSV nor XLSX.")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise unreadable(f"Line {number}: a quotation mark is amiss.") from error
        if number > MOST_LINES or len(row) > MOST_COLUMNS:
            raise unreadable(f"Line {number}: more lines or columns than a list of people has.")
        yield Line(number, tuple(_cell(value) for value in row))


def _xlsx(content: bytes) -> list[Line]:
    """The first sheet's rows: values as stored, formulas by their last result, never run."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise unreadable("The workbook is too large when unpacked.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return list(_rows(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)))
    except BROKEN as error:
        raise unreadable("The workbook cannot be read. Save it again as XLSX or CSV.") from error


def _rows(rows: Iterable[tuple[object, ...]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_LINES:
            raise unreadable(f"The workbook has more than {MOST_LINES} rows.")
        cells = [_cell(_text(value)) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield Line(number, tuple(cells))


def _text(value: object) -> str:
    """A cell as a person would type it: dates as 2027-03-31 18:00, whole numbers without .0."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
