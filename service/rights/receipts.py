"""A receipt: what was collected of a candidate, by which models, on whose word, signed.

It says how things stand when it is issued, and holds neither a name nor a score. Its numbers are
whole: browsers write 60.0 as 60, and the signature must outlive that.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from service import __version__
from service.access.guests import Guest
from service.access.notice_words import digest
from service.access.notices import notice_for
from service.rights import queries
from service.rights.signing import Json, Signer
from service.settings import Settings
from service.tables import TYPED, Consent, Recording, SessionState, Utterance, utc_now

FORMAT = "candor-receipt 1"


async def receipt(db: AsyncSession, guest: Guest, *, settings: Settings) -> dict[str, object]:
    """The signed receipt as JSON."""
    document = await _document(db, guest, settings)
    signature = Signer.of(settings.signing_key).sign(document)
    return {"receipt": document, "signature": signature}


async def _document(db: AsyncSession, guest: Guest, settings: Settings) -> dict[str, object]:
    session, plan = guest.session, guest.plan
    recordings = await queries.recordings(db, session.id)
    said = await queries.utterances(db, session.id)
    looks, face_engines = await queries.face_engines(db, session.id)
    notice = notice_for(plan.jurisdiction, settings)
    ends = session.ended_at
    return {
        "format": FORMAT,
        "issued_at": _moment(utc_now()),
        "issuer": {"url": settings.base_url, "service": f"candor {__version__}"},
        "session_id": str(session.id),
        "job": plan.title,
        "jurisdiction": plan.jurisdiction,
        "profile": notice.profile,
        "interview": {
            "state": SessionState(session.state).value,
            "started_at": _moment(session.started_at),
            "ended_at": _moment(ends),
            "seconds": round(session.media_seconds),
        },
        "collected": {
            "recordings": len(recordings),
            "spoken_passages": sum(row.engine != TYPED for row in said),
            "written_answers": sum(row.engine == TYPED for row in said),
            "looks_at_the_face": looks,
        },
        "recordings": [_recording(row) for row in recordings],
        "written": [_written(row) for row in said if row.engine == TYPED],
        "models": _models(said, await queries.raters(db, session.id), face_engines),
        "consents": [_consent(row) for row in await queries.consents(db, guest.invitation.id)],
        "kept_until": {
            kept.data_class: _moment(ends + timedelta(days=kept.days)) if ends else None
            for kept in notice.retention
        },
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None


def _recording(row: Recording) -> dict[str, object]:
    return {
        "id": str(row.id),
        "type": row.mime,
        "seconds": round(row.duration),
        "bytes": row.size,
        "sha256": row.sha256,
    }


def _written(row: Utterance) -> dict[str, object]:
    return {
        "question_id": str(row.question_id),
        "saved_at": _moment(row.created_at),
        "sha256": hashlib.sha256(row.text.encode()).hexdigest(),
    }


def _models(said: Sequence[Utterance], raters: Sequence[str], faces: set[str]) -> list[Json]:
    """What really read something of them, not what might have."""
    heard = Counter(
        (row.engine, row.engine_version) for row in said if row.engine and row.engine != TYPED
    )
    found: list[Json] = [
        {"task": "speech", "id": name, "version": version, "passages": count}
        for (name, version), count in sorted(heard.items())
    ]
    for one in raters:
        name, _, version = one.partition("@")
        found.append({"task": "ratings", "id": name, "version": version, "passages": None})
    found.extend(
        {"task": "face", "id": name, "version": "", "passages": None} for name in sorted(faces)
    )
    return found


def _consent(row: Consent) -> dict[str, object]:
    return {
        "notice": row.notice_version,
        "locale": row.locale,
        "notice_sha256": digest(row.notice_version, row.locale) or None,
        "given_at": _moment(row.given_at),
        "in_force": row.is_current,
        "recording": row.recording,
        "ai_scoring": row.ai_scoring,
        "facial_analysis": row.facial_analysis,
    }
