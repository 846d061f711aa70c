"""The whole command against a real server, small."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

from service.loadtest.material import TWO_CITIES
from tests.fakes.clips import bursts

pytestmark = pytest.mark.slow
Json = dict[str, Any]
SECONDS = 12  # of the reading, so that it is encoded quickly


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the demo's recording, with its words."""
    spec = importlib.util.find_spec("moonshine_voice")
    if spec is None or spec.origin is None:
        pytest.skip("needs the recording of the extra `demo`")
    clip = tmp_path_factory.mktemp("clips") / "reading.wav"
    source = Path(spec.origin).parent / "assets" / "two_cities.wav"
    with wave.open(str(source)) as whole, wave.open(str(clip), "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(SECONDS * whole.getframerate()))
    lines = [line for line in TWO_CITIES.splitlines() if line < f"[00:{SECONDS}"]
    clip.with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
    return clip


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the developer's own settings; clips are kept in the test's folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANDOR_")}
    return {
        **kept,
        "CANDOR_PASSWORD": "a-password",
        "CANDOR_CACHE_DIR": str(folder / "cache" / "models"),
        "PYTHONWARNINGS": "default",
    }


async def start(folder: Path, *options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "loadtest", "--out", str(folder), *options),
        env=environment(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def finished(process: asyncio.subprocess.Process) -> tuple[int, str]:
    async with asyncio.timeout(120):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_two_candidates_are_heard_and_recorded_whole(reading: Path, tmp_path: Path) -> None:
    clips = [reading, bursts(tmp_path / "noise.wav", [(1, 3), (5, 6)], seconds=8)]
    options = ("--sessions", "2", "--duration", "10s", "--fail-if", "failed>0,recording_broken>0")
    chosen = [part for clip in clips for part in ("--clip", str(clip))]
    page, result = tmp_path / "deep" / "page.html", tmp_path / "result.json"
    files = ("--json", str(result), "--html", str(page))
    code, output = await finished(await start(tmp_path, *options, *chosen, *files))
    assert code == 0, output
    found: Json = json.loads(result.read_text(encoding="utf-8"))
    step, metrics = found["steps"][0], found["steps"][0]["metrics"]
    assert step["errors"] == {}
    assert metrics["captions"] >= 1
    assert 0 < metrics["caption_p50"] < 60
    assert metrics["wer"] < 1
    assert metrics["loss"] < 0.01
    assert metrics["audio_delivered"] > 0.99
    assert metrics["recording_broken"] == 0
    assert metrics["server_cpu_front"] > metrics["generator_cpu"] / 4 > 0
    assert [one["clip"] for one in step["candidates"]] == ["reading.wav", "noise.wav"]
    assert all(one["seconds"] == pytest.approx(11.5, abs=0.5) for one in step["candidates"])
    assert "best of times" not in result.read_text(encoding="utf-8"), "no transcript is written"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    left = [entry.name for entry in os.scandir(tmp_path) if entry.name.endswith("-2")]
    assert left == [], "what our own server kept is removed"


async def test_a_full_server_fails_the_run(tmp_path: Path) -> None:
    clip = bursts(tmp_path / "noise.wav", [(1, 3)], seconds=4)
    options = ("--sessions", "2", "--session-limit", "1", "--duration", "5s", "--clip", str(clip))
    code, output = await finished(await start(tmp_path, *options))
    assert code == 1, output
    assert "failed>0: it is 1" in output
    found: Json = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert found["steps"][0]["errors"] == {"at_capacity": 1}
    assert not found["passed"]


async def test_ctrl_c_ends_in_order_and_still_reports(tmp_path: Path) -> None:
    clip = bursts(tmp_path / "noise.wav", [(1, 3)], seconds=4)
    process = await start(tmp_path, "--sessions", "1", "--duration", "10m", "--clip", str(clip))
    assert process.stdout is not None
    seen = ""
    async with asyncio.timeout(90):
        while "up 1/1" not in seen:
            text = await process.stdout.readline()
            assert text, seen
            seen += text.decode()
    process.send_signal(signal.SIGINT)
    code, output = await finished(process)
    assert code == 0, output
    found: Json = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    (candidate,) = found["steps"][0]["candidates"]
    assert found["interrupted"]
    assert candidate["whole"]
    assert 1 < candidate["seconds"] < 60


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ((), "Give one of"),
        (("--sessions", "2", "--ramp", "1:2:1"), "Give one of"),
        (("--sessions", "1", "--fail-if", "speed>1s"), "no metric 'speed'"),
        (("--sessions", "1", "--duration", "1s"), "at least 5 s"),
        (("--sessions", "1", "--loss", "300%"), "not a share"),
        (("--sessions", "1", "--clip", "nowhere.mp4"), "nowhere.mp4 is not a file"),
        (("--sessions", "1", "http://127.0.0.1:9"), "give --email"),
        (("--sessions", "1", "localhost"), "no URL"),
        (("--sessions", "1", "http://127.0.0.1:9", "--email", "a@b.example"), "does not answer"),
        (("--sessions", "0"), "greater than or equal to 1"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    options: tuple[str, ...], complaint: str, tmp_path: Path
) -> None:
    clip = bursts(tmp_path / "noise.wav", [(0.2, 0.8)], seconds=1)
    own = () if "--clip" in options else ("--clip", str(clip))
    code, output = await finished(await start(tmp_path, *options, *own))
    assert code == 2, output
    assert complaint in " ".join(output.replace("│", " ").split())
