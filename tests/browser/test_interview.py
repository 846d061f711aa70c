"""The main job in a real browser: a candidate answers, a person of HR overrides and sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from service.demo.material import sample_plan
from tests.browser.conftest import OpenPage
from tests.browser.held import until
from tests.browser.server import EMAIL, PASSWORD, Server

Shoot = Callable[[Page, str], None]
CAPTION_MS = 40_000
ANSWER_SECONDS = 9.0
REASON = {
    "en": "I listened to the answer: the contrast is clear.",
    "zh-CN": "我听了录音：对比讲得很清楚。",
}


@dataclass(frozen=True)
class Look:
    """How the people of one run look at the pages."""

    locale: str
    width: int
    height: int


LOOKS = [Look("en", 1280, 800), Look("zh-CN", 360, 740)]


def agree_and_start(page: Page, link: str, shoot: Shoot) -> None:
    page.goto(link)
    for purpose in ("recording", "ai_scoring", "facial_analysis"):
        box = page.get_by_test_id(f"consent-{purpose}")
        expect(box).not_to_be_checked()  # nothing is agreed to before the candidate says so
        box.check()
    shoot(page, "1-consent")
    page.get_by_test_id("consent-agree").click()
    page.get_by_test_id("devices-ask").click()
    expect(page.get_by_test_id("camera")).to_be_visible()
    shoot(page, "2-devices")
    page.get_by_test_id("start").click()


def answer_two_questions(page: Page, shoot: Shoot) -> list[str]:
    """Both questions as they stood on the page, having seen a caption for each."""
    asked = []
    for number in (1, 2):
        question = page.get_by_test_id("question")
        expect(page.get_by_test_id("progress")).to_contain_text(f"{number} / 2", timeout=20_000)
        asked.append(question.inner_text())
        known = page.get_by_test_id("caption-final").count()
        expect(page.get_by_test_id("caption-final").nth(known)).to_be_visible(timeout=CAPTION_MS)
        time.sleep(ANSWER_SECONDS)
        shoot(page, f"3-question-{number}")
        page.get_by_test_id("next" if number == 1 else "finish").click()
    page.get_by_test_id("finish-confirm").click()
    expect(page.get_by_test_id("done")).to_be_visible(timeout=30_000)
    shoot(page, "4-done")
    return asked


def wait_for_ratings(server: Server, session_id: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        case = server.case(session_id)
        if case["session"]["state"] == "closed" and case["ratings"]:
            return
        time.sleep(0.5)
    raise AssertionError("no ratings came")


def log_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/hr/")
    page.get_by_test_id("login-email").fill(EMAIL)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()


def play(page: Page) -> None:
    """The recording really plays: its time runs and its pictures are decoded."""
    page.get_by_test_id("play").click()
    deadline = time.monotonic() + 20
    while page.evaluate("document.querySelector('video').currentTime") < 1.5:
        assert time.monotonic() < deadline, "the recording does not play"
        page.wait_for_timeout(100)
    counted = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
    assert page.evaluate(counted) > 10
    page.get_by_test_id("play").click()


def seek(page: Page, server: Server, session_id: str) -> None:
    """A click on a word takes the recording to its moment, within 0.3 s of the word's time."""
    offset = server.case(session_id)["recordings"][0]["offset"]
    words = page.get_by_test_id("word")
    for index in range(2, words.count(), max(1, words.count() // 4)):
        wanted = float(words.nth(index).get_attribute("data-start") or "nan") - offset
        words.nth(index).click()
        until(page, "!document.querySelector('video').seeking")
        at = page.evaluate("document.querySelector('video').currentTime")
        assert abs(at - wanted) <= 0.3, (index, at, wanted)


def override(page: Page, reason: str, shoot: Shoot) -> None:
    card = page.get_by_test_id("rating").first
    card.get_by_test_id("override").click()
    page.get_by_test_id("override-form").get_by_test_id("level-4").click()
    page.get_by_test_id("override-reason").fill(reason)
    shoot(page, "6-override")
    page.get_by_test_id("override-save").click()
    expect(page.get_by_test_id("override-form")).to_be_hidden()
    expect(card.get_by_test_id("level")).to_contain_text("4")
    expect(card).to_contain_text(reason)
    card.get_by_test_id("history").click()
    expect(card.get_by_test_id("history-rating").first).to_have_attribute("data-rater", "model")


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.locale}-{look.width}")
def test_a_candidate_answers_and_hr_overrides(
    look: Look, server: Server, *, open_page: OpenPage, shoot: Shoot
) -> None:
    plan = server.plan(sample_plan("en", "CN"))
    invitation = server.invite(plan["id"], name="Chen Jie 陈洁", locale=look.locale)
    reason = REASON[look.locale]
    with open_page(width=look.width, height=look.height, locale=look.locale) as page:
        agree_and_start(page, invitation["link"], shoot)
        asked = answer_two_questions(page, shoot)
        wait_for_ratings(server, invitation["session_id"])
        log_in(page, server)
        row = page.locator(f"[data-queue-row='{invitation['session_id']}']")
        expect(row).to_contain_text("Chen Jie")
        shoot(page, "5-queue")
        row.click()
        expect(page.get_by_test_id("case-candidate")).to_contain_text("Chen Jie")
        expect(page.get_by_test_id("utterance").first).to_be_visible()
        shoot(page, "5-case")
        play(page)
        seek(page, server, invitation["session_id"])
        override(page, reason, shoot)
        page.get_by_test_id("tab-audit").click()
        entry = page.locator("[data-testid=audit-row][data-tag='hr:rating:override']")
        expect(entry).to_be_visible()
        shoot(page, "7-audit")
    assert [question["text"] for question in plan["questions"]] == asked
    kept_as_promised(server, invitation["session_id"], reason)


def kept_as_promised(server: Server, session_id: str, reason: str) -> None:
    """What the pages showed is what the server holds."""
    case = server.case(session_id)
    assert {one["question_id"] for one in case["utterances"]} == {
        question["id"] for question in case["questions"]
    }
    current = next(one for one in case["ratings"] if one["rater"] == "human")
    assert (current["level"], current["reason"]) == (4, reason)
    assert [one["rater"] for one in case["history"]] == ["model"]
    assert case["faces"]["allowed"]
    assert len(case["faces"]["samples"]) > 5
    recorded = sum(recording["duration"] for recording in case["recordings"])
    assert abs(recorded - case["session"]["duration"]) < 0.5
