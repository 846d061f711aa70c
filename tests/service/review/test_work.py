"""Corrected words and remarks: kept beside what was there, and by whom."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx

from service.review.scoring import rate_session
from service.tables import Role
from tests.fakes.rooms import WORDS, Held, House, held_interview

BETTER = WORDS.replace("colleague", "team-mate")


def path(held: Held) -> str:
    return f"{held.case}/utterances/{held.utterance_id}/correction"


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_correction_stands_beside_what_was_heard_and_is_rated_anew(house: House) -> None:
    held = await held_interview(house)
    (before, *_) = await rate_session(house.database, held.session_id)
    async with await house.login(Role.REVIEWER, "Wang Fang") as client:
        first = await client.post(path(held), json={"text": BETTER, "replaces": None})
        assert first.status_code == 201, first.text
        stale = await client.post(path(held), json={"text": WORDS, "replaces": None})
        assert code_of(stale) == (409, "correction_stale")
        again = {"text": BETTER + " Truly.", "replaces": first.json()["id"]}
        assert (await client.post(path(held), json=again)).status_code == 201
        case = (await client.get(held.case)).json()
        audit = (await client.get(f"{held.case}/audit")).json()
    (said,) = case["utterances"]
    assert (said["text"], said["heard"]) == (again["text"], WORDS)
    assert [one["is_current"] for one in said["corrections"]] == [True, False]
    assert said["corrections"][0]["by"] == "Wang Fang"
    assert (said["words"][0]["text"], said["words"][0]["start"]) == ("We", 1.0)
    assert {word["confidence"] for word in said["words"]} == {1.0}
    now = next(r for r in case["ratings"] if r["competency_id"] == str(before.competency_id))
    assert now["id"] != str(before.id)  # rated from the corrected words
    assert str(before.id) in {rating["id"] for rating in case["history"]}
    told = [event for event in audit if event["tag"] == "hr:utterance:correct"]
    assert len(told) == 2
    assert "Truly" not in str(audit)


async def test_of_corrections_at_once_exactly_one_is_kept(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    clients = [await house.login(Role.REVIEWER) for _ in range(3)]
    answers = await asyncio.gather(
        *(
            c.post(path(held), json={"text": f"Text {n}", "replaces": None})
            for n, c in enumerate(clients)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_corrections_that_make_no_sense_are_refused(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.REVIEWER) as client:
        for text in ("", "   ", "two\nlines", "x" * 8001):
            answer = await client.post(path(held), json={"text": text, "replaces": None})
            assert code_of(answer) == (422, "invalid_body")
        nowhere = f"{held.case}/utterances/{uuid4()}/correction"
        answer = await client.post(nowhere, json={"text": "x", "replaces": None})
        assert code_of(answer) == (404, "not_found")


async def test_evidence_may_be_some_words_of_an_answer(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    span = {"utterance_id": str(held.utterance_id), "first": 0, "last": 2}
    body = {"level": 4, "reason": "Says it plainly.", "replaces": None, "spans": [span]}
    async with await house.login(Role.REVIEWER) as client:
        made = (await client.post(held.override(), json=body)).json()
        outside = [span | {"last": 500}]
        answer = await client.post(held.override(1), json=body | {"spans": outside})
        assert code_of(answer) == (422, "evidence_unknown")
        backwards = [span | {"first": 3, "last": 2}]
        answer = await client.post(held.override(1), json=body | {"spans": backwards})
        assert code_of(answer) == (422, "evidence_unknown")
    (evidence,) = made["evidence"]
    assert evidence["quote"] == "We disagreed in"
    assert evidence["start"] == 1.0
    assert evidence["end"] < 22.0


async def test_remarks_call_colleagues_who_see_it(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    path = f"{held.case}/comments"
    async with (
        await house.login(Role.REVIEWER, "Wang Fang") as client,
        await house.login(Role.HIRING_MANAGER, "Zhou Min") as boss,
    ):
        people = (await client.get("/api/review/people")).json()
        called = next(one for one in people if one["name"] == "Zhou Min")
        assert set(called) == {"id", "name"}
        text = "@Zhou Min please hear <b>this</b>"
        body = {"text": text, "at": 12.5, "mentions": [called["id"], called["id"]]}
        made = await client.post(path, json=body)
        assert made.status_code == 201, made.text
        (remark,) = (await boss.get(path)).json()
        assert (remark["text"], remark["at"], remark["by"]["name"]) == (text, 12.5, "Wang Fang")
        assert [one["name"] for one in remark["mentions"]] == ["Zhou Min"]
        (mention,) = (await boss.get("/api/review/mentions")).json()
        assert (mention["is_new"], mention["session_id"]) == (True, str(held.session_id))
        assert (await boss.post(f"{held.case}/mentions/seen")).status_code == 204
        (mention,) = (await boss.get("/api/review/mentions")).json()
        assert mention["is_new"] is False
        assert (await client.get("/api/review/mentions")).json() == []
        audit = (await client.get(f"{held.case}/audit")).json()
    event = next(event for event in audit if event["tag"] == "hr:comment:create")
    assert event["detail"]["mentions"] == [called["id"]]
    assert "hear" not in str(event)


async def test_only_who_may_open_the_case_can_be_called(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with (
        await house.login(Role.ADMIN) as client,
        await house.login(Role.DATA_PROTECTION, "Officer") as officer,
    ):
        own = (await officer.get("/api/me")).json()["id"]
        assert own not in {one["id"] for one in (await client.get("/api/review/people")).json()}
        body = {"text": "@Officer", "mentions": [own]}
        answer = await client.post(f"{held.case}/comments", json=body)
        assert code_of(answer) == (422, "mention_unknown")
        nowhere = f"/api/review/cases/{uuid4()}/comments"
        assert code_of(await client.post(nowhere, json={"text": "x"})) == (404, "not_found")
        assert code_of(await client.get(nowhere)) == (404, "not_found")
