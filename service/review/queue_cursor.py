"""Where the next page of the queue begins: a key, an id, and the moment the first page saw."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.errors import ServiceError

LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row seen. `key` None: its key is text, which is looked up instead of carried.

    Names would else stand in addresses, which proxies log. `at` holds "overdue" still while
    somebody turns pages.
    """

    sort: str
    descending: bool
    key: float | None
    id: UUID
    at: datetime


def encode(cursor: Cursor) -> str:
    """The cursor as URL-safe text."""
    body = [cursor.sort, cursor.descending, cursor.key, cursor.id.hex, cursor.at.timestamp()]
    return base64.urlsafe_b64encode(msgspec.json.encode(body)).decode().rstrip("=")


def decode(text: str, *, sort: str, descending: bool) -> Cursor:
    """The cursor of such a query. Raises ServiceError 422 for one of another query, or none."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=tuple[str, bool, float | None, UUID, float])
    except ValueError as error:  # msgspec's and binascii's are kinds of it
        raise _refusal() from error
    of, is_descending, key, row_id, at = found
    if (of, is_descending) != (sort, descending) or not 0 <= at < LATEST:
        raise _refusal()
    if key is not None and not math.isfinite(key):
        raise _refusal()
    return Cursor(sort, descending, key, row_id, datetime.fromtimestamp(at, UTC))


def _refusal() -> ServiceError:
    return ServiceError(
        "invalid_body", 422, "The cursor is not one of this query: begin with the first page."
    )
