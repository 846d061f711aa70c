"""Two media workers behind one front, by real processes: each interview stays where it began."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from service.demo.hr import Hr, Json
from service.demo.material import sample_plan
from service.demo.server import free_port
from service.live.client import CandidateClient, ClientError
from service.loadtest.procfs import family, processes
from service.shares import owner
from tests.browser.server import EMAIL, PASSWORD, _add_admin, _until_ready
from tests.fakes.clips import clip

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
LINE = b"a=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n"


@dataclass(frozen=True)
class Fronted:
    """A front with two workers that runs in a process of its own."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def worker(self, index: int) -> int:
        """The process that last came up in this place."""
        found = [json.loads(line) for line in self.log.splitlines() if "media_worker_ready" in line]
        return next(int(one["pid"]) for one in reversed(found) if one["index"] == index)

    def family(self) -> set[int]:
        return {one.pid for one in family(self.process.pid, processes())}


@contextmanager
def fronted(folder: Path) -> Iterator[Fronted]:
    folder.mkdir(parents=True, exist_ok=True)
    port, log = free_port(0, "127.0.0.1"), folder / "server.log"
    asyncio.run(_add_admin(f"sqlite+aiosqlite:///{folder}/candor.db"))
    command = [sys.executable, "-m", "tests.fakes.front_server", str(folder), str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stderr=out, stdout=out)
    try:
        _until_ready(process, f"http://127.0.0.1:{port}", log)
        yield Fronted(f"http://127.0.0.1:{port}", folder, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Shared:
    """One front for all tests here; another one after a test has stopped it."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders, self._running = folders, ExitStack()
        self._server: Fronted | None = None

    def get(self) -> Fronted:
        if self._server is None or self._server.process.poll() is not None:
            folder = self._folders.mktemp("front") / "var"
            self._server = self._running.enter_context(fronted(folder))
        return self._server

    def close(self) -> None:
        self._running.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    found = Shared(tmp_path_factory)
    yield found
    found.close()


@pytest.fixture
def server(shared: Shared) -> Fronted:
    return shared.get()


@dataclass(frozen=True)
class Sitting:
    """A candidate inside."""

    client: CandidateClient
    http: httpx.AsyncClient
    session_id: str
    questions: list[str]
    events: list[Json]


class House:
    """People at a front: HR, and candidates on workers of our choosing."""

    def __init__(self, server: Fronted, hr: Hr, folder: Path, stack: AsyncExitStack) -> None:
        self.server, self.hr = server, hr
        self._folder, self._stack = folder, stack

    async def enter(self, index: int, *, seconds: float = 12.0) -> Sitting:
        """A candidate whose session is the worker's, connected and talking now and then."""
        plan = await self.hr.plan(sample_plan("en", "CN"))
        invitation = await self.hr.invite(plan["id"], "Ada", "en")
        while owner(UUID(invitation["session_id"]), 2) != index:
            invitation = await self.hr.invite(plan["id"], "Ada", "en")
        token, url = invitation["token"], self.server.url
        folder = self._folder / str(index)
        folder.mkdir(exist_ok=True)
        talk = clip(folder, [(0.3, 1.3), (3.0, 4.0), (6.0, 7.0)], seconds=seconds)
        client = await self._stack.enter_async_context(CandidateClient(url, token, talk))
        headers = {"Authorization": f"Bearer {token}"}
        http = httpx.AsyncClient(base_url=url, headers=headers, timeout=10)
        await self._stack.enter_async_context(http)
        view = await client.consent()
        events: list[Json] = []
        listening = asyncio.create_task(_listen(client, events))
        self._stack.callback(listening.cancel)
        connection = await client.connect()
        answer = await http.patch(
            f"/api/candidate/whip/{connection}", content=LINE, headers=FRAGMENT
        )
        assert answer.status_code == 204, answer.text
        questions = [one["id"] for one in view["questions"]]
        return Sitting(client, http, invitation["session_id"], questions, events)

    async def finish(self, one: Sitting) -> Json:
        """Through all questions to the end; the finished case."""
        for question in one.questions:
            await one.client.advance(question)
        await one.client.finish()
        case = await self.hr.finished_case(one.session_id, 30)
        async with asyncio.timeout(15):  # what was heard again after a crash may come later
            while any(spoken["status"] == "pending" for spoken in case["utterances"]):
                await asyncio.sleep(0.5)
                case = await self.hr.case(one.session_id)
        return case


async def _listen(client: CandidateClient, into: list[Json]) -> None:
    async for event in client.events():
        into.append(event)


@asynccontextmanager
async def people(server: Fronted, folder: Path) -> AsyncIterator[House]:
    hr = Hr(server.url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(hr.close)
        await hr.login(EMAIL, PASSWORD)
        yield House(server, hr, folder, stack)


async def caption(house: House, session_id: str) -> Json:
    """The first final caption that HR sees of a session."""
    async with house.hr.stream(f"/api/live/{session_id}/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                event: Json = json.loads(line[6:])
                if event["type"] == "caption" and event["is_final"]:
                    return event
    raise AssertionError("the stream ended")


async def live_on(server: Fronted) -> dict[str, float]:
    """Interviews by worker, as the metrics tell."""
    async with httpx.AsyncClient(base_url=server.url) as client:
        text = (await client.get("/metrics")).text
    found = re.findall(r'candor_sessions_live\{worker="(\d)"\} (\S+)', text)
    return {index: float(value) for index, value in found}


async def test_two_interviews_run_whole_each_on_its_own_worker(
    server: Fronted, tmp_path: Path
) -> None:
    async with people(server, tmp_path) as house:
        both = [await house.enter(index) for index in (0, 1)]
        ids = [one.session_id for one in both]
        assert await live_on(server) == {"0": 1, "1": 1}
        shown = await house.hr.call("GET", "/api/live")
        assert [one["session_id"] for one in shown] == ids
        async with asyncio.timeout(15):
            captions = await asyncio.gather(*(caption(house, one) for one in ids))
        assert [one["session_id"] for one in captions] == ids
        assert all(one["text"].startswith("heard") for one in captions)
        cases = await asyncio.gather(*(house.finish(one) for one in both))
        for one, case in zip(both, cases, strict=True):
            assert {spoken["status"] for spoken in case["utterances"]} == {"done"}
            assert [event["state"] for event in one.events if event["type"] == "state"][-1] == (
                "closed"
            )
            (recording,) = case["recordings"]
            await plays_by_ranges(house, recording)
        assert await house.hr.call("GET", "/api/live") == []
        verified = await house.hr.call("GET", "/api/audit/verify")
        assert verified["ok"]


async def plays_by_ranges(house: House, recording: Json) -> None:
    """As a player asks: the head, the tail, the middle, by whichever worker."""
    url, size = recording["url"], recording["size"]
    whole = await house.hr.recording(url)
    assert len(whole) == size
    spans = {"bytes=0-99": (0, 100), "bytes=-50": (size - 50, size), "bytes=1000-": (1000, size)}
    for asked, (start, end) in spans.items():
        answer = await house.hr._http.get(url, headers={"Range": asked})
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.content == whole[start:end]
    answer = await house.hr._http.get(url, headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416


async def come_back(one: Sitting) -> None:
    """What the page does: offer again until it is let in."""
    async with asyncio.timeout(30):
        while True:
            try:
                await one.client.connect()
                return
            except ClientError as error:
                if error.code != "not_ready":
                    raise
                await asyncio.sleep(0.25)


async def test_a_killed_worker_takes_only_its_own_with_it_and_they_come_back(
    server: Fronted, tmp_path: Path
) -> None:
    clock = asyncio.get_running_loop().time
    async with people(server, tmp_path) as house:
        hit, spared = [await house.enter(index, seconds=30) for index in (0, 1)]
        began = clock()
        await asyncio.sleep(3.0)
        os.kill(server.worker(0), signal.SIGKILL)
        lived = clock() - began
        refused = await hit.http.post(
            "/api/candidate/advance", json={"question_id": str(UUID(int=1))}
        )
        assert (refused.status_code, refused.json()["code"]) == (503, "not_ready")
        assert int(refused.headers["Retry-After"]) >= 1
        answers = [await spared.http.get("/api/candidate/interview") for _ in range(5)]
        assert {one.status_code for one in answers} == {200}
        shown = await house.hr.call("GET", "/api/live")
        assert [one["session_id"] for one in shown] == [spared.session_id]
        await come_back(hit)
        await asyncio.sleep(2.0)
        finished = clock() - began
        cases = await asyncio.gather(house.finish(hit), house.finish(spared))
    (joined,) = cases[0]["recordings"]  # what was before and after the outage is one file
    assert joined["duration"] > finished - 1.5
    assert any(one["start"] < lived - 1.5 for one in cases[0]["utterances"])
    assert any(one["start"] > lived for one in cases[0]["utterances"])
    for case in cases:
        assert {one["status"] for one in case["utterances"]} == {"done"}
    (whole,) = cases[1]["recordings"]
    assert whole["duration"] > finished - 1.0
    noticed = {one["code"] for one in spared.events if one["type"] == "warning"}
    assert not noticed & {"interrupted", "taken_over"}


async def test_a_stopped_front_leaves_recordings_and_no_process(
    server: Fronted, tmp_path: Path
) -> None:
    async with people(server, tmp_path) as house:
        one = await house.enter(1)
        await asyncio.sleep(2.0)
        everyone = server.family()
        assert len(everyone) >= 3
        async with house.hr.stream(f"/api/live/{one.session_id}/events") as stream:
            server.process.send_signal(signal.SIGTERM)
            async for _ in stream.aiter_lines():  # ends, or the client's own timeout raises
                pass
    code = await asyncio.to_thread(server.process.wait, 20)
    assert code in {0, -signal.SIGTERM}
    assert not everyone & set(processes())
    assert "Traceback" not in server.log
    stored = list((server.folder / "blobs" / "recordings" / one.session_id).glob("*.webm"))
    assert len(stored) == 1
    assert not any((server.folder / "spool").iterdir())
