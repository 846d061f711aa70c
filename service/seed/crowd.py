"""Rows of many made-up sessions, in bulk: what `candor seed --sessions` writes.

The shares below are guesses at a busy year (most cases decided, one in thirty contested), fixed so
that benchmarks stay comparable. Everything follows from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from service.seed.words import timed_words
from service.tables import (
    Assignment,
    CaseLabel,
    Contest,
    ContestKind,
    Decision,
    Outcome,
    RaterKind,
    SessionState,
    UtteranceStatus,
    new_id,
)

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏飞"
FIRST = (
    "Ada",
    "Ben",
    "Chloé",
    "Dev",
    "Elif",
    "Finn",
    "Grace",
    "Hugo",
    "Ines",
    "Jun",
    "Kofi",
    "Lena",
)
LAST = ("Adler", "Brown", "Costa", "Diaz", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen")
LABELS = ("second round", "call back", "二面", "内推", "urgent")
TEXTS = {
    "en": "We had an outage on a Friday evening. I looked at the logs, found that a certificate "
    "had run out, renewed it and wrote a check that warns us thirty days ahead. Since then it has "
    "not happened again, and the check has caught two more.",
    "zh": "有一次周五晚上系统出了故障。我先看日志，发现是证书过期，于是换了证书，又写了一个检查，"
    "提前三十天提醒我们。从那以后再没有发生过，这个检查还提前发现了另外两次。",
}
Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Job:
    """A stored plan to hang sessions on."""

    plan_id: UUID
    language: str
    question_ids: tuple[UUID, ...]
    competency_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all rows share. `detail` is a real rating's explanation, for its true size."""

    jobs: tuple[Job, ...]
    people: tuple[UUID, ...]
    detail: dict[str, object]
    now: datetime


@dataclass(slots=True)
class Rows:
    """Rows by table, in the order they can be inserted in."""

    candidates: list[Record] = field(default_factory=list)
    invitations: list[Record] = field(default_factory=list)
    consents: list[Record] = field(default_factory=list)
    sessions: list[Record] = field(default_factory=list)
    utterances: list[Record] = field(default_factory=list)
    ratings: list[Record] = field(default_factory=list)
    contests: list[Record] = field(default_factory=list)
    decisions: list[Record] = field(default_factory=list)
    assignments: list[Record] = field(default_factory=list)
    case_labels: list[Record] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[str, list[Record]]]:
        return ((name, getattr(self, name)) for name in self.__slots__)


def rows(first: int, count: int, setting: Setting) -> Rows:
    """Rows of `count` sessions, the first of them number `first`."""
    found = Rows()
    for number in range(first, first + count):
        dice = random.Random(number)  # noqa: S311 - made-up people, no secrets
        _person(found, number, dice=dice, setting=setting)
    return found


def _person(found: Rows, number: int, *, dice: random.Random, setting: Setting) -> None:
    job = setting.jobs[number % len(setting.jobs)]
    invited = setting.now - timedelta(minutes=dice.randrange(120 * 24 * 60))
    name = _name(job.language, dice)
    candidate_id, invitation_id, session_id = new_id(), new_id(), new_id()
    found.candidates.append(
        {"id": candidate_id, "name": name, "email": f"person{number}@crowd.example"}
        | {"created_at": invited}
    )
    found.invitations.append(
        {
            "id": invitation_id,
            "plan_id": job.plan_id,
            "candidate_id": candidate_id,
            "token_hash": f"crowd-{number}",  # no token hashes to it
            "locale": "zh-CN" if job.language == "zh" else "en",
            "expires_at": invited + timedelta(days=14),
            "created_at": invited,
            "time_zone": "UTC",
        }
    )
    found.consents.append(
        {
            "id": new_id(),
            "invitation_id": invitation_id,
            "notice_version": "crowd",
            "profile": "STRICT",
            "locale": "en",
            "recording": True,
            "ai_scoring": True,
            "facial_analysis": False,
            "is_current": True,
            "given_at": invited,
        }
    )
    state = _state(dice)
    has_begun = state not in {SessionState.INVITED, SessionState.CONSENTED}
    is_over = state in {SessionState.CLOSED, SessionState.FAILED}
    started = invited + timedelta(hours=dice.randrange(1, 72))
    ended = min(started + timedelta(minutes=20), setting.now)
    found.sessions.append(
        {
            "id": session_id,
            "invitation_id": invitation_id,
            "plan_id": job.plan_id,
            "state": state,
            "language": job.language,
            "media_seconds": 1200.0 if is_over else 0.0,
            "started_at": started if has_begun else None,
            "ended_at": ended if is_over else None,
            "created_at": invited,
        }
    )
    if is_over:
        _interview(found, session_id, job=job, dice=dice, setting=setting)


