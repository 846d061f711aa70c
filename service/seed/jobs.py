"""Plans to hang made-up sessions on."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.interviews import plans
from service.interviews.schemas import Plan, PlanDraft
from service.seed.crowd import Job
from service.tables import InterviewPlan

TITLES = {
    "en": ("Support engineer", "Data analyst", "Store manager", "Nurse", "Accountant", "Driver"),
    "zh": ("客户支持工程师", "数据分析师", "门店店长", "护士", "会计", "司机"),
}
ANCHORS = {
    "en": {
        "1": "Speaks in general, without an example.",
        "3": "Gives one example and says what was done.",
        "5": "Gives the situation, their own actions and a measured result.",
    },
    "zh": {
        "1": "只讲大概，没有事例。",
        "3": "讲了一个事例，说明做了什么。",
        "5": "讲清背景、自己的做法和可衡量的结果。",
    },
}
NAMES = {"en": ("Problem solving", "Communication"), "zh": ("解决问题", "沟通")}
QUESTIONS = {
    "en": (
        "Tell us about a fault you found and repaired. What was the situation?",
        "Tell us about a time you explained something difficult to somebody. How did it go?",
    ),
    "zh": (
        "请讲一次你发现并解决故障的经历：当时的情况、你的做法和结果。",
        "请讲一次你向别人解释难懂的事情的经历：你怎么讲的，效果如何？",
    ),
}


def draft(title: str, language: str) -> PlanDraft:
    """A plan of two questions and two competencies."""
    return PlanDraft.model_validate(
        {
            "title": title,
            "language": language,
            "jurisdiction": "STRICT",
            "competencies": [
                {"key": f"c{i}", "name": name, "anchors": ANCHORS[language]}
                for i, name in enumerate(NAMES[language])
            ],
            "questions": [
                {"text": text, "competencies": [f"c{i}"]}
                for i, text in enumerate(QUESTIONS[language])
            ],
        }
    )


async def crowd_jobs(db: AsyncSession, *, max_seconds: int) -> tuple[Job, ...]:
    """Twelve plans, made where they are not there yet."""
    found = []
    for language, titles in TITLES.items():
        for title in titles:
            marked = f"{title} ({'样例' if language == 'zh' else 'sample'})"
            known = select(InterviewPlan.id).where(
                InterviewPlan.title == marked, col(InterviewPlan.is_sample)
            )
            plan_id = (await db.exec(known)).first()
            if plan_id is None:
                wanted = draft(marked, language)
                plan_id = (await make_sample(db, wanted, max_seconds=max_seconds)).id
            found.append(job_of(await plans.find(db, plan_id)))
    return tuple(found)


async def make_sample(db: AsyncSession, wanted: PlanDraft, *, max_seconds: int) -> Plan:
    """Store a plan and mark it as a sample."""
    made = await plans.create(db, wanted, actor=None, max_seconds=max_seconds)
    row = await db.get_one(InterviewPlan, made.id)
    row.is_sample = True
    db.add(row)
    await db.flush()
    return made


def job_of(plan: Plan) -> Job:
    """What sessions need to know of a plan."""
    return Job(
        plan.id,
        plan.language,
        tuple(question.id for question in plan.questions),
        tuple(competency.id for competency in plan.competencies),
    )
