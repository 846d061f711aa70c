"""A job description or CV cut into parts one can point at: headings, lines, bullets, clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.outline.text import HAN, trimmed
from service.outline.words import Span

MAX_PARTS = 600
MAX_PART = 1500  # characters; the longest sentence of an advert seen was 1,200
LONG = 160  # characters without a stop, beyond which a line holds several requirements run together
_BULLET = re.compile(
    r"[\s•·●◦▪■□➢➤►✓✔√◆★*?ú§–—-]+(?=\S)|\s*[(（]?\d{1,2}[.、)）](?!\d)\s*"
    r"|\s*[一二三四五六七八九十]{1,2}[、.]\s*"
)
_STOP = re.compile(r"[。；;！!\n]|(?<![A-Z])(?<!etc)[.?](?=\s+[A-Z])|(?<![Yy]ears)\s\?\s(?=[A-Z])")
_RUN_ON = re.compile(
    r"(?:(?<=\s)|(?<=[a-z]))(?=(?:ability to|able to (?!provide)|knowledge of|proficien\w+ (?:in"
    r"|with)|"
    r"experience (?:in|with|as|working|serving)|excellent |outstanding |exceptional |proven "
    r"|strong "
    r"(?!familiarity|fp|plus)|recent and relevant|prior experience|must be|masters? degree"
    r"|bachelors? "
    r"degree|highly organi|maintained working|nonprofit experience|maintains? current|previous \w+ "
    r"experience|high school)\b)"
)

_LEADS_ON = re.compile(
    r"(?:\b(?:have|has|had|with|and|or|the|of|an?|in|your|possess|requires?|should|must|deep"
    r"|very|for|to)|,)"
    r"\s*$"
)


class Section(StrEnum):
    """What a stretch of an advert is about."""

    NONE = "none"
    REQUIRED = "required"
    DESIRED = "desired"
    DUTIES = "duties"
    FORMAL = "formal"
    OTHER = "other"  # company, benefits, how to apply


_HEADINGS: tuple[tuple[Section, re.Pattern[str]], ...] = (
    (
        Section.DESIRED,
        re.compile(
            r"\b(?:preferred|desired|desirable|nice to have|bonus|secondary|good to have"
            r"|plus points)\b"
            "|加分|优先条件|优先考虑"
        ),
    ),
    (
        Section.FORMAL,
        re.compile(
            r"\b(?:physical|working conditions|work schedule|schedule|location|visa|clearance"
            r"|travel :|"
            r"hours|job type|seniority)\b|工作地点|工作时间|上班时间|工作地址"
        ),
    ),
    (
        Section.OTHER,
        re.compile(
            r"\b(?:benefits?|perks|we offer|why (?:join|you|us|work)|compensation|salary"
            r"|about (?:us|the "
            r"company)|about [A-Z]\w+$|company|equal (?:opportunity|employment)|how to apply"
            r"|contact|"
            r"associated topics|industry|functions|employment type|connections|equipment)\b"
            "|福利|待遇|薪资|薪酬|我们提供|公司(?:介绍|简介)|关于我们|联系方式|投递"
        ),
    ),
    (
        Section.REQUIRED,
        re.compile(
            r"\b(?:requirements?|required|qualifications?|must.haves?|mandatory|skills?"
            r"|competenc\w+|"
            r"who you are|about you|your profile|you (?:have|bring|need|are)|need to have|what you|"
            r"education(?:experience)?|experience|knowledge|essential|ideal candi\w*|primary"
            r"|abilities|certification|"
            r"basic)\b"
            "|(?:任职|岗位|职位|招聘|应聘|基本|能力|技能|学历|专业|必备)(?:要求|资格|条件|需求)"
            "|任职资格|要求"
            "|我们希望你|希望你|你需要"
        ),
    ),
    (
        Section.DUTIES,
        re.compile(
            r"\b(?:responsibilit\w+|duties|tasks|what you(?:'ll| will) do|day in the life"
            r"|essential "
            r"functions|the role|your role|job (?:summary|overview|description)|position summary"
            r"|summary|"
            r"overview|accountabilit\w+|major)\b|职责|工作内容|职位描述|岗位描述|你将负责|工作描述"
        ),
    ),
)
_DUTY_FIRST = re.compile(
    r"\b(?:what you(?:'ll| will) (?:do|be)|essential functions|responsibilit|duties)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One clause or bullet. `lead` is the inline heading before it ("Education: ...")."""

    span: Span
    section: Section
    lead: str = ""


