"""The words of invitations and reminders, with the deadline as the candidate's clock shows it."""

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
    ("zh-CN", MailKind.INVITATION): "视频面试邀请：{job}",
    ("zh-CN", MailKind.REMINDER): "提醒：{job} 的视频面试将于 {until} 截止",
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
