"""A case reviewed in a real browser: clicking a word seeks, and five answers go by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOTS, OpenPage
from tests.browser.held import SHOWN, HeldCase, held_case, until
from tests.browser.server import EMAIL, PASSWORD, Server

pytestmark = pytest.mark.browser
Shoot = Callable[[Page, str], None]
MOST_ERROR = 0.3  # seconds between a word's time and the picture that its click brings
REASON = "Names a real example with numbers."


@pytest.fixture(scope="module")
def cases(server: Server) -> list[HeldCase]:
    first = held_case(server, server.folder, name="Chen Jie 陈洁")
    return [first, held_case(server, server.folder, name="Li Na 李娜", plan_id=first.plan_id)]


def sign_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_test_id("login-email").fill(EMAIL)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("summary")).to_be_visible()


def seek_errors(page: Page) -> list[float]:
    """Seconds between each clicked word's time and the picture then on the screen."""
    words = page.get_by_test_id("word")
    found = []
    for index in range(3, words.count(), 23):
        word = words.nth(index)
        wanted = float(word.get_attribute("data-start") or "nan")
        word.click()
        until(page, "!document.querySelector('video').seeking")
        page.wait_for_timeout(120)  # until the decoded picture is drawn
        found.append(abs(page.evaluate(SHOWN) - wanted))
    return found


