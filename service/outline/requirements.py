"""What an advert asks of a candidate: each requirement with the span it was read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from service.outline.gate import protected
from service.outline.parts import Part, Section, parts
from service.outline.text import folded, quote, readable
from service.outline.words import Citation, SetAside

MAX_REQUIREMENTS = 120


class Kind(StrEnum):
    """What a requirement is about; `FORMAL` is checked on paper and never asked in an interview."""

    SKILL = "skill"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    CERTIFICATE = "certificate"
    LANGUAGE = "language"
    DUTY = "duty"
    FORMAL = "formal"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing asked for. `must` is false for what is only welcome, and for duties."""

    kind: Kind
    must: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class Advert:
    """An advert as read: what it asks, and what no question may ask after."""

    requirements: tuple[Requirement, ...]
    set_aside: tuple[SetAside, ...]


_CHECKED_ON_PAPER = frozenset({"age", "health", "origin", "criminal_record"})
_EDUCATION = re.compile(
    r"\b(?:degree|bachelor\W?s?|master\W?s?(?! data)|b\.?s\.?(?: or|\b/)|ph\.?\s?d|diploma|ged|mba|"
    r"graduate(?:d)? (?:in|of|from)|doctora\w+|masters|babs|disciplinary training)\b|\bbs in\b"
    "|学历|本科|硕士|博士|大专|专科|中专|高中|毕业|学位|相关专业"
)
_CERTIFICATE = re.compile(
    r"\bcertif\w+|\blicen[cs]e\w*\b|\baccredited as\b|\bcpa\b|\bpmp\b|证书|资格证|执业|驾照"
    r"|驾驶证|持证"
)
_LANGUAGE = re.compile(
    r"\b(?:fluent|fluency|spoken|written|native|business)\b[^,.]{0,24}\b(?:english|spanish"
    r"|mandarin|"
    r"chinese|french|german|japanese|korean|cantonese|portuguese|arabic)\b|\b(?:english|spanish"
    r"|mandarin|"
    r"french|german|japanese|cantonese)\b[^,.]{0,20}\b(?:fluen\w+|skills?|speak\w*|language"
    r"|level|proficien\w+)"
    "|(?:英语|日语|韩语|法语|德语|粤语|普通话|西班牙语|外语)|CET|雅思|托福|(?:四|六|专八)级"
)
_YEARS = re.compile(
    r"\b\d+\s*(?:\+|-|–|to)?\s*\d*\s*\+?\s*(?:yrs?|years?)|\(\d+\) (?:\w+ )?years|\byears of\b"
    r"|\byears (?:\w+ "
    r"){0,3}experience|\b(?:one|two|three|four|five|six|ten) (?:to \w+ )?years|\d\s*\+?\s*年"
    "|[一二三四五六七八九十两]年(?:以上|及以上)"
)
_ASKS = re.compile(
    r"\b(?:experience[ds]?|knowledge|proficien\w+|familiar\w*|ability|able to|skill(?:s|ed)?"
    r"|expertise|"
    r"understanding|must|track record|background|strong|excellent|exceptional|solid|fluent"
    r"|demonst\w*|"
    r"hands.on|self.?(?:starter|motivated)|team player|attention to detail|minimum|communications?|"
    r"well versed|comfortable|outstanding|superior|advanced|required|should (?:be|have)|expert|"
    r"relentless|capab\w+|aptitude|creativ\w+|analytical|accurac\w+|curiosity|organi[sz]ed"
    r"|passion\w*|"
    r"prioriti[sz]e|initiative|desire to|acumen|interpersonal|exposure|adapt|enthusiasm|thinker|"
    r"dependable|reliable|integrity|mindset|proven|knows?|competen\w+|effectiveness|thrive|enjoy|"
    r"primary|possess\w*)\b"
    "|经验|熟悉|精通|掌握|了解|具备|具有|能力|善于|擅长|良好|优秀|较强|责任心|熟练|能够|懂得"
    "|必须|须|"
    "认真|细心|耐心|热爱|吃苦|沟通|团队|逻辑|敏锐"
)
_OPENS = re.compile(
    r"^[\W\d]*(?:has |have |you have |you are |is |be |a |an |the |very |highly |who "
    r"|someone who |in.depth |"
    r"extensive |good |strong |solid |excellent |exceptional |proven |demonst\w* |must |should "
    r"|min\w* |at "
    r"least |prior |previous |recent |relevant |hands.on |substantial |general |working |ing "
    r"|deep |broad|"
    r"advanced |expert |foundational |outstanding |superior |successful |technical |business "
    r"|financial )*"
    r"(?:experience|knowledge|proficien|familiar|abilit|able to|skill|expertise|understanding"
    r"|must|track "
    r"record|background|communicat|analytic|problem.solv|creativ|self|team player|attention"
    r"|minimum|fluen|"
    r"comfortable|capab|organiz|interpersonal|acumen|exposure|excellent|strong|solid|relentless"
    r"|thinker|"
    r"curio|demonst|degree|years|programming|b\.?[as]\.?\b|bachelor|master|leadership|detail"
    r"|expert|requires?|desire|advanced)"
)
_HARD = re.compile(
    r"\b(?:must|required|requires|mandatory|minimum|at least|min \d|essential|should (?:have|be)"
    r"|has to|"
    r"need to have|is essential|primary|ideal candi\w* (?:should|will|must)|well versed)\b"
    "|必须|必备|须|至少|以上|不少于|要求"
)
_SOFT = re.compile(
    r"\b(?:preferr?ed|preferably|plus|nice to have|desir(?:ed|able)|bonus|advantage\w*|asset"
    r"|optional|"
    r"ideally|would be|good to have|welcome|not (?:required|needed)|secondary)\b|优先|加分|更佳"
    r"|最好|者佳"
)
_ALL_SOFT = re.compile(
    r"\b(?:is|are|be|as)\s+(?:an? )?(?:\w+ )?(?:plus|preferred|desir\w+|bonus|advantage|asset|"
    r"nice to have)\W*$|^\W*(?:preferred|desired|nice to have|secondary)\b|^[^,(;，（；]*(?:优先"
    r"|加分"
    r"|更佳|者佳)|"
    r"\b(?:a |big |huge )plus\W*$|\bdesired\W*$|\bpreferred\W*$"
)
_FORMAL = re.compile(
    r"\b(?:visas?|citizens?|citizenship|sponsorship|authori[sz]ed to|right to work"
    r"|background check|"
    r"drug (?:screen|test)|vaccin\w+|clearance|(?:lift|carry|push and pull|bend|climb|stand"
    r"|kneel|grasp)"
    r"\b.{0,30}\b(?:pounds|lbs|kg|shift|arms|waist|ladder|hours|walk|hands)|years or older"
    r"|years of age|work "
    r"flexible hours|nights weekends|work assigned hours|per hour|on a w-2"
    r"|work in the united states|"
    r"to\s+in the (?:united states|us)\b|exposed to|reasonable accommodations?"
    r"|essential job functions)\b"
    "|工作签证|加班|轮班|倒班|夜班|到岗|五险|双休"
)
_NOISE = re.compile(
    r"\b(?:equal (?:opportunity|employment)|affirmative action|without regard to"
    r"|all qualified applicants|"
    r"we offer|benefits|insurance|401k|pto\b|paid time off|please (?:send|let|visit|note|review"
    r"|go)|apply (?:for|"
    r"through)|applying|resume\b|applicants?,?\b(?! must)|job listing|our mission"
    r"|we are (?:looking|a |the )|we're|"
    r"founded in|headquartered|employees\b.{0,20}\b(?:company|worldwide)|years? (?:old"
    r"|supporting)|company "
    r"culture|posted|competitive|screening\b|click|www|http|talented people|search firm"
    r"|employment agenc\w+|this (?:job|position|opportunity|role) "
    r"(?:pays|is subject|description)|placement fees?|opportunities for|interview process"
    r"|experience for our|"
    r"duties include|experience of supporting|if you require|employment type|connections)\b"
    "|五险一金|带薪|薪资|月薪|福利|公司成立|欢迎(?:投递|加入)|简历|联系电话|年终奖"
)
_DUTY = re.compile(
    r"^[\W\d]*(?:will |to |you will |you'll |may |also )*(?:design|develop|build|lead|manage"
    r"|create|support|provide|"
    r"work|assist|perform|maintain|ensure|coordinate|prepare|partner|collabo\w*|drive|implement"
    r"|analy[sz]e|identify|"
    r"document|conduct|monitor|deliver|define|plan|participate|oversee|direct|translate"
    r"|establish|review|write|test|"
    r"train|interface|enhance|automate|modify|configure|resolve|handle|process|deploy"
    r"|optimi[sz]e|use|utilize|"
    r"recommend|report|gather|champion|shape|construct|research|set up|target|complete"
    r"|responsible for|accountable|"
    r"help|be (?:a |involved|responsible)|streamline|estimate|operate|serve customers|greet"
    r"|mentor|facilitat\w+|"
    r"provides|designs|develops|manages|works|ensures|maintains|supports|assists|performs"
    r"|creates|prepares|leads)\b"
    "|^[\\W\\d]*(?:负责|参与|协助|完成|制定|组织|开展|管理|执行|跟进|撰写|维护|设计|编写|处理"
    "|推动|配合|主导|对接)"
)
_PROSE = re.compile(r"\b(?:is|are|was|were|means|houses|supports|helps|provides|has been)\b")
_TOOLS = re.compile(
    r"\b(?:python|java|javascript|sql|nosql|linux|unix|aws|azure|gcp|hadoop|spark|kafka|excel"
    r"|tableau|"
    r"power bi|docker|kubernetes|scala|matlab|sas|spss|html\w*|css|php|ruby|node\.?js|react"
    r"|angular|vue|"
    r"git|jira|sap|oracle|salesforce|photoshop|autocad|quickbooks|mongodb|postgres\w*|mysql"
    r"|tensorflow|"
    r"pytorch|rest apis?|apis|infrastructure|hardware|c\+\+|\.net|golang|rust)(?![a-z])"
)
_LABELS = re.compile(
    r"^(?:hours\w*|shift|days|location|primary location|schedule|type|job type|employee status"
    r"|level|"
    r"category|department|travel|status|duration|start|posted|req\w* id|job id|distance"
    r"|number of)\b"
)
_SUBJECT = re.compile(
    r"\b(?:will|we|our|the team|this role|responsible for|you(?:'ll| will| may))\b"
)
_ABOUT_THEM = re.compile(
    r"\b(?:candi\w*|individual|someone|applicant|person|you) (?:should|must|will have"
    r"|will possess|needs?|"
    r"has|have|who|is expected)|\b(?:must|should) (?:have|know|be|possess)\b|\bis essential\b"
    r"|\brequires\b"
    r"|\bshould possess\b|\bresource should\b|\bmust (?:be )?"
)


