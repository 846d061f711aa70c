"""Which law each section of a notice answers to, by profile.

EU: Regulation (EU) 2016/679 (GDPR) and Regulation (EU) 2024/1689 (AI Act). CN: the Personal
Information Protection Law of 20 August 2021 (PIPL). US-IL: the Artificial Intelligence Video
Interview Act (820 ILCS 42), the Biometric Information Privacy Act (740 ILCS 14), and the Human
Rights Act as amended by P.A. 103-0804 (775 ILCS 5/2-102(L), in force since 1 January 2026).
STRICT, for every other place, keeps to the strictest of them without claiming that they apply.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.access.notice_words.parts import Source


def _gdpr(article: str) -> Source:
    return Source(f"GDPR Art. {article}", f"欧盟《通用数据保护条例》第 {article} 条")


def _act(article: str) -> Source:
    return Source(f"EU AI Act Art. {article}", f"欧盟《人工智能法》第 {article} 条")


def _pipl(article: str) -> Source:
    return Source(f"PIPL Art. {article}", f"《个人信息保护法》第 {article} 条")


def _aivia(section: str) -> Source:
    return Source(
        f"820 ILCS 42/{section}", f"伊利诺伊州《人工智能视频面试法》820 ILCS 42/{section}"
    )


BIPA = Source("740 ILCS 14/15", "伊利诺伊州《生物识别信息隐私法》740 ILCS 14/15")
HRA = Source("775 ILCS 5/2-102(L)", "伊利诺伊州《人权法》775 ILCS 5/2-102(L)")
ANNEX = Source("EU AI Act Annex III (4)(a)", "欧盟《人工智能法》附件三第 4(a) 项")

LAWS: Mapping[str, Mapping[str, tuple[Source, ...]]] = {
    "EU": {
        "recorded": (_gdpr("6(1)(a)"), _gdpr("7"), _gdpr("13")),
        "models": (_gdpr("13(2)(f)"), _act("26(11)"), ANNEX),
        "never": (_act("5(1)(f)"), _gdpr("9")),
        "decides": (_gdpr("22"), _act("14"), _act("26(2)"), _act("86")),
        "kept": (_gdpr("5(1)(e)"), _gdpr("13(2)(a)")),
        "rights": (_gdpr("7(3)"), _gdpr("12(3)"), _gdpr("15–22"), _gdpr("77")),
    },
    "CN": {
        "recorded": (_pipl("13"), _pipl("14"), _pipl("17")),
        "models": (_pipl("24"), _pipl("30"), _pipl("55")),
        "never": (_pipl("24"), _pipl("28"), _pipl("29")),
        "decides": (_pipl("24"),),
        "kept": (_pipl("19"),),
        "rights": (_pipl("15"), _pipl("16"), _pipl("44–48"), _pipl("50")),
    },
    "US-IL": {
        "recorded": (_aivia("5"),),
        "models": (_aivia("5"), HRA),
        "never": (HRA, BIPA),
        "decides": (_aivia("5"), _aivia("20")),
        "kept": (_aivia("15"), BIPA),
        "rights": (_aivia("10"), _aivia("15")),
    },
    "STRICT": {
        "recorded": (_gdpr("13"), _pipl("14"), _aivia("5")),
        "models": (_gdpr("13(2)(f)"), _pipl("24"), _aivia("5")),
        "never": (_act("5(1)(f)"), _pipl("28"), HRA),
        "decides": (_gdpr("22"), _pipl("24"), _act("14")),
        "kept": (_gdpr("5(1)(e)"), _pipl("19"), _aivia("15")),
        "rights": (_gdpr("15–22"), _pipl("44–48"), _aivia("15")),
    },
}
