"""A whole interview without a browser, by real processes: server, workers, WebRTC, recording."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from service.demo.hr import Hr, Json
from service.demo.material import find_material, sample_plan
from service.live.client import CandidateClient, Clip
from tests.browser.server import EMAIL, PASSWORD, Server, serving
from tests.fixtures.player import probe

SPOKEN = 17.0  # seconds of the reading: two long utterances and a short one
CONTENT = {"best", "times", "worst", "age", "wisdom", "season", "light", "darkness"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("e2e")) as running:
        yield running


def workers_of(process: int) -> list[int]:
    """The inference workers of a server, by what /proc tells."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (entry / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == process and b"models.worker" in command:
            found.append(int(entry.name))
    return found


async def interview(server: Server, *, kill_at: float | None = None) -> Json:
    """Speak for a while, with the workers killed on the way if asked; the finished case."""
    plan = server.plan(sample_plan("en", "CN"))
    invitation = server.invite(plan["id"], name="Candidate", locale="en")
    material = find_material(None)
    clip = Clip(sound=material.sound, picture=material.picture)
    async with CandidateClient(server.url, invitation["token"], clip) as client:
        view = await client.consent()
        await client.connect()
        if kill_at is not None:
            await asyncio.sleep(kill_at)
            killed = workers_of(server.process.pid)
            assert len(killed) >= 2
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(SPOKEN - (kill_at or 0.0))
        for question in view["questions"]:
            await client.advance(question["id"])
        await client.finish()
    hr = Hr(server.url)
    try:
        await hr.login(EMAIL, PASSWORD)
        return await hr.finished_case(invitation["session_id"], 90)
    finally:
        await hr.close()


def heard(case: Json) -> set[str]:
    return {word for one in case["utterances"] for word in one["text"].split()}


def covered(case: Json) -> float:
    """Seconds within utterances."""
    return sum(one["end"] - one["start"] for one in case["utterances"])


async def test_the_recording_opens_in_a_standard_player(server: Server, tmp_path: Path) -> None:
    case = await interview(server)
    assert len(CONTENT & heard(case)) >= 6
    assert {one["status"] for one in case["utterances"]} == {"done"}
    (recording,) = case["recordings"]
    path = tmp_path / "recording.webm"
    path.write_bytes(server.hr.get(recording["url"]).content)
    played = probe(path)
    duration = played.duration
    assert played.kinds == {"audio", "video"}
    assert duration == pytest.approx(case["session"]["duration"], abs=0.5)
    assert duration == pytest.approx(SPOKEN, abs=2.0)
    assert starts_within(path) < 0.1  # both tracks begin together: in sync at the start
    assert case["faces"]["allowed"]
    assert sum(1 for one in case["faces"]["samples"] if one["faces"] == 1) > SPOKEN


async def test_workers_killed_in_mid_utterance_cost_no_words(server: Server) -> None:
    case = await interview(server, kill_at=5.0)
    assert {one["status"] for one in case["utterances"]} == {"done"}
    assert len(CONTENT & heard(case)) >= 6
    assert covered(case) > 0.8 * SPOKEN
    assert server.hr.get("/api/status").json()["pool"]["restarts"] >= 2
    assert server.hr.get("/readyz").status_code == 200


def starts_within(path: Path) -> float:
    """Seconds between the first sound and the first picture."""
    first: dict[str, float] = {}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None:
                first.setdefault(packet.stream.type, float(packet.pts * packet.time_base))
            if len(first) == 2:
                break
    return abs(first["audio"] - first["video"])


def test_a_stopped_server_ends_the_streams_of_those_who_watch(tmp_path: Path) -> None:
    with serving(tmp_path / "var") as running:
        plan = running.plan(sample_plan("en", "CN"))
        session_id = running.invite(plan["id"], name="Candidate", locale="en")["session_id"]
        with running.hr.stream("GET", f"/api/live/{session_id}/events") as stream:
            assert stream.status_code == 200
            running.process.terminate()
            for _ in stream.iter_lines():  # ends, or the client's own timeout raises
                pass
        assert running.process.wait(timeout=20) in {0, -signal.SIGTERM}
    assert "Traceback" not in (tmp_path / "var" / "server.log").read_text()
