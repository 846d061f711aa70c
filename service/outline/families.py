"""The competencies an outline draws on: cues, names, behavioural anchors, and ways to ask.

A template takes `{topic}`: up to three quotes of the advert. Every one asks for conduct: the
situation, what the candidate did, what came of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.outline.words import Words


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of competency. `cues` are matched against folded requirements."""

    key: str
    name: Words
    description: Words
    anchors: tuple[tuple[int, Words], ...]  # levels 1, 3, 5
    asks: tuple[Words, ...]
    cues: re.Pattern[str]


def _anchors(low: Words, middle: Words, high: Words) -> tuple[tuple[int, Words], ...]:
    return ((1, low), (3, middle), (5, high))


EXPERTISE = Family(
    "expertise",
    Words("专业技能", "Professional expertise"),
    Words("能把岗位要求的知识和工具用在真实工作中。", "Puts what the job calls for to real use."),
    _anchors(
        Words(
            "只说得出名词，没有亲手做过的例子。", "Names terms only; no piece of work of their own."
        ),
        Words(
            "讲了一件亲手做的事，说明用了什么、怎么做的。",
            "Describes one piece of their own work: what they used and how.",
        ),
        Words(
            "讲清背景、为何这样选择、亲自解决的难点和可核对的结果，并说明局限。",
            "Gives the setting, why they chose this way, a difficulty they solved themselves, a "
            "result that can be checked, and the limits of it.",
        ),
    ),
    (
        Words(
            "岗位要求：{topic}。请讲一件最能体现您这方面能力的工作：当时的情况、您亲手做了什么、结果如何。",
            "The job asks for {topic}. Tell us about the piece of work that shows this best: what "
            "was the situation, what did you do yourself, and what came of it?",
        ),
        Words(
            "岗位还要求：{topic}。请讲一次您在这方面遇到的最棘手的问题：您是怎么解决的，"
            "学到了什么？",
            "The job also asks for {topic}. Describe the hardest problem you met in such work: how "
            "did you solve it, and what did you learn?",
        ),
        Words(
            "关于{topic}：请举例说明您做过的一个选择，您如何权衡，事后效果怎样？",
            "Concerning {topic}: give an example of a choice you made, how you weighed it, and how "
            "it turned out.",
        ),
    ),
    re.compile(r"(?!x)x"),
)
_SITUATION = (
    "What was the situation, what did you do, and what came of it?",
    "当时的情况、您的做法和结果是什么？",
)


def _family(
    key: str,
    names: Words,
    *,
    about: tuple[Words, Words, Words, Words],
    ask: Words,
    cues: str,
) -> Family:
    """A family with one lead-in; the second way to ask turns to what went wrong."""
    description, low, middle, high = about
    first = Words(f"{ask.zh}{_SITUATION[1]}", f"{ask.en} {_SITUATION[0]}")
    second = Words(
        "还是关于{topic}：请讲一次没有做好的经历。您做了什么，后来改变了什么？",
        "Still on {topic}: tell us about a time it did not go well. What did you do, and what "
        "did you change afterwards?",
    )
    return Family(
        key, names, description, _anchors(low, middle, high), (first, second), re.compile(cues)
    )


