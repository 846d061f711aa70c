"""Letters that are due go out: claimed, sent outside any transaction, then marked as sent.

A sender that dies after sending and before marking leads to a second copy, under the same message
id, after `RETRY`; none is ever lost. Several senders may run beside each other.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from service import telemetry
from service.audit import Entry, Tag, record
from service.db import Database
from service.interviews.bulk import queries
from service.interviews.bulk.letters import Facts, write
from service.interviews.bulk.links import link_of, renew
from service.interviews.bulk.schemas import MailView
from service.mail import Letter, Mailer, MailError
from service.settings import Settings
from service.tables import Mail, MailKind, SessionState, utc_now

RETRY = timedelta(minutes=10)
MOST_ATTEMPTS = 6
BATCH = 50
EVERY = 30.0  # seconds between two looks at what is due
NOT_BEGUN = frozenset({SessionState.INVITED, SessionState.CONSENTED})
BEFORE = frozenset({MailKind.INVITATION, MailKind.REMINDER})  # of no use once it has begun


@dataclass(frozen=True, slots=True)
class Sent:
    """How a round went."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0


class Post:
    """Sends what is due, by one mailer."""

    def __init__(self, database: Database, mailer: Mailer, settings: Settings) -> None:
        self._database, self._mailer, self._settings = database, mailer, settings

    async def run(self) -> None:
        """For ever; a task of the application's lifespan."""
        while True:
            try:
                await self.deliver()
            except Exception as error:
                telemetry.log().error("post_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def deliver(self) -> Sent:
        """Send everything that is due now."""
        sent = failed = dropped = 0
        while True:
            now = utc_now()
            async with self._database.reading() as db:
                if not await queries.any_due(db, now):
                    break
            async with self._database.writing() as db:
                claimed = await queries.claim(db, now, free_since=now - RETRY, most=BATCH)
                letters = [(rows.mail, await self._take(db, rows, now=now)) for rows in claimed]
            if not letters:
                break
            for mail, letter in letters:
                if letter is None:
                    dropped += 1
                elif await self._send(mail, letter):
                    sent += 1
                else:
                    failed += 1
        return Sent(sent, failed, dropped)

    async def _take(
        self, db: AsyncSession, rows: queries.MailRows, *, now: datetime
    ) -> Letter | None:
        """The letter, claimed; None when there is no need of it any more."""
        mail, invitation = rows.mail, rows.invitation
        is_moot = MailKind(mail.kind) in BEFORE and (
            invitation.revoked_at is not None
            or invitation.expires_at <= now
            or SessionState(rows.session.state) not in NOT_BEGUN
            or await queries.declined(db, invitation.id)
        )
        db.add(mail)
        if is_moot:
            mail.dropped_at = now
            return None
        mail.claimed_at, mail.attempts = now, mail.attempts + 1
        if renew(self._settings, invitation):
            db.add(invitation)
            await db.flush()
            subject = f"invitation:{invitation.id}"
            await record(db, Entry(Tag.INVITATION_LINK_RENEWED, "system", subject, rows.session.id))
        facts = Facts(
            name=rows.candidate.name,
            job=rows.plan.title,
            link=link_of(self._settings, invitation.id),
            deadline=invitation.expires_at,
            zone=ZoneInfo(invitation.time_zone),
            locale=invitation.locale,
        )
        subject_line, text = write(MailKind(mail.kind), facts)
        name, address = rows.candidate.name, rows.candidate.email
        return Letter(str(mail.id), name, address, subject_line, text, now)

    async def _send(self, mail: Mail, letter: Letter) -> bool:
        try:
            await self._mailer.send(letter)
        except MailError as error:
            is_final = error.is_final or mail.attempts >= MOST_ATTEMPTS
            telemetry.log().warning(
                "mail_failed", mail_id=letter.id, code=error.code, is_final=is_final
            )
            async with self._database.writing() as db:
                row = await db.get_one(Mail, mail.id)
                row.failure = error.code
                row.dropped_at = utc_now() if is_final else None
            return False
        async with self._database.writing() as db:
            row = await db.get_one(Mail, mail.id)
            row.sent_at, row.failure = utc_now(), ""
            await db.flush()
            detail = {"mail_id": row.id, "kind": MailKind(row.kind).value}
            subject = f"invitation:{row.invitation_id}"
            await record(db, Entry(Tag.MAIL_SENT, "system", subject, detail=detail))
        return True


async def list_mails(db: AsyncSession, *, sent: bool) -> list[MailView]:
    """The due-list, or what has gone."""
    now = utc_now()
    return [
        MailView(
            id=mail.id,
            invitation_id=mail.invitation_id,
            candidate_name=name,
            kind=mail.kind,
            state=_state(mail, now),
            due_at=mail.due_at,
            sent_at=mail.sent_at,
            attempts=mail.attempts,
            failure=mail.failure,
        )
        for mail, name in await queries.mails(db, sent=sent)
    ]


def _state(mail: Mail, now: datetime) -> Literal["due", "later", "failed", "sent", "dropped"]:
    if mail.sent_at is not None:
        return "sent"
    if mail.dropped_at is not None:
        return "dropped"
    if mail.failure:
        return "failed"
    return "due" if mail.due_at <= now else "later"
