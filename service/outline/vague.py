"""Questions that let a candidate answer without showing any behaviour: each is only a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.outline.text import HAN
from service.outline.words import Words

REASONS: dict[str, Words] = {
    "too_short": Words(
        "太短，候选人不知道要讲什么。请写明情境和要讲的行为。",
        "Too short to know what to tell. Name the situation and the behaviour asked after.",
    ),
    "generic": Words(
        "过于笼统，回答可以事先背好，与岗位要求无关。请改问一件具体的事。",
        "So general that the answer can be learned by heart. Ask for one thing that happened.",
    ),
    "yes_no": Words(
        "一个“是”字就能回答。请改问：请讲一次……的经历，你做了什么，结果如何。",
        "“Yes” would answer it. Ask: tell us about a time …, what did you do, what came of it?",
    ),
    "no_behaviour": Words(
        "没有问到行为：请让候选人讲一件做过的事，或在某个情境下会怎么做。",
        "It asks for no behaviour: have them tell what they did, or would do in a situation.",
    ),
    "several": Words(
        "一次问了几件不同的事，请拆成几个问题。",
        "It asks several different things at once. Make them questions of their own.",
    ),
    "leading": Words(
        "措辞已经暗示了想要的答案。请用中性的问法。",
        "The wording gives away the wanted answer. Ask neutrally.",
    ),
}

_FORMAL = re.compile(
    r"\bright to work\b|\bauthori[sz]ed to work\b|\b(?:with or without|reasonable) (?:reasonable )?"
    r"accommodation|\b(?:hold|have) (?:an? )?(?:valid |current |active "
    r"|full )*(?:driv\w+ )?licen[cs]e"
    r"|\b(?:willing|available|able) to (?:travel|work|relocate|start)\b|\bsalary (?:range )?"
    r"(?:do you )?expect|\bcertificates?\b|\b(?:in|by) the (?:advert|posting|job description)\b"
    "|合法工作|工作许可|合理便利|驾驶?证|驾照|(?:执业|资格|急救|上岗|操作|健康)证|证书|夜班|班次"
    "|倒班|出差|期望(?:的)?薪|到岗"
)
_GENERIC = re.compile(
    r"\b(?:tell (?:us|me)|talk|say something) (?:a (?:bit|little) )?about yourself\s*(?:[.?!]|$)"
    r"|\bintroduce yourself\s*(?:[.?!]|$)"
    r"|\b(?:your|greatest|biggest|main|three|top) (?:\w+ ){0,2}(?:strength|weakness)(?:es|s)?\b"
    r"|\bwhere do you see yourself\b|\bin (?:five|5|ten|10) years(?:' time)?\b"
    r"|\bwhy (?:should|must|would) we (?:hire|choose|pick|take)\b|\bwhy do you want (?:this"
    r"|to work)"
    r"|\bdescribe yourself in\b|\bwhat makes you (?:special|unique|the best)"
    "|自我介绍|介绍一?下?(?:你|您)?自己|优点|缺点|优势和劣势|最大的(?:优势|弱点)"
    "|[35三五十]年(?:后|的|内)?.{0,4}(?:规划|打算|看到自己)|职业规划|为什么(?:要|应该)?(?:录用"
    "|选择|聘用)"
    "|为什么想(?:来|加入)"
)
_LEADING = re.compile(
    r",? (?:right|correct|don't you|isn't it|aren't you|won't you|do you not)\s*\?"
    r"|\b(?:don't|wouldn't|shouldn't|isn't|aren't|didn't) (?:you|it|we)\b"
    r"|^(?:surely|obviously|of course|clearly|naturally)\b|\byou (?:do|must"
    r"|would surely) (?:enjoy|agree)"
    r"|\byou(?:'d| would| do) agree\b"
    "|难道|[对是没行]吧|不觉得|应该不会|应该会.{0,10}吧|肯定.{0,12}(?:吧|吗)|想必|理所当然|不用说"
)
_BEHAVIOUR = re.compile(
    r"\b(?:tell (?:us|me)|describe|give (?:us |me )?an? |walk (?:us|me)|talk (?:us|me) through"
    r"|explain|"
    r"share|show (?:us|me)|outline|imagine|suppose|recall|think of a|name (?:one|an?))\b"
    r"|\bhow\b.{0,60}\b(?:you|your)\b|\bwhat (?:\w+ ){0,3}(?:did|would|do|have|was|were"
    r"|has) (?:you|your|"
    r"been your)\b|\bwhat (?:\w+ ){0,2}(?:steps|part|role|approach)|\bwhen (?:did|have) you\b"
    r"|\b(?:example|time|situation|occasion|project|case) (?:when|where|in which|that|you)\b"
    r"|\bwhat (?:happened|went|came|changed)|\bwhich .{0,40}\b(?:did|would|have) you\b|\bhow have\b"
    "|请?(?:讲|描述|举|说明|分享|谈谈|讲讲|说说|回顾|演示|解释)|经历|例子|举例|案例|过程"
    "|(?:怎么|如何|怎样)(?:做|处理|办|应对|安排|解决|设计|看待|向|协调|决定|保证|与|和|把|用|说"
    "|解释|备课)?"
    "|做了什么|哪些(?:步骤|办法|做法|措施)|什么(?:做法|办法|措施)|[改学][变到]了什么|你会|负责什么"
)
_TRIVIAL = re.compile(
    r"\bwhat is (?:the difference|your favou?rite)|\bwhat (?:animal|colou?r|superpower)\b"
    r"|\byour (?:opinion|view|thoughts) (?:on|about|of)\b|最喜欢的|有什么区别|是什么意思|什么颜色"
)
_CLOSED_EN = re.compile(
    r"^(?:so |and |well |now )?,?\s*(?:are|is|was|were|do|does|did|have|has|had|can|could|will"
    r"|would|"
    r"should|may) (?:you|your|it|there|the|a)\b"
)
_OPENED_EN = re.compile(r"\b(?:how|what|why|tell|describe|explain|example|walk|give|which|share)\b")
_CLOSED_ZH = re.compile("(?:吗|么|没有)[?？]?$|是否|有没有|能不能|会不会|是不是|可不可以|愿不愿意")
_OPENED_ZH = re.compile(
    "请?(?:讲|描述|举|分享|说明|说说|谈)|怎么|如何|怎样|为什么|什么|哪些|经历|一个.{0,14}例子"
)
_FOLLOW_UP = re.compile(
    r"\b(?:situation|came of|come of|result|outcome|effect|learn\w*|your (?:part|role)|hardest"
    r"|first|"
    r"what did you do|how did you|what would you|why|happen\w*|what changed|change[d]?|weigh"
    r"|tried|try|"
    r"find it|step|differently|differ)\b"
    "|结果|当时|你的?做法|做了什么|怎么做|如何做|学到|效果|负责什么|步骤|遇到|困难|第一步|为什么"
    "|改变了|尝试"
    "|后来|怎样了|怎么(?:处理|解决|办|备课|保证|做到|定位)|如何(?:处理|解决|做到)"
)
_IF = re.compile(r"\s*(?:if|and if)\b|\s*如果|\s*若")
_SENTENCE = re.compile(r"[^.?!。？！]+[.?!。？！]?")
_MORE = re.compile(r"\b(?:and also|also,|additionally|by the way)\b|另外|顺便|还有就是")
_PROMPT = re.compile(r"^(?:请)?(?:谈谈|说说|聊聊|讲讲)")


def findings(text: str) -> Iterator[str]:
    """Codes of what makes normalised `text` vague; none for conditions that are yes or no."""
    if _FORMAL.search(text):
        return
    if _is_short(text):
        yield "too_short"
        return
    generic = bool(_GENERIC.search(text))
    if generic:
        yield "generic"
    if _LEADING.search(text):
        yield "leading"
    elif _is_closed(text):
        yield "yes_no"
    elif not generic and not _asks_behaviour(text):
        yield "no_behaviour"
    if _asks_several(text):
        yield "several"


def _is_short(text: str) -> bool:
    han = len(re.findall(f"[{HAN}]", text))
    latin = len(re.findall(r"[a-z0-9']+", text))
    if han:
        return han + 2 * latin < (7 if _PROMPT.match(text) else 6) and not re.search(
            "怎么|如何", text
        )
    return latin < 4


def _is_closed(text: str) -> bool:
    sentences = [piece.strip() for piece in _SENTENCE.findall(text) if piece.strip()]
    first = sentences[0] if sentences else text
    if re.search(f"[{HAN}]", text):
        return bool(_CLOSED_ZH.search(first)) and not _OPENED_ZH.search(text)
    return bool(_CLOSED_EN.search(first)) and not _OPENED_EN.search(text)


def _asks_behaviour(text: str) -> bool:
    return bool(_BEHAVIOUR.search(text)) and not _TRIVIAL.search(text)


def _asks_several(text: str) -> bool:
    asked = [p for p in _SENTENCE.findall(text) if p.rstrip().endswith(("?", "？"))]
    main = [p for p in asked[1:] if not _FOLLOW_UP.search(p) and not _IF.match(p)]
    return bool(main)
