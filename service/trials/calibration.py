"""From people's locked ratings to a new version of a score model, published by a second person."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import mean
from typing import cast
from uuid import UUID

from service.access.people import Person
from service.agreement.gate import ENOUGH
from service.assay.build import cases
from service.assay.cases import Said as Spoken
from service.assay.gate import examine
from service.audit import Entry, Tag, record
from service.db import Database
from service.errors import ServiceError
from service.scoring import priors
from service.scoring.digest import Json
from service.scoring.rater import Means, rate_answer
from service.scoring.ratings import AnswerRating
from service.scoring.score_model import ScoreModel, document, parse
from service.tables import FittedModel
from service.trials import calibration_queries as queries
from service.trials.calibration_queries import Said
from service.trials.fitting import Rated, diff, fitted

PRIORS = {model.id: model for model in (priors.RUBRIC, priors.OPEN)}


@dataclass(frozen=True, slots=True)
class Material:
    """What a fit is made from. `in_force`: the document that rates now, if one was fitted."""

    said: Sequence[Said]
    details: Mapping[UUID, dict[str, object]]
    in_force: dict[str, object] | None
    version: int


@dataclass(frozen=True, slots=True)
class Stood:
    """Cases that a model was held against, how many it did not stand, and of which families."""

    cases: int
    failures: int
    families: list[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A fitted model as it is stored."""

    document: dict[str, object]
    report: dict[str, object]


async def make(database: Database, competency_id: UUID, person: Person) -> UUID:
    """Fit a new version and keep it as a draft.

    Raises ServiceError 404, `too_few_labels` (409) below 30 interviews, `model_stale` (409).
    """
    async with database.reading() as db:
        if not await queries.competency(db, competency_id):
            raise ServiceError("not_found", 404, "There is no such competency.")
        said = await queries.said(db, competency_id)
        known = (await queries.models(db, competency_id))[competency_id]
        in_force = next((row.document for row in known if row.state == "published"), None)
        details = await queries.details(db, competency_id, [each.session_id for each in said])
    version = 1 + max((row.version for row in known), default=0)
    made = await asyncio.to_thread(build, Material(said, details, in_force, version))
    async with database.writing() as db:
        await queries.competency(db, competency_id, lock=True)
        if len((await queries.models(db, competency_id))[competency_id]) != len(known):
            raise ServiceError("model_stale", 409, "Somebody has fitted this meanwhile.")
        row = FittedModel(
            competency_id=competency_id,
            version=version,
            document=made.document,
            report=made.report,
            created_by=person.id,
        )
        db.add(row)
        await db.flush()
        detail = {
            "competency_id": competency_id,
            "version": version,
            "sha256": made.document["sha256"],
        }
        await record(db, Entry(Tag.MODEL_FITTED, person.actor, f"model:{row.id}", detail=detail))
    return row.id


def build(material: Material) -> Made:
    """Fit, measure, attack and replay; some seconds of CPU."""
    levels: dict[UUID, list[int]] = defaultdict(list)
    for each in material.said:
        levels[each.session_id].append(each.level)
    golden = [
        rated
        for session_id, detail in material.details.items()
        if (rated := read(session_id, detail, levels.get(session_id, ()))) is not None
    ]
    labelled = [one for one in golden if one.level is not None]
    if len(labelled) < ENOUGH:
        raise ServiceError(
            "too_few_labels", 409, f"{len(labelled)} interviews are rated; {ENOUGH} are needed."
        )
    prior = _prior(material.details.values())
    old = parse(cast(Json, material.in_force)) if material.in_force else prior
    found = fitted(labelled, prior, version=str(material.version))
    report = {
        "interviews": len(labelled),
        "raters": len({each.account_id for each in material.said}),
        "before": asdict(found.before),
        "after": asdict(found.after),
        "golden": asdict(diff(golden, old, found.model)),
        "attacks": asdict(attacked(found.model)),
    }
    return Made(cast(dict[str, object], document(found.model)), report)


def read(session_id: UUID, detail: Mapping[str, object], levels: Sequence[int]) -> Rated | None:
    """A stored rating's features; None where it kept none."""
    answers = cast(list[dict[str, object]], detail.get("answers") or [])
    kept = tuple(
        (float(cast(float, each["weight"])), cast(dict[str, float], each["features"]))
        for each in answers
        if each.get("features") and each.get("weight")
    )
    if not kept:
        return None
    return Rated(str(session_id), kept, mean(levels) if levels else None)


def attacked(model: ScoreModel, *, every: int = 1) -> Stood:
    """What became of the attacks and swaps that publishing must stand; some seconds of CPU."""

    def rate(said: Spoken) -> AnswerRating:
        asked = said.asked
        means = Means(models={asked.competency.id: model})
        return rate_answer(said.answer, asked.competency, rubric=asked.rubric, means=means)

    found = examine(cases()[::every], rate)
    failed = sorted({one.case.family.value for one in found.failures})
    return Stood(len(found.outcomes), len(found.failures), failed)


def _prior(details: Iterable[Mapping[str, object]]) -> ScoreModel:
    """The published curves that the competency's ratings began with."""
    for detail in details:
        for answer in cast(list[dict[str, object]], detail.get("answers") or []):
            basis = cast(dict[str, object], answer.get("basis") or {})
            if (found := PRIORS.get(str(basis.get("id")))) is not None:
                return found
    return priors.RUBRIC
