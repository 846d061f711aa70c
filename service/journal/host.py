"""The port behind which the live room tells what a session's recording has and misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from service.journal.spans import Span, missing, united

LEAST_GAP = 0.25  # seconds; a new connection's hand-over costs about as much and no word


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session's recording stands, all in media seconds.

    `now`: the session's clock. `edge`: up to here it is settled what was recorded.
    `recorded`: where there is sound, of the stream or filled in. `tail`: what may still be added
    after the edge, for an interview that broke off. `busy`: gaps are being filled, or it is not
    known yet what is missing.
    """

    now: float
    edge: float
    recorded: tuple[Span, ...]
    tail: float = 0.0
    busy: bool = False

    @property
    def gaps(self) -> list[Span]:
        """What is missing."""
        found = missing(self.recorded, (0.0, self.edge), least=LEAST_GAP)
        if self.tail:
            found = united([*found, (self.edge, self.edge + self.tail)])
        return found


class Host(Protocol):
    """Told by the live room."""

    async def standing(self, session_id: UUID) -> Standing:
        """How the recording of a session stands now."""
        ...

    def fill(self, session_id: UUID) -> None:
        """Fill what can be filled from the chunks that came, in the background."""
        ...
