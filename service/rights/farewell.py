"""The last letter: that everything was erased. It holds the name one last time and is not kept."""

from __future__ import annotations

from service import telemetry
from service.db import Database
from service.mail import Letter, Mailer, MailError
from service.rights.queries import Head
from service.tables import Erasure, new_id, utc_now

SUBJECT = {
    "en": "Your data has been erased: {job}",
    "zh-CN": "您的数据已删除：{job}",
}
TEXT = {
    "en": """Hello {name},

everything we held about your interview for {job} has been erased: recordings, texts, ratings, \
your name and this address. What stays is a note without your name that an erasure took place, \
on {at}.

This letter is not kept, and you cannot reply to it.
""",
    "zh-CN": """{name}，您好：

我们持有的关于“{job}”面试的全部资料均已删除，包括录音录像、文字、评分、您的姓名以及此邮箱地址。\
仅保留一条不含您姓名的删除记录，时间为 {at}。

本信件不会留存，请勿回复。
""",
}


def write(head: Head, erasure: Erasure) -> Letter:
    """The letter, from what was read before the erasure."""
    locale = head.invitation.locale if head.invitation.locale in TEXT else "en"
    at = erasure.erased_at.strftime("%Y-%m-%d %H:%M UTC")
    holes = {"name": head.candidate.name, "job": head.plan.title, "at": at}
    return Letter(
        str(new_id()),
        head.candidate.name,
        head.candidate.email,
        SUBJECT[locale].format(**holes),
        TEXT[locale].format(**holes),
        utc_now(),
    )


async def send(database: Database, mailer: Mailer, *, letter: Letter, erasure: Erasure) -> str:
    """Send it, once: the address is gone. What became of it is noted on the tombstone."""
    try:
        await mailer.send(letter)
        outcome = "sent"
    except MailError as error:
        telemetry.log().warning("farewell_failed", erasure=str(erasure.id), code=error.code)
        outcome = error.code
    async with database.writing() as db:
        row = await db.get_one(Erasure, erasure.id)
        row.letter = outcome
        db.add(row)
    return outcome
