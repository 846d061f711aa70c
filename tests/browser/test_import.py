"""Inviting many from a spreadsheet: both languages, a desk and a phone, mistakes included."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.demo.material import sample_plan
from tests.browser.conftest import OpenPage
from tests.browser.server import EMAIL, PASSWORD, Server

pytestmark = pytest.mark.browser
BAD = (
    "Who,Contact,时区\n李娜,li.{tag}@example.com,\nAnn Lee,ann@,\nBob,bob.{tag}@example.com,Mars\n"
)


@pytest.mark.parametrize(
    ("locale", "width", "title"),
    [("en-US", 1280, "Invite many"), ("zh-CN", 360, "批量邀请")],
)
def test_a_list_is_mapped_checked_and_invited(
    server: Server,
    open_page: OpenPage,
    shoot: Callable[[Page, str], None],
    tmp_path: Path,
    *,
    locale: str,
    width: int,
    title: str,
) -> None:
    server.plan(sample_plan("zh" if locale == "zh-CN" else "en", "CN"))
    file = tmp_path / "people.csv"
    file.write_bytes(BAD.format(tag=width).encode("gb18030"))
    with open_page(width=width, height=800, locale=locale) as page:
        page.goto(f"{server.url}/hr/invitations/import")
        page.get_by_test_id("login-email").fill(EMAIL)
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        shoot(page, "empty")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_test_id("import-check").click()

        # The header says neither which is the name nor which the address: they are asked for.
        columns = page.get_by_test_id("import-columns")
        expect(columns).to_be_visible()
        expect(page.get_by_test_id("import-report")).to_have_count(0)
        shoot(page, "columns")
        choose(page, "column-name", "Who")
        choose(page, "column-email", "Contact")
        report = page.get_by_test_id("import-report")
        expect(report).to_contain_text("gb18030")
        expect(page.get_by_test_id("import-notes").locator("tbody tr")).to_have_count(2)
        expect(page.get_by_test_id("import-preview").locator("tbody tr")).to_have_count(1)
        confirm = page.get_by_test_id("import-confirm")
        expect(confirm).to_be_disabled()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, "errors")

        page.get_by_test_id("import-leave-out").check()
        confirm.click()
        result = page.get_by_test_id("import-result")
        expect(result).to_be_visible()
        shoot(page, "result")
        with page.expect_download() as download:
            page.get_by_test_id("import-links").click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["name"], row["line"]) == ("李娜", "2")
    assert row["link"].startswith(f"{server.url}/join#")


def choose(page: Page, test_id: str, option: str) -> None:
    """Pick an option of one of Mantine's lists; the check that follows has come back."""
    page.get_by_test_id(test_id).click()
    with page.expect_response("**/import/check**"):
        page.get_by_role("option", name=option, exact=True).locator("visible=true").click()
