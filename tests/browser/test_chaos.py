"""A real Chromium through a server that is killed and a page that is reloaded: nothing is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from benchmarks.chaos_server import Served
from service.blobs import Blobs
from service.db import Database
from service.journal.spans import overlap
from service.tables import (
    AskedQuestion,
    JournalChunk,
    Recording,
    RecordingSource,
    RecordingState,
    Session,
    SessionState,
)
from tests.browser.conftest import OpenPage
from tests.fixtures.player import probe

T = TypeVar("T")
SPOKEN, AWAY = 4.0, 0.5


@dataclass
class Held:
    """A server that can be killed from a test that is not asynchronous."""

    served: Served
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=90)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    folder = tmp_path / "var"
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'candor.db'}"
    # Playwright has a loop of its own in the test's thread.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = Held(Served(folder, url), loop)
    try:
        running.do(running.served.prepare())
        running.do(running.served.start())
        yield running
        running.do(running.served.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def begin(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_test_id("consent-recording").check()
    page.get_by_test_id("consent-agree").click()
    page.get_by_test_id("devices-ask").click()
    page.get_by_test_id("start").click()
    expect(page.locator("[data-testid=connection][data-phase=live]")).to_be_visible()


def used(page: Page) -> float:
    """Seconds on the clock of the question, as the page shows them."""
    return float(page.get_by_test_id("clock").get_attribute("data-used") or 0)


def until_safe(page: Page, *, within: float = 30.0) -> None:
    expect(page.locator("[data-testid=connection][data-phase=live]")).to_be_visible(
        timeout=within * 1000
    )
    expect(page.locator("[data-testid=saved][data-safety=safe]")).to_be_visible(
        timeout=within * 1000
    )


async def kept(served: Served, session_id: UUID) -> tuple[Session, list, list, list]:
    async with Database(served.settings.database) as database:
        async with asyncio.timeout(40):
            while True:
                async with database.reading() as db:
                    session = await db.get_one(Session, session_id)
                    found = [
                        list((await db.exec(select(t).where(t.session_id == session_id))).all())
                        for t in (Recording, AskedQuestion, JournalChunk)
                    ]
                states = {row.state for row in found[0]}
                if session.state == SessionState.CLOSED and RecordingState.JOINED in states:
                    return session, found[0], found[1], found[2]
                await asyncio.sleep(0.3)


@pytest.mark.browser
@pytest.mark.timeout(180)
def test_a_killed_server_and_a_reload_cost_the_candidate_nothing(
    held: Held, open_page: OpenPage, tmp_path: Path
) -> None:
    ((token, session),) = held.do(held.served.invite(1))
    link = f"{held.served.url}/join/#{token}"
    with open_page(width=360, height=740, locale="zh-CN") as page:
        begin(page, link)
        page.wait_for_timeout(SPOKEN * 1000)
        before = used(page)
        held.do(held.served.kill(pause=AWAY))
        (away,) = ((end - start) for start, end in held.served.away)
        # By itself: a new connection, the same question, what was said meanwhile is sent.
        until_safe(page)
        assert used(page) < before + away  # the time without a server is not counted
        expect(page.get_by_test_id("progress")).to_contain_text("1 / 2")
        page.get_by_test_id("next").click()
        expect(page.get_by_test_id("progress")).to_contain_text("2 / 2")
        page.wait_for_timeout(1500)
        page.reload()  # and back to the question without a click
        until_safe(page)
        expect(page.get_by_test_id("progress")).to_contain_text("2 / 2")
        page.wait_for_timeout(2000)
        page.get_by_test_id("finish").click()
        page.get_by_test_id("finish-confirm").click()
        expect(page.get_by_test_id("done")).to_be_visible(timeout=30_000)
        left = page.evaluate(
            "new Promise(done => { const asked = indexedDB.open('candor.journal');"
            "asked.onsuccess = () => { const count = asked.result.transaction('chunks')"
            ".objectStore('chunks').count(); count.onsuccess = () => done(count.result); } })"
        )
        assert left == 0  # nothing stays on the device
    check(held, UUID(session), away=away, folder=tmp_path)


def check(held: Held, session_id: UUID, *, away: float, folder: Path) -> None:
    _, recordings, asked, chunks = held.do(kept(held.served, session_id))
    (joined,) = (row for row in recordings if row.source == RecordingSource.STITCHED)
    filled = [row for row in recordings if row.source == RecordingSource.JOURNAL]
    assert sum(row.duration for row in filled) > away - 1.0
    # Two faults, at most a second each; the page that reloads records nothing for a moment.
    hole = (joined.offset, joined.offset + joined.duration)
    missing = sum(overlap(row.holes, hole) for row in [joined])
    assert missing < 2.0 + 3.0
    assert len(asked) == 2
    assert chunks == []
    path = folder / "joined.webm"
    data = held.do(Blobs(held.served.settings.blobs).get(joined.blob_key))
    path.write_bytes(data)
    found = probe(path)
    assert found.codecs == {"vp8", "opus"}
    assert found.duration == pytest.approx(joined.duration, abs=0.2)
