"""The words of letters to candidates, with the deadline as the candidate's clock shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.tables import MailKind

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh-CN": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SUBJECTS = {
    ("en", MailKind.INVITATION): "Invitation to a video interview: {job}",
    ("en", MailKind.REMINDER): "Reminder: your video interview for {job} is open until {until}",
    ("en", MailKind.RECEIVED): "We have your interview: {job}",
    ("en", MailKind.REQUESTED): "We have your request: {job}",
    ("en", MailKind.COPY_READY): "The copy of your data is ready: {job}",
    ("en", MailKind.ANSWERED): "Your request has been answered: {job}",
    ("zh-CN", MailKind.INVITATION): "视频面试邀请：{job}",
    ("zh-CN", MailKind.REMINDER): "提醒：{job} 的视频面试将于 {until} 截止",
    ("zh-CN", MailKind.RECEIVED): "我们已收到您的面试：{job}",
    ("zh-CN", MailKind.REQUESTED): "我们已收到您的请求：{job}",
    ("zh-CN", MailKind.COPY_READY): "您的数据副本已准备好：{job}",
    ("zh-CN", MailKind.ANSWERED): "您的请求已有答复：{job}",
}
TEXTS = {
    (
        "en",
        MailKind.INVITATION,
    ): """Hello {name},

you are invited to a video interview for: {job}

Begin whenever it suits you, until {until}:
{link}

The link is yours alone; please do not pass it on. You need a browser with camera and microphone. \
Before anything is recorded you are told what happens with it and asked for your consent. \
A person makes every decision.
""",
    (
        "en",
        MailKind.REMINDER,
    ): """Hello {name},

your video interview for {job} has not begun yet. It is open until {until}:
{link}

If you do not wish to take part, you need not do anything.
""",
    (
        "en",
        MailKind.RECEIVED,
    ): """Hello {name},

thank you for your interview for {job}. It has arrived in full.

Your receipt says what was collected, which models read it and what you agreed to. It is signed, \
so that anybody can check it. On the same page you see how far things have come, and you can \
ask for a copy, contest a result, take a consent back or have everything erased:
{link}

A person looks at your answers and decides. You will hear from us.
""",
    (
        "en",
        MailKind.REQUESTED,
    ): """Hello {name},

your request about your interview for {job} has come in. It will be answered within 30 days; it \
does not count against you. You can follow it here:
{link}
""",
    (
        "en",
        MailKind.COPY_READY,
    ): """Hello {name},

the copy of your data from the interview for {job} is ready. For 14 days you can fetch it here:
{link}
""",
    (
        "en",
        MailKind.ANSWERED,
    ): """Hello {name},

a person has answered your request about your interview for {job}. Read the answer here:
{link}
""",
    (
        "zh-CN",
        MailKind.INVITATION,
    ): """{name}，您好：

诚邀您参加以下职位的视频面试：{job}

请在 {until} 之前任选方便的时间开始：
{link}

此链接仅供您本人使用，请勿转发。您需要带摄像头和麦克风的浏览器。录制之前，我们会说明资料的用途并征求您的同意。\
所有决定均由人作出。
""",
    (
        "zh-CN",
        MailKind.REMINDER,
    ): """{name}，您好：

您的“{job}”视频面试尚未开始，开放至 {until}：
{link}

如果您不想参加，无需任何操作。
""",
    (
        "zh-CN",
        MailKind.RECEIVED,
    ): """{name}，您好：

感谢您参加“{job}”的面试，内容已完整收到。

您的回执载明收集了哪些数据、由哪些模型处理、您同意了什么，并附有任何人均可核验的签名。\
在同一页面，您可以查看进展、索取数据副本、对结果提出异议、撤回同意或要求删除全部数据：
{link}

您的回答由人查看，并由人作出决定。我们会与您联系。
""",
    (
        "zh-CN",
        MailKind.REQUESTED,
    ): """{name}，您好：

我们已收到您关于“{job}”面试的请求，将在 30 天内答复。这不会对您产生不利影响。您可以在此查看进展：
{link}
""",
    (
        "zh-CN",
        MailKind.COPY_READY,
    ): """{name}，您好：

您在“{job}”面试中的数据副本已准备好，请在 14 天内从这里下载：
{link}
""",
    (
        "zh-CN",
        MailKind.ANSWERED,
    ): """{name}，您好：

工作人员已答复您关于“{job}”面试的请求，请在此查看：
{link}
""",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter tells."""

    name: str
    job: str
    link: str
    deadline: datetime
    zone: ZoneInfo
    locale: str


def local_time(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """The moment on the candidate's clock, with the zone and its distance from UTC."""
    local = moment.astimezone(zone)
    day, clock = DAYS.get(locale, DAYS["en"])[local.weekday()], local.strftime("%H:%M")
    offset = local.strftime("%z")
    utc = f"UTC{offset[:3]}:{offset[3:5]}"
    if locale == "zh-CN":
        return f"{local.year}年{local.month}月{local.day}日 {day} {clock}（{zone.key}，{utc}）"
    date = f"{day} {local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{date}, {clock} ({zone.key}, {utc})"


def write(kind: MailKind, facts: Facts) -> tuple[str, str]:
    """Subject and text in the candidate's language."""
    locale = facts.locale if facts.locale in DAYS else "en"
    until = local_time(facts.deadline, facts.zone, locale)
    holes = {"name": facts.name, "job": facts.job, "link": facts.link, "until": until}
    return SUBJECTS[locale, kind].format(**holes), TEXTS[locale, kind].format(**holes)
