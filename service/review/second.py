"""A language model's second opinion on a rated session, kept beside the rating in force.

Asked only after the scorer's rating is stored, so that no endpoint can delay or prevent that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service import telemetry
from service.audit import Entry, Tag, record
from service.db import Database
from service.llm import prompt
from service.llm.breaker import Breaker
from service.llm.client import Client, Endpoint
from service.llm.opinion import Asker, Opinion, doubt_of
from service.llm.prompt import Asked
from service.llm.quotes import Found, Said
from service.llm.strip import strip
from service.review import queries
from service.review.scoring import Inputs, read_inputs
from service.scoring.digest import digest
from service.scoring.evidence import spoken
from service.scoring.rubric import Competency
from service.settings import Settings
from service.tables import EvidenceJson, RaterKind, Rating

WAITING = 200  # sessions; beyond it the newest goes without a second opinion


def asker(settings: Settings) -> Asker | None:
    """Who asks under these settings; None where no endpoint is set."""
    if not settings.llm_url:
        return None
    key, seconds = settings.llm_key.get_secret_value(), settings.llm_seconds
    endpoint = Endpoint(settings.llm_url, settings.llm_model, key, seconds)
    return Asker(Client(endpoint), Breaker(), settings.llm_runs)


class Opinions:
    """Asks for one session after the other; `run()` is a task of the application."""

    def __init__(self, database: Database, asking: Asker) -> None:
        self._database, self._asking = database, asking
        self._waiting: asyncio.Queue[UUID] = asyncio.Queue(WAITING)

    def add(self, session_id: UUID) -> None:
        """Ask for that session when its turn comes."""
        try:
            self._waiting.put_nowait(session_id)
        except asyncio.QueueFull:
            telemetry.log().warning("opinion_left_out", session=str(session_id))

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            session_id = await self._waiting.get()
            try:
                await give(self._database, session_id, self._asking)
            except Exception as error:  # the next session may fare better
                telemetry.log().error("opinion_failed", error=type(error).__name__)


@dataclass(frozen=True, slots=True)
class _Case:
    inputs: Inputs
    names: tuple[str, ...]
    language: str
    known: frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Place:
    session_id: UUID
    competency: Competency
    version: str


async def give(database: Database, session_id: UUID, asking: Asker) -> list[Rating]:
    """Ask for every competency that has answers, and store what comes. Raises ServiceError 404."""
    async with database.reading() as db:
        case = await _case(db, session_id)
    if case is None:
        return []
    version = version_of(asking.client.endpoint)
    added: list[Rating] = []
    missed: list[str] = []
    for competency in case.inputs.rubric.competencies:
        asked = await asyncio.to_thread(_asked, case, competency)
        if not asked.said or (competency.id, version, _digest(case, competency)) in case.known:
            continue
        opinion = await asking.ask(asked)
        if opinion is None:
            missed.append(competency.id)
            continue
        place = _Place(session_id, competency, version)
        rating = _rating(opinion, case, place=place)
        added += await _store(database, rating, opinion, inputs=case.inputs)
    if missed:
        async with database.writing() as db:
            await record(db, _missed(session_id, version, missed))
    return added


def version_of(endpoint: Endpoint) -> str:
    """Model and prompt, as ratings name them: at most 100 characters."""
    return f"{prompt.PREFIX}{endpoint.model[:80]}@{prompt.VERSION}"


async def _case(db: AsyncSession, session_id: UUID) -> _Case | None:
    inputs = await read_inputs(db, session_id)
    head = await queries.head(db, session_id)
    if inputs is None or head is None:
        return None
    rows = await queries.ratings(db, session_id)
    known = frozenset(
        (str(r.rating.competency_id), r.rating.rater_version, r.rating.input_digest) for r in rows
    )
    names = (head.candidate.name, head.candidate.email)
    return _Case(inputs, names, head.plan.language, known)


def _digest(case: _Case, competency: Competency) -> str:
    inputs = case.inputs
    asked = [a for a in inputs.answers if a.question.asks_after(competency.id)]
    return digest(asked, competency, rubric=inputs.rubric)


def _asked(case: _Case, competency: Competency) -> Asked:
    answers = tuple(
        (
            answer.question,
            tuple(Said(u, strip(u.text, case.names)) for u in answer.utterances if u.text.strip()),
        )
        for answer in case.inputs.answers
        if answer.question.asks_after(competency.id)
    )
    return Asked(competency, answers, case.language)


def _rating(opinion: Opinion, case: _Case, *, place: _Place) -> Rating:
    return Rating(
        session_id=place.session_id,
        competency_id=UUID(place.competency.id),
        rater=RaterKind.MODEL,
        rater_version=place.version,
        rubric_version=case.inputs.rubric_version,
        input_digest=_digest(case, place.competency),
        level=opinion.level,
        low=opinion.low,
        high=opinion.high,
        abstained=opinion.no_level.value if opinion.no_level else None,
        evidence=[_evidence(found) for found in opinion.quotes],
        is_current=False,
    )


def _evidence(found: Found) -> EvidenceJson:
    start, end = spoken(found.utterance, found.start, found.end)
    return EvidenceJson(utterance_id=found.utterance.id, quote=found.quote, start=start, end=end)


async def _store(
    database: Database, rating: Rating, opinion: Opinion, *, inputs: Inputs
) -> list[Rating]:
    """Beside the rating of the same words; where they have changed since, nowhere."""
    async with database.writing() as db:
        await queries.lock_session(db, rating.session_id)
        if await read_inputs(db, rating.session_id) != inputs:
            return []
        own = [
            row.rating
            for row in await queries.ratings(db, rating.session_id)
            if row.rating.competency_id == rating.competency_id
        ]
        scored = _newest_score(own)
        if scored is None:
            return []
        rating.detail = _detail(opinion, scored.level)
        db.add(rating)
        await db.flush()
        await record(db, _entry(rating, opinion))
    return [rating]


def needs_person(ratings: Sequence[Rating]) -> bool:
    """Whether a newest opinion (rows come newest first) is in doubt and nobody has rated yet."""
    rated = {row.competency_id for row in ratings if row.is_current and row.account_id}
    newest: dict[UUID, Rating] = {}
    for row in ratings:
        if row.rater_version.startswith(prompt.PREFIX):
            newest.setdefault(row.competency_id, row)
    return any(_is_doubted(row) for place, row in newest.items() if place not in rated)


def _is_doubted(row: Rating) -> bool:
    opinion = row.detail.get("opinion")
    return isinstance(opinion, dict) and opinion.get("doubt") is not None


def _newest_score(own: Sequence[Rating]) -> Rating | None:
    """The scorer's newest rating (rows come newest first)."""
    return next(
        (
            row
            for row in own
            if row.rater is RaterKind.MODEL and not row.rater_version.startswith(prompt.PREFIX)
        ),
        None,
    )


