"""A bundle made, sealed, and put on record before anybody gets it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from service.access.blind_queries import must_see_ratings
from service.audit import Entry, Tag, record
from service.db import Database
from service.proof import archive
from service.proof.collect import core_of, event_json
from service.review import queries


async def bundle(
    database: Database, session_id: UUID, *, actor: str, viewer: UUID | None = None
) -> bytes:
    """The evidence of an interview as a ZIP. The receipt in it is the audit event of this export.

    `viewer`: the person who asks; None on the command line. Raises ServiceError 404,
    `nothing_rated` or `blind_first` (409).
    """
    async with database.writing() as db:
        await queries.lock_session(db, session_id)  # no rating may come in between
        if viewer is not None:
            await must_see_ratings(db, viewer, session_id)
        core = await core_of(db, session_id)
        detail = {"sha256": await asyncio.to_thread(archive.seal, core)}
        subject = f"session:{session_id}"
        event = await record(db, Entry(Tag.EVIDENCE_EXPORTED, actor, subject, session_id, detail))
        receipt = event_json(event)
    return await asyncio.to_thread(archive.pack, core, receipt)