FAMILIES: tuple[Family, ...] = (
    _family(
        "leadership",
        Words("带领他人", "Leading others"),
        about=(
            Words(
                "让他人把事情做成并成长。", "Gets things done through others and lets them grow."
            ),
            Words("只谈职位或头衔，没有具体做法。", "Speaks of title only, not of conduct."),
            Words(
                "说明如何分工、跟进，并给出一个例子。",
                "Tells how they shared out and followed up work.",
            ),
            Words(
                "讲清如何定目标、授权、处理分歧和辅导他人，结果有数据，并反思自己的不足。",
                "Shows how they set goals, delegated, met resistance and coached, with figures,"
                " and "
                "what they would do otherwise.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您带领或指导他人完成任务的经历。",
            "The job asks for {topic}. Tell us about a time you led or coached others to a result.",
        ),
        cues=r"\b(?:lead(?:ing|ership)?|mentor\w*|coach\w*|supervis(?:e|es|ing|or|ory)|manag(?:e"
        r"|ing) (?:\w+ ){0,3}"
        r"(?:teams?|people|staff)|senior management|managing|recruit|train (?:users|and)"
        r"|executive team|"
        r"influenc\w+)\b|领导力|团队管理|带领|带团队|管理经验|指导|管理能力",
    ),
    _family(
        "communication",
        Words("沟通表达", "Communication"),
        about=(
            Words(
                "让不同的人听懂，也听懂别人。", "Is understood by different people, and listens."
            ),
            Words("泛泛而谈，看不出对象是谁。", "Speaks in general; no listener in sight."),
            Words("说明对谁、怎么讲，并给出一个例子。", "Tells to whom and how, with one example."),
            Words(
                "讲清如何了解对方、选择方式、确认理解，结果有据可查。",
                "Shows how they read the listener, chose the form, checked that it was understood, "
                "and what it changed.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您需要把一件复杂的事讲清楚，或化解误会的经历。",
            "The job asks for {topic}. Tell us about a time you had to make something difficult "
            "clear to others.",
        ),
        cues=r"\b(?:communicat\w+|written|verbal|oral|present(?:ing|ation)\w*|interpersonal"
        r"|speak\w*|"
        r"write routine|writing|negotiat\w+|articulate)\b|沟通|表达|文字功底|汇报|谈判|文案"
        r"|协调能力",
    ),
    _family(
        "teamwork",
        Words("团队协作", "Teamwork"),
        about=(
            Words("与他人一起把事做成。", "Gets things done with others."),
            Words("只谈自己，或把问题归咎于他人。", "Speaks of themselves only, or blames others."),
            Words("说明各自的分工和自己的贡献。", "Tells who did what, and their own part."),
            Words(
                "讲清如何化解分歧、帮助他人，并说明对共同结果的影响。",
                "Shows how they settled a difference, helped others, and what it did for the"
                " result.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您与意见不同的人一起完成工作的经历。",
            "The job asks for {topic}. Tell us about work you finished with people who saw things "
            "differently.",
        ),
        cues=r"\b(?:team(?:s|work)?|collaborat\w+|cross.functional|stakeholders?|relationships?|"
        r"partnership|colleagues|with others|interact)\b|团队合作|团队协作|团队精神|合作精神|协作",
    ),
    _family(
        "planning",
        Words("计划与抗压", "Planning under pressure"),
        about=(
            Words("在多项任务和压力下按时完成。", "Delivers on time with several tasks at once."),
            Words("没有方法，只说会加班。", "No method; only says they work longer."),
            Words(
                "说明如何排序并按计划完成。", "Tells how they ordered the work and kept the plan."
            ),
            Words(
                "讲清如何取舍、提前预警、调整计划，并给出时间或质量的数据。",
                "Shows how they traded off, warned early, changed the plan, with figures on time"
                " or "
                "quality.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次几件事同时到期、时间很紧的经历。",
            "The job asks for {topic}. Tell us about a time several things were due at once.",
        ),
        cues=r"\b(?:deadlines?|prioriti\w+|pressure|multi.?task\w*|multiple projects|time"
        r" management|"
        r"organi[sz](?:ed|ational|ing)|fast.paced|estimates|timeframes?|project management|"
        r"on time|on budget|shifting priorities|travel)\b|抗压|压力|计划|多任务|优先级|时间管理"
        r"|出差|项目管理",
    ),
    _family(
        "customers",
        Words("客户导向", "Care for customers"),
        about=(
            Words("弄清对方的需要并把事情解决。", "Finds out what people need and sees it done."),
            Words("只说态度好，没有事例。", "Says they are friendly; no example."),
            Words("讲了一件事，说明自己做了什么。", "Tells one case and what they did."),
            Words(
                "讲清如何弄清真实需要、给出办法、跟进结果，并说明学到什么。",
                "Shows how they found the real need, offered a way, followed up, and what they"
                " learned.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您面对不满意的客户的经历。",
            "The job asks for {topic}. Tell us about a customer who was not satisfied at first.",
        ),
        cues=r"\b(?:customers?|clients?|guests?|sales|selling|vendors?|patients?)\b|客户|顾客"
        r"|销售|服务意识|用户服务",
    ),
    _family(
        "analysis",
        Words("分析与解决问题", "Analysis and problem solving"),
        about=(
            Words("弄清问题的原因并解决它。", "Finds the cause of a problem and removes it."),
            Words("凭感觉，没有说明原因。", "Goes by feeling; no cause given."),
            Words("说明如何找到原因并解决。", "Tells how they found the cause and solved it."),
            Words(
                "讲清如何收集依据、排除其他可能、验证办法，并防止再次发生。",
                "Shows how they gathered evidence, ruled out other causes, tested the remedy, and "
                "kept it from coming back.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您弄清一个原因不明的问题的经历。",
            "The job asks for {topic}. Tell us about a problem whose cause was unclear at first.",
        ),
        cues=r"\b(?:problem.?solv\w*|problems?|analytical|critical thinking|troubleshoot\w*"
        r"|judge?ment|"
        r"root cause|conclusions|think in|clear, logical|acumen|challenges)\b|分析能力|解决问题"
        r"|逻辑|判断力|排查",
    ),
    _family(
        "learning",
        Words("学习与主动性", "Learning and initiative"),
        about=(
            Words("主动学习并用到工作中。", "Learns unasked and puts it to use."),
            Words("等待安排，没有例子。", "Waits to be told; no example."),
            Words("讲了一件自学并用上的事。", "Tells of one thing learned and used."),
            Words(
                "讲清为何要学、怎么学、如何影响他人或流程，并有结果。",
                "Shows why and how they learned it, how it changed others' work, and the result.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您主动去做或自学、并改变了结果的经历。",
            "The job asks for {topic}. Tell us about something you took up on your own that"
            " changed "
            "a result.",
        ),
        cues=r"\b(?:learn\w*|self.?(?:starter|motivated)|initiative|independent\w*|curio\w+"
        r"|innovat\w+|"
        r"creativ\w+|adapt\w*|enthusiasm|passion\w*|minimal (?:guidance|supervision)|motivated)\b"
        "|学习能力|自学|主动|独立|创新|适应|好奇|热爱|吃苦",
    ),
    _family(
        "quality",
        Words("细致与合规", "Care and compliance"),
        about=(
            Words("把事情做准、做合规，并能发现差错。", "Works accurately and by the rules."),
            Words("只说自己细心，没有事例。", "Says they are careful; no example."),
            Words("说明如何核对，并给出一个例子。", "Tells how they check, with one example."),
            Words(
                "讲清发现的差错、影响、补救以及此后如何预防。",
                "Shows an error they found, what it meant, how they put it right, and how they"
                " keep "
                "it from coming back.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您发现差错或守住规定的经历。",
            "The job asks for {topic}. Tell us about a time you found an error or held to a rule.",
        ),
        cues=r"\b(?:attention to detail|detail.oriented|accura\w+|complian\w+|regulat\w+"
        r"|accreditation|"
        r"standards|integrity|laws|polic(?:y|ies)|safety|confidential\w*)\b"
        "|细心|细致|严谨|认真|合规|责任心|保密|法规|安全意识",
    ),
    _family(
        "training",
        Words("学历与证书的运用", "Use of training"),
        about=(
            Words("把所学用到工作中。", "Puts what they were taught to use."),
            Words("只报学历或证书名称。", "Names the degree or certificate only."),
            Words("说明用所学做了什么。", "Tells what they did with it."),
            Words(
                "讲清所学如何解决了一个真实问题、哪里不够用、又补学了什么。",
                "Shows how it solved a real problem, where it fell short, and what they added.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一件您把这方面所学（或同等经验）用到实际工作中的事。",
            "The job asks for {topic}. Tell us about work in which you used what you learned for "
            "it, or experience that stands for it.",
        ),
        cues=r"(?!x)x",
    ),
    _family(
        "languages",
        Words("语言运用", "Languages at work"),
        about=(
            Words("用岗位要求的语言完成工作。", "Gets work done in the language of the job."),
            Words("只说水平如何，没有事例。", "Only states a level."),
            Words("讲了一件用该语言完成的工作。", "Tells of one task done in the language."),
            Words(
                "讲清场合、难点、如何确认双方理解，以及结果。",
                "Shows the occasion, the difficulty, how understanding was checked, and the"
                " result.",
            ),
        ),
        ask=Words(
            "岗位要求：{topic}。请讲一次您用这门语言完成工作的经历。",
            "The job asks for {topic}. Tell us about a task you did in that language.",
        ),
        cues=r"(?!x)x",
    ),
)
BY_KEY = {family.key: family for family in (EXPERTISE, *FAMILIES)}
NEAREST = {  # where a small group goes when there are too many
    "languages": "communication",
    "quality": "analysis",
    "learning": "analysis",
    "teamwork": "communication",
    "planning": "teamwork",
    "customers": "communication",
    "training": "expertise",
    "leadership": "teamwork",
    "communication": "teamwork",
    "analysis": "expertise",
}
