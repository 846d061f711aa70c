"""Why a question is refused, in both languages, and the law it rests on, per jurisdiction.

The reason speaks to HR. The references say where to read on; they are no legal advice.
"""

from __future__ import annotations

from service.outline.words import Words

_BASIC = Words(
    "与能否胜任岗位无关，属于受保护的个人情况，不得据此筛选。",
    "It has no bearing on doing the job and is a protected trait: nobody may be chosen by it.",
)
REASONS: dict[str, Words] = {
    "age": Words("问到了年龄或可推知年龄的事。" + _BASIC.zh, "It asks for age. " + _BASIC.en),
    "marriage": Words(
        "问到了婚恋状况。" + _BASIC.zh, "It asks for marital or relationship status. " + _BASIC.en
    ),
    "pregnancy": Words(
        "问到了怀孕、生育或婚育计划。" + _BASIC.zh,
        "It asks for pregnancy or plans to have children. " + _BASIC.en,
    ),
    "family": Words(
        "问到了子女、父母或家庭负担。可改问能否按岗位要求的班次工作。",
        "It asks for children or family duties. Ask whether the hours of the job can be worked.",
    ),
    "religion": Words(
        "问到了宗教信仰。" + _BASIC.zh, "It asks for religion or belief. " + _BASIC.en
    ),
    "health": Words(
        "问到了健康、残疾或病史。可改问在有或没有合理便利的条件下能否完成岗位工作。",
        "It asks for health or disability. Ask whether the duties can be performed with or "
        "without reasonable accommodation.",
    ),
    "ethnicity": Words(
        "问到了民族、种族或肤色。" + _BASIC.zh, "It asks for race or ethnicity. " + _BASIC.en
    ),
    "origin": Words(
        "问到了籍贯、户口、国籍、出生地或母语。可改问是否有在当地合法工作的资格。",
        "It asks for birthplace, nationality or mother tongue. Ask for the right to work instead.",
    ),
    "sex": Words("以性别为前提或问到了性别。" + _BASIC.zh, "It turns on sex. " + _BASIC.en),
    "orientation": Words(
        "问到了性取向。" + _BASIC.zh, "It asks for sexual orientation. " + _BASIC.en
    ),
    "politics": Words(
        "问到了政治面貌、党派或政见。" + _BASIC.zh, "It asks for political views. " + _BASIC.en
    ),
    "union": Words(
        "问到了参加工会或维权的情况。" + _BASIC.zh, "It asks for union membership. " + _BASIC.en
    ),
    "salary_history": Words(
        "问到了过去或目前的薪资。可改问期望薪资。",
        "It asks for past or current pay. Ask what pay the candidate expects.",
    ),
    "criminal_record": Words(
        "问到了拘留、犯罪记录。确有法定要求时由人事在录用阶段依法核查，不在面试中提问。",
        "It asks for arrests or convictions. Where the law wants a check, it follows an offer.",
    ),
    "appearance": Words(
        "问到了身高、体重或相貌。" + _BASIC.zh, "It asks for looks, height or weight. " + _BASIC.en
    ),
    "finances": Words(
        "问到了债务或个人财务状况。" + _BASIC.zh, "It asks for private finances. " + _BASIC.en
    ),
    "military": Words(
        "问到了兵役或退伍情况。" + _BASIC.zh, "It asks for military discharge. " + _BASIC.en
    ),
}

INSTRUCTION = Words(
    "像是写给机器的指令，不是岗位要求或经历，只作为文字显示。",
    "It reads like an order to a machine, not like a need or a deed; it is shown as text only.",
)

_CN_GENERAL = (
    "中华人民共和国就业促进法 第26条 (PRC Employment Promotion Law, art. 26)",
    "中华人民共和国劳动合同法 第8条 (PRC Labour Contract Law, art. 8)",
)
_CN_WOMEN = (
    "中华人民共和国就业促进法 第27条 (PRC Employment Promotion Law, art. 27)",
    "中华人民共和国妇女权益保障法 第43条 (PRC Law on Women's Rights and Interests, art. 43)",
)
_CN_EQUAL = (
    "中华人民共和国劳动法 第12条 (PRC Labour Law, art. 12)",
    "中华人民共和国就业促进法 第3条、第26条 (PRC Employment Promotion Law, arts. 3, 26)",
)
_EU_EQUAL = "EU Directive 2000/78/EC"
_EU_SEX = "EU Directive 2006/54/EC"
_EU_RACE = "EU Directive 2000/43/EC"
_GDPR = "EU GDPR, art. 9"
_US_VII = "US Title VII, Civil Rights Act (42 U.S.C. 2000e-2)"
_US_IL = "Illinois Human Rights Act (775 ILCS 5/2)"