def _name(language: str, dice: random.Random) -> str:
    if language == "zh":
        return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2))))
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}"


def _state(dice: random.Random) -> SessionState:
    states = (SessionState.CLOSED, SessionState.FAILED, SessionState.INVITED, SessionState.LIVE)
    return dice.choices(states, weights=(880, 25, 90, 5))[0]


def _interview(
    found: Rows, session_id: UUID, *, job: Job, dice: random.Random, setting: Setting
) -> None:
    text, at = TEXTS[job.language], 5.0
    created: Record = {"created_at": setting.now}
    for question_id in job.question_ids:
        words = timed_words(text, language=job.language, start=at, surety=0.9)
        found.utterances.append(
            {
                "id": new_id(),
                "session_id": session_id,
                "question_id": question_id,
                "start": at,
                "end": words[-1]["end"],
                "status": UtteranceStatus.DONE,
                "text": text,
                "words": words,
                "language": job.language,
                "engine": "crowd",
                "confidence": 0.9,
            }
            | created
        )
        at = words[-1]["end"] + 8.0
    is_decided = dice.random() < 0.55
    by_people = is_decided or dice.random() < 0.1
    for competency_id in job.competency_ids:
        _rate(found, (session_id, competency_id), by_people=by_people, dice=dice, setting=setting)
    _follow_up(found, session_id, is_decided=is_decided, dice=dice, setting=setting)


def _rate(
    found: Rows,
    what: tuple[UUID, UUID],
    *,
    by_people: bool,
    dice: random.Random,
    setting: Setting,
) -> None:
    level, width = dice.randrange(1, 6), 3.2 if dice.random() < 0.15 else 2.4
    model: Record = {
        "id": new_id(),
        "session_id": what[0],
        "competency_id": what[1],
        "rater": RaterKind.MODEL,
        "account_id": None,
        "rater_version": "candor-lexical@1.0.0",
        "rubric_version": 1,
        "level": level,
        "score": float(level),
        "low": min(max(1.0, level - width / 2), 5.0 - width),
        "high": min(max(1.0, level - width / 2), 5.0 - width) + width,
        "reason": None,
        "evidence": [],
        "detail": setting.detail,
        "input_digest": "crowd",
        "supersedes_id": None,
        "is_current": not by_people,
        "created_at": setting.now,
    }
    found.ratings.append(model)
    if by_people:
        human = {
            "id": new_id(),
            "rater": RaterKind.HUMAN,
            "account_id": dice.choice(setting.people),
            "rater_version": "",
            "level": dice.randrange(1, 6),
            "score": None,
            "low": None,
            "high": None,
            "reason": "Read and heard.",
            "detail": {},
            "supersedes_id": model["id"],
            "is_current": True,
        }
        found.ratings.append(model | human)


def _follow_up(
    found: Rows, session_id: UUID, *, is_decided: bool, dice: random.Random, setting: Setting
) -> None:
    person = dice.choice(setting.people)
    if is_decided:
        decision = Decision(
            session_id=session_id,
            outcome=dice.choice(list(Outcome)),
            reason="As discussed.",
            account_id=person,
            rubric_version=1,
        )
        found.decisions.append(decision.model_dump())
    if dice.random() < 0.03:
        contest = Contest(
            session_id=session_id, kind=ContestKind.CONTEST, text="Please look again."
        )
        found.contests.append(contest.model_dump())
    if dice.random() < 0.5:
        assignment = Assignment(session_id=session_id, account_id=person, assigned_by=person)
        found.assignments.append(assignment.model_dump())
    if dice.random() < 0.2:
        label = CaseLabel(session_id=session_id, label=dice.choice(LABELS))
        found.case_labels.append(label.model_dump())
