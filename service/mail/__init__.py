"""Sending letters: one port, a folder of files by default, SMTP by setting."""

from service.mail.choose import mailer_of
from service.mail.port import Letter, Mailer, MailError

__all__ = ["Letter", "MailError", "Mailer", "mailer_of"]
