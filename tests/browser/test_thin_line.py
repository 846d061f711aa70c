"""An interview over 150 kbit/s, 5 % loss and 300 ms: it completes, and the page stays calm."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.loss_relay import Open, Say, relays, server_of, through
from service.demo.material import sample_plan
from tests.browser.conftest import chromium
from tests.browser.material import Capture
from tests.browser.server import Server

RATE, LOSS, ROUND_TRIP = 150_000, 0.05, 0.3
SLOW_MS = 60_000


class Way:
    """The relays in front of the server, one for each connection."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._keys = pipe, list[str]()

    def relayed(self, sdp: str) -> str:
        """An answer that leads to a new relay."""
        server, key = server_of(sdp), str(len(self._keys))
        self._keys.append(key)
        self._pipe.send(Open(key, server))
        address = self._pipe.recv()
        self._pipe.send(Say(key, loss=LOSS, rate=RATE))
        return through(sdp, address, server)

    def widen(self) -> None:
        """The line is a good one from now on."""
        for key in self._keys:
            self._pipe.send(Say(key))


def begin(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_test_id("consent-recording").check()
    page.get_by_test_id("consent-agree").click()
    page.get_by_test_id("devices-ask").click()
    page.get_by_test_id("start").click()
    expect(page.get_by_test_id("progress")).to_contain_text("1 / 2", timeout=SLOW_MS)


def heard(page: Page) -> None:
    """Words of this question have come back."""
    known = page.get_by_test_id("caption-final").count()
    expect(page.get_by_test_id("caption-final").nth(known)).to_be_visible(timeout=SLOW_MS)


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_an_interview_completes_on_a_thin_line(server: Server, capture: Capture) -> None:
    plan = server.plan(sample_plan("en", "CN"))
    invitation = server.invite(plan["id"], name="Gao Yuan 高远", locale="en")
    with (
        relays(7, round_trip=ROUND_TRIP) as pipe,
        chromium(capture, width=360, height=740, locale="en") as page,
    ):
        way = Way(pipe)
        page.expose_function("relayed", way.relayed)
        page.add_init_script(path=Path(__file__).parent / "relayed.js")
        begin(page, invitation["link"])
        thrift = page.get_by_test_id("thrift")
        expect(thrift).not_to_have_attribute("data-level", "full", timeout=SLOW_MS)
        expect(thrift).to_contain_text("you need not do anything")
        heard(page)
        page.get_by_test_id("next").click()
        expect(page.get_by_test_id("progress")).to_contain_text("2 / 2", timeout=SLOW_MS)
        heard(page)
        way.widen()
        expect(thrift).to_have_attribute("data-level", "full", timeout=SLOW_MS)
        expect(thrift).to_be_empty()
        page.get_by_test_id("finish").click()
        page.get_by_test_id("finish-confirm").click()
        expect(page.get_by_test_id("done")).to_be_visible(timeout=SLOW_MS)
    case = server.case(invitation["session_id"])
    questions, said = case["questions"], case["utterances"]
    assert isinstance(questions, list)
    assert isinstance(said, list)
    assert {one["question_id"] for one in said} == {one["id"] for one in questions}
