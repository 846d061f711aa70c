"""An interview that was held, for pages of the review: five answers, and a recording whose pictures
tell their own time.

Each frame shows the number of its tenth of a second as sixteen black or white bars, so that a test
can read from the screen which moment is really on it.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from uuid import UUID, uuid4

import av
import numpy as np
from playwright.sync_api import Page
from sqlmodel import col, select

from service.audit import move
from service.blobs import Blobs
from service.db import Database
from service.review.scoring import rate_session
from service.tables import (
    AskedQuestion,
    Consent,
    Question,
    Recording,
    RecordingState,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    WordJson,
)
from tests.browser.server import Server

WIDTH, HEIGHT, FPS, BITS = 128, 96, 10, 16
SECONDS = 60
EACH = 12.0  # seconds of one answer
TOPICS = ("Teamwork", "Planning", "Learning", "Customers", "Judgement")
ANSWERS = (
    "We disagreed in the team about the release so I talked with every colleague and compared two "
    "plans with them and as a result we delivered in three weeks",
    "I wrote a plan with dates measured our progress every week and changed the schedule when the "
    "supplier was late which saved us ten days",
    "I did not know the language so I read the manual built a small tool and asked a colleague to "
    "review it and after a month I taught two others",
    "A customer called about a wrong bill so I listened checked the numbers called back within an "
    "hour and we changed the form for everybody",
    "I had two offers compared cost and risk in a table asked two experts and chose the dearer one "
    "because it failed less often in our tests",
)
PLAN: dict[str, object] = {
    "title": "Project engineer",
    "language": "en",
    "jurisdiction": "CN",
    "competencies": [
        {
            "key": topic.lower(),
            "name": topic,
            "description": f"{topic} in daily work",
            "anchors": {
                "1": "Speaks in general terms only and names no example of their own.",
                "3": "Describes what they did in one example and what came of it.",
                "5": "Explains what they did and why, with numbers, and what they learned.",
            },
        }
        for topic in TOPICS
    ],
    "questions": [
        {
            "text": f"Tell me about a time when {topic.lower()} mattered in your work.",
            "seconds": 120,
            "competencies": [topic.lower()],
        }
        for topic in TOPICS
    ],
}


def until(page: Page, expression: str) -> None:
    """Wait for something of the page. Its policy forbids `wait_for_function`, which evals there."""
    deadline = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never so: {expression}"
        page.wait_for_timeout(50)


@dataclass(frozen=True)
class HeldCase:
    """A case to review."""

    session_id: str
    plan_id: str
    name: str


def encode(path: Path) -> None:
    """VP8 as a browser sends it: a keyframe every ten seconds, so that a seek has to decode."""
    with av.open(str(path), "w", format="webm") as container:
        video = container.add_stream("libvpx", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = 100
        video.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        video.codec_context.thread_count = 1
        for index in range(FPS * SECONDS):
            frame = av.VideoFrame.from_ndarray(_picture(index), format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))


def _picture(index: int) -> np.ndarray:
    bars = [255 if index >> bit & 1 else 0 for bit in range(BITS)]
    row = np.repeat(np.array(bars, dtype=np.uint8), WIDTH // BITS)
    grey = np.full((HEIGHT // 2, WIDTH), 128, dtype=np.uint8)  # both colour planes
    return np.concatenate([np.broadcast_to(row, (HEIGHT, WIDTH)), grey])


# What a page runs to read the picture's own time, in seconds.
SHOWN = f"""() => {{
  const video = document.querySelector('[data-testid=recording]');
  const canvas = document.createElement('canvas');
  canvas.width = {WIDTH}; canvas.height = {HEIGHT};
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, {WIDTH}, {HEIGHT});
  let index = 0;
  for (let bit = 0; bit < {BITS}; bit += 1) {{
    const x = (bit + 0.5) * {WIDTH // BITS};
    if (context.getImageData(x, {HEIGHT // 2}, 1, 1).data[0] > 127) index |= 1 << bit;
  }}
  return index / {FPS};
}}"""


def held_case(server: Server, folder: Path, *, name: str, plan_id: str = "") -> HeldCase:
    """An interview of `name` in the data folder of a running server, rated by its model."""
    plan_id = plan_id or str(server.plan(PLAN)["id"])
    invitation = server.invite(plan_id, name=name, locale="zh-CN")
    session_id = UUID(invitation["session_id"])
    asyncio.run(_fill(folder, UUID(invitation["id"]), session_id))
    return HeldCase(str(session_id), plan_id, name)


async def _fill(folder: Path, invitation_id: UUID, session_id: UUID) -> None:
    recording = folder / "held.webm"
    if not recording.exists():
        encode(recording)
    data = recording.read_bytes()
    key = f"recordings/{session_id}/0.webm"
    await Blobs(f"file://{folder / 'blobs'}").put(key, data)
    async with Database(f"sqlite+aiosqlite:///{folder}/candor.db") as database:
        async with database.writing() as db:
            db.add(
                Consent(
                    invitation_id=invitation_id,
                    notice_version="CN-2026-11",
                    profile="CN",
                    locale="zh-CN",
                    recording=True,
                    ai_scoring=True,
                    facial_analysis=False,
                )
            )
            session = await db.get_one(Session, session_id)
            for state in ("consented", "connecting", "live", "draining", "closed"):
                await move(db, session, SessionState(state), actor="system")
            session.media_seconds = float(SECONDS)
            asked = select(Question).where(Question.plan_id == session.plan_id)
            questions = (await db.exec(asked.order_by(col(Question.index)))).all()
            for number, question in enumerate(questions):
                start = number * EACH
                db.add(_asked(session_id, question.id, start))
                db.add(_answer(session_id, question.id, number))
            db.add(_recording(session_id, key, len(data)))
        await rate_session(database, session_id)


def _asked(session_id: UUID, question_id: UUID, start: float) -> AskedQuestion:
    return AskedQuestion(
        session_id=session_id, question_id=question_id, started=start, ended=start + EACH
    )


def _answer(session_id: UUID, question_id: UUID, number: int) -> Utterance:
    """One word every third of a second; every ninth is heard unsurely."""
    start, words = number * EACH + 0.7, ANSWERS[number].split()
    step = 10.5 / len(words)
    return Utterance(
        session_id=session_id,
        question_id=question_id,
        start=start,
        end=start + 10.6,
        status=UtteranceStatus.DONE,
        text=" ".join(words),
        words=[
            WordJson(
                text=word,
                start=round(start + i * step, 3),
                end=round(start + (i + 0.9) * step, 3),
                confidence=0.4 if i % 9 == 5 else 0.93,
            )
            for i, word in enumerate(words)
        ],
        language="en",
        engine="faster-whisper-base",
        confidence=0.9,
    )


def _recording(session_id: UUID, key: str, size: int) -> Recording:
    return Recording(
        session_id=session_id,
        segment=0,
        connection_id=uuid4(),
        state=RecordingState.COMPLETE,
        blob_key=key,
        duration=float(SECONDS),
        size=size,
    )
