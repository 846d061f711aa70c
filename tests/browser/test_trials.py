"""A trial on screen: started, rated blind, and its report read."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from service.db import Database
from service.demo.material import sample_plan
from service.tables import (
    Account,
    Candidate,
    Competency,
    Invitation,
    RaterKind,
    Rating,
    Session,
    SessionState,
    Sheet,
    SheetLevel,
    SheetPurpose,
    Trial,
    TrialSession,
    utc_now,
)
from tests.browser.conftest import OpenPage
from tests.browser.server import EMAIL, PASSWORD, Server
from tests.browser.test_people import sign_in

pytestmark = pytest.mark.browser
RATED, WAITING = 34, 2


@pytest.fixture(scope="module")
def trial_server(server: Server) -> Server:
    """The server with a trial of which all but two interviews are rated."""
    plan = server.plan(sample_plan("en", "CN"))
    body = {"name": "Spring", "basis": "job", "plan_id": plan["id"], "gate": 0.5}
    trial = server.hr.post("/api/trials", json=body).json()
    url = f"sqlite+aiosqlite:///{server.folder}/candor.db"
    asyncio.run(_fill(url, UUID(str(plan["id"])), UUID(trial["id"])))
    return server


async def _fill(url: str, plan_id: UUID, trial_id: UUID) -> None:
    chance = random.Random(2)
    async with Database(url) as database, database.writing() as db:
        other = Account(email="o@x", name="Zhao Min", role="reviewer", password_hash="none")
        owned = select(Competency).where(Competency.plan_id == plan_id)
        competencies = (await db.exec(owned)).all()
        trial = await db.get_one(Trial, trial_id)
        db.add(other)
        for number in range(RATED + WAITING):
            person = Candidate(name=f"Candidate {number}", email="c@example.com")
            db.add(person)
            await db.flush()
            invited = Invitation(
                plan_id=plan_id,
                candidate_id=person.id,
                token_hash=f"{number:064x}",
                expires_at=utc_now(),
            )
            db.add(invited)
            await db.flush()
            session = Session(
                invitation_id=invited.id, plan_id=plan_id, state=SessionState.CLOSED, language="en"
            )
            session.ended_at, session.media_seconds = utc_now(), 60.0
            db.add(session)
            await db.flush()
            db.add(TrialSession(session_id=session.id, trial_id=trial.id))
            sheet = Sheet(session_id=session.id, account_id=other.id, purpose=SheetPurpose.TRIAL)
            sheet.locked_at, sheet.seconds = utc_now(), chance.uniform(200, 900)
            if number < RATED:
                db.add(sheet)
            await db.flush()
            for each in competencies:
                level = chance.randint(1, 5)
                said = min(5, max(1, level + chance.choice([0, 0, 0, 1, -1])))
                shadow = {"is_current": False, "rater_version": "candor-content@2.0.0"}
                db.add(
                    Rating(
                        session_id=session.id,
                        competency_id=each.id,
                        rater=RaterKind.MODEL,
                        level=said,
                        score=float(said),
                        **shadow,
                    )
                )
                if number < RATED:
                    db.add(SheetLevel(sheet_id=sheet.id, competency_id=each.id, level=level))


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("zh-CN", 360)])
def test_an_interview_is_rated_blind_and_the_report_counts_it(
    trial_server: Server,
    open_page: OpenPage,
    shoot: Callable[[Page, str], None],
    locale: str,
    width: int,
) -> None:
    with open_page(width=width, height=860, locale=locale) as page:
        page.goto(f"{trial_server.url}/hr/sheets")
        sign_in(page, EMAIL, PASSWORD)
        page.get_by_test_id("policy").locator("summary").click()
        shoot(page, "tasks")
        page.get_by_test_id("task-open").first.click()
        form = page.get_by_test_id("sheet-form")
        form.get_by_test_id("sheet-lock").click()
        expect(page.get_by_test_id("comparison")).to_have_count(0)  # it is not whole yet
        for field in form.locator("fieldset").all():
            field.get_by_test_id("level-3").focus()
            page.keyboard.press("Space")
            field.get_by_test_id("sheet-reason").fill("They said what they did.")
        shoot(page, "sheet")
        form.get_by_test_id("sheet-lock").click()
        expect(page.get_by_test_id("comparison")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, "compared")
        page.goto(f"{trial_server.url}/hr/trials")
        page.get_by_test_id("trial").locator("a").click()
        expect(page.get_by_test_id("figures").locator("tbody tr")).to_have_count(6)
        expect(page.get_by_test_id("gate")).to_have_attribute("data-passes", "true")
        expect(page.get_by_test_id("plot").locator("circle").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, "report")
        page.goto(f"{trial_server.url}/hr/adoption")
        expect(page.get_by_test_id("adoption-report")).to_be_visible()
        shoot(page, "adoption")
