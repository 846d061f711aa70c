"""Random interviews, rated by the scorer, with the record's events, as evidence bundles."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from service.assay.material import GRADES, LANGUAGES, attacks, topics
from service.proof import archive
from service.proof.collect import said
from service.proof.maps import score_maps
from service.proof.verify_bundle import FORMAT, event_hash
from service.review.scoring import Inputs
from service.scoring.digest import Json, plain
from service.scoring.rater import rate_session
from service.scoring.ratings import CompetencyRating
from service.scoring.report import detail
from service.scoring.rubric import (
    Answer,
    AnswerUtterance,
    Competency,
    QuestionSpec,
    Rubric,
    SpokenWord,
)

GENESIS = "0" * 64
BEGUN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def random_inputs(chance: random.Random) -> Inputs:
    """An interview of one to four questions; answers of any grade, heard well or badly."""
    language = chance.choice(LANGUAGES)
    chosen = chance.sample(topics(language), chance.randint(1, 4))
    competencies = tuple(
        Competency(_id(chance), t.competency.name, t.competency.anchors, t.competency.keywords)
        for t in chosen
    )
    answers = []
    for i, topic in enumerate(chosen):
        asked = (competencies[i].id,) if chance.random() < 0.8 else ()
        question = QuestionSpec(_id(chance), topic.question, asked)
        texts = [topic.answer(chance.choice(GRADES)), *chance.sample(attacks(language).padding, 1)]
        kept = texts[: chance.randint(0, 2)]
        spoken = tuple(_utterance(chance, text, language, at=60.0 * i) for text in kept)
        answers.append(Answer(question, spoken))
    return Inputs(tuple(answers), Rubric("1", competencies), 1)


def _utterance(chance: random.Random, text: str, language: str, *, at: float) -> AnswerUtterance:
    start = at + round(chance.uniform(0, 9), 3)
    step = round(chance.uniform(0.2, 0.5), 3)
    sure = chance.uniform(0.3, 1.0)
    words = tuple(
        SpokenWord(piece, start + i * step, start + (i + 1) * step, round(sure, 3))
        for i, piece in enumerate(text.split())
    )
    is_fallback = chance.random() < 0.2
    end = start + max(1, len(words)) * step
    return AnswerUtterance(_id(chance), start, end, text, words, language, is_fallback)


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def bundle_of(inputs: Inputs, chance: random.Random) -> bytes:
    """The bundle that the service would make of these inputs."""
    session_id = _id(chance)
    ratings = [
        _rating(rated, _id(chance), i)
        for i, rated in enumerate(rate_session(inputs.answers, inputs.rubric))
    ]
    core: dict[str, Json] = {
        "format": FORMAT,
        "session": {"id": session_id},
        **said(inputs),
        "engines": [],
        "score_maps": score_maps(),
        "ratings": list[Json](ratings),
        "audit": {"events": list[Json](_events(ratings, session_id, chance))},
        "files": archive.digests(),
        "earlier": [],
    }
    return archive.pack(core, receipt_of(core, session_id, chance))


def receipt_of(core: dict[str, Json], session_id: str, chance: random.Random) -> dict[str, Json]:
    """The event of the export; others came in between, as they do."""
    seq = 1000 + chance.randint(0, 1000)
    body = _event("hr:evidence:export", f"session:{session_id}", {"sha256": archive.seal(core)})
    return _hashed(body, seq, "ab" * 32, session_id)


def random_bundle(seed: int) -> bytes:
    """A random interview's bundle; the same for the same seed."""
    chance = random.Random(seed)
    return bundle_of(random_inputs(chance), chance)


def _rating(rated: CompetencyRating, rating_id: str, number: int) -> dict[str, Json]:
    shown = detail(rated)
    at = BEGUN + timedelta(minutes=30, seconds=number)
    return {
        "id": rating_id,
        "competency_id": rated.competency_id,
        "rater": "model",
        "rater_version": f"{rated.scorer_id}@{rated.scorer_version}",
        "rubric_version": 1,
        "level": rated.level,
        "score": plain(rated.score),
        "low": plain(rated.low),
        "high": plain(rated.high),
        "abstained": rated.abstained.value if rated.abstained else None,
        "reason": None,
        "evidence": shown["evidence"],
        "detail": shown,
        "input_digest": rated.input_digest,
        "supersedes_id": None,
        "is_current": True,
        "created_at": at.isoformat(timespec="microseconds"),
    }


def _events(
    ratings: Sequence[dict[str, Json]], session_id: str, chance: random.Random
) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = []
    seq, before = chance.randint(1, 50), hashlib.sha256(session_id.encode()).hexdigest()
    for rating in ratings:
        facts: dict[str, Json] = {
            key: rating[key] for key in ("competency_id", "level", "abstained", "input_digest")
        }
        body = _event("model:rating:create", f"rating:{rating['id']}", facts)
        found.append(_hashed(body, seq, before, session_id))
        if chance.random() < 0.3:  # somebody else's event lies between
            seq, before = seq + 2, hashlib.sha256(str(seq).encode()).hexdigest()
        else:
            seq, before = seq + 1, str(found[-1]["hash"])
    return found


def _event(tag: str, subject: str, facts: dict[str, Json]) -> dict[str, Json]:
    return {"tag": tag, "actor": "system", "subject": subject, "detail": facts}


def _hashed(body: dict[str, Json], seq: int, before: str, session_id: str) -> dict[str, Json]:
    at = (BEGUN + timedelta(seconds=seq)).isoformat(timespec="microseconds")
    event = body | {"seq": seq, "at": at, "session_id": session_id, "prev_hash": before}
    return event | {"hash": event_hash(json.loads(json.dumps(event)))}
