"""Which of several media workers a session belongs to (record 0011)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from uuid import UUID


def owner(session_id: UUID, of: int) -> int:
    """The number of the worker, out of `of`: the same for ever, in every process."""
    return zlib.crc32(session_id.bytes) % of


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the work that worker `index` of `of` has; the default: all of it."""

    index: int = 0
    of: int = 1

    def owns(self, session_id: UUID) -> bool:
        """Whether the session is this worker's."""
        return owner(session_id, self.of) == self.index

    def part(self, total: int) -> int:
        """This worker's part of a number: parts differ by one at most, and none is 0."""
        return max(1, total // self.of + (self.index < total % self.of))


WHOLE = Share()
