"""Inviting many over HTTP: checked without a trace, confirmed whole or not at all, once."""

from __future__ import annotations

import asyncio
import csv
import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from sqlmodel import col, func, select

from service.audit import verify
from service.interviews.bulk import imports
from service.interviews.bulk.reading import MOST_BYTES
from service.tables import (
    AuditEvent,
    Candidate,
    Invitation,
    InvitationImport,
    Mail,
    Role,
    Session,
    utc_now,
)
from tests.fakes.rooms import House, Json, new_invitation, new_plan

GOOD = b"Name,Email\nLi Na,li@example.com\nWang Fang,wang@example.com\n=x,\n"
FINE = "姓名,邮箱,时区\n李娜,li@example.com,\n王芳,wang@example.com,America/New_York\n"
CHECK, IMPORT = "/api/invitations/import/check", "/api/invitations/import"
COUNTED = (Candidate, Invitation, Session, Mail, InvitationImport)


def day(days: int = 7) -> str:
    return (utc_now() + timedelta(days=days)).strftime("%Y-%m-%d 18:00")


@pytest.fixture
async def lead(house: House) -> httpx.AsyncClient:
    return await house.login(Role.HR_LEAD, "Zhao Min")


@pytest.fixture
async def plan(lead: httpx.AsyncClient) -> Json:
    return await new_plan(lead, title="=Engineer")


def told(plan: Json, **changes: object) -> dict[str, object]:
    asked = {"plan_id": plan["id"], "deadline": day(), "time_zone": "Asia/Shanghai"}
    return {key: value for key, value in (asked | changes).items() if value is not None}


async def counts(house: House) -> list[int]:
    async with house.database.reading() as db:
        return [(await db.exec(select(func.count()).select_from(each))).one() for each in COUNTED]


