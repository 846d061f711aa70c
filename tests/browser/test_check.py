"""The device check in Chromium: every failure injected, its sentence read in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from service.demo.material import sample_plan
from tests.browser.conftest import accessible, chromium
from tests.browser.material import Capture
from tests.browser.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
LOCALES = ("en", "zh-CN")
NAME = "Wu Min 吴敏"
TEXTS = Path(__file__).parents[2] / "web" / "src" / "i18n"
DESKTOP = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {} Safari/537.36"
WINDOWS, MAC = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {APPLE}"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = DESKTOP.format(WINDOWS, "Chrome/141.0.0.0")
EDGE = DESKTOP.format(WINDOWS, "Chrome/141.0.0.0 Edg/141.0.0.0")
MAC_CHROME = DESKTOP.format(MAC, "Chrome/141.0.0.0")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
MAC_SAFARI = f"Mozilla/5.0 ({MAC}) {APPLE} Version/18.1 Safari/605.1.15"
IOS_SAFARI = f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1"
IOS_CHROME = f"{IPHONE} CriOS/141.0.0.0 Mobile/15E148 Safari/604.1"
ANDROID_CHROME = f"{ANDROID} Chrome/141.0.0.0 Mobile Safari/537.36"
ANDROID_FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
WECHAT = f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.53"
DINGTALK = f"{ANDROID} Chrome/120.0.0.0 Mobile Safari/537.36 AliApp(DingTalk/7.6.0)"
FEISHU = f"{ANDROID} Chrome/120.0.0.0 Mobile Safari/537.36 Lark/7.30 Feishu"
LINE = f"{IPHONE} Mobile/15E148 Safari Line/14.19.0"
FACEBOOK = f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]"
INSTAGRAM = f"{IPHONE} Mobile/15E148 Instagram 350.0"
BLOCKED = "NotAllowedError"


@dataclass(frozen=True)
class Fault:
    """What `getUserMedia` does, in which browser; and the remedy that is to be read."""

    cause: str
    place: str
    error: str = BLOCKED
    message: str = "Permission denied"
    agent: str = CHROME
    without: str = ""

    def __str__(self) -> str:
        return f"{self.cause}-{self.place}"


FAULTS = [
    Fault("denied", "chrome_desktop"),
    Fault("denied", "edge_desktop", agent=EDGE),
    Fault("denied", "firefox_desktop", agent=FIREFOX),
    Fault("denied", "safari_macos", agent=MAC_SAFARI),
    Fault("denied", "safari_ios", agent=IOS_SAFARI),
    Fault("denied", "ios", agent=IOS_CHROME),
    Fault("denied", "android", agent=ANDROID_CHROME),
    Fault("denied", "firefox_android", agent=ANDROID_FIREFOX),
    Fault("denied_system", "windows", message="Permission denied by system"),
    Fault("denied_system", "macos", message="Permission denied by system", agent=MAC_CHROME),
    Fault("dismissed", "any", message="Permission dismissed"),
    Fault("not_found", "any", error="NotFoundError"),
    Fault("no_camera", "any", error="NotFoundError", without="videoinput"),
    Fault("no_microphone", "any", error="NotFoundError", without="audioinput"),
    Fault("in_use", "windows", error="NotReadableError"),
    Fault("in_use", "mobile", error="NotReadableError", agent=ANDROID_CHROME),
    Fault("constraints", "any", error="OverconstrainedError"),
    Fault("aborted", "any", error="AbortError"),
    Fault("policy", "any", error="SecurityError"),
    Fault("unknown", "any", error="SomethingNewError"),
    Fault("in_app", "wechat", agent=WECHAT),
    Fault("in_app", "dingtalk", agent=DINGTALK),
    Fault("in_app", "feishu", agent=FEISHU),
    Fault("in_app", "line", agent=LINE),
    Fault("in_app", "facebook", agent=FACEBOOK),
    Fault("in_app", "instagram", agent=INSTAGRAM),
]


def texts(locale: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((TEXTS / locale / "check.json").read_text("utf-8"))["check"]
    return found


def sentence(locale: str, cause: str, place: str) -> str:
    """What the page must say."""
    said = texts(locale)
    title = said["cause"][cause].replace("{{app}}", said["app"].get(place, said["app"]["webview"]))
    return f"{title} {said['remedy'][cause][place]}"


def reads(page: Page, inside: str, *, cause: str, place: str) -> None:
    """The remedy stands there in both languages."""
    for locale in LOCALES:
        page.get_by_test_id(f"lang-{locale}").click()
        remedy = page.get_by_test_id(inside).get_by_test_id("remedy")
        expect(remedy).to_have_attribute("data-cause", cause)
        expect(remedy).to_have_text(sentence(locale, cause, place))


def wish(page: Page, **what: object) -> None:
    page.evaluate("what => { window.wish = what; }", what)


def pose(page: Page, agent: str) -> None:
    """Be another browser from now on."""
    page.evaluate(
        "value => Object.defineProperty(navigator, 'userAgent', { value, configurable: true })",
        agent,
    )


@pytest.fixture(scope="module")
def page(server: Server, capture: Capture) -> Iterator[Page]:
    """One candidate in the check, for all tests of this file."""
    plan = server.plan(sample_plan("en", "CN"))
    link = server.invite(plan["id"], name=NAME, locale="en")["link"]
    with chromium(capture, width=1280, height=900, locale="en") as opened:
        opened.add_init_script(path=Path(__file__).parent / "injected.js")
        opened.goto(link)
        opened.get_by_test_id("consent-recording").check()
        opened.get_by_test_id("consent-agree").click()
        expect(opened.get_by_test_id("devices-ask")).to_be_visible()
        yield opened


def ask(page: Page) -> None:
    """Whatever stands there to turn the devices on."""
    page.get_by_test_id("devices-ask").or_(page.get_by_test_id("devices-retry")).click()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_device_that_fails_is_named_with_its_remedy(page: Page, fault: Fault) -> None:
    pose(page, fault.agent)
    wish(page, error=fault.error, message=fault.message, without=fault.without)
    ask(page)
    expect(page.get_by_test_id(f"device-problem-{fault.cause}")).to_be_visible()
    reads(page, f"device-problem-{fault.cause}", cause=fault.cause, place=fault.place)


@pytest.mark.parametrize(("cause", "secure"), [("insecure", False), ("unsupported", True)])
def test_a_page_without_devices_says_why(page: Page, cause: str, *, secure: bool) -> None:
    pose(page, CHROME)
    hide = "value => Object.defineProperty({}, '{}', { value, configurable: true })"
    page.evaluate(hide.replace("{}", "window", 1).replace("{}", "isSecureContext", 1), secure)
    page.evaluate(
        "Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true })"
    )
    ask(page)
    reads(page, f"device-problem-{cause}", cause=cause, place="any")
    accessible(page)
    page.evaluate("delete navigator.mediaDevices; delete window.isSecureContext")


def test_a_black_picture_and_a_silent_microphone_are_noticed(page: Page) -> None:
    pose(page, CHROME)
    wish(page, still="black")
    ask(page)
    expect(page.get_by_test_id("check-picture")).to_have_attribute("data-state", "warn")
    reads(page, "check-picture", cause="black_camera", place="desktop")
    expect(page.get_by_test_id("check-sound")).to_have_attribute("data-state", "warn")
    reads(page, "check-sound", cause="silent_mic", place="windows")
    expect(page.get_by_test_id("start")).to_be_enabled()  # a test may err: nobody is kept out
    accessible(page)


def test_a_picture_that_stands_still_is_noticed(page: Page) -> None:
    wish(page, still="green", ice="absent")
    page.get_by_test_id("camera-off").click()
    page.get_by_role("button", name="重新尝试使用摄像头").click()
    reads(page, "check-picture", cause="frozen_camera", place="any")


ICE = {"ice_servers": [{"urls": ["turn:127.0.0.1:9"], "username": "u", "credential": "c"}]}
CHECK = "**/api/candidate/check/whip"


def refuse(status: int, code: str) -> dict[str, object]:
    body = json.dumps({"code": code, "status": status, "title": code})
    return {"status": status, "content_type": "application/problem+json", "body": body}


@pytest.mark.parametrize(
    ("cause", "wished", "answer"),
    [
        ("no_webrtc", {"ice": "absent"}, None),
        ("no_candidates", {"ice": "mute"}, None),
        ("udp_blocked", {"ice": "fails"}, None),
        ("turn_unreachable", {"ice": "fails", "turn": True}, None),
        ("offline", {}, "abort"),
        ("check_full", {}, refuse(503, "check_full")),
        ("refused", {}, refuse(422, "sdp_unsupported")),
    ],
)
def test_a_connection_that_fails_is_named_with_its_remedy(
    page: Page, cause: str, wished: dict[str, object], *, answer: Any
) -> None:
    def meet(route: Route) -> None:
        if answer == "abort":
            route.abort()
        else:
            route.fulfill(**answer)

    if answer is not None:
        page.route(CHECK, meet)
    if wished.get("turn"):
        page.route("**/api/candidate/ice", lambda route: route.fulfill(json=ICE))
    wish(page, still="green", **wished)
    page.get_by_test_id("network-again").click()
    reads(page, "check-network", cause=cause, place="any")
    page.unroute_all()


def test_a_slow_line_is_told_as_such_and_can_be_started_on(page: Page) -> None:
    wish(page, still="green", slow=True)
    page.get_by_test_id("network-again").click()
    expect(page.get_by_test_id("network-reading")).to_have_attribute("data-way", "host")
    reads(page, "check-network", cause="slow", place="any")
    expect(page.get_by_test_id("start")).to_be_enabled()


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement?.dataset.testid ?? ''")
    return found


def walk(page: Page, to: str, *, most: int = 30) -> list[str]:
    """Press Tab until `to` has the focus; what had it on the way."""
    seen: list[str] = []
    while focused(page) != to:
        assert len(seen) < most, f"{to} cannot be reached by keyboard: {seen}"
        page.keyboard.press("Tab")
        seen.append(focused(page))
    return seen


def test_the_whole_check_and_the_practice_go_by_keyboard(
    page: Page,
) -> None:
    page.reload()
    page.get_by_test_id("lang-en").click()
    walk(page, "devices-ask")
    page.keyboard.press("Enter")
    for name in ("picture", "sound", "network"):
        row = page.get_by_test_id(f"check-{name}")
        expect(row).to_have_attribute("data-state", "ok", timeout=30_000)
    captioned(page)
    walk(page, "speaker-play")
    page.keyboard.press("Enter")
    walk(page, "speaker-no")
    page.keyboard.press("Enter")
    remedy = page.get_by_test_id("check-speaker").get_by_test_id("remedy")
    expect(remedy).to_have_text(sentence("en", "no_speaker", "any"))
    accessible(page)
    walk(page, "help-show")
    page.keyboard.press("Enter")
    told = json.loads(page.get_by_test_id("bundle").inner_text())
    assert (told["network"]["local"], told["network"]["protocol"]) == ("host", "udp")
    assert told["network"]["sent_kbit_s"] > 50
    assert "face.mjpeg" not in json.dumps(told)  # the name of the camera
    page.get_by_test_id("help-download").press("Enter")
    practise(page)


def captioned(page: Page) -> None:
    """Words came back from the server."""
    some = page.get_by_test_id("caption-partial").or_(page.get_by_test_id("caption-final"))
    expect(some.first).to_have_text(re.compile(r"\w+ \w+"), timeout=30_000)


def practise(page: Page) -> None:
    """A practice question by keyboard, with its captions and its replay."""
    page.get_by_test_id("practise").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    walk(page, "practice-answer")
    page.keyboard.press("Enter")
    captioned(page)
    walk(page, "practice-done")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("replay")).to_be_visible()
    accessible(page)
    walk(page, "practice-back")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("start")).to_be_visible()


def test_nothing_of_it_was_kept(page: Page, server: Server) -> None:
    """No interview has begun: neither HR nor the candidate sees one."""
    rows = server.hr.get("/api/invitations").json()
    mine = next(one for one in rows if one["candidate_name"] == NAME)
    case = server.case(mine["session_id"])
    assert case["utterances"] == []
    assert case["recordings"] == []
    assert mine["state"] == "consented"


def test_inside_an_app_that_gives_the_devices_nothing_is_called_broken(page: Page) -> None:
    page.reload()
    expect(page.get_by_test_id("devices-ask")).to_be_visible()
    pose(page, WECHAT)
    wish(page, still="green", ice="absent")
    ask(page)
    row = page.get_by_test_id("check-browser")
    for locale in LOCALES:
        page.get_by_test_id(f"lang-{locale}").click()
        app, works = texts(locale)["app"]["wechat"], texts(locale)["browser"]["works"]
        expect(row).to_contain_text(works.replace("{{app}}", app))
    expect(row.get_by_test_id("copy-link")).to_be_visible()
