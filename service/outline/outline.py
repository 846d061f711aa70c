"""The draft of an interview: questions that each cite what they came from. Deterministic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.outline import cv
from service.outline.families import BY_KEY, EXPERTISE, FAMILIES, NEAREST, Family
from service.outline.gate import judge
from service.outline.requirements import Advert, Kind, Requirement, read
from service.outline.text import folded, quote, readable
from service.outline.words import Citation, Finding, SetAside, Words

LEAST, MOST = 5, 8  # questions
CITED = 6  # requirements a question stands for; more make another question
NAMED = 3  # of them quoted in its text
TOPIC = 70  # characters of a quote inside a question


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `probes` are the cited requirements its text has no room for."""

    competency: str
    text: Words
    citations: tuple[Citation, ...]
    probes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A draft for a person to edit; nothing in it has been approved."""

    questions: tuple[Asked, ...]
    competencies: tuple[Family, ...]
    requirements: tuple[Requirement, ...]
    set_aside: tuple[SetAside, ...]


@dataclass
class _Group:
    family: Family
    members: list[Requirement] = field(default_factory=list)
    turn: int = 0  # which way of asking


def draft(description: str, *, resume: str = "", jurisdiction: str = "") -> Outline:
    """5 to 8 questions for a job; none where the description asks for nothing."""
    advert = read(description)
    history = cv.read(resume)
    groups = _arranged(_asked_after(advert))
    shown = readable(description)
    unsaid = list(history.statements)  # each is held up to the candidate once
    questions = [_question(group, shown, unsaid) for group in groups]
    kept: list[Asked] = []
    aside = [*advert.set_aside, *history.set_aside]
    for question in questions:
        found = _refused(question, jurisdiction)
        if found is None:
            kept.append(question)
            continue
        aside += [SetAside(c, found.code, found.reason, found.laws) for c in question.citations]
    order = dict.fromkeys(question.competency for question in kept)
    competencies = tuple(BY_KEY[key] for key in order)
    return Outline(tuple(kept), competencies, advert.requirements, tuple(aside))


def _refused(question: Asked, jurisdiction: str) -> Finding | None:
    found = (*judge(question.text.en, jurisdiction), *judge(question.text.zh, jurisdiction))
    return next((finding for finding in found if finding.refused), None)


def _asked_after(advert: Advert) -> list[Requirement]:
    """Must-haves first; what is welcome, then duties, only as far as they are needed."""
    askable = [r for r in advert.requirements if r.kind is not Kind.FORMAL]
    chosen = [r for r in askable if r.must]
    for spare in ([r for r in askable if not r.must and r.kind is not Kind.DUTY], askable):
        if len(chosen) < LEAST:
            room = 2 * LEAST - len(chosen)
            chosen += [r for r in spare if r not in chosen][:room]
    return chosen


def family_of(requirement: Requirement) -> Family:
    """The competency a requirement speaks of; the one with most cues, expertise where none."""
    if requirement.kind is Kind.LANGUAGE:
        return BY_KEY["languages"]
    if requirement.kind in (Kind.EDUCATION, Kind.CERTIFICATE):
        return BY_KEY["training"]
    text = folded(requirement.citation.quote)
    counts = [len({m.group() for m in family.cues.finditer(text)}) for family in FAMILIES]
    best = max(counts)
    technical = requirement.kind is Kind.EXPERIENCE and best < 2
    if best == 0 or (technical and len(text.split()) > 6):
        return EXPERTISE
    return FAMILIES[counts.index(best)]


def _arranged(chosen: Sequence[Requirement]) -> list[_Group]:
    """Requirements by competency, in the order of the advert, as LEAST to MOST questions."""
    by_key: dict[str, list[Requirement]] = {}
    for requirement in chosen:
        by_key.setdefault(family_of(requirement).key, []).append(requirement)
    while sum(_chunks(len(members)) for members in by_key.values()) > MOST and len(by_key) > 1:
        smallest = min(by_key, key=lambda key: (len(by_key[key]), list(by_key).index(key)))
        moved = by_key.pop(smallest)
        target = NEAREST.get(smallest, EXPERTISE.key)
        if target not in by_key:
            target = max(by_key, key=lambda key: len(by_key[key]))
        by_key[target].extend(moved)
        if len(moved) > CITED:
            break
    return _filled(_cut(by_key))


def _chunks(count: int) -> int:
    return -(-count // CITED)


def _cut(by_key: dict[str, list[Requirement]]) -> list[_Group]:
    groups: list[_Group] = []
    spare = MOST - len(by_key)
    for key, members in by_key.items():
        wanted = _chunks(len(members))
        extra = min(max(wanted - 1, 0), max(spare, 0))
        spare -= extra
        size = -(-len(members) // (extra + 1))
        pieces = [members[i : i + size] for i in range(0, len(members), size)]
        groups += [_Group(BY_KEY[key], piece, turn) for turn, piece in enumerate(pieces)]
    return sorted(groups[:MOST], key=lambda group: (group.turn > 0, -len(group.members)))


def _filled(groups: list[_Group]) -> list[_Group]:
    """Up to LEAST: the largest groups are halved, then asked after from another side."""
    while groups and len(groups) < LEAST:
        largest = max(groups, key=lambda group: len(group.members))
        if len(largest.members) < 2:
            return groups + _other_sides(groups, LEAST - len(groups))
        half = -(-len(largest.members) // 2)
        turn = 1 + max(g.turn for g in groups if g.family is largest.family)
        groups.append(_Group(largest.family, largest.members[half:], turn))
        largest.members = largest.members[:half]
    return groups


def _other_sides(groups: Sequence[_Group], wanted: int) -> list[_Group]:
    sides = [
        _Group(group.family, group.members, turn)
        for turn in range(1, 3)
        for group in groups
        if turn < len(group.family.asks)
    ]
    return sides[:wanted]


def _question(group: _Group, shown: str, unsaid: list[cv.Statement]) -> Asked:
    members = sorted(group.members, key=lambda r: (not r.must,))
    topics = [quote(shown, r.citation.span, limit=TOPIC) for r in members]
    ask = group.family.asks[group.turn % len(group.family.asks)]
    text = Words(
        ask.zh.replace("{topic}", "、".join(f"“{topic}”" for topic in topics[:NAMED])),
        ask.en.replace("{topic}", _listed(topics[:NAMED])),
    )
    citations = tuple(requirement.citation for requirement in members)
    said = cv.nearest(citations, unsaid)
    if said is not None:
        unsaid.remove(said)
        text = Words(
            f"您的简历写道：“{said.citation.quote}”。{text.zh}",
            f"Your CV says: “{said.citation.quote}”. {text.en}",
        )
        citations = (*citations, said.citation)
    return Asked(group.family.key, text, citations, tuple(topics[NAMED:]))


def _listed(topics: Sequence[str]) -> str:
    quoted = [f"“{topic}”" for topic in topics]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
