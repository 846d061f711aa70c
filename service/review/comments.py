"""Remarks on a case, and whom they call."""

from __future__ import annotations

import hashlib
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.review import queries, work_queries
from service.review.hands import By
from service.review.work_schemas import CommentDraft, CommentView, MentionView, PersonView
from service.tables import Account, Comment, Mention, utc_now

MOST_MENTIONS = 50


async def add(db: AsyncSession, session_id: UUID, *, draft: CommentDraft, by: By) -> CommentView:
    """Keep a remark. Raises ServiceError 404 or `mention_unknown` (422)."""
    if await queries.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    called = await _called(db, draft.mentions)
    comment = Comment(session_id=session_id, account_id=by.id, text=draft.text, at=draft.at)
    db.add(comment)
    await db.flush()
    db.add_all([Mention(comment_id=comment.id, account_id=person.id) for person in called])
    await db.flush()
    detail = {
        "mentions": [person.id for person in called],
        "text_sha256": hashlib.sha256(draft.text.encode()).hexdigest(),
    }
    await record(
        db, Entry(Tag.COMMENT_ADDED, by.actor, f"comment:{comment.id}", session_id, detail)
    )
    return _show(comment, PersonView(id=by.id, name=by.name), called)


async def _called(db: AsyncSession, wanted: list[UUID]) -> list[Account]:
    """The people named. Only who may open the case can be."""
    ids = list(dict.fromkeys(wanted))
    known = {person.id: person for person in await work_queries.case_people(db)} if ids else {}
    if any(one not in known for one in ids):
        raise ServiceError("mention_unknown", 422, "Somebody you mention cannot open this case.")
    return [known[one] for one in ids]


async def list_of(db: AsyncSession, session_id: UUID) -> list[CommentView]:
    """The remarks on a case, the oldest first. Raises ServiceError 404."""
    if await queries.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    called = await work_queries.mentioned(db, session_id)
    return [
        _show(comment, PersonView.model_validate(account), called.get(comment.id, []))
        for comment, account in await work_queries.comments(db, session_id)
    ]


def _show(comment: Comment, by: PersonView, called: list[Account]) -> CommentView:
    return CommentView(
        id=comment.id,
        by=by,
        text=comment.text,
        at=comment.at,
        mentions=[PersonView.model_validate(person) for person in called],
        created_at=comment.created_at,
    )


async def mentions(db: AsyncSession, account_id: UUID) -> list[MentionView]:
    """Where somebody was called, the newest first."""
    found = await work_queries.mentions_of(db, account_id, most=MOST_MENTIONS)
    return [
        MentionView(
            session_id=comment.session_id,
            comment_id=comment.id,
            by=author.name,
            text=comment.text,
            created_at=comment.created_at,
            is_new=mention.seen_at is None,
        )
        for mention, comment, author in found
    ]


async def see(db: AsyncSession, session_id: UUID, account_id: UUID) -> None:
    """Everything that calls somebody in this case has been seen by them."""
    own = select(Comment.id).where(Comment.session_id == session_id)
    statement = sa.update(Mention).where(
        col(Mention.account_id) == account_id,
        col(Mention.seen_at).is_(None),
        col(Mention.comment_id).in_(own),
    )
    await db.exec(statement.values(seen_at=utc_now()).execution_options(synchronize_session=False))
