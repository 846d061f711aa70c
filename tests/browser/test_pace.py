"""Thinking, answering, a second try, a look through it, own words: by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from service.demo.material import sample_plan
from tests.browser.conftest import OpenPage, accessible
from tests.browser.server import Server
from tests.browser.test_check import walk

OWN = "我说的是另一句话。"


def press(page: Page, name: str) -> None:
    """Reach a control by Tab and press it."""
    expect(page.get_by_test_id(name).first).to_be_visible(timeout=30_000)
    walk(page, name, most=40)
    page.keyboard.press("Enter")


def is_on_air(page: Page) -> bool:
    """Whether the camera picture of oneself, which is what is sent, is switched on."""
    found: bool = page.evaluate(
        "document.querySelector('video').srcObject.getTracks().every(track => track.enabled)"
    )
    return found


def paced_plan(server: Server) -> dict[str, object]:
    draft = sample_plan("en", "CN")
    questions = draft["questions"]
    assert isinstance(questions, list)
    draft["questions"] = [{**questions[0], "think_seconds": 3, "retakes": 1}, questions[1]]
    return server.plan(draft)


def until_on_air(page: Page) -> None:
    page.keyboard.press("Tab")
    press(page, "devices-ask")
    press(page, "start")


def answer_twice(page: Page) -> None:
    """The first question: the clock ends the thinking, and the answer is given once more."""
    pace = page.get_by_test_id("pace")
    expect(pace).to_have_attribute("data-stage", "think", timeout=30_000)
    assert not is_on_air(page)
    accessible(page)
    expect(pace).to_have_attribute("data-stage", "answer", timeout=30_000)
    assert is_on_air(page)
    expect(page.get_by_test_id("caption-final").first).to_be_visible(timeout=40_000)
    press(page, "answer-done")
    expect(pace).to_have_attribute("data-stage", "rest")
    assert not is_on_air(page)
    accessible(page)
    press(page, "again")
    expect(pace).to_have_attribute("data-stage", "think")
    press(page, "answer-now")
    expect(pace).to_contain_text("第 2 次回答，共 2 次")
    page.wait_for_timeout(4000)
    press(page, "next")


def look_through(page: Page) -> None:
    """The review: what was replaced is marked, and own words stand beside what was heard."""
    expect(page.get_by_test_id("progress")).to_contain_text("2 / 2")
    press(page, "finish")
    expect(page.get_by_test_id("said").first).to_be_visible()
    assert not is_on_air(page)
    expect(page.locator(".recall-try[data-replaced=true]")).to_have_count(1)
    press(page, "correct")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(OWN)
    press(page, "own-words-save")
    expect(page.get_by_test_id("own-words")).to_contain_text(OWN)
    press(page, "hear")
    accessible(page)
    press(page, "finish-confirm")
    expect(page.get_by_test_id("done")).to_be_visible(timeout=60_000)


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_paced_interview_goes_by_keyboard(server: Server, open_page: OpenPage) -> None:
    plan = paced_plan(server)
    invitation = server.invite(plan["id"], name="Sun Li 孙丽", locale="zh-CN")
    with open_page(width=360, height=740, locale="zh-CN") as page:
        page.goto(invitation["link"])
        walk(page, "consent-recording")
        page.keyboard.press("Space")
        press(page, "consent-agree")
        until_on_air(page)
        answer_twice(page)
        look_through(page)
    said = server.case(invitation["session_id"])["utterances"]
    assert isinstance(said, list)
    assert OWN in [one["own_text"] for one in said]
    assert any(one["is_replaced"] for one in said)
    assert not all(one["is_replaced"] for one in said)
