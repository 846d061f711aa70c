"""A case as PDF, typeset by Typst. What people wrote goes in as data, never as markup."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from pathlib import Path

import typst

from service.errors import ServiceError
from service.export.labels import LABELS
from service.export.pack import Pack, proposal_for
from service.review.schemas import Case, CaseUtterance, RatingView
from service.tables import UtteranceStatus

TEMPLATE = Path(__file__).with_name("case.typ")
# The first ones there are taken; of the second row at least one must be, or Chinese has no letters.
LATIN = ("Inter", "Noto Sans", "DejaVu Sans", "Libertinus Serif")
HAN = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "Droid Sans Fallback",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)


@functools.cache
def fonts() -> list[str]:
    """The families at hand, in order of choice. Raises ServiceError `no_font` (503)."""
    there = set(typst.Fonts().families())
    han = [name for name in HAN if name in there]
    if not han:
        raise ServiceError(
            "no_font",
            503,
            "This server has no font with Chinese letters: install fonts-noto-cjk, or take JSON.",
        )
    return [name for name in LATIN if name in there][:1] + han[:1]


def make(pack: Pack, locale: str) -> bytes:
    """The PDF; takes some tenths of a second of CPU. Raises ServiceError `no_font`."""
    data = json.dumps(_data(pack, locale), ensure_ascii=False)
    made = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    return made


def _data(pack: Pack, locale: str) -> dict[str, object]:
    case, words = pack.case, LABELS[locale]
    session, summary = case.session, case.summary
    held = session.started_at.strftime("%Y-%m-%d %H:%M UTC") if session.started_at else "–"
    whole = f"{summary.level:.1f}" if summary.level is not None else "–"
    versions = sorted({one.rubric_version for one in case.ratings})
    decided = pack.decision
    return {
        "labels": words,
        "fonts": fonts(),
        "lang": locale[:2],
        "candidate": case.candidate.name,
        "plan": case.plan.title,
        "facts": [
            [words["held"], held],
            [words["length"], clock(session.duration)],
            [words["rubric"], ", ".join(map(str, versions)) or "–"],
            [words["whole"], f"{whole} ({words['wholeHint']})"],
        ],
        "decision": {
            "outcome": words[decided.outcome],
            "reason": decided.reason,
            "by": decided.by,
            "at": decided.at.strftime("%Y-%m-%d %H:%M UTC"),
        }
        if decided
        else None,
        "has_open": any(each.state == "open" for each in case.competencies),
        "ratings": list(_ratings(case, words)),
        "transcript": list(_transcript(case, words)),
        "comments": [
            {"by": one.by.name, "at": f"{one.created_at:%Y-%m-%d %H:%M}", "text": one.text}
            for one in pack.comments
        ],
        "taken_by": pack.taken_by,
        "taken_at": pack.taken_at.strftime("%Y-%m-%d %H:%M UTC"),
        "audit_head": pack.audit_head,
    }


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def _ratings(case: Case, words: dict[str, str]) -> Iterable[dict[str, object]]:
    rated = {one.competency_id: one for one in case.ratings}
    for each in case.competencies:
        rating = rated.get(each.id)
        reason = (each.verdict.reason if each.verdict else "") or (rating and rating.reason) or ""
        yield {
            "name": each.name,
            "state": words[each.state],
            "reason": reason,
            **_level(case, rating),
        }


def _level(case: Case, rating: RatingView | None) -> dict[str, object]:
    if rating is None:
        return {"level": None, "interval": None, "proposed": None, "quotes": [], "version": ""}
    older = proposal_for(case, rating) if rating.rater == "human" else None
    has_interval = rating.low is not None and rating.high is not None
    version = f"{rating.rater_name} {rating.rater_version}".strip()
    return {
        "level": None if rating.level is None else str(rating.level),
        "interval": f"{rating.low:.1f}–{rating.high:.1f}" if has_interval else None,
        "proposed": None if older is None or older.level is None else str(older.level),
        "quotes": [{"at": clock(one.start), "text": one.quote} for one in rating.evidence],
        "version": f"{version} · {rating.created_at:%Y-%m-%d %H:%M} UTC",
    }


def _transcript(case: Case, words: dict[str, str]) -> Iterable[dict[str, object]]:
    known = {question.id for question in case.questions}
    loose = [one for one in case.utterances if one.question_id not in known]
    if loose:
        yield {"title": words["before"], "lines": [_line(one, words) for one in loose]}
    for question in case.questions:
        said = [one for one in case.utterances if one.question_id == question.id]
        title = f"{words['question']} {question.index + 1}: {question.text}"
        yield {"title": title, "lines": [_line(one, words) for one in said]}


def _line(row: CaseUtterance, words: dict[str, str]) -> dict[str, str]:
    is_done = row.status is UtteranceStatus.DONE
    return {
        "at": clock(row.start),
        "text": row.text if is_done else words["missing"],
        "mark": words["corrected"] if row.heard is not None else "",
    }