def read(text: str) -> Advert:
    """The requirements of a job description, in its own order."""
    shown = readable(text)
    low = folded(shown)
    found: list[Requirement] = []
    aside: list[SetAside] = []
    for part in parts(shown, low):
        span = part.span
        piece = low[span.start : span.end]
        kind = _kind(piece, part)
        if kind is None:
            continue
        citation = Citation("job", span, quote(shown, span))
        objection = protected(piece)
        on_paper = kind is Kind.FORMAL and objection and objection.code in _CHECKED_ON_PAPER
        if objection and not on_paper and kind is not Kind.DUTY and not _is_noise(piece):
            aside.append(SetAside(citation, objection.code, objection.reason, objection.laws))
        elif not objection or on_paper:
            found.append(Requirement(kind, _is_must(piece, part, kind), citation))
        if len(found) >= MAX_REQUIREMENTS:
            break
    return Advert(tuple(found), tuple(aside))


def _is_noise(piece: str) -> bool:
    return bool(_NOISE.search(piece)) and not _YEARS.search(piece)


def _kind(piece: str, part: Part) -> Kind | None:
    if not re.search(r"\w\w", piece) or (part.section is Section.OTHER and not _insists(piece)):
        return None
    if _LABELS.match(part.lead) or (len(piece.split()) == 1 and _ASKS.fullmatch(piece.strip(" :"))):
        return None
    if _FORMAL.search(piece) or part.section is Section.FORMAL:
        return Kind.FORMAL
    if _is_noise(piece):
        return None
    wanted = part.section in (Section.REQUIRED, Section.DESIRED)
    if not wanted and not _states_a_need(piece, part):
        return Kind.DUTY if _is_duty(piece, part) else None
    if part.section is Section.REQUIRED and _is_plain_duty(piece):
        return Kind.DUTY
    return _matter(piece)


