"""Sentences of an answer that answer nothing: the rubric recited, and talk beside the point.

Whoever recites gains nothing: such sentences are set aside like orders to the rater. Idle ones
stay in the answer (they may be quoted, and take nothing away), but do not make it longer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.scoring import cues, text
from service.scoring.concepts import concepts
from service.scoring.rubric import Competency, QuestionSpec

RECITED = 0.75  # of a sentence's n-grams are the rubric's, and it tells of nothing done
# Praise of those who ask, and wishes about the rating itself: neither answers anything.
_PRAISE = (
    "wonderful|brilliant|clever|smart|genius|kind|great(?:est)?|best|amazing|fantastic|excellent|"
    "lovely|pleasant|impressive|admire[ds]?|honou?r(?:ed)?|privilege|inspiring|nicest|perfect"
)
_PRAISE_HAN = (
    "棒|优秀|亲切|专业|有水平|了不起|厉害|最好|敬佩|仰慕|崇拜|荣幸|天才|佩服|完美|伟大|一流|和善"
)
COURTESY = re.compile(
    rf"\b(?:you|your|this) (?:company|firm|organi[sz]ation|team|questions?|interview\w*)\b"
    rf".{{0,80}}\b(?:{_PRAISE})\b|"
    rf"\b(?:{_PRAISE})\b.{{0,60}}\b(?:interviewers?|your (?:company|firm|team|questions?)|"
    rf"as you|like you|talk(?:ing)? (?:to|with) you)\b|"
    rf"\byou (?:are|were|seem) (?:\w+ ){{0,3}}(?:{_PRAISE})\b|"
    rf"\bpeople (?:who work )?here are (?:\w+ ){{0,2}}(?:{_PRAISE})\b|"
    rf"(?:您|贵公司|贵司|面试官|你们公司|你们).{{0,24}}(?:{_PRAISE_HAN})|"
    rf"(?:{_PRAISE_HAN}).{{0,12}}(?:您|贵公司|贵司|面试官|你们)|在这里的人.{{0,8}}(?:{_PRAISE_HAN})"
)
_TOP = r"(?:5|five|top|highest|maximum|full|first)"
WISHES = re.compile(
    rf"\blevels? (?:of )?{_TOP}\b|\b{_TOP} (?:level|score|rating|mark|value|place|rank)\b|"
    r"\b(?:maximum|highest|full) (?:value|score|points?|marks?|rating)\b|"
    r"\b(?:rubric|scoring model|grading software|examiner'?s? note|note (?:of|by|from) the "
    r"(?:examiner|reviewer|recruiter)|end of (?:the )?transcript)\b|"
    r"\bthis (?:candidate|applicant) (?:has|is|was|should|must|deserves)\b|"
    r"\b(?:computer|software|system|machine)\b.{0,30}\b(?:rate|rank|score|put)s? me\b|"
    r"(?:最高|满|最大|第一)(?:分|级|等级|值|名|档)|(?:五|5|满)(?:级|分)|最高等级|最大值|评分标准|评分模型|"
    r"(?:考官|面试官|评委)(?:备注|注|批注)|(?:这位|该|本)(?:候选人|应聘者|考生)|文字记录(?:到此)?结束|"
    r"(?:电脑|系统|软件|算法|模型|机器).{0,8}(?:把我排|给我|评我)"
)
TOLD = re.compile(
    r"\b(?:i|we) (?:then |also |just |only |both )?"
    r"(?:had|was|were|saw|did|got|went|came|felt|knew|thought|could|wanted|needed|lost|broke|"
    r"left|[a-z]{2,14}ed)\b|"
    r"我.{0,20}[了过]"
)
LONG_GRAM, LONG_HAN_GRAM = 5, 2  # shorter n-grams meet by chance


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the question and its competencies speak of."""

    grams: Mapping[str, int]
    ideas: Mapping[str, int]

    @classmethod
    def of(cls, question: QuestionSpec, competencies: Sequence[Competency]) -> Wanted:
        if question.reference:
            return cls({}, {})  # a right answer of knowledge may well repeat the question's words
        texts = [question.text]
        for each in competencies:
            texts += [each.name, *each.keywords, *(anchor.text for anchor in each.anchors)]
        whole = text.clean("\n".join(texts))
        return cls(text.grams(whole), concepts(whole))


def is_beside(clean: str) -> bool:
    """Whether a sentence praises those who ask, or is about the rating itself.

    Not where it says what the speaker did: who "won first place" tells of it.
    """
    if TOLD.search(clean) or cues.ACTIONS.search(clean):
        return False
    return bool(COURTESY.search(clean) or WISHES.search(clean))


def recites(clean: str, grams: Mapping[str, int], wanted: Wanted) -> bool:
    """Whether a sentence is made of the rubric's words and tells of nothing done."""
    if not grams or tells(clean):
        return False
    return sum(gram in wanted.grams for gram in grams) >= RECITED * len(grams)


def tells(clean: str) -> bool:
    """Whether a sentence says that the speaker did something, or gives a number or a time."""
    patterns = (TOLD, cues.ACTIONS, cues.NUMBERS, cues.WHEN)
    return any(pattern.search(clean) for pattern in patterns)


def is_idle(clean: str, grams: Mapping[str, int], wanted: Wanted) -> bool:
    """Whether a sentence neither touches what was asked nor tells anything concrete.

    Where nothing is asked for, nothing is beside it.
    """
    if not wanted.grams:
        return False
    if any(gram in wanted.grams for gram in grams if _is_long(gram)):
        return False
    if any(idea in wanted.ideas for idea in concepts(clean)):
        return False
    patterns = (cues.NUMBERS, cues.ACTIONS, cues.WHEN, *cues.STRUCTURE.values())
    return not any(pattern.search(clean) for pattern in patterns)


def _is_long(gram: str) -> bool:
    return len(gram) >= (LONG_GRAM if gram.isascii() else LONG_HAN_GRAM)
