"""The queue on screen: a filter in the address, rows by keyboard, many at once, and the tour."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.db import Database
from service.seed import sample
from service.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.server import EMAIL, PASSWORD, Server
from tests.browser.test_people import sign_in

pytestmark = pytest.mark.browser


async def fill(url: str) -> None:
    async with Database(url) as database:
        await sample.add(database, Settings(_env_file=None, database_url=url))


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("zh-CN", 360)])
def test_a_reviewer_finds_takes_and_labels_cases(
    server: Server, open_page: OpenPage, shoot: Callable[[Page, str], None], locale: str, width: int
) -> None:
    asyncio.run(fill(f"sqlite+aiosqlite:///{server.folder}/candor.db"))
    with open_page(width=width, height=800, locale=locale) as page:
        page.goto(f"{server.url}/hr/queue?q=sample.example")
        sign_in(page, EMAIL, PASSWORD)
        rows = page.get_by_test_id("queue-row")
        expect(rows).to_have_count(9)
        page.get_by_test_id("view-contested").click()
        expect(rows).to_have_count(1)
        expect(page).to_have_url(f"{server.url}/hr/queue?q=sample.example&contested=1")
        page.reload()
        expect(rows).to_have_count(1)
        shoot(page, "contested")
        for key in "jxl":
            page.keyboard.press(key)
        page.get_by_test_id("label-add").fill(f"seen {width}")
        page.keyboard.press("Enter")
        page.get_by_test_id("label-save").click()
        expect(rows.first).to_contain_text(f"seen {width}")
        page.get_by_test_id("bulk-release").click()
        expect(page.get_by_test_id("queue-bulk")).to_have_count(0)
        page.keyboard.press("j")
        page.keyboard.press("a")
        expect(rows.first).to_contain_text("Wang Li")
        page.get_by_test_id("queue-search").fill("nobody at all")
        expect(page.get_by_test_id("empty")).to_be_visible()
        shoot(page, "empty")
        page.get_by_test_id("queue-clear").press("Enter")  # a note may lie over it
        expect(rows.first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_test_id("tour-start").click()
        for _ in range(7):
            page.keyboard.press("ArrowRight")
        shoot(page, "tour")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("tour")).to_have_count(0)
        page.reload()
        expect(rows.first).to_be_visible()
        expect(page.get_by_test_id("tour-offer")).to_have_count(0)  # offered once


def test_an_advert_becomes_questions_that_cite_it(
    server: Server, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    with open_page(width=1280, height=800, locale="en-US") as page:
        page.goto(f"{server.url}/hr/plans/draft")
        sign_in(page, EMAIL, PASSWORD)
        page.get_by_test_id("outline-title").fill("Analyst")
        page.get_by_test_id("outline-advert").fill(
            "What you bring\n- Three years of experience with SQL\n- Clear written English\n"
            "- Under 35 years old"
        )
        page.get_by_test_id("outline-draft").click()
        page.locator(".cite").first.click()
        expect(page.locator("mark[data-active]").first).to_be_visible()
        expect(page.get_by_test_id("outline-aside")).to_contain_text("Under 35")
        shoot(page, "outline")
        page.get_by_test_id("outline-use").click()
        page.locator("textarea:visible").last.fill("Are you married?")
        page.get_by_test_id("plan-save").click()
        expect(page.get_by_test_id("plan-refused")).to_contain_text("Are you married?")
        shoot(page, "refused")
