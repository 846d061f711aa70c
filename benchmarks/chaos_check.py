"""What was lost of an interview: its recording, its words' places and its clock, all of it.

The recording holds the very packets that were spoken, so each is looked for by its bytes and must
lie where it was said. Only packets that occur once in the clip and stand out of its quiet count.
"""

from __future__ import annotations

import asyncio
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import av
from sqlmodel import col, select

from benchmarks.chaos_candidate import PACKETS, Told
from service.blobs import Blobs
from service.db import Database
from service.journal.spans import Span, overlap
from service.live.clips import EncodedClip
from service.loadtest.speech import spans
from service.tables import (
    Recording,
    RecordingState,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
)

STRAY = 0.5  # seconds that a packet may lie off its place before it counts as lost
NEAR = 1.0  # seconds around a change of questions in which either is right
PLAYABLE = (RecordingState.COMPLETE, RecordingState.RECOVERED)


@dataclass(slots=True)
class Found:
    """One interview as it was kept. Seconds.

    `stray`: how far packets lie off their place; `zero`: where the sitting's first packet lies.
    """

    session: str
    state: str = ""
    recordings: int = 0
    spoken: float = 0.0
    lost: float = 0.0
    unheard: float = 0.0
    stray: float = 0.0
    zero: float = 0.0
    wrong: int = 0
    utterances: int = 0
    untranscribed: int = 0
    clock_over: float = 0.0
    faults: int = 0
    error: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Truth:
    """What was said, and how many faults of the server's side fell into it."""

    told: Told
    clip: EncodedClip
    faults: int
    away: float  # seconds of the sitting without a server


async def look(
    database: Database, blobs: Blobs, *, session: str, truth: Truth, has_engine: bool
) -> Found:
    """Compare one interview with what was said."""
    found = Found(session, faults=truth.faults + truth.told.faults, error=truth.told.error)
    async with database.reading() as db:
        row = await db.get_one(Session, UUID(session))
        by_session = col(Recording.session_id) == row.id
        kept = (await db.exec(select(Recording).where(by_session))).all()
        said = (await db.exec(select(Utterance).where(Utterance.session_id == row.id))).all()
    found.state = row.state
    playable = [one for one in kept if one.state in PLAYABLE and one.blob_key]
    found.recordings = len(playable)
    if len(playable) == 1:
        data = await blobs.get(playable[0].blob_key)
        packets = await asyncio.to_thread(_packets, data, playable[0].offset)
        _compare(found, packets, truth)
        _hear(found, said, packets=packets, truth=truth)
        _bind(found, said, truth.told)
    found.untranscribed = sum(
        one.status in {UtteranceStatus.PENDING, UtteranceStatus.FAILED}
        or (has_engine and one.status == UtteranceStatus.WAITING)
        for one in said
    )
    _judge(found, truth)
    return found


def _packets(data: bytes, offset: float) -> list[tuple[float, bytes]]:
    with av.open(io.BytesIO(data), "r") as container:
        return [
            (offset + float(packet.pts * packet.time_base), bytes(packet))
            for packet in container.demux(audio=0)
            if packet.size and packet.pts is not None and packet.time_base is not None
        ]


def _marks(clip: EncodedClip) -> dict[bytes, int]:
    """Packets that occur once and are speech, by their bytes."""
    counts = Counter(clip.audio)
    speech = [(span.start, span.end) for span in spans(clip.loudness)]
    return {
        data: number
        for number, data in enumerate(clip.audio)
        if counts[data] == 1 and overlap(speech, (number / PACKETS, (number + 1) / PACKETS)) > 0
    }


def _spoken(truth: Truth) -> list[int]:
    """The packets that count, by their number in the sitting."""
    marked = set(_marks(truth.clip).values())
    length = len(truth.clip.audio)
    return [n for start, end in truth.told.said for n in range(start, end) if n % length in marked]


def _compare(found: Found, packets: Sequence[tuple[float, bytes]], truth: Truth) -> None:
    marks, length = _marks(truth.clip), len(truth.clip.audio)
    placed: list[tuple[float, int]] = [(at, marks[d]) for at, d in packets if d in marks]
    if not placed:
        found.lost = found.spoken = len(_spoken(truth)) / PACKETS
        return
    zero = found.zero = _zero(placed, length)
    kept: set[int] = set()
    strays: list[float] = []
    for at, number in placed:
        turn = round(((at - zero) * PACKETS - number) / length)
        whole = number + max(0, turn) * length
        stray = abs(at - zero - whole / PACKETS)
        if stray <= STRAY:
            kept.add(whole)
            strays.append(stray)
    spoken = _spoken(truth)
    found.spoken = len(spoken) / PACKETS
    found.lost = sum(number not in kept for number in spoken) / PACKETS
    found.stray = max(strays, default=0.0)


def _zero(placed: Sequence[tuple[float, int]], length: int) -> float:
    """Session time of the sitting's first packet, by the first seconds of the recording."""
    first = [at - number / PACKETS for at, number in placed[:200] if number < length]
    return sorted(first)[len(first) // 2]


def _hear(
    found: Found, said: Sequence[Utterance], *, packets: Sequence[tuple[float, bytes]], truth: Truth
) -> None:
    """Seconds of speech in the recording that no utterance covers."""
    marks = _marks(truth.clip)
    heard: list[Span] = [(one.start - 0.05, one.end + 0.05) for one in said]
    found.unheard = sum(
        0.02 for at, data in packets if data in marks and not overlap(heard, (at, at + 0.02))
    )
    found.utterances = len(said)


def _bind(found: Found, said: Sequence[Utterance], told: Told) -> None:
    """Utterances under another question than the one their candidate had before them."""
    times = [(question, found.zero + sent / PACKETS) for question, sent, _ in told.asked]
    ends = [*(found.zero + came / PACKETS for _, _, came in told.asked[1:]), math.inf]
    for one in said:
        middle = (one.start + one.end) / 2
        right = {
            question
            for number, ((question, start), end) in enumerate(zip(times, ends, strict=True))
            if (not number or start - NEAR <= middle) and middle <= end + NEAR
        }
        found.wrong += str(one.question_id) not in right


def _judge(found: Found, truth: Truth) -> None:
    allowed = float(found.faults)
    speaking = sum(end - start for start, end in truth.told.said) / PACKETS
    found.clock_over = truth.told.clock - (speaking - truth.told.offline - truth.away)
    checks = {
        "error": bool(found.error),
        "not_closed": found.state != SessionState.CLOSED,
        "not_one_recording": found.recordings != 1,
        "speech_lost": found.lost > allowed + 0.1,
        "speech_unheard": found.unheard > allowed + 1.0,
        "wrong_question": found.wrong > 0,
        "no_text": found.untranscribed > 0,
        "clock_ran_down": found.clock_over > 0.5 + 0.5 * found.faults,
    }
    found.problems = [name for name, is_so in checks.items() if is_so]
