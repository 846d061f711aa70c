"""The port: what a letter is, and what whoever carries it promises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Protocol

ADDRESS = re.compile(r"^[^@\s<>,;:\"\x00-\x1f\x7f]+@[^@\s<>,;:\"\x00-\x1f\x7f]+$")


class MailError(Exception):
    """A letter that did not go. `is_final`: no later attempt can go better."""

    def __init__(self, code: str, *, is_final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in plain text. `id` stays the same over attempts, so that copies can be told."""

    id: str
    name: str
    address: str
    subject: str
    text: str
    at: datetime


class Mailer(Protocol):
    """Carries letters."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over for good. Raises MailError."""


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The letter as RFC 5322 wants it. Raises MailError `mail_address` (final)."""
    # Servers without SMTPUTF8 take names and subjects encoded; only addresses need the extension.
    message = EmailMessage(policy=SMTP if letter.address.isascii() else SMTPUTF8)
    try:
        if not ADDRESS.match(letter.address):
            raise ValueError("not an address")
        local, _, domain = letter.address.partition("@")
        message["To"] = Address(display_name=letter.name, username=local, domain=domain)
        message["From"] = sender
        message["Subject"] = letter.subject
    except (ValueError, IndexError, HeaderParseError) as error:
        raise MailError("mail_address", is_final=True) from error
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@candor.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
