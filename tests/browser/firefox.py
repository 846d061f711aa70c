"""A real Firefox with a fake camera and microphone, spoken to by WebDriver BiDi.

Playwright drives only a Firefox of its own make; this is the one that the distribution carries.
The protocol is JSON over a websocket: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
START_SECONDS = 90.0
ANSWER_SECONDS = 60.0
PREFERENCES: dict[str, bool | int] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
}


def find_firefox() -> str | None:
    """The browser's path; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Refused(AssertionError):
    """The browser did not do what it was told."""


@dataclass
class Firefox:
    """One tab. Elements are named by their `data-testid`."""

    socket: ClientConnection
    context: str = ""
    errors: list[str] = field(default_factory=list)  # what the pages threw
    _last: int = 0

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and wait for its answer, whatever else is told meanwhile."""
        self._last += 1
        self.socket.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=ANSWER_SECONDS))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == self._last:
                if message["type"] != "success":
                    raise Refused(f"{method}: {message}")
                return dict(message["result"])

    def begin(self) -> None:
        """Open the session and take the first tab."""
        self.command("session.new", capabilities={})
        self.context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        self.command("session.subscribe", events=["log.entryAdded"])

    def goto(self, url: str) -> None:
        """Load a page."""
        self.command("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def before_pages(self, script: str) -> None:
        """Run a script in every page before its own."""
        self.command("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, awaited; it must be JSON."""
        answer = self.command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(v => JSON.stringify(v ?? null))",
            target={"context": self.context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def shows(self, name: str) -> bool:
        """Whether an element is there to be seen."""
        return bool(
            self.evaluate(f"!!document.querySelector('[data-testid={name}]')?.offsetParent")
        )

    def wait_for(self, name: str, *, seconds: float = 20.0) -> None:
        """Wait until an element is there to be seen."""
        wait_until(lambda: self.shows(name), seconds=seconds, what=f"no {name}", told=self.told)

    def told(self) -> str:
        """What the page says and what went wrong in it."""
        return f"{self.evaluate('document.body.innerText')}\n{self.errors}"

    def click(self, name: str) -> None:
        """A real click in the middle of an element, once it can be clicked."""
        ready = f"document.querySelector('[data-testid={name}]:not(:disabled)')?.offsetParent"
        wait_until(lambda: self.evaluate(f"!!{ready}"), what=f"no {name}", told=self.told)
        found = self.command(
            "browsingContext.locateNodes",
            context=self.context,
            locator={"type": "css", "value": f"[data-testid={name}]"},
        )
        origin = {"type": "element", "element": {"sharedId": found["nodes"][0]["sharedId"]}}
        self.evaluate(f"document.querySelector('[data-testid={name}]').scrollIntoView()")
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": steps}
        self.command("input.performActions", context=self.context, actions=[mouse])


def wait_until(
    look: Callable[[], bool], *, seconds: float = 20.0, what: str, told: Callable[[], str]
) -> None:
    """Look again and again; fail with what the page tells."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what}: {told()}"
        time.sleep(0.2)


@contextmanager
def firefox(path: str, folder: Path) -> Iterator[Firefox]:
    """Start Firefox with a fresh profile in `folder`; end it after use."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = [path, "--headless", "--remote-debugging-port", "0", "--profile", str(folder)]
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "about:blank"],
            env={**os.environ, "HOME": str(folder), "MOZ_HEADLESS": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        with connect(_address(process, folder), max_size=1 << 24) as socket:
            browser = Firefox(socket)
            browser.begin()
            yield browser
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Where it listens; it writes a file about that into its profile."""
    note = folder / "WebDriverBiDiServer.json"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if note.exists() and (text := note.read_text()):
            port = json.loads(text)["ws_port"]
            return f"ws://127.0.0.1:{port}/session"
        time.sleep(0.1)
    raise AssertionError(f"Firefox did not start:\n{(folder / 'firefox.log').read_text()[-2000:]}")