def heading(line: str) -> Section | None:
    """The section a folded line opens, or None where it is no heading."""
    bare = " ".join(line.strip(" \t:：-–*#【】[]?•!/&").replace("/", " ").split())
    if not bare:
        return Section.NONE if line.strip() else None  # a lone colon: its word was lost
    words = len(bare.split())
    han = len(re.findall(f"[{HAN}]", bare))
    ends = line.rstrip().endswith((":", "：", ":-", "】"))
    if han > 14 or len(bare) > 64 or words > (7 if ends else 5):
        return None
    if not ends and not han and re.search(r"\d|[.;]|,.{30}", bare):
        return None
    if _DUTY_FIRST.search(bare):
        return Section.DUTIES
    found = next((section for section, rule in _HEADINGS if rule.search(bare)), None)
    if ends:
        return found if found is not None else Section.NONE
    if found is None or (not han and not _is_only_heading(bare)):
        return None
    return found if not han or han <= 8 else None


_HEADING_WORDS = re.compile(
    r"^(?:(?:minimum|basic|other|additional|key|major|main|core|position|job|technical|specific"
    r"|desired|"
    r"preferred|required|highlevel|high.level|essential|general|accountant|\w+)\s+)?(?:and |& "
    r"|or )?"
    r"(?:knowledge\s+and\s+skills|knowledge skills or abilities|knowledge ?skills ?abilities|"
    r"requirements?|qualifications?|skills?|(?:abilities )?competencies|responsibilities"
    r"|duties(?: and responsibilities)?|"
    r"tasks|benefits|education|experience|overview|summary|description|functions|schedule|"
    r"conditions|tools and materials|topics|perks|license certification association|"
    r"education ?experience|must have|mandatory|nice to have|desired|preferred|certifications?|"
    r"physical functions|you have|you bring|about you|about us|industry|company)s?$"
)

_HEADING_PHRASES = re.compile(
    r"^(?:what (?:you|we)(?:'ll| will|'re| are)? \w+(?: \w+)?|who (?:you|we) are|why (?:join"
    r"|work for) us|"
    r"our ideal candi\w*|(?:other )?knowledge skills or abilities|"
    r"(?:required |preferred )?license certification (?:association|registration)|"
    r"license, certification, registration)$"
)


def _is_only_heading(bare: str) -> bool:
    return bool(_HEADING_WORDS.match(bare) or _HEADING_PHRASES.match(bare))


def parts(shown: str, folded: str) -> Iterator[Part]:
    """The parts of a text in order, each under the section it stands in."""
    section, made, start = Section.NONE, 0, 0
    for line in shown.split("\n"):
        end = start + len(line)
        low = folded[start:end]
        opened = heading(low) if low.strip() else None
        if opened is not None:
            section = section if opened is Section.NONE and len(low.split()) == 1 else opened
        elif low.strip():
            for part in _of_line(shown, folded, span=Span(start, end), section=section):
                yield part
                made += 1
                lasts = part.section not in (Section.OTHER, Section.FORMAL)
                section = part.section if lasts else section
                if made >= MAX_PARTS:
                    return
        start = end + 1


_INLINE = re.compile(
    r"\s*([^:：\n]{2,40}?)\s*[:：]+\s*-?\s*(?=\S)|\s*(must have|desired|education)\s*-\s*"
)


def _of_line(shown: str, folded: str, *, span: Span, section: Section) -> Iterator[Part]:
    lead, begin = "", span.start
    bullet = _BULLET.match(shown, begin, span.end)
    begin = bullet.end() if bullet else begin
    inline = _INLINE.match(folded, begin, span.end)
    if inline:
        lead = (inline.group(1) or inline.group(2)).strip()
        opened = heading(lead) or Section.NONE
        section = section if opened is Section.NONE else opened
    for start, end in _clauses(shown, folded, begin=begin, end=span.end):
        one = trimmed(shown, start, min(end, start + MAX_PART))
        if one.end - one.start >= 2:
            yield Part(one, section, lead)


def _clauses(shown: str, folded: str, *, begin: int, end: int) -> Iterator[tuple[int, int]]:
    at = begin
    stops = [found.end() for found in _STOP.finditer(shown, begin, end)]
    for stop in [*stops, end]:
        yield from _run_on(folded, at, stop)
        at = stop


def _run_on(folded: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Adverts that lost their line breaks run requirements together: cut where one begins."""
    if end - begin < LONG or re.search(r"[.;]\s", folded[begin : end - 1]):
        yield begin, end
        return
    at = begin
    for found in _RUN_ON.finditer(folded, begin, end):
        if found.start() - at > 20 and not _LEADS_ON.search(
            folded, max(at, found.start() - 16), found.start()
        ):
            yield at, found.start()
            at = found.start()
    yield at, end