async def send(client: httpx.AsyncClient, url: str, content: bytes, **given: object) -> Json:
    headers = {"Idempotency-Key": str(given.pop("key"))} if "key" in given else {}
    answer = await client.post(url, params=given, content=content, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code in {200, 201}, answer.text
    found: Json = answer.json()
    return found


async def refused(client: httpx.AsyncClient, content: bytes, **given: object) -> tuple[int, str]:
    headers = {"Idempotency-Key": str(given.pop("key"))} if "key" in given else {}
    answer = await client.post(IMPORT, params=given, content=content, headers=headers)  # type: ignore[arg-type]
    return answer.status_code, answer.json()["code"]


async def test_a_check_tells_everything_and_stores_nothing(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    before = await counts(house)
    report = await send(lead, CHECK, GOOD, **told(plan))
    assert await counts(house) == before
    assert (report["rows"], report["good"], report["missing"]) == (3, 2, [])
    assert report["mapping"] == {"name": ["Name"], "email": ["Email"]}
    assert report["errors"] == [
        {"line": 4, "column": "Name", "code": "name_formula", "other_line": None},
        {"line": 4, "column": "Email", "code": "email_missing", "other_line": None},
    ]
    assert report["reasons"]["email_missing"] == {  # type: ignore[index]
        "en": "There is no e-mail address.",
        "zh-CN": "缺少邮箱地址。",
    }
    first = report["preview"][0]  # type: ignore[index]
    assert (first["line"], first["email"], first["locale"]) == (2, "li@example.com", "en")
    assert "18:00 (Asia/Shanghai, UTC+08:00)" in first["local_deadline"]


async def test_missing_columns_are_asked_for_not_refused(
    lead: httpx.AsyncClient, plan: Json
) -> None:
    content = b"Who,Where\nLi Na,li@example.com\n"
    report = await send(lead, CHECK, content, **told(plan))
    assert (report["missing"], report["header"], report["good"]) == (
        ["name", "email"],
        ["Who", "Where"],
        0,
    )
    assert await refused(lead, content, **told(plan)) == (422, "column_missing")
    mapped = told(plan, column_name="Who", column_email="Where")
    assert (await send(lead, IMPORT, content, **mapped))["created"] == 1


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_confirmed_import_invites_everybody_with_links_that_open(
    house: House, lead: httpx.AsyncClient, plan: Json, codec: str
) -> None:
    content = FINE.encode(codec)
    report = await send(lead, CHECK, content, **told(plan))
    result = await send(lead, IMPORT, content, **told(plan, digest=report["digest"]))
    assert (result["created"], result["left_out"], result["repeated"]) == (2, 0, False)
    assert await counts(house) == [2, 2, 2, 4, 1]  # each gets a letter now and a reminder
    first, second = result["invitations"]  # type: ignore[misc]
    assert [each["candidate_name"] for each in (first, second)] == ["李娜", "王芳"]
    assert [each["line"] for each in (first, second)] == [2, 3]
    async with house.guest(first["link"].split("#")[1]) as guest:
        view = (await guest.get("/api/candidate/interview")).json()
    assert (view["job_title"], view["state"], view["locale"]) == ("=Engineer", "invited", "en")
    listed = (await lead.get("/api/invitations")).json()
    assert {each["time_zone"] for each in listed} == {"Asia/Shanghai", "America/New_York"}
    async with house.database.reading() as db:
        stored = (await db.exec(select(Invitation))).all()
    assert all(first["link"].split("#")[1] != each.token_hash for each in stored)
    ends = {each.time_zone: each.expires_at for each in stored}
    gap = ends["America/New_York"] - ends["Asia/Shanghai"]
    assert gap in (timedelta(hours=12), timedelta(hours=13))  # the same clock, elsewhere


async def test_a_repeat_makes_nothing_and_answers_the_same(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    given = told(plan)
    first = await send(lead, IMPORT, FINE.encode(), **given)
    made = await counts(house)
    for key in ({}, {"key": ""}):
        again = await send(lead, IMPORT, FINE.encode(), **given, **key)
        assert again == first | {"repeated": True}
    assert await counts(house) == made
    # under another key it is another import, in which everybody has been invited already
    assert await refused(lead, FINE.encode(), **given, key="k") == (422, "import_has_errors")
    report = await send(lead, CHECK, FINE.encode(), **given)
    assert [note["code"] for note in report["errors"]] == ["already_invited"] * 2  # type: ignore[attr-defined]
    assert await counts(house) == made


async def test_a_key_stands_for_one_import_only(lead: httpx.AsyncClient, plan: Json) -> None:
    given = told(plan)
    await send(lead, IMPORT, FINE.encode(), **given, key="monday")
    other = b"Name,Email\nAnn,ann@example.com\n"
    assert await refused(lead, other, **given, key="monday") == (409, "key_reused")
    changed = told(plan, digest="0" * 64)
    assert await refused(lead, other, **changed) == (409, "import_changed")


async def test_one_bad_row_stops_all_unless_it_is_left_out_knowingly(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    before = await counts(house)
    assert await refused(lead, GOOD, **told(plan)) == (422, "import_has_errors")
    assert await counts(house) == before
    result = await send(lead, IMPORT, GOOD, **told(plan, leave_out_errors=True))
    assert (result["created"], result["left_out"]) == (2, 1)
    nobody = b"Name,Email\n,x\n"
    assert await refused(lead, nobody, **told(plan, leave_out_errors=True)) == (422, "import_empty")


async def test_a_crash_in_the_middle_leaves_nothing_and_a_repeat_does_it_all(
    house: House, lead: httpx.AsyncClient, plan: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"Person {n},p{n}@example.com\n" for n in range(250))
    content = f"Name,Email\n{rows}".encode()
    before, real, calls = await counts(house), imports.Maker.make, []

    async def failing(self: imports.Maker, piece: list[object]) -> object:
        calls.append(len(piece))
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return await real(self, piece)  # type: ignore[arg-type]

    monkeypatch.setattr(imports.Maker, "make", failing)
    assert await refused(lead, content, **told(plan)) == (500, "internal")
    assert calls == [100, 100]
    assert await counts(house) == before
    monkeypatch.undo()
    assert (await send(lead, IMPORT, content, **told(plan)))["created"] == 250
    async with house.database.reading() as db:
        assert (await verify(db)).ok
        statement = select(AuditEvent.tag).order_by(col(AuditEvent.seq))
        tags = (await db.exec(statement)).all()
    assert tags.count("hr:import:create") == 1
    assert tags.count("hr:invitation:create") == 250


async def test_the_same_upload_many_times_at_once_is_one_import(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    given = told(plan)
    results = await asyncio.gather(
        *(send(lead, IMPORT, FINE.encode(), **given) for _ in range(4)),
    )
    assert sorted(bool(each["repeated"]) for each in results) == [False, True, True, True]
    assert len({str(each["import_id"]) for each in results}) == 1
    assert (await counts(house))[:3] == [2, 2, 2]


async def test_two_lists_at_once_invite_a_shared_person_once(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    given = told(plan, leave_out_errors=True)
    lists = [f"Name,Email\nShared,s@example.com\nOwn,o{n}@example.com\n".encode() for n in range(3)]
    results = await asyncio.gather(*(send(lead, IMPORT, each, **given) for each in lists))
    assert sorted(int(str(each["created"])) for each in results) == [1, 1, 2]
    async with house.database.reading() as db:
        emails = (await db.exec(select(Candidate.email))).all()
    assert emails.count("s@example.com") == 1


async def test_whoever_was_withdrawn_may_be_invited_again(
    lead: httpx.AsyncClient, plan: Json
) -> None:
    made = await new_invitation(lead, plan, candidate_email="li@example.com")
    report = await send(lead, CHECK, FINE.encode(), **told(plan))
    assert [note["line"] for note in report["errors"]] == [2]  # type: ignore[attr-defined]
    await lead.post(f"/api/invitations/{made['id']}/revoke")
    assert (await send(lead, CHECK, FINE.encode(), **told(plan)))["errors"] == []


async def test_limits_and_unknown_plans_are_refused(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    assert await refused(lead, b"x" * (MOST_BYTES + 1), **told(plan)) == (413, "too_large")
    none = told(plan, plan_id="00000000-0000-7000-8000-000000000000")
    assert await refused(lead, FINE.encode(), **none) == (404, "not_found")
    assert await refused(lead, FINE.encode(), **told(plan, remind_hours=721)) == (
        422,
        "invalid_body",
    )
    assert await refused(lead, FINE.encode(), **told(plan, column_name="?")) == (
        422,
        "column_unknown",
    )
    async with await house.login(Role.REVIEWER) as client:
        assert await refused(client, b"x" * (MOST_BYTES + 1), **told(plan)) == (403, "forbidden")


async def test_lists_to_download_are_safe_and_recorded(
    house: House, lead: httpx.AsyncClient, plan: Json
) -> None:
    result = await send(lead, IMPORT, FINE.encode(), **told(plan))
    links = await lead.get(f"/api/invitations/import/{result['import_id']}/links")
    assert links.headers["content-type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(links.content.decode("utf-8-sig"))))
    assert [row["link"] for row in table] == [one["link"] for one in result["invitations"]]  # type: ignore[attr-defined]
    assert [row["deadline"] for row in table] == [day()] * 2  # each on their own clock
    listed = await lead.get("/api/invitations/export")
    rows = list(csv.DictReader(io.StringIO(listed.content.decode("utf-8-sig"))))
    assert {row["plan"] for row in rows} == {"'=Engineer"}
    assert "join#" not in listed.text
    unknown = await lead.get("/api/invitations/import/00000000-0000-7000-8000-000000000000/links")
    assert unknown.status_code == 404
    async with house.database.reading() as db:
        statement = select(AuditEvent).where(AuditEvent.tag == "hr:invitations:export")
        events = (await db.exec(statement.order_by(col(AuditEvent.seq)))).all()
    assert [(event.subject, event.detail) for event in events] == [
        (f"import:{result['import_id']}", {"rows": 2, "links": True}),
        ("invitations", {"rows": 2}),
    ]


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Everything that is logged, by us or by libraries."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    ear = Ear(level=logging.DEBUG)
    logging.getLogger().addHandler(ear)
    with structlog.testing.capture_logs() as captured:
        yield lines
        lines.extend(str(each) for each in captured)
    logging.getLogger().removeHandler(ear)


async def test_neither_log_nor_record_holds_a_name(
    house: House, lead: httpx.AsyncClient, plan: Json, heard: list[str]
) -> None:
    await send(lead, IMPORT, FINE.encode(), **told(plan))
    async with house.database.reading() as db:
        events = (await db.exec(select(AuditEvent))).all()
    said = " ".join([*heard, *(str(event.detail) for event in events)])
    for secret in ("李娜", "王芳", "li@example.com", "wang@example.com"):
        assert secret not in said


async def test_real_employees_are_invited_from_their_list(
    house: House, lead: httpx.AsyncClient, plan: Json, data: Path
) -> None:
    path = data / "hr_import" / "HRDataset_v14.csv"
    if not path.is_file():
        pytest.skip("this list is not here")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    rows[0].append("Email")
    for number, row in enumerate(rows[1:]):
        row += [""] * (len(rows[0]) - 1 - len(row))  # some lines end early
        row.append(f"e{number}@example.com")
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    content = out.getvalue().encode("utf-8-sig")
    report = await send(lead, CHECK, content, **told(plan))
    assert report["mapping"] == {"name": ["Employee_Name"], "email": ["Email"]}
    assert (report["rows"], report["errors"]) == (311, [])
    result = await send(lead, IMPORT, content, **told(plan, digest=report["digest"]))
    assert result["created"] == 311
    names = [one["candidate_name"] for one in result["invitations"]]  # type: ignore[attr-defined]
    assert names[0] == "Adinolfi, Wilson K"
    assert (await counts(house))[0] == 311
