"""A full server in a real browser: the candidate sees the place in the line and gets in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.demo.material import sample_plan
from tests.browser.conftest import OpenPage
from tests.browser.server import Server, serving
from tests.browser.test_interview import Shoot, agree_and_start


def quietly(page: Page, name: str) -> None:
    """These pages are looked at elsewhere."""


def finish(page: Page) -> None:
    page.get_by_test_id("next").click()
    page.get_by_test_id("finish").click()
    page.get_by_test_id("finish-confirm").click()
    expect(page.get_by_test_id("done")).to_be_visible(timeout=30_000)


def two_links(server: Server, locale: str) -> list[str]:
    plan = server.plan(sample_plan("en", "CN"))
    names = ("Ada", "Chen Jie")
    return [server.invite(plan["id"], name=name, locale=locale)["link"] for name in names]


def let_in_after(first: Page, second: Page, *, links: list[str], shoot: Shoot) -> None:
    agree_and_start(first, links[0], quietly)
    expect(first.get_by_test_id("progress")).to_contain_text("1 / 2", timeout=20_000)
    agree_and_start(second, links[1], quietly)
    line = second.get_by_test_id("waiting")
    expect(line).to_have_attribute("data-place", "1")
    expect(line.get_by_role("status")).to_have_text(re.compile("You are next|下一位就是您"))
    shoot(second, "waiting")
    second.wait_for_timeout(6000)  # it has asked again by now
    expect(line).to_have_attribute("data-place", "1")
    finish(first)
    expect(second.get_by_test_id("progress")).to_contain_text("1 / 2", timeout=60_000)
    finish(second)


@pytest.mark.browser
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("zh-CN", 360)])
def test_a_candidate_waits_in_line_and_is_let_in(
    locale: str, width: int, *, tmp_path: Path, open_page: OpenPage, shoot: Shoot
) -> None:
    with (
        serving(tmp_path, CANDOR_SESSION_LIMIT="1") as server,
        open_page(width=width, height=740, locale=locale) as first,
    ):
        let_in_after(first, first.context.new_page(), links=two_links(server, locale), shoot=shoot)
