"""Stored answers rated by the pure scorer, and the ratings stored."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind_queries import is_on_trial
from service.audit import Entry, Tag, record
from service.db import Database
from service.errors import ServiceError
from service.llm.prompt import PREFIX
from service.review import queries, scoring_queries
from service.review.corrections import utterances_in_force
from service.review.freezing import frozen
from service.review.meanings import Compare, meanings_of
from service.scoring import rubric as pure
from service.scoring.rater import Means
from service.scoring.rater import rate_session as rate
from service.scoring.ratings import CompetencyRating
from service.scoring.report import detail
from service.scoring.score_model import ScoreModel
from service.tables import (
    TYPED,
    AskedQuestion,
    EvidenceJson,
    RaterKind,
    Rating,
    RubricAnchor,
    Utterance,
    UtteranceStatus,
)

TRIES = 5  # transcripts may come in while we rate; each try starts from what is there then


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that ratings of a session depend on. Compares by value."""

    answers: tuple[pure.Answer, ...]
    rubric: pure.Rubric
    rubric_version: int
    fitted: tuple[tuple[str, ScoreModel], ...] = ()


async def rate_session(
    database: Database, session_id: UUID, compare: Compare | None = None
) -> list[Rating]:
    """Rate a session as far as it has been transcribed, and store what is new.

    `compare` asks a sentence encoder; without, or where it fails, letters must do.
    Does nothing without consent to it, nor where the same answers were already rated alike. A
    person's rating in force stays so. Returns the rows added. Raises ServiceError 404.
    """
    for _ in range(TRIES):
        async with database.reading() as db:
            inputs = await read_inputs(db, session_id)
        if inputs is None:
            return []
        meanings = await meanings_of(inputs.answers, inputs.rubric, compare)
        means = Means(models=dict(inputs.fitted), meanings=meanings)
        rated = await asyncio.to_thread(rate, inputs.answers, inputs.rubric, means)
        async with database.writing() as db:
            await queries.lock_session(db, session_id)
            if await read_inputs(db, session_id) == inputs:
                return await _store(db, session_id, rated=rated, version=inputs.rubric_version)
    return []  # whoever brought the newest transcript rates again


async def read_inputs(db: AsyncSession, session_id: UUID) -> Inputs | None:
    """What to rate now.

    None where the candidate did not agree to be rated by a model, where
    the rubric is not approved, or a person has frozen it all.
    """
    head = await queries.head(db, session_id)
    if head is None:
        raise ServiceError("not_found", 404, "There is no such session.")
    consent = await queries.consent(db, head.session.invitation_id)
    if consent is None or not consent.ai_scoring:
        return None
    said = await utterances_in_force(db, session_id)
    if not consent.recording:  # no speech may count, only what was written
        said = [row for row in said if row.engine == TYPED]
        if not said:
            return None
    rows = await scoring_queries.rubric(db, head.plan.id)
    if rows.rubric.approved_at is None:
        return None
    held = (await frozen(db, [session_id])).get(session_id)
    if held is not None:
        rows = scoring_queries.without(rows, held.competencies)
        if not rows.competencies:
            return None
    asked = [
        pair
        for pair in await queries.questions(db, head.session)
        if held is None or pair[0].id not in held.questions
    ]
    specs = [
        pure.QuestionSpec(
            str(question.id), question.text, tuple(map(str, rows.asked.get(question.id, ())))
        )
        for question, _ in asked
    ]
    spoken = _by_question(said, [row for _, row in asked if row is not None])
    answers = tuple(pure.Answer(spec, tuple(spoken.get(spec.id, ()))) for spec in specs)
    fitted = await scoring_queries.fitted(db, head.plan.id)
    return Inputs(answers, pure_rubric(rows), rows.rubric.version, fitted)


def pure_rubric(rows: scoring_queries.RubricRows) -> pure.Rubric:
    """Stored rows as the scorer knows a rubric."""
    anchors: dict[UUID, list[RubricAnchor]] = defaultdict(list)
    for row in rows.anchors:
        anchors[row.competency_id].append(row)
    competencies = tuple(
        pure.Competency(
            str(each.id),
            each.name,
            tuple(pure.Anchor(row.level, row.text) for row in anchors[each.id]),
        )
        for each in rows.competencies
    )
    return pure.Rubric(str(rows.rubric.version), competencies)