LAWS: dict[str, dict[str, tuple[str, ...]]] = {
    "age": {"CN": _CN_GENERAL, "EU": (_EU_EQUAL,), "US": ("US ADEA (29 U.S.C. 623)",)},
    "marriage": {"CN": _CN_WOMEN, "EU": (_EU_SEX,), "US": (_US_VII, _US_IL)},
    "pregnancy": {
        "CN": _CN_WOMEN,
        "EU": (_EU_SEX,),
        "US": ("US Pregnancy Discrimination Act (42 U.S.C. 2000e(k))",),
    },
    "family": {
        "CN": (*_CN_WOMEN, *_CN_GENERAL[1:]),
        "EU": (_EU_SEX, "EU Directive (EU) 2019/1158"),
        "US": (_US_VII, _US_IL),
    },
    "religion": {"CN": _CN_EQUAL, "EU": (_EU_EQUAL, _GDPR), "US": (_US_VII,)},
    "health": {
        "CN": ("中华人民共和国就业促进法 第29、30条 (PRC Employment Promotion Law, arts. 29, 30)",),
        "EU": (_EU_EQUAL, _GDPR),
        "US": ("US ADA (42 U.S.C. 12112(d))", "US GINA (42 U.S.C. 2000ff-1)"),
    },
    "ethnicity": {
        "CN": ("中华人民共和国就业促进法 第28条 (PRC Employment Promotion Law, art. 28)",),
        "EU": (_EU_RACE, _GDPR),
        "US": (_US_VII,),
    },
    "origin": {
        "CN": _CN_GENERAL,
        "EU": (_EU_RACE,),
        "US": (_US_VII, "US INA (8 U.S.C. 1324b)"),
    },
    "sex": {"CN": (*_CN_EQUAL, *_CN_WOMEN), "EU": (_EU_SEX,), "US": (_US_VII,)},
    "orientation": {
        "CN": _CN_GENERAL,
        "EU": (_EU_EQUAL, _GDPR),
        "US": (_US_VII, "Bostock v. Clayton County, 590 U.S. 644 (2020)"),
    },
    "politics": {
        "CN": _CN_GENERAL[1:],
        "EU": (_EU_EQUAL, _GDPR),
        "US": ("California Labor Code 1101 (state law)",),
    },
    "union": {
        "CN": ("中华人民共和国工会法 第3条 (PRC Trade Union Law, art. 3)",),
        "EU": (_GDPR,),
        "US": ("US NLRA, section 8(a) (29 U.S.C. 158)",),
    },
    "salary_history": {
        "CN": _CN_GENERAL[1:],
        "EU": ("EU Directive (EU) 2023/970, art. 5(2)",),
        "US": (
            "Illinois Equal Pay Act (820 ILCS 112/10)",
            "California Labor Code 432.3",
            "New York Labor Law 194-a",
        ),
    },
    "criminal_record": {
        "CN": _CN_GENERAL[1:],
        "EU": ("EU GDPR, art. 10",),
        "US": (_US_IL, "EEOC guidance on arrest and conviction records (Title VII)"),
    },
    "appearance": {"CN": _CN_GENERAL, "EU": ("EU GDPR, art. 5(1)(c)",), "US": (_US_VII,)},
    "finances": {
        "CN": _CN_GENERAL[1:],
        "EU": ("EU GDPR, art. 5(1)(c)",),
        "US": ("US Bankruptcy Code (11 U.S.C. 525(b))", "820 ILCS 70 (Illinois)"),
    },
    "military": {
        "CN": _CN_GENERAL[1:],
        "EU": ("EU GDPR, art. 5(1)(c)",),
        "US": ("US USERRA (38 U.S.C. 4311)", _US_IL),
    },
}
# asked about with care but not forbidden there: a warning
ONLY_WARNED = {"CN": frozenset({"salary_history"})}


def region(jurisdiction: str) -> str:
    """CN, EU or US; "" for any other place, where the strictest rule holds."""
    head = jurisdiction.partition("-")[0].upper()
    return head if head in {"CN", "EU", "US"} else ""


def references(code: str, jurisdiction: str) -> tuple[str, ...]:
    """What the refusal rests on there; for a place that is not known, what it rests on anywhere."""
    by_place = LAWS[code]
    place = region(jurisdiction)
    return by_place[place] if place else tuple(law for laws in by_place.values() for law in laws)
