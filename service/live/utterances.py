"""One utterance's way: its sound is stored, a row says so, then an engine hears it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from models.pool import NoEngine, Pool, PoolError, TaskFailed
from models.types import TRANSCRIBE, TranscribeRequest, Transcript
from service import telemetry
from service.live import flac
from service.live.ear import Heard
from service.live.events import CaptionEvent
from service.live.tools import Tools
from service.tables import Utterance, UtteranceStatus, WordJson

DEADLINE = 60.0
TRIES = 3
RETRY_AFTER = 0.5
MAX_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: a transcript, or why there is none yet."""

    status: UtteranceStatus
    transcript: Transcript | None = None


async def keep(
    tools: Tools, session_id: UUID, heard: Heard, *, question_id: UUID | None
) -> Utterance:
    """Store the sound, then the row (pending): from here on a crash loses nothing of it."""
    key = f"recordings/{session_id}/utterances/{heard.id}.flac"
    await tools.blobs.put(key, await asyncio.to_thread(flac.to_flac, heard.pcm))
    row = Utterance(
        id=heard.id,
        session_id=session_id,
        question_id=question_id,
        start=heard.start,
        end=heard.end,
        status=UtteranceStatus.PENDING,
        audio_key=key,
    )
    async with tools.database.writing() as db:
        db.add(row)
    return row


async def transcribe(pool: Pool, pcm: bytes, language: str) -> Outcome:
    """Ask for a transcript, again when asking again may help."""
    for attempt in range(TRIES):
        try:
            request = TranscribeRequest(pcm, language)
            transcript = await pool.infer(TRANSCRIBE, request, deadline=DEADLINE)
        except NoEngine:
            return Outcome(UtteranceStatus.WAITING)
        except TaskFailed as error:
            telemetry.log().warning("transcription_failed", error=error.code)
            return Outcome(UtteranceStatus.FAILED)
        except PoolError as error:
            telemetry.log().warning("transcription_refused", error=type(error).__name__)
            await asyncio.sleep(RETRY_AFTER * 2**attempt)
        else:
            return Outcome(UtteranceStatus.DONE, transcript)
    return Outcome(UtteranceStatus.PENDING)


async def settle(tools: Tools, utterance_id: UUID, outcome: Outcome) -> CaptionEvent | None:
    """Write the outcome into the row; the caption to publish, None when the row is gone."""
    async with tools.database.writing() as db:
        row = await db.get(Utterance, utterance_id, with_for_update=True)
        if row is None:
            return None
        row.status = outcome.status
        row.attempts += outcome.status is not UtteranceStatus.WAITING
        if row.attempts >= MAX_ATTEMPTS and outcome.status is UtteranceStatus.PENDING:
            row.status = UtteranceStatus.FAILED
        if outcome.transcript is not None:
            _fill(row, outcome.transcript)
        db.add(row)
    telemetry.UTTERANCES.labels(UtteranceStatus(row.status).value).inc()
    return caption(row)


def _fill(row: Utterance, transcript: Transcript) -> None:
    row.text = transcript.text
    row.words = [
        WordJson(
            text=word.text,
            start=row.start + word.start,
            end=row.start + word.end,
            confidence=word.confidence,
        )
        for word in transcript.words
    ]
    row.language = transcript.language
    row.engine = transcript.engine
    row.engine_version = transcript.version
    row.is_fallback = transcript.is_fallback
    row.confidence = transcript.confidence


def caption(row: Utterance) -> CaptionEvent:
    """A row as an event."""
    status = UtteranceStatus(row.status)
    return CaptionEvent(
        session_id=row.session_id,
        utterance_id=row.id,
        question_id=row.question_id,
        start=row.start,
        end=row.end,
        text=row.text,
        is_final=status is not UtteranceStatus.PENDING,
        status=status,
        engine=row.engine or None,
        is_fallback=row.is_fallback,
    )
