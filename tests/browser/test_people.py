"""Colleagues and roles on screen: added, changed, and what each role then sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from service.demo.material import sample_plan
from tests.browser.conftest import OpenPage
from tests.browser.server import EMAIL, PASSWORD, Server

pytestmark = pytest.mark.browser


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_test_id("login-email").fill(email)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("zh-CN", 360)])
def test_a_colleague_is_added_and_sees_what_their_role_opens(
    server: Server, open_page: OpenPage, shoot: Callable[[Page, str], None], locale: str, width: int
) -> None:
    email = f"dpo.{width}@example.com"
    with open_page(width=width, height=800, locale=locale) as page:
        page.goto(f"{server.url}/hr/people")
        sign_in(page, EMAIL, PASSWORD)
        page.get_by_test_id("person-add").click()
        page.get_by_test_id("person-name").fill("Zhao Min")
        page.get_by_test_id("person-email").fill(email)
        page.get_by_test_id("person-create").click()
        password = page.get_by_test_id("person-password").input_value()
        shoot(page, "password")
        page.get_by_test_id("person-done").click()
        row = page.get_by_test_id("person").filter(has_text=email)
        row.get_by_test_id("person-role").click()
        options = page.get_by_role("option").locator("visible=true")
        expect(options).to_have_count(6)
        with page.expect_response("**/api/people/*"):
            options.last.click()
        expect(row.get_by_test_id("person-access")).to_be_enabled()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, "people")
    with open_page(width=width, height=800, locale=locale) as page:
        page.goto(f"{server.url}/hr/")
        sign_in(page, email, password)
        expect(page).to_have_url(f"{server.url}/hr/invitations")  # the first page it opens
        links = page.locator("nav a")
        assert [link.get_attribute("href") for link in links.all()] == [
            "/hr/invitations",
            "/hr/requests",
            "/hr/people",
            "/hr/audit",
        ]
        expect(page.get_by_test_id("invite")).to_have_count(0)
        page.goto(f"{server.url}/hr/people")
        expect(page.get_by_test_id("people")).to_be_visible()
        expect(page.get_by_test_id("person-add")).to_have_count(0)
        shoot(page, "reader")


def test_an_invitation_is_sent_again(
    server: Server, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    plan = server.plan(sample_plan("en", "CN"))
    server.invite(plan["id"], name="Once Again", locale="en")
    with open_page(width=1280, height=800, locale="en-US") as page:
        page.goto(f"{server.url}/hr/invitations")
        sign_in(page, EMAIL, PASSWORD)
        row = page.get_by_test_id("invitation-row").filter(has_text="Once Again")
        row.get_by_test_id("resend").click()
        page.get_by_test_id("resend-deadline").fill("2020-01-01T10:00")
        page.get_by_test_id("resend-confirm").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        shoot(page, "refused")
        page.get_by_test_id("resend-deadline").fill("")
        page.get_by_test_id("resend-confirm").click()
        expect(page.get_by_test_id("resend-confirm")).to_have_count(0)
        shoot(page, "sent")
    waiting = server.hr.get("/api/invitations/mails").json()
    gone = server.hr.get("/api/invitations/mails?sent=true").json()
    assert any(mail["candidate_name"] == "Once Again" for mail in waiting + gone)
