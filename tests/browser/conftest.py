"""A real server and a real Chromium with a fake camera and microphone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.material import Capture, make_capture
from tests.browser.server import Server, serving

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OpenPage = Callable[..., AbstractContextManager[Page]]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(os.environ.get("CANDOR_TEST_SHOTS", "test-results"))


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="package")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    return make_capture(tmp_path_factory.mktemp("capture"))


@contextmanager
def chromium(capture: Capture, *, width: int, height: int, locale: str) -> Iterator[Page]:
    """One page of a Chromium that takes `capture` for camera and microphone.

    The switch for loopback: without it a machine that has no other interface offers no candidates.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                *capture.flags(),
                "--allow-loopback-in-peer-connection",
                "--autoplay-policy=no-user-gesture-required",
                "--no-sandbox",
            ],
            ignore_default_args=["--mute-audio"],
        )
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            permissions=["camera", "microphone"],
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        try:
            yield page
        finally:
            context.close()
            browser.close()


@pytest.fixture
def open_page(capture: Capture) -> OpenPage:
    def opened(*, width: int, height: int, locale: str) -> AbstractContextManager[Page]:
        return chromium(capture, width=width, height=height, locale=locale)

    return opened


def accessible(page: Page) -> None:
    """No violation of WCAG that axe can find."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found = page.evaluate(
        "axe.run().then(report => report.violations.map("
        "one => one.id + ': ' + one.nodes.map(node => node.target).join(' ')))"
    )
    assert found == []


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a screenshot under test-results/ (never committed), and let axe look at the page."""

    def keep(page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{request.node.name}-{name}.png", full_page=True)
        accessible(page)

    return keep
