"""SMTP as the post, by the standard library's client in a thread."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from service.mail.port import Letter, MailError, compose

SECONDS = 30.0
FINAL = 500  # SMTP: replies from here on are for good (RFC 5321, 4.2.1)


class Smtp:
    """`smtp://user:password@host:587` (STARTTLS, always) or `smtps://…:465`.

    `smtp://host:25?tls=no` sends in the clear: for a relay on the same machine.
    """

    def __init__(self, url: str, *, sender: str) -> None:
        self._url: SplitResult = urlsplit(url)
        self._sender = sender
        if self._url.scheme not in {"smtp", "smtps"} or not self._url.hostname:
            raise ValueError("a mail URL is smtp://host or smtps://host")

    async def send(self, letter: Letter) -> None:
        """Hand the letter to the server. Raises MailError, never with an address in it."""
        message = compose(letter, self._sender)
        try:
            await asyncio.to_thread(self._send, message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            is_final = bool(codes) and min(codes) >= FINAL
            raise MailError("mail_refused", is_final=is_final) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailError("mail_unsupported", is_final=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailError("mail_unreachable", is_final=False) from error

    def _send(self, message: EmailMessage) -> None:
        with self._connect() as client:
            if self._url.username:
                client.login(unquote(self._url.username), unquote(self._url.password or ""))
            client.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
        client = smtplib.SMTP(host, port or 587, timeout=SECONDS)
        try:
            if self._url.query != "tls=no":
                client.starttls(context=ssl.create_default_context())
        except (smtplib.SMTPException, OSError) as error:
            client.close()  # a server without TLS may be mended: no letter is given up for it
            raise smtplib.SMTPException("no TLS") from error
        return client
