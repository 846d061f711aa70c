"""Letters about decisions go out: claimed, sent outside any transaction, then marked as sent.

A letter whose decision has been replaced before it went does not go any more.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from service import telemetry
from service.audit import Entry, Tag, record
from service.db import Database
from service.decide import queries
from service.mail import Letter, Mailer, MailError
from service.tables import DecisionLetter, utc_now

EVERY = 10.0  # seconds between two looks at what is due
RETRY = timedelta(minutes=10)
MOST_ATTEMPTS = 6
BATCH = 20


class LetterPost:
    """Sends what is due, by one mailer."""

    def __init__(self, database: Database, mailer: Mailer) -> None:
        self._database, self._mailer = database, mailer

    async def run(self) -> None:
        """For ever; a task of the application's lifespan."""
        while True:
            try:
                await self.deliver()
            except Exception as error:
                telemetry.log().error("letters_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def deliver(self) -> int:
        """Send everything that is due now; how many went."""
        sent = 0
        while rows := await self._claim():
            for row in rows:
                if row.decision.is_current:
                    sent += await self._send(row)
        return sent

    async def _claim(self) -> list[queries.LetterRow]:
        now = utc_now()
        async with self._database.reading() as db:
            if not await queries.any_due(db, now, free_since=now - RETRY):
                return []
        async with self._database.writing() as db:
            rows = await queries.claim(db, now, free_since=now - RETRY, most=BATCH)
            for row in rows:
                row.letter.claimed_at, row.letter.attempts = now, row.letter.attempts + 1
                row.letter.dropped_at = None if row.decision.is_current else now
                db.add(row.letter)
        return rows

    async def _send(self, row: queries.LetterRow) -> bool:
        kept, candidate = row.letter, row.candidate
        name, address = candidate.name, candidate.email
        letter = Letter(str(kept.id), name, address, kept.subject, kept.text, utc_now())
        try:
            await self._mailer.send(letter)
        except MailError as error:
            is_final = error.is_final or kept.attempts >= MOST_ATTEMPTS
            telemetry.log().warning("letter_failed", letter_id=letter.id, code=error.code)
            async with self._database.writing() as db:
                found = await db.get_one(DecisionLetter, kept.id)
                found.failure, found.dropped_at = error.code, utc_now() if is_final else None
            return False
        async with self._database.writing() as db:
            found = await db.get_one(DecisionLetter, kept.id)
            found.sent_at, found.failure = utc_now(), ""
            await db.flush()
            subject, session_id = f"letter:{found.id}", row.decision.session_id
            await record(db, Entry(Tag.LETTER_SENT, "system", subject, session_id))
        return True
