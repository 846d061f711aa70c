"""A person decides, after everything was looked at; nothing is edited, and one stands."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from service.audit import verify
from service.decide.post import LetterPost
from service.mail import Letter, MailError, mailer_of
from service.review.scoring import rate_session
from service.tables import Decision, DecisionLetter, Role, WebhookEvent, utc_now
from tests.fakes.rooms import Held, House, Json, held_interview, invitation_body, new_plan

REASON = "Clear examples of planning, thin on teamwork."


async def look(house: House, held: Held, *, every: bool = True) -> None:
    """A person rates by hand and sets aside what has no answer."""
    made = await rate_session(house.database, held.session_id)
    by_id = {str(row.competency_id): row for row in made}
    async with await house.login(Role.REVIEWER) as client:
        for number, competency_id in enumerate(held.competency_ids[: None if every else 1]):
            rating = by_id[competency_id]
            path = f"{held.case}/ratings/{competency_id}/verdict"
            kind = "set_aside" if number else "accept"
            body = {"kind": kind, "rating_id": str(rating.id), "reason": REASON}
            answer = await client.post(path, json=body)
            assert answer.status_code == 201, answer.text


def draft(outcome: str = "hold", **changes: object) -> Json:
    return {"outcome": outcome, "reason": REASON, "replaces": None} | changes


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def decisions(house: House) -> list[Decision]:
    async with house.database.reading() as db:
        return list((await db.exec(select(Decision).order_by("created_at"))).all())


async def test_nobody_decides_before_every_competency_was_looked_at(house: House) -> None:
    held = await held_interview(house)
    await look(house, held, every=False)
    async with await house.login(Role.HIRING_MANAGER) as client:
        answer = await client.post(f"{held.case}/decisions", json=draft())
        assert code_of(answer) == (409, "not_looked_at")
        assert [each["name"] for each in answer.json()["missing"]] == ["Planning"]
        rated = {"level": 3, "reason": "Heard it myself.", "replaces": None}
        case = (await client.get(held.case)).json()
        rated["replaces"] = case["competencies"][1]["rating_id"]
        assert (await client.post(held.override(1), json=rated)).status_code == 201
        answer = await client.post(f"{held.case}/decisions", json=draft("advance"))
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()
    assert (made["outcome"], made["reason"], made["is_current"]) == ("advance", REASON, True)
    assert [each["verdict"] for each in made["basis"]] == ["accepted", "changed"]
    assert made["basis"][1]["level"] == 3


async def test_a_new_proposal_has_to_be_looked_at_again(house: House) -> None:
    held = await held_interview(house)
    await look(house, held)
    path = f"{held.case}/utterances/{held.utterance_id}/correction"
    async with await house.login(Role.ADMIN) as client:
        text_now = "I planned it alone, blamed nobody, and we shipped in three weeks as agreed."
        body = {"text": text_now, "replaces": None}
        assert (await client.post(path, json=body)).status_code == 201
        answer = await client.post(f"{held.case}/decisions", json=draft())
    assert code_of(answer) == (409, "not_looked_at")
    assert [each["name"] for each in answer.json()["missing"]] == ["Teamwork"]


async def test_of_deciders_at_once_exactly_one_decides(house: House) -> None:
    house.settings.webhook_url = "https://hooks.example.org"
    held = await held_interview(house)
    await look(house, held)
    clients = [await house.login(Role.HR_LEAD) for _ in range(4)]
    answers = await asyncio.gather(
        *(
            client.post(f"{held.case}/decisions", json=draft(outcome))
            for client, outcome in zip(clients, ["advance", "decline"] * 2, strict=True)
        )
    )
    codes = sorted(code_of(answer) for answer in answers if answer.status_code != 201)
    assert codes == [(409, "decision_stale")] * 3
    (winner,) = [answer.json()[0] for answer in answers if answer.status_code == 201]
    (only,) = await decisions(house)
    assert (str(only.id), only.is_current) == (winner["id"], True)
    async with house.database.reading() as db:
        told = select(WebhookEvent).where(WebhookEvent.kind == "decision.made")
        assert len((await db.exec(told)).all()) == 1
        assert (await verify(db)).ok


async def test_a_newer_decision_takes_the_place_of_an_older_one(house: House) -> None:
    held = await held_interview(house)
    await look(house, held)
    path = f"{held.case}/decisions"
    async with await house.login(Role.ADMIN, "Zhou Min") as client:
        (first,) = (await client.post(path, json=draft("decline"))).json()
        assert code_of(await client.post(path, json=draft("advance"))) == (409, "decision_stale")
        back = draft("advance", replaces=first["id"], reason="We had mixed up two candidates.")
        found = (await client.post(path, json=back)).json()
    assert [(one["outcome"], one["is_current"]) for one in found] == [
        ("advance", True),
        ("decline", False),
    ]
    assert {one["by"] for one in found} == {"Zhou Min"}
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.database.writing() as db:
            await (await db.connection()).execute(text("UPDATE decisions SET outcome = 'hold'"))


async def test_refusals_name_what_is_wrong(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client)
        made = await client.post("/api/invitations", json=invitation_body(plan))
        assert code_of(await client.post(f"{held.case}/decisions", json=draft()))[0] == 403
    async with await house.login(Role.ADMIN) as client:
        running = f"/api/review/cases/{made.json()['session_id']}/decisions"
        assert code_of(await client.post(running, json=draft())) == (409, "interview_running")
        nowhere = f"/api/review/cases/{uuid4()}/decisions"
        assert code_of(await client.post(nowhere, json=draft())) == (404, "not_found")
        assert code_of(await client.get(nowhere)) == (404, "not_found")
        bare = await client.post(f"{held.case}/decisions", json=draft(reason="no"))
        assert code_of(bare) == (422, "reason_missing")
        odd = await client.post(f"{held.case}/decisions", json=draft("maybe"))
        assert code_of(odd) == (422, "invalid_body")
    assert await decisions(house) == []


async def declined(house: House, client: httpx.AsyncClient) -> tuple[Held, str]:
    held = await held_interview(house)
    await look(house, held)
    (made,) = (await client.post(f"{held.case}/decisions", json=draft("decline"))).json()
    return held, f"{held.case}/decisions/{made['id']}/letter"


async def test_a_letter_is_seen_before_it_goes_and_kept_as_it_went(house: House) -> None:
    async with await house.login(Role.HR_LEAD) as client:
        held, path = await declined(house, client)
        chinese = (await client.get(path)).json()
        english = (await client.get(path, params={"locale": "en"})).json()
        assert chinese["locale"] == "zh-CN"  # the candidate's own
        assert "由人作出" in chinese["text"]
        assert "A person looked at every one" in english["text"]
        assert REASON not in chinese["text"] + english["text"]
        for each in (chinese, english):
            assert (each["name"], each["address"]) == ("Li Na", "li.na@example.org")
            assert "/join#" in each["text"]
        async with house.database.reading() as db:
            assert (await db.exec(select(DecisionLetter))).all() == []  # a look sends nothing
        body = {key: english[key] for key in ("locale", "subject", "text")}
        body["text"] += "\nP.S. Thank you again."
        assert (await client.post(path, json=body)).status_code == 201
        assert code_of(await client.post(path, json=body)) == (409, "letter_written")
        assert await LetterPost(house.database, mailer_of(house.settings)).deliver() == 1
        (decision,) = (await client.get(f"{held.case}/decisions")).json()
    assert (decision["letter"]["state"], decision["letter"]["text"]) == ("sent", body["text"])
    (file,) = (house.settings.data_dir / "mailbox").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "Li Na <li.na@example.org>"
    assert "P.S. Thank you again." in str(message.get_content())


async def test_a_letter_about_a_decision_taken_back_does_not_go(house: House) -> None:
    async with await house.login(Role.HR_LEAD) as client:
        held, path = await declined(house, client)
        body = {"locale": "en", "subject": "Our decision", "text": "We decided."}
        assert (await client.post(path, json=body)).status_code == 201
        first = (await client.get(f"{held.case}/decisions")).json()[0]["id"]
        back = draft("advance", replaces=first)
        assert (await client.post(f"{held.case}/decisions", json=back)).status_code == 201
        assert await LetterPost(house.database, mailer_of(house.settings)).deliver() == 0
        newest, oldest = (await client.get(f"{held.case}/decisions")).json()
        assert (newest["letter"], oldest["letter"]["state"]) == (None, "dropped")
        assert code_of(await client.post(path, json=body)) == (409, "decision_stale")
    assert not (house.settings.data_dir / "mailbox").exists()


class Refusing:
    """A mail server that is away once, then refuses for good."""

    def __init__(self) -> None:
        self.tries = 0

    async def send(self, letter: Letter) -> None:
        self.tries += 1
        raise MailError("mail_unreachable", is_final=self.tries > 1)


async def test_a_letter_that_does_not_go_is_tried_again_and_then_given_up(house: House) -> None:
    async with await house.login(Role.HR_LEAD) as client:
        _, path = await declined(house, client)
        body = {"locale": "en", "subject": "Our decision", "text": "We decided."}
        assert (await client.post(path, json=body)).status_code == 201
    post = LetterPost(house.database, Refusing())
    assert await post.deliver() == 0
    async with house.database.writing() as db:
        letter = (await db.exec(select(DecisionLetter))).one()
        assert (letter.failure, letter.dropped_at) == ("mail_unreachable", None)
        letter.claimed_at = None
        db.add(letter)
    assert await post.deliver() == 0
    async with house.database.reading() as db:
        letter = (await db.exec(select(DecisionLetter))).one()
    assert letter.attempts == 2
    assert letter.dropped_at is not None
    assert letter.dropped_at <= utc_now()
