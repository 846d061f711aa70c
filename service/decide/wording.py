"""What candidates are written about a decision, in their language. People may change every word.

A refusal says that a person decided, on what, and what the candidate can do about it (GDPR art. 15
and 22, EU AI Act art. 86, PIPL art. 24 and 45, Illinois HB 3773): these belong in every adverse
letter, so the template has them.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.tables import Outcome

SUBJECTS = {
    "en": {
        Outcome.ADVANCE: "Your interview for {job}: we would like to go on",
        Outcome.HOLD: "Your interview for {job}: we need a little more time",
        Outcome.DECLINE: "Your interview for {job}: our decision",
    },
    "zh-CN": {
        Outcome.ADVANCE: "{job} 面试结果：期待与您进一步沟通",
        Outcome.HOLD: "{job} 面试进展：我们还需要一些时间",
        Outcome.DECLINE: "{job} 面试结果通知",
    },
}
SOFTWARE = {
    "en": {
        True: "Software proposed a level for what you said on each point. A person looked at every "
        "one of these proposals, could change them, and made the decision.",
        False: "No software rated your answers; a person did, and made the decision.",
    },
    "zh-CN": {
        True: "软件曾就您各项回答的内容给出参考等级；"
        "每一项都经人工查看并可由人修改，最终决定由人作出。",
        False: "您的回答未经软件评分，评价和决定均由人作出。",
    },
}
TEXTS = {
    "en": {
        Outcome.ADVANCE: """Hello {name},

thank you for the interview for {job}. We enjoyed it and would like to go on with you. \
A colleague will get in touch to agree on the next step.

Where your application stands, and what is kept about you, can always be seen here:
{link}

Kind regards
""",
        Outcome.HOLD: """Hello {name},

thank you for the interview for {job}. We have not decided yet and need a little more time. \
You need not do anything; we will write to you again.

Where your application stands, and what is kept about you, can always be seen here:
{link}

Kind regards
""",
        Outcome.DECLINE: """Hello {name},

thank you for the time and the effort you put into the interview for {job}. \
We have decided not to go on with your application.

The decision rests on the content of your answers, held against the levels that are described for \
this position in advance. Neither your face nor your voice was rated. {software}

You may ask what the decision rests on, correct what is wrong, and ask for another person to look \
at it again. How to do so, what is kept about you and for how long, is here:
{link}

We thank you for your interest and wish you all the best.

Kind regards
""",
    },
    "zh-CN": {
        Outcome.ADVANCE: """{name}，您好：

感谢您参加“{job}”的面试。我们很高兴能进一步了解您，同事会尽快与您联系，商定下一步安排。

您可以随时在此查看申请进展，以及我们保存了您的哪些资料：
{link}

此致
敬礼
""",
        Outcome.HOLD: """{name}，您好：

感谢您参加“{job}”的面试。我们尚未作出决定，还需要一些时间。您无需任何操作，有结果后我们会再写信给您。

您可以随时在此查看申请进展，以及我们保存了您的哪些资料：
{link}

此致
敬礼
""",
        Outcome.DECLINE: """{name}，您好：

感谢您为“{job}”的面试付出的时间和努力。经过考虑，我们这次决定不再推进您的申请。

这一决定依据的是您回答的内容，对照的是事先为该职位写明的各级标准；您的表情和声音均未参与评分。{software}

您有权了解决定的依据、更正有误之处，并要求由另一位同事重新查看。具体方式，以及我们保存了哪些资料、保存多久，请见：
{link}

感谢您的关注，祝您一切顺利。

此致
敬礼
""",
    },
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter tells. `is_ai_rated`: a model proposed levels."""

    name: str
    job: str
    link: str
    is_ai_rated: bool


def write(outcome: Outcome, facts: Facts, locale: str) -> tuple[str, str]:
    """Subject and text; in English where we do not write the language."""
    known = locale if locale in TEXTS else "en"
    holes = {
        "name": facts.name,
        "job": facts.job,
        "link": facts.link,
        "software": SOFTWARE[known][facts.is_ai_rated],
    }
    subject, text = SUBJECTS[known][outcome], TEXTS[known][outcome]
    return subject.format(**holes)[:200], text.format(**holes)
