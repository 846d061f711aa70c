"""How a candidate needs to be interviewed: more time, writing, captions, breaks.

It may tell of a disability (GDPR art. 9; the ADA; the Law on the Protection of Disabled Persons in
China), so it is read by the candidate's own page and the clock, and by nothing that scores or
shows a case. Nobody has to say why.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictBool
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import Accommodation, utc_now

ExtraTime = Literal["1", "1.25", "1.5", "2", "none"]
NO_LIMIT = 86_400  # seconds: a day, where somebody needs no limit at all


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What is agreed for one invitation. `extra_time`: times the usual; "none": no limit."""

    extra_time: ExtraTime = "1"
    text_answers: bool = False
    captions_always: bool = False
    breaks: bool = False

    def allowed(self, seconds: float) -> int:
        """The time somebody has where others have `seconds`."""
        if seconds <= 0:
            return 0  # more of nothing is nothing
        if self.extra_time == "none":
            return NO_LIMIT
        return min(NO_LIMIT, math.ceil(seconds * float(self.extra_time)))


class AdjustmentsView(BaseModel):
    """The same over the wire, to and from the candidate; from HR with an invitation."""

    model_config = ConfigDict(from_attributes=True)

    extra_time: ExtraTime = "1"
    text_answers: StrictBool = False
    captions_always: StrictBool = False
    breaks: StrictBool = False


async def adjustments_of(db: AsyncSession, invitation_id: UUID) -> Adjustments:
    """What is agreed; the usual where nobody asked for anything."""
    row = await db.get(Accommodation, invitation_id)
    if row is None:
        return Adjustments()
    extra = cast(ExtraTime, row.extra_time)
    return Adjustments(extra, row.text_answers, row.captions_always, row.breaks)


async def agree(db: AsyncSession, invitation_id: UUID, wanted: AdjustmentsView) -> None:
    """Keep what somebody needs. Left out of the audit record on purpose: that is for ever."""
    row = await db.get(Accommodation, invitation_id)
    if row is None:
        row = Accommodation(invitation_id=invitation_id)
    for name, value in asdict(Adjustments(**wanted.model_dump())).items():
        setattr(row, name, value)
    row.updated_at = utc_now()
    db.add(row)
    await db.flush()
