"""A candidate's copy of their data: one ZIP of plain JSON, text and the recordings as they are."""

from __future__ import annotations

import asyncio
import json
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.accommodations import AdjustmentsView, adjustments_of
from service.access.guests import Guest
from service.audit import Entry, Tag, record
from service.blobs import BlobMissing, Blobs
from service.db import Database
from service.rights import queries
from service.rights.receipts import receipt
from service.rights.service import settle
from service.settings import Settings
from service.tables import (
    Mail,
    MailKind,
    Question,
    Recording,
    RequestState,
    RightsRequest,
    Utterance,
    utc_now,
)

KEPT = timedelta(days=14)
SUFFIX = {"video/webm": "webm", "audio/webm": "webm", "video/mp4": "mp4", "audio/mp4": "m4a"}
READ_ME = """What this holds / 内容说明

receipt.json      the signed receipt / 带签名的回执
about-you.json    name, address, consents, accommodations / 姓名、邮箱、同意记录、便利措施
answers.json      questions, what you said or wrote, with times / 问题与您的回答（含时间）
transcript.txt    the same to read / 便于阅读的文字记录
recordings/       sound and picture as they were stored / 原始录音录像

Ratings are not in it: they are explained to you by a person when you contest them or ask for it.
其中不含评分：如您提出异议或要求说明，将由工作人员向您解释。
"""


class Copier:
    """Makes the copies that were asked for."""

    def __init__(self, database: Database, blobs: Blobs, settings: Settings) -> None:
        self._database, self._blobs, self._settings = database, blobs, settings

    async def make(self, request_id: UUID) -> bool:
        """Make one copy and tell the candidate. False when it is not wanted any more."""
        async with self._database.reading() as db:
            request = await db.get(RightsRequest, request_id)
            if request is None or request.state is not RequestState.OPEN:
                return False
            head = await queries.head(db, request.session_id)
            if head is None:
                return False
            papers = await self._papers(db, head)
            recordings = await queries.recordings(db, request.session_id)
        key = f"copies/{request.session_id}/{request.id}.zip"
        with tempfile.TemporaryDirectory(dir=self._folder()) as folder:
            path = Path(folder) / "copy.zip"
            await self._pack(path, papers, recordings)
            await self._blobs.put(key, path)
        async with self._database.writing() as db:
            return await self._hand_over(db, request_id, key=key)

    def _folder(self) -> Path:
        """Beside the recordings: a system's own temporary folder may be small, or memory."""
        folder = self._settings.data_dir / "spool"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def _papers(self, db: AsyncSession, head: queries.Head) -> dict[str, str]:
        session = head.session
        questions = await queries.questions(db, head.plan.id)
        said = await queries.utterances(db, session.id)
        consents = await queries.consents(db, head.invitation.id)
        adjusted = await adjustments_of(db, head.invitation.id)
        in_force = next((row for row in consents if row.is_current), None)
        guest = Guest(head.invitation, session, head.plan, in_force)
        about = {
            "name": head.candidate.name,
            "email": head.candidate.email,
            "job": head.plan.title,
            "invited_at": head.invitation.created_at.isoformat(),
            "started_at": session.started_at.isoformat() if session.started_at else None,
            "ended_at": session.ended_at.isoformat() if session.ended_at else None,
            "accommodations": AdjustmentsView.model_validate(adjusted).model_dump(),
            "consents": [row.model_dump(mode="json") for row in consents],
            "contests": [
                row.model_dump(mode="json", include={"kind", "text", "answer", "created_at"})
                for row in await queries.contests(db, session.id)
            ],
        }
        return {
            "READ-ME.txt": READ_ME,
            "receipt.json": _json(await receipt(db, guest, settings=self._settings)),
            "about-you.json": _json(about),
            "answers.json": _json(_answers(questions, said)),
            "transcript.txt": _transcript(questions, said),
        }

    async def _pack(
        self, path: Path, papers: dict[str, str], recordings: Sequence[Recording]
    ) -> None:
        def open_archive() -> zipfile.ZipFile:
            archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
            for name, text in papers.items():
                archive.writestr(name, text)
            return archive

        archive = await asyncio.to_thread(open_archive)
        try:
            for row in recordings:
                await self._add(archive, row)
        finally:
            await asyncio.to_thread(archive.close)

    async def _add(self, archive: zipfile.ZipFile, row: Recording) -> None:
        """Recordings are compressed already: they are stored as they are, piece by piece."""
        try:
            size = (await self._blobs.head(row.blob_key)).size
        except BlobMissing:
            return
        info = zipfile.ZipInfo(f"recordings/{row.segment}.{SUFFIX.get(row.mime, 'bin')}")
        with archive.open(info, "w", force_zip64=True) as file:
            async for piece in self._blobs.read_range(row.blob_key, 0, size):
                await asyncio.to_thread(file.write, piece)

    async def _hand_over(self, db: AsyncSession, request_id: UUID, *, key: str) -> bool:
        row = await db.get(RightsRequest, request_id)
        head = await queries.head(db, row.session_id) if row else None
        if row is None or head is None or row.state is not RequestState.OPEN:
            await self._blobs.delete(key)  # taken back or erased meanwhile
            return False
        row.blob_key, row.expires_at = key, utc_now() + KEPT
        await settle(db, row, RequestState.READY, note="")
        mail = Mail(invitation_id=head.invitation.id, kind=MailKind.COPY_READY, due_at=utc_now())
        db.add(mail)
        await db.flush()
        await record(db, Entry(Tag.COPY_MADE, "system", f"request:{row.id}", row.session_id))
        return True

    async def drop(self, request_id: UUID) -> None:
        """A copy whose time is over goes."""
        async with self._database.writing() as db:
            row = await db.get_one(RightsRequest, request_id)
            await self._blobs.delete(row.blob_key)
            row.blob_key, row.state = "", RequestState.DONE
            db.add(row)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _answers(questions: Sequence[Question], said: Sequence[Utterance]) -> list[dict[str, object]]:
    return [
        {
            "question": question.text,
            "passages": [
                {
                    "text": row.text,
                    "from": round(row.start, 3),
                    "to": round(row.end, 3),
                    "language": row.language,
                    "engine": row.engine,
                    "engine_version": row.engine_version,
                    "confidence": round(row.confidence, 3),
                    "words": row.words,
                    "status": row.status.value,
                }
                for row in said
                if row.question_id == question.id
            ],
        }
        for question in questions
    ]


def _transcript(questions: Sequence[Question], said: Sequence[Utterance]) -> str:
    lines: list[str] = []
    for number, question in enumerate(questions, start=1):
        lines += [f"{number}. {question.text}", ""]
        own = [row.text for row in said if row.question_id == question.id and row.text]
        lines += [*own, ""]
    return "\n".join(lines)
