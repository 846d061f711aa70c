"""Which adapter the settings ask for."""

from __future__ import annotations

from service.mail.mailbox import FileMailbox
from service.mail.port import Mailer
from service.mail.smtp import Smtp
from service.settings import Settings


def mailer_of(settings: Settings) -> Mailer:
    """SMTP where CANDOR_MAIL_URL names a server, else a folder beside the data."""
    url, sender = settings.mail_url.get_secret_value(), settings.mail_from
    if url:
        return Smtp(url, sender=sender)
    return FileMailbox(settings.data_dir / "mailbox", sender=sender)