def note(name: str, text: str) -> None:
    """A figure for whoever reads the run; nothing depends on it."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    Path(SHOTS / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    print(text)  # noqa: T201 - the report of a test run is where this belongs


def looked_at(page: Page, done: int) -> None:
    expect(page.get_by_test_id("looked-at")).to_contain_text(str(done))


def test_a_word_seeks_and_five_answers_are_reviewed_by_keyboard(
    server: Server, cases: list[HeldCase], *, open_page: OpenPage, shoot: Shoot
) -> None:
    case = cases[0]
    with open_page(width=1280, height=800, locale="en-US") as page:
        sign_in(page, f"{server.url}/hr/cases/{case.session_id}")
        expect(page.get_by_test_id("rating")).to_have_count(5)
        errors = seek_errors(page)
        assert len(errors) >= 5
        assert max(errors) <= MOST_ERROR
        note("seek-error", f"seek error over {len(errors)} words: at most {max(errors):.3f} s")
        page.get_by_test_id("speed").select_option("2")
        assert page.evaluate("document.querySelector('video').playbackRate") == 2
        shoot(page, "1-case")
        seconds = review_by_keyboard(page, shoot)
        note("keyboard-review", f"five answers and a decision by keyboard: {seconds:.1f} s")
        page.keyboard.press("n")
        page.wait_for_url(lambda url: "/cases/" in url and case.session_id not in url)
    kept_as_shown(server, case)


def review_by_keyboard(page: Page, shoot: Shoot) -> float:
    """Hear, judge, decide; not one click. Wall seconds, a machine's pace, not a person's."""
    began = time.monotonic()
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("keys-help")).to_be_hidden()
    for number in range(5):
        page.keyboard.press("q")  # to the quote, hear it, a little back
        page.keyboard.press("p")
        page.keyboard.press("p")
        page.keyboard.press("ArrowLeft")
        if number == 1:
            page.keyboard.press("c")
            expect(page.get_by_test_id("override-form")).to_be_visible()
            page.keyboard.press("4")
            page.keyboard.type(REASON)
            page.keyboard.press("Control+Enter")
        elif number == 3:
            page.keyboard.press("x")
            expect(page.get_by_test_id("aside-form")).to_be_visible()
            page.keyboard.type("The question was misunderstood.")
            page.keyboard.press("Control+Enter")
        else:
            page.keyboard.press("a")
        looked_at(page, number + 1)
    expect(page.get_by_test_id("whole")).not_to_have_text("–")
    shoot(page, "2-looked-at")
    page.keyboard.press("d")
    expect(page.get_by_test_id("decide-form")).to_be_visible()
    page.get_by_test_id("outcome-decline").press("Space")
    page.get_by_test_id("decision-reason").press_sequentially(REASON)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("letter-form")).to_be_visible()
    shoot(page, "3-letter")
    page.get_by_test_id("letter-send").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("decided")).to_be_visible()
    return time.monotonic() - began


def kept_as_shown(server: Server, case: HeldCase) -> None:
    """What the page showed is what the server holds."""
    found = server.case(case.session_id)
    states = [each["state"] for each in found["competencies"]]
    assert states == ["accepted", "changed", "accepted", "set_aside", "accepted"]
    path = f"/api/review/cases/{case.session_id}/decisions"
    (decision,) = server.hr.get(path).json()
    assert (decision["outcome"], decision["reason"]) == ("decline", REASON)
    assert "由人作出" in decision["letter"]["text"]


def test_words_are_corrected_and_a_colleague_is_called_on_a_phone(
    server: Server, cases: list[HeldCase], *, open_page: OpenPage, shoot: Shoot
) -> None:
    case = cases[1]
    with open_page(width=360, height=740, locale="zh-CN") as page:
        sign_in(page, f"{server.url}/hr/cases/{case.session_id}")
        line = page.get_by_test_id("utterance").first
        line.get_by_test_id("word").first.hover()
        line.get_by_test_id("correct").click()
        page.get_by_test_id("correct-text").fill("We disagreed about the release, so I listened.")
        shoot(page, "1-correct")
        page.get_by_test_id("correct-save").click()
        expect(line).to_contain_text("so I listened.")
        line.get_by_test_id("corrected").locator("summary").click()
        expect(line).to_contain_text("compared two plans")  # what the engine wrote
        page.get_by_test_id("tab-comments").click()
        text = page.get_by_test_id("comment-text")
        text.press_sequentially("@Wan")
        page.get_by_test_id("mention-option").first.click()
        text.press_sequentially("<b>look</b>")
        page.get_by_test_id("comment-send").click()
        expect(page.get_by_test_id("comment")).to_contain_text("@Wang Li <b>look</b>")
        expect(page.locator("mark.called")).to_have_text("@Wang Li")
        shoot(page, "2-called")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_case_is_shown_by_a_link_until_it_is_withdrawn(
    server: Server, cases: list[HeldCase], *, open_page: OpenPage, shoot: Shoot
) -> None:
    case, label = cases[1], "Dr. Zhou <zhou@example.org>"
    with open_page(width=1280, height=800, locale="en-US") as page:
        sign_in(page, f"{server.url}/hr/cases/{case.session_id}")
        page.get_by_test_id("hand-out").click()
        page.get_by_test_id("share").click()
        page.get_by_test_id("link-label").fill(label)
        page.get_by_test_id("link-make").click()
        token = page.get_by_test_id("link-made").inner_text().strip().partition("#")[2]
        shoot(page, "1-link")
        guest = page.context.browser.new_context()  # type: ignore[union-attr]
        shown = guest.new_page()
        shown.goto(f"{server.url}/hr/shared#{token}")
        expect(shown.get_by_test_id("shared-rating")).to_have_count(5)
        expect(shown.get_by_test_id("watermark")).to_be_visible()
        until(shown, "document.querySelector('video').readyState > 0")
        assert shown.get_by_test_id("override").count() == 0
        shoot(shown, "2-shown")
        page.get_by_test_id("link-revoke").click()
        expect(page.get_by_test_id("link-revoke")).to_have_count(0)
        shown.reload()
        expect(shown.get_by_test_id("link-refused")).to_be_visible()
        guest.close()
        page.goto(f"{server.url}/hr/audit?case={case.session_id}")
        rows = page.locator("[data-testid=audit-row][data-tag='guest:link:view']")
        expect(rows).to_have_count(1)
        shoot(page, "3-audit")
        page.goto(f"{server.url}/hr/compare?plan={case.plan_id}&case={case.session_id}")
        page.get_by_test_id("compare-pick").click()
        page.get_by_role("option", name=cases[0].name).click()
        expect(page.get_by_test_id("comparison")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        shoot(page, "4-compared")
