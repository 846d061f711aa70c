"""Draft, proposed, published: nobody publishes what they have fitted or proposed themselves."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.agreement.selection import draw
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.tables import CalibrationSample, FittedModel, FittedState, utc_now
from service.trials import calibration_queries as queries
from service.trials.calibration_schemas import (
    CompetencyLabels,
    FitReport,
    ModelView,
    SamplesDraft,
    SamplesView,
)

S = FittedState
MOVES = {
    S.PROPOSED: (frozenset({S.DRAFT}), Tag.MODEL_PROPOSED),
    S.PUBLISHED: (frozenset({S.PROPOSED}), Tag.MODEL_PUBLISHED),
    S.DROPPED: (frozenset({S.DRAFT, S.PROPOSED}), Tag.MODEL_DROPPED),
}


async def overview(db: AsyncSession, person: Person) -> list[CompetencyLabels]:
    """Every competency with its labels and models."""
    counts, samples = await queries.rated_interviews(db), await queries.sample_counts(db)
    models, names = await queries.models(db), await queries.names(db)
    return [
        CompetencyLabels(
            competency_id=competency.id,
            competency_name=competency.name,
            plan_id=plan.id,
            plan_title=plan.title,
            interviews=counts.get(competency.id, 0),
            samples=samples.get(plan.id, 0),
            models=[show(row, names, person) for row in models.get(competency.id, ())],
        )
        for competency, plan in await queries.competencies(db)
    ]


async def add_samples(db: AsyncSession, draft: SamplesDraft, person: Person) -> SamplesView:
    """Draw interviews of a plan that people are to rate blind."""
    found = await queries.candidates(db, draft.plan_id)
    chosen = sorted(found, key=lambda each: draw("sample", str(each)))[: draft.count]
    db.add_all([CalibrationSample(session_id=each, added_by=person.id) for each in chosen])
    await db.flush()
    if chosen:
        detail = {"plan_id": draft.plan_id, "count": len(chosen)}
        subject = f"plan:{draft.plan_id}"
        await record(db, Entry(Tag.SAMPLES_ADDED, person.actor, subject, detail=detail))
    whole = (await queries.sample_counts(db)).get(draft.plan_id, 0)
    return SamplesView(added=len(chosen), samples=whole)


async def read_model(db: AsyncSession, model_id: UUID, person: Person) -> ModelView:
    """One version. Raises ServiceError 404."""
    row = await queries.model(db, model_id)
    if row is None:
        raise ServiceError("not_found", 404, "There is no such model.")
    return show(row, await queries.names(db), person)


async def move(
    db: AsyncSession, model_id: UUID, to: FittedState, *, reason: str, person: Person
) -> ModelView:
    """Propose, publish or drop. What is published retires the version before it.

    Raises ServiceError 404, `model_state`, `model_refused` or `same_person` (409).
    """
    row = await queries.model(db, model_id, lock=True)
    if row is None:
        raise ServiceError("not_found", 404, "There is no such model.")
    allowed, tag = MOVES[to]
    if FittedState(row.state) not in allowed:
        raise ServiceError("model_state", 409, f"This model is {FittedState(row.state).value}.")
    if to is not S.DROPPED:
        _must_stand(row)
    if to is S.PROPOSED:
        row.proposed_by = person.id
    if to is S.PUBLISHED:
        await _publish(db, row, person)
    row.state, row.reason = to, reason or row.reason
    db.add(row)
    await db.flush()
    detail = {"competency_id": row.competency_id, "version": row.version}
    await record(db, Entry(tag, person.actor, f"model:{row.id}", detail=detail))
    return show(row, await queries.names(db), person)


def _must_stand(row: FittedModel) -> None:
    attacks = FitReport.model_validate(row.report).attacks
    if attacks.failures:
        raise ServiceError(
            "model_refused",
            409,
            "The curves let attacks through that a published model must stand.",
            extra={"families": attacks.families},
        )


async def _publish(db: AsyncSession, row: FittedModel, person: Person) -> None:
    if person.id in {row.created_by, row.proposed_by}:
        raise ServiceError(
            "same_person", 409, "Somebody else publishes it: you fitted or proposed this model."
        )
    before = await queries.published(db, row.competency_id)
    if before is not None:
        before.state = S.RETIRED
        db.add(before)
        await db.flush()
    row.published_by, row.published_at = person.id, utc_now()


def show(row: FittedModel, names: dict[UUID, str], person: Person) -> ModelView:
    """A version as it goes over the wire."""
    return ModelView(
        id=row.id,
        competency_id=row.competency_id,
        version=row.version,
        state=FittedState(row.state),
        sha256=str(row.document.get("sha256", "")),
        report=FitReport.model_validate(row.report),
        created_by=names.get(row.created_by, ""),
        created_at=row.created_at,
        proposed_by=names.get(row.proposed_by) if row.proposed_by else None,
        published_by=names.get(row.published_by) if row.published_by else None,
        published_at=row.published_at,
        reason=row.reason,
        may_publish=person.id not in {row.created_by, row.proposed_by},
    )
