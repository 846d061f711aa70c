"""Letters: sent once, in the candidate's language, dropped when moot, tried again when refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from service.access.tokens import token_hash
from service.audit import verify
from service.interviews.bulk.post import MOST_ATTEMPTS, RETRY, Post
from service.mail import Letter, MailError
from service.tables import (
    AuditEvent,
    Invitation,
    Mail,
    MailKind,
    Role,
    Session,
    SessionState,
    utc_now,
)
from tests.fakes.rooms import House, Json, give_consent, new_invitation, new_plan

ROWS = "Name,Email,Language\nLi Na,li@example.com,zh\nAnn,ann@example.com,en\n"


class Box:
    """A mailer that keeps what it is given, or fails."""

    def __init__(self, error: MailError | None = None) -> None:
        self.letters: list[Letter] = []
        self.error = error

    async def send(self, letter: Letter) -> None:
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        self.letters.append(letter)


@asynccontextmanager
async def invited(house: House, **given: object) -> AsyncIterator[tuple[httpx.AsyncClient, Json]]:
    async with await house.login(Role.HR_LEAD) as client:
        plan = await new_plan(client)
        deadline = (utc_now() + timedelta(days=5)).strftime("%Y-%m-%d %H:%M")
        params = {"plan_id": plan["id"], "deadline": deadline, "remind_hours": [24, 72]} | given
        answer = await client.post(
            "/api/invitations/import",
            params=params,  # type: ignore[arg-type]
            content=ROWS.encode(),
        )
        assert answer.status_code == 201, answer.text
        yield client, answer.json()


def post(house: House, box: Box) -> Post:
    return Post(house.database, box, house.settings)


async def bring_forward(house: House, kind: MailKind = MailKind.REMINDER) -> None:
    """The time of all waiting letters of a kind has come."""
    async with house.database.writing() as db:
        for mail in (await db.exec(select(Mail).where(Mail.kind == kind))).all():
            mail.due_at = utc_now() - timedelta(seconds=1)


async def let_time_pass(house: House) -> None:
    """Nobody holds a letter any more."""
    async with house.database.writing() as db:
        for mail in (await db.exec(select(Mail))).all():
            if mail.claimed_at:
                mail.claimed_at -= RETRY + timedelta(seconds=1)


async def make_older(house: House, hashed: str, only: UUID | None = None) -> None:
    """Give an invitation (or the one there is) a token that is not derived."""
    async with house.database.writing() as db:
        statement = select(Invitation)
        if only:
            statement = statement.where(Invitation.id == only)
        (await db.exec(statement)).one().token_hash = hashed


def token(letter: Letter) -> str:
    return letter.text.split("join#")[1].split()[0]


async def test_each_gets_one_letter_in_their_language_with_a_link_that_opens(house: House) -> None:
    box = Box()
    async with invited(house) as (client, result):
        done = await post(house, box).deliver()
        again = await post(house, box).deliver()
        waiting = (await client.get("/api/invitations/mails")).json()
        gone = (await client.get("/api/invitations/mails?sent=true")).json()
    assert ((done.sent, done.failed), again.sent) == ((2, 0), 0)
    assert {letter.subject for letter in box.letters} == {
        "视频面试邀请：Engineer",
        "Invitation to a video interview: Engineer",
    }
    links = {one["link"].split("#")[1] for one in result["invitations"]}  # type: ignore[attr-defined]
    assert {token(letter) for letter in box.letters} == links
    async with house.guest(token(box.letters[0])) as guest:
        assert (await guest.get("/api/candidate/interview")).status_code == 200
    assert [(one["kind"], one["state"]) for one in waiting] == [("reminder", "later")] * 4
    assert [(one["kind"], one["state"]) for one in gone] == [("invitation", "sent")] * 2
    async with house.database.reading() as db:
        assert (await verify(db)).ok
        sent = select(AuditEvent).where(AuditEvent.tag == "system:mail:send")
        events = (await db.exec(sent)).all()
    assert {event.detail["kind"] for event in events} == {"invitation"}


async def test_a_reminder_holds_the_same_link_and_goes_only_to_who_has_not_begun(
    house: House,
) -> None:
    box = Box()
    async with invited(house, send=True, remind_hours=[24]) as (_, result):
        await post(house, box).deliver()
        begun = UUID(str(result["invitations"][0]["invitation_id"]))  # type: ignore[index]
        async with house.database.writing() as db:
            of = select(Session).where(Session.invitation_id == begun)
            (await db.exec(of)).one().state = SessionState.LIVE
        await bring_forward(house)
        done = await post(house, box).deliver()
    assert (done.sent, done.dropped) == (1, 1)
    first, reminder = box.letters[1], box.letters[2]
    assert reminder.address == first.address == "ann@example.com"
    assert reminder.subject.startswith("Reminder: ")
    assert token(reminder) == token(first)


@pytest.mark.parametrize("how", ["revoked", "expired", "declined"])
async def test_nobody_is_reminded_of_what_is_over(house: House, how: str) -> None:
    box = Box()
    async with invited(house) as (client, result):
        await post(house, box).deliver()
        for one in result["invitations"]:  # type: ignore[attr-defined]
            if how == "revoked":
                await client.post(f"/api/invitations/{one['invitation_id']}/revoke")
            if how == "declined":
                async with house.guest(one["link"].split("#")[1]) as guest:
                    await give_consent(guest, recording=False)
    if how == "expired":
        async with house.database.writing() as db:
            for invitation in (await db.exec(select(Invitation))).all():
                invitation.expires_at = utc_now()
    await bring_forward(house)
    done = await post(house, box).deliver()
    assert (done.sent, done.dropped, len(box.letters)) == (0, 4, 2)


async def test_a_reminder_whose_time_is_past_is_never_made(house: House) -> None:
    soon = (utc_now() + timedelta(hours=30)).strftime("%Y-%m-%d %H:%M")
    async with invited(house, deadline=soon) as (client, _):
        waiting = (await client.get("/api/invitations/mails")).json()
    assert [one["kind"] for one in waiting].count("reminder") == 2  # 24 h before; not 72 h


async def test_without_letters_there_are_links_only(house: House) -> None:
    async with invited(house, send=False) as (client, result):
        assert (await client.get("/api/invitations/mails")).json() == []
        assert len(result["invitations"]) == 2  # type: ignore[arg-type]


async def test_a_letter_that_fails_is_tried_again_later_and_given_up_in_the_end(
    house: House,
) -> None:
    box = Box(MailError("mail_unreachable", is_final=False))
    async with invited(house, remind_hours=[0]) as (client, _):
        assert (await post(house, box).deliver()).failed == 2
        assert (await post(house, box).deliver()).failed == 0  # not at once
        waiting = (await client.get("/api/invitations/mails")).json()
        assert {(one["state"], one["failure"]) for one in waiting} == {
            ("failed", "mail_unreachable")
        }
        for _ in range(MOST_ATTEMPTS - 2):
            await let_time_pass(house)
            assert (await post(house, box).deliver()).failed == 2
        box.error = None
        await let_time_pass(house)
        assert (await post(house, box).deliver()).sent == 2


async def test_a_refusal_for_good_is_not_tried_again(house: House) -> None:
    box = Box(MailError("mail_refused", is_final=True))
    async with invited(house, remind_hours=[0]) as (client, _):
        assert (await post(house, box).deliver()).failed == 2
        await let_time_pass(house)
        assert (await post(house, box).deliver()).failed == 0
        gone = (await client.get("/api/invitations/mails?sent=true")).json()
    assert {(one["state"], one["failure"]) for one in gone} == {("dropped", "mail_refused")}


async def test_several_senders_send_each_letter_once(house: House) -> None:
    box = Box()
    async with invited(house):
        await asyncio.gather(*(post(house, box).deliver() for _ in range(3)))
    assert sorted(letter.address for letter in box.letters) == ["ann@example.com", "li@example.com"]


async def test_resending_moves_the_deadline_and_its_reminders_and_keeps_the_link(
    house: House,
) -> None:
    box = Box()
    async with invited(house) as (client, result):
        await post(house, box).deliver()
        one = result["invitations"][1]  # type: ignore[index]
        later = (utc_now() + timedelta(days=20)).strftime("%Y-%m-%d")
        body = {"deadline": later, "time_zone": "America/New_York", "remind_hours": [48]}
        answer = await client.post(f"/api/invitations/{one['invitation_id']}/resend", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["time_zone"] == "America/New_York"
        await post(house, box).deliver()
        waiting = (await client.get("/api/invitations/mails")).json()
    resent = box.letters[-1]
    assert (resent.address, token(resent)) == ("ann@example.com", one["link"].split("#")[1])
    assert "23:59 (America/New_York" in resent.text
    own = [each for each in waiting if each["invitation_id"] == one["invitation_id"]]
    assert len(own) == 1
    async with house.database.reading() as db:
        statement = select(AuditEvent.tag).order_by(col(AuditEvent.seq))
        assert "hr:invitation:resend" in (await db.exec(statement)).all()


async def test_sending_and_sending_again_at_once_do_not_wait_for_each_other(house: House) -> None:
    """Older invitations: their next letter writes the invitation as well as the letter."""
    box = Box()
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client)
        made = [await new_invitation(client, plan) for _ in range(6)]
        for number, one in enumerate(made):
            await make_older(house, token_hash(f"older {number}"), UUID(str(one["id"])))
        urls = [f"/api/invitations/{one['id']}/resend" for one in made]
        for url in urls:
            assert (await client.post(url, json={})).status_code == 200
        answers = await asyncio.gather(
            *(client.post(url, json={}) for url in urls),
            *(post(house, box).deliver() for _ in range(3)),
        )
    assert [answer.status_code for answer in answers[:6]] == [200] * 6  # type: ignore[union-attr]
    await post(house, box).deliver()
    assert 6 <= len(box.letters) <= 12


async def test_a_single_invitation_keeps_its_link_in_letters(house: House) -> None:
    box = Box()
    async with await house.login(Role.REVIEWER) as client:
        made = await new_invitation(client, await new_plan(client))
        assert (await client.post(f"/api/invitations/{made['id']}/resend", json={})).is_success
    await post(house, box).deliver()
    assert token(box.letters[0]) == made["token"]


async def test_a_link_that_cannot_be_written_again_is_renewed_by_the_next_letter(
    house: House,
) -> None:
    """Of invitations from before links were derived, or under another secret."""
    box = Box()
    async with await house.login(Role.REVIEWER) as client:
        made = await new_invitation(client, await new_plan(client))
        await make_older(house, token_hash("as it was"))
        answer = await client.post(f"/api/invitations/{made['id']}/resend", json={})
        assert answer.status_code == 200
    await post(house, box).deliver()
    async with house.guest("as it was") as old, house.guest(token(box.letters[0])) as new:
        assert (await old.get("/api/candidate/interview")).status_code == 401
        assert (await new.get("/api/candidate/interview")).status_code == 200


async def test_what_is_over_cannot_be_sent_again(house: House) -> None:
    async with invited(house) as (client, result):
        first, second = (one["invitation_id"] for one in result["invitations"])  # type: ignore[attr-defined]

        async def again(which: str, **body: object) -> tuple[int, str]:
            answer = await client.post(f"/api/invitations/{which}/resend", json=body)
            return answer.status_code, answer.json().get("code", "")

        await client.post(f"/api/invitations/{first}/revoke")
        assert await again(first) == (409, "invitation_withdrawn")
        assert await again(second, deadline="tomorrow") == (422, "deadline_invalid")
        assert await again(second, time_zone="Mars/Base") == (422, "deadline_invalid")
        async with house.database.writing() as db:
            (await db.get_one(Invitation, UUID(second))).expires_at = utc_now()
        assert await again(second) == (409, "invitation_too_late")
        for state, code in (("live", "interview_running"), ("closed", "session_over")):
            async with house.database.writing() as db:
                of = select(Session).where(Session.invitation_id == UUID(second))
                (await db.exec(of)).one().state = SessionState(state)
            assert await again(second) == (409, code)
        assert await again("00000000-0000-7000-8000-000000000000") == (404, "not_found")
