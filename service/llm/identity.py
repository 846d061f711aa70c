"""By what a text tells who somebody is: addresses, schools, ages, gendered words. zh and en."""

from __future__ import annotations

import re
from collections.abc import Mapping

_STOPS = (
    "the|a|an|my|our|your|his|her|their|this|that|in|at|to|of|from|for|and|or|by|near|after|"
    "before|during|every|each|local|state|medical|high|middle|primary|business|law|same|another"
)
_SCHOOLS = (
    "stanford|harvard|oxford|cambridge|mit|yale|princeton|columbia|berkeley|caltech|cornell|ucla|"
    "dartmouth|ivy league|eton|imperial college|eth zurich"
)
_SCHOOLS_ZH = (
    "清华|北大|复旦|浙大|交大|南大|武大|中大|同济|哈工大|中科大|北师大|985|211|双一流|"
    "哈佛|牛津|剑桥|斯坦福|麻省理工"
)
_NAME = r"(?!(?:and|but|i|i'm|from|so|the|a|an|my|me|in|at)\b)[a-z'-]{2,20}\b"
_NOT_SCHOOL = "，。、；：！？的于在是了我和与到从上读考入去过所这那\\s"

# A pattern's last group is what is taken out, the whole match where it has none.
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"), "[EMAIL]"),
    (re.compile(r"\bhttps?://\S{1,300}|\bwww\.\S{1,300}", re.IGNORECASE), "[LINK]"),
    (re.compile(r"(?<![\d.])\+?\d(?:[ ().-]{0,2}\d){8,17}(?!\d)"), "[PHONE]"),
    (re.compile(r"(?:微信号?|QQ号?|qq号?)(?:是|：|:)?\s?([A-Za-z0-9_-]{5,20})"), "[CONTACT]"),
    (re.compile(rf"\b(?:my name is|my name's|people call me) ({_NAME}(?: {_NAME}){{0,2}})",
                re.IGNORECASE), "[NAME]"),
    (re.compile(r"(?:我叫|我的名字是|我名叫)([\u4e00-\u9fff]{2,4}?)"
                r"(?=[，。,. ]|$|是|来自|今年|毕业)"), "[NAME]"),
    (re.compile(rf"\b(?:{_SCHOOLS})\b", re.IGNORECASE), "[SCHOOL]"),
    (re.compile(r"\b(?:university|college|institute) of (?!the\b|my\b)(?:[a-z'-]{2,20}\b)"
                r"(?: (?-i:[A-Z])[\w'-]{1,20})?", re.IGNORECASE), "[SCHOOL]"),
    (re.compile(rf"\b(?!(?:{_STOPS})\b)[a-z][a-z'-]{{1,24}} (?:university|college|academy|"
                r"polytechnic|institute of technology)\b", re.IGNORECASE), "[SCHOOL]"),
    (re.compile(rf"(?:{_SCHOOLS_ZH})(?:大学)?|[^{_NOT_SCHOOL}]{{2,6}}(?:大学(?!生)|学院|中学|高中)"),
     "[SCHOOL]"),
    (re.compile(r"\baged? (?:of )?(\d{2})\b|\b(\d{2})[ -]years?[ -]old\b", re.IGNORECASE), "[AGE]"),
    (re.compile(r"\b(?:M(?:r|rs|s|iss)\b\.?|mrs?\b)"), ""),
    (re.compile(r"(?:今年|现年|我)(\d{2}|[二三四五六]十[一二三四五六七八九]?)岁"), "[AGE]"),
    (re.compile(r"(?<=[\u4e00-\u9fff])(?:先生|女士|小姐|太太)"), ""),
)  # fmt: skip

_ENGLISH: Mapping[str, str] = {
    "he": "they", "she": "they", "him": "them", "her": "their", "hers": "theirs", "his": "their",
    "himself": "themselves", "herself": "themselves", "he's": "they're", "she's": "they're",
    "sir": "", "madam": "", "ma'am": "",
    "man": "person", "woman": "person", "men": "people", "women": "people", "male": "person",
    "female": "person", "guy": "person", "guys": "people", "lady": "person", "ladies": "people",
    "gentleman": "person", "gentlemen": "people", "boy": "child", "girl": "child",
    "boys": "children", "girls": "children", "father": "parent", "mother": "parent",
    "dad": "parent", "mum": "parent", "mom": "parent", "husband": "spouse", "wife": "spouse",
    "boyfriend": "partner", "girlfriend": "partner", "son": "child", "daughter": "child",
    "sons": "children", "daughters": "children", "brother": "sibling", "sister": "sibling",
    "brothers": "siblings", "sisters": "siblings", "uncle": "relative", "aunt": "relative",
    "grandfather": "grandparent", "grandmother": "grandparent", "grandma": "grandparent",
    "grandpa": "grandparent", "fraternity": "society", "sorority": "society",
    "pregnant": "away", "maternity": "family", "paternity": "family",
    "businessman": "businessperson", "businesswoman": "businessperson",
    "salesman": "salesperson", "saleswoman": "salesperson", "chairman": "chair",
    "chairwoman": "chair", "waiter": "server", "waitress": "server", "actress": "actor",
}  # fmt: skip
_CHINESE: Mapping[str, str] = {
    "他们": "TA们", "她们": "TA们", "他": "TA", "她": "TA", "爸爸": "家长", "妈妈": "家长",
    "父亲": "家长", "母亲": "家长", "丈夫": "伴侣", "妻子": "伴侣", "老公": "伴侣", "老婆": "伴侣",
    "男朋友": "伴侣", "女朋友": "伴侣", "男友": "伴侣", "女友": "伴侣",
    "儿子": "孩子", "女儿": "孩子",
    "哥哥": "亲属", "弟弟": "亲属", "姐姐": "亲属", "妹妹": "亲属", "爷爷": "长辈", "奶奶": "长辈",
    "外公": "长辈", "外婆": "长辈", "男生": "学生", "女生": "学生", "男性": "人", "女性": "人",
    "男孩": "孩子", "女孩": "孩子", "男同事": "同事", "女同事": "同事", "男士": "人", "女士": "人",
    "怀孕": "休假", "产假": "假期", "陪产假": "假期",
}  # fmt: skip


def _any(words: Mapping[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


SWAPS: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...] = (
    (re.compile(rf"\b(?:{_any(_ENGLISH)})\b", re.IGNORECASE), _ENGLISH),
    (re.compile(rf"(?<!其)(?:{_any(_CHINESE)})"), _CHINESE),
)
