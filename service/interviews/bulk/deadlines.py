"""Deadlines as people write them, in the candidate's own zone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:(?:T|\s+|(?<=日))(\d{1,2})\s*[:时]\s*(\d{2})(?:分|:\d{2})?)?$"
)
FARTHEST = timedelta(days=366)
END_OF_DAY = time(23, 59)
ZONES = {
    "北京": "Asia/Shanghai",
    "北京时间": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "中国标准时间": "Asia/Shanghai",
    "china standard time": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong",
    "台北": "Asia/Taipei",
    "z": "UTC",
    "gmt": "UTC",
    "utc": "UTC",
}


class RowFault(Exception):
    """One thing wrong with a row, by its reason's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def zone_of(text: str) -> ZoneInfo:
    """An IANA zone, or one of a few everyday names. Raises RowFault `zone_unknown`."""
    name = ZONES.get(text.strip().casefold(), text.strip())
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError) as error:  # "../x", "Mars/Base", "Asia"
        raise RowFault("zone_unknown") from error


def deadline_of(text: str, zone: ZoneInfo, *, now: datetime) -> datetime:
    """The moment (UTC) of a local date and time; a date alone lasts to the end of that day.

    A time that a clock change skips counts as an hour later, one that comes twice as the first.
    Day-month-year and month-day-year are refused, since 7/5 could be either. Raises RowFault.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise RowFault("deadline_missing")
    moment = _moment(plain, zone)
    if moment <= now:
        raise RowFault("deadline_past")
    if moment > now + FARTHEST:
        raise RowFault("deadline_too_far")
    return moment


def _moment(plain: str, zone: ZoneInfo) -> datetime:
    try:
        if match := LOCAL.match(plain):
            year, month, day, hour, minute = match.groups()
            at = time(int(hour), int(minute)) if hour else END_OF_DAY
            local = datetime.combine(datetime(int(year), int(month), int(day)), at)
            return local.replace(tzinfo=zone).astimezone(UTC)
        given = datetime.fromisoformat(plain)
        if given.tzinfo is not None:
            return given.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowFault("deadline_format") from error
    raise RowFault("deadline_format")
