"""What a bundle says of one interview, out of the database: no name, no address, no picture."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from models import catalog
from service.errors import ServiceError
from service.proof import archive, verify_bundle
from service.proof.maps import score_maps
from service.proof.verify_bundle import FORMAT
from service.review import queries, scoring_queries
from service.review.scoring import Inputs, read_inputs
from service.scoring.digest import Json, plain
from service.scoring.score_model import document
from service.tables import AuditEvent, Rating, Utterance


async def core_of(db: AsyncSession, session_id: UUID) -> dict[str, Json]:
    """The evidence without its receipt.

    Raises ServiceError 404, or `nothing_rated` (409) where the candidate did not agree to ratings
    by a model: then there is no score to recompute.
    """
    head = await queries.head(db, session_id)
    if head is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    inputs = await read_inputs(db, session_id)
    if inputs is None:
        raise ServiceError(
            "nothing_rated", 409, "No model rated this interview: there is nothing to recompute."
        )
    fitted = await scoring_queries.fitted(db, head.plan.id, also_retired=True)
    session = head.session
    rows = [row.rating for row in await queries.ratings(db, session_id)]
    core: dict[str, Json] = {
        "format": FORMAT,
        "session": {
            "id": str(session.id),
            "plan_id": str(session.plan_id),
            "language": head.plan.language,
            "jurisdiction": head.plan.jurisdiction,
            "state": str(session.state),
            "started_at": _time(session.started_at),
            "ended_at": _time(session.ended_at),
            "media_seconds": session.media_seconds,
        },
        **said(inputs),
        "engines": _engines(await queries.utterances(db, session_id)),
        "score_maps": [*score_maps(), *(document(model) for _, model in fitted)],
        "ratings": [_rating(row) for row in sorted(rows, key=lambda row: row.created_at)],
        "audit": {"events": [event_json(e) for e in await queries.case_events(db, session_id)]},
        "files": archive.digests(),
    }
    return core | {"earlier": earlier(core)}


def earlier(core: dict[str, Json]) -> Json:
    """Ids of newest ratings that were made from other words, anchors or maps than stand now."""
    rubric = cast(dict[str, list[dict[str, str]]], core["rubric"])
    newest = [verify_bundle.newest(core, each["id"]) for each in rubric["competencies"]]
    return [
        str(one["id"])
        for one in newest
        if one is not None and one["input_digest"] != verify_bundle.input_digest(core, one)
    ]


def said(inputs: Inputs) -> dict[str, Json]:
    """The scorer's input exactly as its digest is taken over it."""
    return {
        "answers": plain(list(inputs.answers)),
        "rubric": plain(inputs.rubric),
        "rubric_version": inputs.rubric_version,
    }


def event_json(event: AuditEvent) -> dict[str, Json]:
    """An audit event as its hash is taken over it."""
    return {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "tag": event.tag,
        "actor": event.actor,
        "subject": event.subject,
        "session_id": str(event.session_id) if event.session_id else None,
        "detail": cast(dict[str, Json], event.detail),
        "prev_hash": event.prev_hash,
        "hash": event.hash,
    }


def _rating(row: Rating) -> Json:
    return {
        "id": str(row.id),
        "competency_id": str(row.competency_id),
        "rater": str(row.rater),
        "rater_version": row.rater_version,
        "rubric_version": row.rubric_version,
        "level": row.level,
        "score": row.score,
        "low": row.low,
        "high": row.high,
        "abstained": row.abstained,
        "reason": row.reason,
        "evidence": plain(cast(list[object], row.evidence)),
        "detail": cast(dict[str, Json], row.detail),
        "input_digest": row.input_digest,
        "supersedes_id": str(row.supersedes_id) if row.supersedes_id else None,
        "is_current": row.is_current,
        "created_at": _time(row.created_at),
    }


def _engines(rows: Sequence[Utterance]) -> Json:
    """Which engine wrote which utterances, and the digests of its files where we know them."""
    wrote: dict[tuple[str, str], list[Json]] = {}
    for row in rows:
        wrote.setdefault((row.engine, row.engine_version), []).append(str(row.id))
    return [
        {"id": name, "version": version, "sha256": _digests(name), "utterances": ids}
        for (name, version), ids in sorted(wrote.items())
    ]


def _digests(name: str) -> Json:
    with suppress(KeyError):
        return {file: digest for file, digest in catalog.by_id(name).sha256}
    return {}


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
