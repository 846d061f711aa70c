"""The quality gate for questions: refuses unlawful ones, warns of vague ones, and says why."""

from __future__ import annotations

import re
import unicodedata

from service.outline import direct, laws, vague
from service.outline.text import HAN
from service.outline.unlawful_en import UNLAWFUL_EN
from service.outline.unlawful_zh import UNLAWFUL_ZH
from service.outline.words import Finding

MAX_CHARS = 4000  # of a question; more is cut
_SIMPLIFIED = str.maketrans(
    "齡歲屬結離戀對兒準備計劃時間婦產孫養親媽顧誰長傳殘語國貫戶黨員會資錢獄違體貌嗎麼幾過從嚴個們"
    "請問現實愛誕齊歸懷兩爾氣鄉農們薪聽說還",
    "龄岁属结离恋对儿准备计划时间妇产孙养亲妈顾谁长传残语国贯户党员会资钱狱违体貌吗么几过从严个们"
    "请问现实爱诞齐归怀两尔气乡农们薪听说还",
)
_LOOKALIKES = str.maketrans("аеорсухіѕԁ", "aeopcyxisd")  # Cyrillic that passes for Latin
_QUOTED = re.compile("“[^”]*”")  # an advert's words are not the question's
_BETWEEN_HAN = re.compile(f"(?<=[{HAN}])[\\s·・*_.\\-|/]+(?=[{HAN}])")
_SPELLED = re.compile(r"\b(?:[a-z][\s.*_\-]){2,}[a-z]\b")
_ADVERT_ONLY = {
    "age": re.compile(
        "\\d\\d[^，。]{0,3}周?岁|年龄(?:要求|限制|在|不超过|\\d)|[89０0]0后"
        r"|\baged? (?:\d\d|between|under|over)\b|\b(?:under|below|over"
        r"|between) (?:the age of )?\d\d "
        r"(?:(?:to|and|-) \d\d )?years? (?:of age|old)\b|\b(?:under|over) the age of\b"
        r"|\b(?:under|over|below) \d\d,? (?:preferred|only|welcome)"
        r"|\b(?:maximum|upper) age|\byears of age\b|\byoung (?:and|,|candidate|lady|man)"
        r"|\bat least \d* ?years or older"
    ),
    "marriage": re.compile(
        "已婚|未婚|单身|离异|(?:marital status|unmarried|married) ?(?:only|pref|:)"
        r"|\b(?:married|unmarried|divorced|widowed)\b(?=\s*(?:[,;.|]|$|with\b))"
    ),
    "pregnancy": re.compile("已育|未育|婚育|生育"),
    "sex": re.compile(
        "[限仅只招](?:招)?[男女]|[男女](?:性|生|士)?(?:优先|不限)|性别"
        r"|\b(?:male|female|men|women|ladies|gentlemen)\b.{0,20}\b(?:only|candidates?|prefer\w*)"
        r"|\bgender\b"
    ),
    "appearance": re.compile(
        "形象|气质佳|五官|身高|相貌|外貌|(?:good.looking|attractive|pleasant) (?:appear|look"
        "|person)"
    ),
    "origin": re.compile(
        "籍贯|户籍|户口|国籍|本地人|(?:native speaker|citizens?\\b|nationality|nationals\\b"
        "|place of birth)"
    ),
    "ethnicity": re.compile(r"汉族|少数民族|民族[:：]|\b(?:race|ethnicity|caucasian)\b"),
    "religion": re.compile(r"宗教|信仰|\b(?:religion|religious|christian|muslim)\b"),
    "politics": re.compile("政治面貌|党员|团员|(?:political affiliation|party member)"),
    "health": re.compile(
        "身体健康|无(?:传染|重大|慢性)?疾病|健康状况|体检|残疾|乙肝"
        r"|\b(?:disabilit\w+|good health|physically fit|vaccinat\w+|drug (?:screen|test))\b"
    ),
    "criminal_record": re.compile("犯罪记录|(?:background check|criminal)"),
    "orientation": re.compile(r"sexual orientation|性取向"),
    "family": re.compile(
        "家庭成员|父母职业|子女|family status|\\bchildren:"
        r"|\b(?:one|two|three|four|\d) (?:children|kids|sons|daughters)\b"
    ),
}
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,20}\b(?:previous|above|prior|earlier|instructions?"
    r"|rules)\b"
    r"|\bsystem prompt\b|\bas an? (?:ai|language model)\b|\byou are an? (?:ai|assistant|chatbot"
    r"|llm)\b"
    r"|\b(?:give|rate|score|award)\b.{0,40}\b(?:full marks|top (?:score|marks)|highest (?:score"
    r"|rating|level)"
    r"|maximum (?:score|rating)|5 out of 5|level 5)\b|<\|?(?:im_start|system|/?inst)"
    "|(?:忽略|无视|忘记)[^。]{0,6}(?:以上|之前|前面|上述|所有|规则|指令)|打满分"
    "|给[^。]{0,10}(?:满分|最高分)|系统提示词"
    "|你是[^。]{0,6}(?:助手|语言模型|AI|ai)"
)
_RULES = tuple(
    (code, tuple(re.compile(each) for each in (*UNLAWFUL_EN[code], *UNLAWFUL_ZH[code])))
    for code in UNLAWFUL_EN
)


def normalised(text: str) -> str:
    """Text as the rules read it: tricks with letters, blanks and scripts undone."""
    flat = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]
    seen = (" " if c.isspace() else c for c in flat if unicodedata.category(c) not in {"Cf", "Mn"})
    lower = "".join(seen).lower().translate(_SIMPLIFIED).translate(_LOOKALIKES)
    lower = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in lower)
    lower = lower.replace("’", "'").replace("‘", "'")
    lower = _BETWEEN_HAN.sub("", lower)
    lower = _SPELLED.sub(lambda found: re.sub(r"[\s.*_\-]", "", found.group()), lower)
    return " ".join(lower.split())


def judge(text: str, jurisdiction: str = "") -> tuple[Finding, ...]:
    """Every objection to a question there; an unknown place takes the strictest rules."""
    flat = normalised(text)
    warned = laws.ONLY_WARNED.get(laws.region(jurisdiction), frozenset())
    personal = [code for code, rules in _RULES if any(rule.search(flat) for rule in rules)]
    unlawful = tuple(
        Finding(code, code not in warned, laws.REASONS[code], laws.references(code, jurisdiction))
        for code in personal or direct.findings(flat)
    )
    weak = tuple(
        Finding(code, False, vague.REASONS[code])
        for code in vague.findings(_QUOTED.sub("“”", flat))
    )
    return (*unlawful, *weak)


def protected(statement: str, jurisdiction: str = "") -> Finding | None:
    """The first objection to asking after a line of an advert or a CV."""
    flat = normalised(statement)
    if _INSTRUCTION.search(flat):
        return Finding("instruction", True, laws.INSTRUCTION)
    for code, rule in _ADVERT_ONLY.items():
        if rule.search(flat):
            return Finding(code, True, laws.REASONS[code], laws.references(code, jurisdiction))
    return None