def _detail(opinion: Opinion, scored: int | None) -> dict[str, object]:
    doubt = doubt_of(opinion, scored)
    return {
        "opinion": {
            "doubt": doubt.value if doubt else None,
            "scored": scored,
            "invented": opinion.invented,
            "failures": [failure.value for failure in opinion.failures],
            "prompt_sha256": prompt.SHA256,
            "runs": [
                {
                    "level": run.level,
                    "reason": run.reason,
                    "quotes": len(run.quotes),
                    "invented": run.invented,
                }
                for run in opinion.runs
            ],
        }
    }


def _entry(rating: Rating, opinion: Opinion) -> Entry:
    facts = {  # neither level nor doubt: the record is read by people who are to rate first
        "competency_id": rating.competency_id,
        "invented": opinion.invented,
        "runs": len(opinion.runs),
        "input_digest": rating.input_digest,
    }
    return Entry(
        Tag.OPINION_MADE, _actor(rating.rater_version), f"rating:{rating.id}", rating.session_id,
        facts,
    )  # fmt: skip


def _missed(session_id: UUID, version: str, competencies: Sequence[str]) -> Entry:
    detail = {"competency_ids": list(competencies)}
    return Entry(Tag.OPINION_MISSED, _actor(version), f"session:{session_id}", session_id, detail)


def _actor(version: str) -> str:
    return f"model:{version}"[:60]
