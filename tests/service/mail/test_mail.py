"""Letters into a folder, and to a real SMTP server of the test's own."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.mail import Letter, MailError, mailer_of
from service.mail.mailbox import FileMailbox
from service.mail.port import compose
from service.mail.smtp import Smtp
from service.settings import Settings

SENDER = "HR <hr@example.com>"
LETTER = Letter(
    id="01a2",
    name="王, 芳",
    address="wang@example.com",
    subject="视频面试邀请：工程师",
    text="您好！\nhttps://x.example/join#token\n",
    at=datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
)


def parse(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[return-value]


async def test_a_letter_becomes_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    box = FileMailbox(tmp_path / "box", sender=SENDER)
    await box.send(LETTER)
    await box.send(LETTER)  # a repeat is the same file
    (file,) = (tmp_path / "box").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("01a2.eml", 0o600)
    found = parse(file.read_bytes())
    (to,) = found["To"].addresses
    assert (to.display_name, to.addr_spec) == ("王, 芳", "wang@example.com")
    assert (found["From"], found["Subject"]) == (SENDER, LETTER.subject)
    assert found["Message-ID"] == "<01a2@candor.invalid>"
    assert found.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize(
    "changes",
    [{"address": "a@b\r\nBcc: x@y.z"}, {"address": "a@b@c"}, {"subject": "x\r\nBcc: x@y.z"}],
)
def test_no_header_can_be_smuggled_in(changes: dict[str, str]) -> None:
    with pytest.raises(MailError, match="mail_address") as caught:
        compose(replace(LETTER, **changes), SENDER)
    assert caught.value.is_final


def test_an_address_in_chinese_is_kept() -> None:
    message = compose(replace(LETTER, address="用户@例子.中国"), SENDER)
    assert "用户@例子.中国".encode() in bytes(message)


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("a file, not a folder")
    with pytest.raises(MailError, match="mail_folder") as caught:
        await FileMailbox(tmp_path / "box", sender=SENDER).send(LETTER)
    assert not caught.value.is_final


@dataclass
class Talk:
    """An SMTP server: its answer to RCPT, and what it was given."""

    to_recipient: str = "250 ok"
    offers: str = "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8"
    received: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(text: str) -> None:
            writer.write(f"{text}\r\n".encode())

        say("220 test")
        while line := await reader.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                say("354 go on")
                self.received.append(await reader.readuntil(b"\r\n.\r\n"))
            answers = {b"EHLO": self.offers, b"RCPT": self.to_recipient, b"QUIT": "221 bye"}
            say(answers.get(word, "250 ok"))
            if word == b"QUIT":
                break
        writer.close()


@asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[str]:
    server = await asyncio.start_server(talk.serve, "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_letter_goes_to_an_smtp_server() -> None:
    talk = Talk()
    async with talking(talk) as url:
        await Smtp(f"{url}?tls=no", sender=SENDER).send(LETTER)
    (content,) = talk.received
    assert parse(content.removesuffix(b".\r\n"))["Subject"] == LETTER.subject


@pytest.mark.parametrize(
    ("answer", "code", "is_final"),
    [
        ("550 no such person", "mail_refused", True),
        ("450 later", "mail_refused", False),
    ],
)
async def test_a_refusal_says_whether_it_is_for_good(
    answer: str, code: str, is_final: bool
) -> None:
    async with talking(Talk(to_recipient=answer)) as url:
        with pytest.raises(MailError, match=code) as caught:
            await Smtp(f"{url}?tls=no", sender=SENDER).send(LETTER)
    assert caught.value.is_final is is_final


async def test_without_tls_nothing_is_sent_unless_it_is_said_so() -> None:
    talk = Talk()
    async with talking(talk) as url:
        with pytest.raises(MailError, match="mail_unreachable"):
            await Smtp(url, sender=SENDER).send(LETTER)
    assert talk.received == []


async def test_nobody_at_the_other_end_is_tried_again() -> None:
    async with talking(Talk()) as url:
        pass
    with pytest.raises(MailError, match="mail_unreachable") as caught:
        await Smtp(f"{url}?tls=no", sender=SENDER).send(LETTER)
    assert not caught.value.is_final


@pytest.mark.parametrize(
    ("url", "kind"), [("", FileMailbox), ("smtps://u:p%40@mail.example:465", Smtp)]
)
def test_the_settings_choose(tmp_path: Path, url: str, kind: Callable[..., object]) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, mail_url=url)
    assert type(mailer_of(settings)) is kind
    with pytest.raises(ValueError, match="mail URL"):
        mailer_of(Settings(_env_file=None, data_dir=tmp_path, mail_url="http://x"))
