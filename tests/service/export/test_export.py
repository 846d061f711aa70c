"""What leaves the house: files, comparisons under one rubric, and links for one person."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import select, update

from service.errors import ServiceError
from service.export import pdf
from service.export.pdf import LABELS
from service.review.scoring import rate_session
from service.tables import CaseLink, Rating, Role, Rubric, Session, utc_now
from tests.fakes.rooms import Held, House, Json, held_interview, new_invitation

REASON = '=HYPERLINK("http://evil.example") is not a reason #panic("x") $'


def has_font() -> bool:
    """Whether this machine can set Chinese."""
    with suppress(ServiceError):
        return bool(pdf.fonts())
    return False


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def overridden(house: House) -> Held:
    """A person's level over a model's, with a hostile reason."""
    held = await held_interview(house)
    made = await rate_session(house.database, held.session_id)
    first = next(row for row in made if str(row.competency_id) == held.competency_ids[0])
    body = {"level": 5, "reason": REASON, "replaces": str(first.id)}
    body["evidence"] = [str(held.utterance_id)]
    async with await house.login(Role.ADMIN, "王芳") as client:
        assert (await client.post(held.override(), json=body)).status_code == 201
        words = {"text": "我们一起讨论了计划，三周后按时交付。", "replaces": None}
        path = f"{held.case}/utterances/{held.utterance_id}/correction"
        assert (await client.post(path, json=words)).status_code == 201
    return held


async def test_a_case_is_taken_in_three_forms_and_each_goes_on_record(house: House) -> None:
    held = await overridden(house)
    async with await house.login(Role.HR_LEAD, "李雷") as client:
        got = {
            form: await client.get(f"{held.case}/export", params={"form": form, "locale": "zh-CN"})
            for form in ("pdf", "json", "csv")
        }
        audit = (await client.get(f"{held.case}/audit")).json()
    if not has_font():
        pytest.skip("no font with Chinese letters on this machine")
    assert {answer.status_code for answer in got.values()} == {200}
    assert got["pdf"].content.startswith(b"%PDF-")
    assert got["pdf"].headers["content-disposition"].endswith('.pdf"')
    case = got["json"].json()
    assert case["format"] == "candor.case/1"
    assert case["case"]["utterances"][0]["heard"].startswith("We disagreed")
    assert case["audit_head"]
    table = got["csv"].content
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert [row["competency"] for row in rows] == ["Teamwork", "Planning"]
    assert (rows[0]["level"], rows[0]["state"]) == ("5", "changed")
    assert rows[0]["proposed_by"].startswith("candor-")
    assert rows[0]["reason"] == f"'{REASON}"  # a spreadsheet runs nothing of it
    taken = [event["detail"]["form"] for event in audit if event["tag"] == "hr:case:export"]
    assert taken == ["pdf", "json", "csv"]


async def test_only_who_may_export_takes_a_case(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.REVIEWER) as client:
        assert code_of(await client.get(f"{held.case}/export")) == (403, "forbidden")
    async with await house.login(Role.ADMIN) as client:
        answer = await client.get(f"/api/review/cases/{uuid4()}/export?form=json")
        assert code_of(answer) == (404, "not_found")


def test_the_pdf_has_the_same_words_in_both_languages() -> None:
    assert set(LABELS["en"]) == set(LABELS["zh-CN"])
    assert all(text.strip() for words in LABELS.values() for text in words.values())


async def test_without_chinese_letters_no_pdf_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "HAN", ("A font that nobody has",))
    pdf.fonts.cache_clear()
    with pytest.raises(ServiceError, match="no_font"):
        pdf.fonts()


async def two(house: House) -> tuple[Held, Held]:
    """Two candidates of one plan."""
    first = await held_interview(house)
    async with await house.login(Role.ADMIN) as client:
        made = await new_invitation(client, first.plan, candidate_name="Han Mei")
    session_id = UUID(str(made["session_id"]))
    second = Held(first.plan, first.invitation_id, session_id, "", first.utterance_id)
    await rate_session(house.database, first.session_id)
    return first, second


async def compared(client: httpx.AsyncClient, *cases: object) -> httpx.Response:
    return await client.get("/api/review/compare", params={"case": [str(one) for one in cases]})


async def test_candidates_stand_side_by_side_under_one_version(house: House) -> None:
    first, second = await two(house)
    async with await house.login(Role.HIRING_MANAGER) as client:
        answer = await compared(client, first.session_id, second.session_id)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert [one["candidate_name"] for one in found["cases"]] == ["Li Na", "Han Mei"]
        assert found["rubric_version"] == 1
        levels = [one["ratings"][0]["level"] for one in found["cases"]]
        assert levels[0] in range(1, 6)
        assert levels[1] is None
        assert found["cases"][0]["ratings"][0]["evidence"]
        for wanted in ([first.session_id], [uuid4() for _ in range(6)], [first.session_id] * 2):
            assert code_of(await compared(client, *wanted)) == (422, "compare_count")
        assert code_of(await compared(client, first.session_id, uuid4())) == (404, "not_found")
        audit = (await client.get(f"{first.case}/audit")).json()
    assert "hr:cases:compare" in {event["tag"] for event in audit}


async def test_mixed_plans_and_versions_are_not_compared(house: House) -> None:
    first, second = await two(house)
    stranger = await held_interview(house, ai_scoring=False)
    async with house.database.writing() as db:
        session = await db.get_one(Session, second.session_id)
        rubric = (await db.exec(select(Rubric).where(Rubric.plan_id == session.plan_id))).one()
        old = (await db.exec(select(Rating).where(Rating.is_current))).first()
        assert old is not None
        facts = old.model_dump() | {"session_id": session.id, "rubric_version": 2}
        db.add(Rating(**{k: v for k, v in facts.items() if k != "id"}))
        assert rubric.version == 1
    async with await house.login(Role.ADMIN) as client:
        answer = await compared(client, first.session_id, second.session_id)
        assert code_of(answer) == (409, "mixed_versions")
        assert answer.json()["versions"] == [1, 2]
        answer = await compared(client, first.session_id, stranger.session_id)
        assert code_of(answer) == (409, "mixed_plans")


def link_body(**changes: object) -> Json:
    ends = (utc_now() + timedelta(days=2)).isoformat()
    return {"label": "Dr. Zhou <zhou@example.org>", "expires_at": ends} | changes


async def linked(house: House, held: Held) -> tuple[str, str]:
    """The token of a new link, and its id."""
    async with await house.login(Role.HR_LEAD) as client:
        made = await client.post(f"{held.case}/links", json=link_body())
        assert made.status_code == 201, made.text
    link = made.json()["link"]
    assert "/hr/shared#" in link
    return link.partition("#")[2], made.json()["made"]["id"]


async def test_a_guest_sees_the_case_and_every_look_goes_on_record(house: House) -> None:
    held = await overridden(house)
    token, _ = await linked(house, held)
    async with house.database.reading() as db:
        (row,) = (await db.exec(select(CaseLink))).all()
        assert token not in str(row.model_dump())
    async with house.client() as guest:
        shown = await guest.post("/api/shared", json={"token": token})
        assert shown.status_code == 200, shown.text
        case = shown.json()
        cookie = shown.headers["set-cookie"]
        played = await guest.get(case["recordings"][0]["url"], headers={"Range": "bytes=0-9"})
        assert (played.status_code, len(played.content)) == (206, 10)
        assert (await guest.get(f"/api/shared/recordings/{uuid4()}")).status_code == 404
        assert (await guest.get(held.case)).status_code == 401  # the rest stays shut
    assert "HttpOnly" in cookie
    assert "Path=/api/shared" in cookie
    assert case["label"] == link_body()["label"]
    assert case["candidate_name"] == "Li Na"
    assert "li.na@example.org" not in shown.text
    assert "王芳" not in shown.text
    assert {one["rater"] for one in case["ratings"]} == {"human", "model"}
    async with await house.login(Role.ADMIN) as client:
        (view,) = (await client.get(f"{held.case}/links")).json()
        audit = (await client.get(f"{held.case}/audit")).json()
    assert (view["views"], view["revoked_at"]) == (1, None)
    tags = [event["tag"] for event in audit if event["actor"] == f"link:{view['id']}"]
    assert tags == ["guest:link:view", "guest:recording:view"]


async def test_a_link_ends_when_revoked_or_expired(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    token, link_id = await linked(house, held)
    later, _ = await linked(house, held)
    async with house.client() as guest, await house.login(Role.ADMIN) as client:
        case = (await guest.post("/api/shared", json={"token": token})).json()
        path = f"{held.case}/links/{link_id}/revoke"
        assert (await client.post(path)).status_code == 204
        assert (await client.post(path)).status_code == 204
        assert code_of(await guest.get(case["recordings"][0]["url"])) == (410, "link_over")
        answer = await guest.post("/api/shared", json={"token": token})
        assert code_of(answer) == (410, "link_over")
        async with house.database.writing() as db:
            past = utc_now() - timedelta(seconds=1)
            await db.exec(update(CaseLink).values(expires_at=past))
        answer = await guest.post("/api/shared", json={"token": later})
        assert code_of(answer) == (410, "link_over")
        audit = (await client.get(f"{held.case}/audit")).json()
    assert [event["tag"] for event in audit].count("hr:link:revoke") == 1


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
async def test_an_unknown_token_opens_nothing(house: House, token: str) -> None:
    async with house.client() as guest:
        answer = await guest.post("/api/shared", json={"token": token})
        assert code_of(answer) == (401, "link_unknown")
        assert code_of(await guest.get(f"/api/shared/recordings/{uuid4()}"))[0] == 401


async def test_links_need_a_name_and_end_within_a_month(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.ADMIN) as client:
        path = f"{held.case}/links"
        for ends in (utc_now() - timedelta(seconds=1), utc_now() + timedelta(days=31)):
            answer = await client.post(path, json=link_body(expires_at=ends.isoformat()))
            assert code_of(answer) == (422, "link_expiry")
        assert code_of(await client.post(path, json=link_body(label=" ")))[0] == 422
    async with await house.login(Role.REVIEWER) as client:
        assert code_of(await client.post(path, json=link_body())) == (403, "forbidden")