def _insists(piece: str) -> bool:
    """Stated so plainly that a heading for benefits or the company cannot have meant it."""
    stated = _OPENS.match(piece) or _EDUCATION.search(piece) or _ABOUT_THEM.search(piece)
    return bool(stated) and not _SUBJECT.search(piece[:60])


def _states_a_need(piece: str, part: Part) -> bool:
    if _ABOUT_THEM.search(piece) and _ASKS.search(piece):
        return True
    if part.section is Section.DUTIES:
        stated = _OPENS.match(piece) or _EDUCATION.search(piece) or _YEARS.search(piece)
        return bool(stated) and not _DUTY.match(piece)
    if _DUTY.match(piece) or _SUBJECT.search(piece[:60]):
        return False
    if _EDUCATION.search(piece) or _YEARS.search(piece) or _OPENS.match(piece):
        return True
    cue = _ASKS.search(piece) or _TOOLS.search(piece)
    return bool(cue and len(piece) < 220 and not _PROSE.search(piece))


def _is_plain_duty(piece: str) -> bool:
    return bool(_DUTY.match(piece)) and not _ASKS.search(piece) and len(piece.split()) > 5


def _is_duty(piece: str, part: Part) -> bool:
    long = len(piece) > (8 if piece.isascii() else 4)
    return long and (part.section is Section.DUTIES or bool(_DUTY.match(piece)))


def _matter(piece: str) -> Kind:
    if _LANGUAGE.search(piece):
        return Kind.LANGUAGE
    if _EDUCATION.search(piece):
        return Kind.EDUCATION
    if _CERTIFICATE.search(piece):
        return Kind.CERTIFICATE
    return Kind.EXPERIENCE if _YEARS.search(piece) or "experience" in piece else Kind.SKILL


def _is_must(piece: str, part: Part, kind: Kind) -> bool:
    if kind in (Kind.DUTY, Kind.FORMAL):
        return False
    plain = re.sub(
        r"[(（][^)）]*[)）]?", " ", piece
    ).strip()  # a softener in brackets is about them
    soft = _SOFT.search(plain)
    if soft and _ALL_SOFT.search(plain) and not _HARD.search(plain[: soft.start()]):
        first = re.split(r"[,;，；]", plain)[0]
        named = _YEARS.search(first) or _EDUCATION.search(first)
        if not named or _SOFT.search(first):
            return False
    if part.section is Section.DESIRED:
        return bool(_HARD.search(piece))
    return True
