"""What goes over the wire about how people use what the model proposes."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from service.agreement.drift import Drift
from service.trials.schemas import IntervalView, View
from service.trials.sheet_schemas import PolicyView


class FatesView(View):
    """What became of the levels that the model proposed."""

    proposed: int
    accepted: int
    overridden: int
    set_aside: int
    open: int


class ShareView(View):
    """`hits` of `n`, with a 95 % interval."""

    hits: int
    n: int
    share: IntervalView


class BlindView(View):
    """Agreement of what was rated blind; no figure below 30 interviews."""

    interviews: int
    kappa: IntervalView | None


class DriftView(View):
    """One version of the model in one month, beside the first of all.

    `psi`: how far its scores moved. `error`: model minus person, in levels; `moved`: by how much
    more than at first. None where there are fewer than 30.
    """

    version: str
    month: str
    n: int
    psi: float | None
    error: float | None
    error_n: int
    moved: float | None
    drift: Drift


class AdoptionView(BaseModel):
    """The report. `adoption`: accepted among those that a person judged."""

    since: datetime
    policy: PolicyView
    fates: FatesView
    adoption: ShareView
    evidence_opened: ShareView
    model_blind: BlindView
    people_blind: BlindView
    reratings: ShareView
    errors_caught: ShareView
    false_alarms: ShareView
    drift: list[DriftView]
