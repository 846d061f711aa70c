"""The way of whoever is not recorded, by keyboard alone: notice, writing, receipt, rights."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from service.demo.material import sample_plan
from service.rights.signing import keys_of, verify
from tests.browser.conftest import OpenPage
from tests.browser.server import EMAIL, PASSWORD, Server

pytestmark = pytest.mark.browser
Shoot = Callable[[Page, str], None]
ANSWER = "We disagreed about the release, so I asked everybody and we compared two plans."


def reach(page: Page, test_id: str) -> None:
    """Tab to something, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            'id => document.activeElement?.closest(`[data-testid="${id}"]`) !== null', test_id
        )
        if found:
            return
    raise AssertionError(f"{test_id} cannot be reached by keyboard")


def press(page: Page, test_id: str, key: str = "Enter") -> None:
    reach(page, test_id)
    page.keyboard.press(key)


def both(page: Page, shoot: Shoot, name: str, width: int) -> None:
    """A look at the page in light and dark; nothing runs over its edge."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        shoot(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("zh-CN", 360)])
def test_an_interview_in_writing_from_link_to_receipt_by_keyboard(
    server: Server, open_page: OpenPage, shoot: Shoot, locale: str, width: int
) -> None:
    language = "zh" if locale == "zh-CN" else "en"
    plan = server.plan(sample_plan(language, "CN"))
    invitation = server.invite(
        plan["id"], name="Xu Jing", locale="zh-CN" if language == "zh" else "en"
    )
    with open_page(width=width, height=800, locale=locale) as page:
        page.goto(f"{server.url}/join#{invitation['token']}")
        expect(page.get_by_test_id("notice")).to_be_visible()
        press(page, "consent-ai_scoring", "Space")
        page.get_by_test_id("needs").locator("summary").focus()
        page.keyboard.press("Enter")
        press(page, "time-1", "ArrowRight")
        expect(page.get_by_test_id("needs-saved")).to_be_visible()
        both(page, shoot, "notice", width)
        page.get_by_test_id("consent-facial_analysis").focus()
        press(page, "consent-agree")
        expect(page.get_by_test_id("without-recording")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("refused")).to_be_visible()
        both(page, shoot, "refused", width)
        press(page, "write")
        _write(page, shoot, width)
        _after(page, shoot, width)
        _receipt(page, server)
        _rights(page, shoot, width)
    case = server.case(invitation["session_id"])
    assert case["recordings"] == []


def _write(page: Page, shoot: Shoot, width: int) -> None:
    expect(page.get_by_test_id("answer-0")).to_be_visible()
    reach(page, "answer-0")
    page.keyboard.insert_text(ANSWER)
    state = page.get_by_test_id("answer-state-0")
    expect(state).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.get_by_test_id("answer-0")).to_have_value(ANSWER)  # the link leads back here
    expect(page.get_by_test_id("written-until")).to_be_visible()
    both(page, shoot, "written", width)
    press(page, "hand-in")
    expect(page.get_by_test_id("hand-in-confirm")).to_be_focused()
    page.keyboard.press("Enter")


def _after(page: Page, shoot: Shoot, width: int) -> None:
    expect(page.get_by_test_id("where")).to_be_visible()
    expect(page.get_by_test_id("receipt").locator("dl")).to_be_visible()
    both(page, shoot, "after", width)


def _receipt(page: Page, server: Server) -> None:
    reach(page, "receipt-download")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    signed = json.loads(started.value.path().read_text(encoding="utf-8"))
    keys = httpx.get(f"{server.url}/.well-known/candor-receipt-keys.json").json()
    receipt = verify(signed, keys_of(keys))
    assert receipt["collected"] == {
        "recordings": 0,
        "spoken_passages": 0,
        "written_answers": 1,
        "looks_at_the_face": 0,
    }


def _rights(page: Page, shoot: Shoot, width: int) -> None:
    press(page, "fold-copy")
    press(page, "ask-copy")
    expect(page.get_by_test_id("copy-fetch")).to_be_visible()
    page.get_by_test_id("fold-contest").locator("summary").focus()
    page.keyboard.press("Enter")
    reach(page, "contest-text")
    page.keyboard.insert_text("<b>Please</b> look again.")
    press(page, "ask-contest")
    expect(page.get_by_test_id("contest")).to_contain_text("<b>Please</b> look again.")
    for fold in ("withdraw", "erase"):
        page.get_by_test_id(f"fold-{fold}").locator("summary").focus()
        page.keyboard.press("Enter")
    both(page, shoot, "rights", width)
    press(page, "erase-sure", "Space")
    press(page, "ask-erase")
    expect(page.get_by_test_id("request-erasure")).to_be_visible()
    page.get_by_test_id("copy-fetch").focus()
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    with zipfile.ZipFile(started.value.path()) as archive:
        assert ANSWER in archive.read("transcript.txt").decode()


def test_the_office_answers_objections_and_erases(
    server: Server, open_page: OpenPage, shoot: Shoot
) -> None:
    plan = server.plan(sample_plan("en", "CN"))
    invitation = server.invite(plan["id"], name="Zhou Yun", locale="en")
    _hand_in(server, invitation["token"])
    for width, locale in ((360, "zh-CN"), (1280, "en-US")):
        with open_page(width=width, height=800, locale=locale) as page:
            page.goto(f"{server.url}/hr/requests")
            page.get_by_test_id("login-email").fill(EMAIL)
            page.get_by_test_id("login-password").fill(PASSWORD)
            page.get_by_test_id("login-submit").click()
            mine = page.get_by_test_id("contest").filter(has_text="Zhou Yun")
            expect(mine).to_contain_text("<i>why?</i>")
            both(page, shoot, f"office-{width}", width)
            if width == 360:
                continue
            mine.get_by_test_id("deed-answer").click()
            page.get_by_test_id("deed-words").fill("A second person has looked at it.")
            shoot(page, "office-answer")
            page.get_by_test_id("deed-confirm").click()
            expect(mine).to_have_count(0)
            asked = page.get_by_test_id("request-erasure").filter(has_text="Zhou Yun")
            asked.get_by_test_id("deed-erase").click()
            page.get_by_test_id("deed-confirm").click()
            expect(asked).to_have_count(0)
    gone = httpx.get(f"{server.url}/api/candidate/interview", headers=_bearer(invitation["token"]))
    assert (gone.status_code, gone.json()["code"]) == (410, "invitation_erased")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _hand_in(server: Server, token: str) -> None:
    """An interview in writing with an objection and a wish to be erased, by HTTP."""
    with httpx.Client(base_url=f"{server.url}/api/candidate", headers=_bearer(token)) as guest:
        view = guest.get("/interview").json()
        purposes = {"recording": False, "ai_scoring": False, "facial_analysis": False}
        version = view["notice"]["version"]
        body = {"notice_version": version, "locale": "en", "purposes": purposes}
        assert guest.post("/consent", json=body).status_code == 200
        question = view["questions"][0]["id"]
        assert guest.put(f"/written/{question}", json={"text": ANSWER}).status_code == 200
        assert guest.post("/written/submit").status_code == 200
        draft = {"kind": "contest", "text": "<i>why?</i>"}
        assert guest.post("/rights/contest", json=draft).status_code == 200
        assert guest.post("/rights/requests", json={"kind": "erasure"}).status_code == 200
