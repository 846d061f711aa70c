"""The adoption report: whether people use what the model proposes, and whether they look."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.db import Database
from service.tables import SheetPurpose
from service.trials import adoption_queries as queries
from service.trials import policy, usage
from service.trials.adoption_schemas import (
    AdoptionView,
    BlindView,
    DriftView,
    FatesView,
    ShareView,
)
from service.trials.tasks import POLICY
from service.trials.usage import Fate, Judgement, Place, Proposal, Share

MONTH = timedelta(days=30.4375)


@dataclass(frozen=True, slots=True)
class Material:
    """What the report is made from, all of it since one moment."""

    since: datetime
    proposals: Sequence[Proposal]
    levels: dict[Place, int]
    verdicts: dict[UUID, str]
    evidence: Share
    blind: Sequence[Judgement]
    rerated: Sequence[Judgement]
    reratings: Share
    checked: Sequence[tuple[int, int, int]]


async def load(db: AsyncSession, since: datetime) -> Material:
    """Read what was rated, judged, locked and checked."""
    due = [each for each in await queries.reviewed(db, since) if policy.wants_rerating(each)]
    done = await queries.rerated(db)
    rerated = await queries.blind_levels(db, since, SheetPurpose.RERATE)
    return Material(
        since=since,
        proposals=await queries.proposals(db, since),
        levels=await queries.standing(db, since),
        verdicts=await queries.verdicts(db, since),
        evidence=await queries.evidence_opened(db, since),
        blind=[*rerated, *await queries.blind_levels(db, since, SheetPurpose.TRIAL)],
        rerated=rerated,
        reratings=Share(len(done & set(due)), len(due)),
        checked=await queries.checked(db, since),
    )


async def report(database: Database, *, now: datetime, months: int) -> AdoptionView:
    """The report over the last months."""
    async with database.reading() as db:
        material = await load(db, now - months * MONTH)
    return await asyncio.to_thread(build, material)


def build(found: Material) -> AdoptionView:
    """Put the report together."""
    fates = usage.fates(found.proposals, levels=found.levels, verdicts=found.verdicts)
    again = [
        (each.place[0], found.levels[each.place], each.level)
        for each in found.rerated
        if each.place in found.levels
    ]
    errors = [each for each in found.checked if each[0] != each[1]]
    right = [each for each in found.checked if each[0] == each[1]]
    caught = sum(policy.is_caught(level=true, shown=s, said=said) for true, s, said in errors)
    return AdoptionView(
        since=found.since,
        policy=POLICY,
        fates=FatesView(
            proposed=fates.total(),
            accepted=fates[Fate.ACCEPTED],
            overridden=fates[Fate.OVERRIDDEN],
            set_aside=fates[Fate.SET_ASIDE],
            open=fates[Fate.OPEN],
        ),
        adoption=_share(usage.adoption(fates)),
        evidence_opened=_share(found.evidence),
        model_blind=_blind(usage.against(found.proposals, found.blind)),
        people_blind=_blind(again),
        reratings=_share(found.reratings),
        errors_caught=_share(Share(caught, len(errors))),
        false_alarms=_share(Share(sum(true != said for true, _, said in right), len(right))),
        drift=[
            DriftView.model_validate(each) for each in usage.spans(found.proposals, found.blind)
        ],
    )


def _share(found: Share) -> ShareView:
    return ShareView.model_validate(found)


def _blind(pairs: Sequence[tuple[UUID, int, int]]) -> BlindView:
    return BlindView.model_validate(usage.blind(pairs))