def _by_question(
    utterances: Sequence[Utterance], asked: Sequence[AskedQuestion]
) -> Mapping[str, list[pure.AnswerUtterance]]:
    """Each utterance under the question it carries, or else the one that stood at its middle."""
    found: dict[str, list[pure.AnswerUtterance]] = defaultdict(list)
    for row in utterances:
        question_id = row.question_id or _standing((row.start + row.end) / 2, asked)
        if question_id is not None:
            found[str(question_id)].append(_utterance(row))
    return found


def _standing(at: float, asked: Sequence[AskedQuestion]) -> UUID | None:
    for row in asked:
        if row.started <= at and (row.ended is None or at < row.ended):
            return row.question_id
    return None


def _utterance(row: Utterance) -> pure.AnswerUtterance:
    is_done = row.status is UtteranceStatus.DONE
    return pure.AnswerUtterance(
        id=str(row.id),
        start=row.start,
        end=row.end,
        text=row.text if is_done else "",
        words=tuple(pure.SpokenWord(**word) for word in row.words) if is_done else (),
        language=row.language,
        is_fallback=row.is_fallback,
    )


async def _store(
    db: AsyncSession, session_id: UUID, *, rated: Sequence[CompetencyRating], version: int
) -> list[Rating]:
    """Rows first, their audit events after them (the chain's lock is always taken last)."""
    existing = await queries.ratings(db, session_id)
    in_shadow = await is_on_trial(db, session_id)
    added: list[Rating] = []
    for result in rated:
        own = [
            row.rating
            for row in existing
            if str(row.rating.competency_id) == result.competency_id
            and not row.rating.rater_version.startswith(PREFIX)  # they stand beside, see `second`
        ]
        rating = _rating(session_id, result, version=version)
        if _is_known(rating, own):
            continue
        if in_shadow:
            rating.is_current = False
        else:
            await _put_in_force(db, rating, own)
        db.add(rating)
        await db.flush()
        added.append(rating)
    for rating in added:
        await record(db, _entry(rating, in_shadow=in_shadow))
    return added


def _is_known(rating: Rating, own: Sequence[Rating]) -> bool:
    """Whether the model's newest row (they come newest first) rates the same input alike."""
    models = (row for row in own if row.rater is RaterKind.MODEL)
    newest = next(models, None)
    return newest is not None and (newest.input_digest, newest.rater_version) == (
        rating.input_digest,
        rating.rater_version,
    )


async def _put_in_force(db: AsyncSession, rating: Rating, own: Sequence[Rating]) -> None:
    """Succeed the model's rating in force; stand back behind a person's."""
    current = next((row for row in own if row.is_current), None)
    if current is None:
        return
    if current.rater is RaterKind.HUMAN:
        rating.is_current = False
        return
    await queries.retire(db, current.id)
    rating.supersedes_id = current.id


def _rating(session_id: UUID, result: CompetencyRating, *, version: int) -> Rating:
    return Rating(
        session_id=session_id,
        competency_id=UUID(result.competency_id),
        rater=RaterKind.MODEL,
        rater_version=f"{result.scorer_id}@{result.scorer_version}",
        rubric_version=version,
        level=result.level,
        score=result.score,
        low=result.low,
        high=result.high,
        abstained=result.abstained.value if result.abstained else None,
        evidence=[
            EvidenceJson(utterance_id=e.utterance_id, quote=e.quote, start=e.start, end=e.end)
            for e in result.evidence
        ],
        detail=cast(dict[str, object], detail(result)),
        input_digest=result.input_digest,
    )


def _entry(rating: Rating, *, in_shadow: bool) -> Entry:
    facts: dict[str, object] = {
        "competency_id": rating.competency_id,
        "level": rating.level,
        "abstained": rating.abstained,
        "is_current": rating.is_current,
        "input_digest": rating.input_digest,
    }
    if in_shadow:  # the record is read by people who are to rate first
        del facts["level"], facts["abstained"]
        facts["shadow"] = True
    actor = f"model:{rating.rater_version}"
    return Entry(Tag.RATING_MADE, actor, f"rating:{rating.id}", rating.session_id, facts)
