"""A whole interview by each kind of client: how its camera arrives, and what is kept of it."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from service.demo.material import find_material, sample_plan
from service.live.client import CandidateClient, Clip
from tests.browser.conftest import OpenPage
from tests.browser.firefox import Firefox, find_firefox, firefox
from tests.browser.server import Server
from tests.browser.test_interview import agree_and_start
from tests.browser.test_waiting import finish, quietly

CLOSED_SECONDS = 60.0
ANSWER_SECONDS = 5.0
# Keeps every peer connection that a page makes where a test can ask it.
KEEP_PEERS = """
const Native = window.RTCPeerConnection;
window.peers = [];
window.RTCPeerConnection = class extends Native {
  constructor(...given) { super(...given); window.peers.push(this); }
};
"""
ONLY_H264 = """
const prefer = RTCRtpTransceiver.prototype.setCodecPreferences;
RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
  prefer.call(this, codecs.filter(({ mimeType }) => mimeType !== "video/VP8"));
};
"""
# What each picture of the newest connection has sent, in the offer's order.
SENT = """
(async () => {
  const peer = window.peers.at(-1), codecs = {}, sent = [];
  const report = await peer.getStats();
  report.forEach((one) => { if (one.type === "codec") codecs[one.id] = one.mimeType; });
  report.forEach((one) => {
    if (one.type !== "outbound-rtp" || one.kind !== "video") return;
    sent.push({
      mid: one.mid ?? String(one.ssrc), width: one.frameWidth, height: one.frameHeight,
      frames: one.framesEncoded, bytes: one.bytesSent, layers: one.scalabilityMode ?? null,
      codec: codecs[one.codecId], at: one.timestamp / 1000,
    });
  });
  return sent.sort((a, b) => b.width - a.width);
})()
"""
HAS_H264 = """
RTCRtpSender.getCapabilities("video").codecs.some(({ mimeType }) => mimeType === "video/H264")
"""
ANSWERED = "window.peers.at(-1).remoteDescription.sdp"


@dataclass(frozen=True)
class Sending:
    """One picture on its way, over a few seconds."""

    codec: str
    side: int  # the longer one, in pixels
    layers: str | None
    frames_per_second: float
    kbps: float


def sendings(evaluate: Callable[[str], Any]) -> list[Sending]:
    """What the page sends, the large picture first, measured while the candidate answers."""
    before = {one["mid"]: one for one in evaluate(SENT)}
    time.sleep(ANSWER_SECONDS)
    found = []
    for one in evaluate(SENT):
        past = before[one["mid"]]
        seconds = one["at"] - past["at"]
        found.append(
            Sending(
                one["codec"],
                max(one["width"], one["height"]),
                one["layers"],
                (one["frames"] - past["frames"]) / seconds,
                (one["bytes"] - past["bytes"]) * 8 / 1000 / seconds,
            )
        )
    return found


def sent_as_agreed(sent: list[Sending], *, codec: str) -> None:
    """One picture to be recorded and one to be looked at, within their limits.

    The large one may be below its size at first: a browser feels its way up from a low rate.
    """
    assert [one.codec for one in sent] == [codec, codec]
    large, small = sent
    assert small.side <= 320 <= large.side <= 640
    assert small.frames_per_second <= 6
    assert small.kbps <= 150
    assert small.frames_per_second < large.frames_per_second <= 16


@dataclass(frozen=True)
class Kept:
    """What the server holds of one interview, decoded to the last picture and sample."""

    case: dict[str, Any]
    codec: str
    pictures: int
    seconds: dict[str, float]  # where picture and sound end
    loudness: float  # of the loudest sample, 0..1


def kept(server: Server, session_id: str) -> Kept:
    """Wait for the end and play the recording through."""
    deadline = time.monotonic() + CLOSED_SECONDS
    case: dict[str, Any] = dict(server.case(session_id))
    while case["session"]["state"] != "closed" or not case["recordings"]:
        assert time.monotonic() < deadline, case["session"]
        time.sleep(0.3)
        case = dict(server.case(session_id))
    (recording,) = case["recordings"]
    answer = server.hr.get(recording["url"])
    assert answer.status_code == 200
    pictures, loudness = 0, 0.0
    seconds = {"video": 0.0, "audio": 0.0}
    with av.open(io.BytesIO(answer.content)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        for frame in container.decode(video, audio):
            kind = "video" if isinstance(frame, av.VideoFrame) else "audio"
            seconds[kind] = max(seconds[kind], frame.time or 0.0)
            if isinstance(frame, av.AudioFrame):
                loudness = max(loudness, float(np.abs(frame.to_ndarray()).max()))
            else:
                pictures += 1
        return Kept(case, video.codec.name, pictures, seconds, loudness)


def is_whole(held: Kept, *, codec: str) -> None:
    """Sound and picture from the beginning to the end, and as long as the interview was."""
    session, (recording,) = held.case["session"], held.case["recordings"]
    length = recording["duration"]
    assert held.codec == codec
    assert length > ANSWER_SECONDS
    assert abs(length - session["duration"]) < 0.5
    assert all(abs(end - length) < 0.5 for end in held.seconds.values()), held.seconds
    assert held.pictures / length > 8
    assert held.loudness > 0.02
    assert "interrupted" not in held.case["notes"]
    # Pictures that were looked at came over the small track and were decoded.
    assert len(held.case["faces"]["samples"]) > ANSWER_SECONDS / 2


def new_interview(server: Server) -> dict[str, str]:
    plan = server.plan(sample_plan("en", "CN"))
    return server.invite(plan["id"], name="Chen Jie", locale="en")


def by_chromium(page: Page, link: str) -> list[Sending]:
    page.add_init_script(KEEP_PEERS)
    agree_and_start(page, link, quietly)
    expect(page.get_by_test_id("progress")).to_contain_text("1 / 2", timeout=20_000)
    page.wait_for_timeout(1000)
    sent = sendings(page.evaluate)
    assert "goog-remb" not in page.evaluate(ANSWERED)
    finish(page)
    return sent


@pytest.mark.browser
def test_chromium_sends_vp8_in_layers(server: Server, open_page: OpenPage) -> None:
    invitation = new_interview(server)
    with open_page(width=1000, height=700, locale="en") as page:
        sent = by_chromium(page, invitation["link"])
    assert sent[0].layers == "L1T3"
    sent_as_agreed(sent, codec="video/VP8")
    held = kept(server, invitation["session_id"])
    is_whole(held, codec="vp8")
    assert held.case["utterances"]


@pytest.mark.browser
def test_chromium_sends_h264(server: Server, open_page: OpenPage) -> None:
    invitation = new_interview(server)
    with open_page(width=1000, height=700, locale="en") as page:
        if not page.evaluate(HAS_H264):
            pytest.skip("this Chromium cannot encode H.264; Debian's can (package chromium)")
        page.add_init_script(ONLY_H264)
        sent = by_chromium(page, invitation["link"])
    sent_as_agreed(sent, codec="video/H264")
    held = kept(server, invitation["session_id"])
    is_whole(held, codec="h264")
    assert held.case["utterances"]


def by_firefox(browser: Firefox, link: str) -> list[Sending]:
    browser.before_pages(KEEP_PEERS)
    browser.goto(link)
    for purpose in ("recording", "ai_scoring", "facial_analysis"):
        browser.click(f"consent-{purpose}")
    browser.click("consent-agree")
    browser.click("devices-ask")
    browser.wait_for("camera")
    browser.click("start")
    browser.wait_for("progress")
    browser.click("next")
    browser.wait_for("finish")
    sent = sendings(browser.evaluate)
    browser.click("finish")
    browser.click("finish-confirm")
    browser.wait_for("done", seconds=30)
    assert browser.errors == []
    return sent


@pytest.mark.browser
def test_firefox_runs_a_whole_interview(server: Server, tmp_path: Path) -> None:
    path = find_firefox()
    if path is None:
        pytest.skip("there is no Firefox (Debian: apt-get install firefox-esr)")
    invitation = new_interview(server)
    with firefox(path, tmp_path / "profile") as browser:
        sent = by_firefox(browser, invitation["link"])
        browser.goto(new_interview(server)["link"])  # in the same tab: only the fragment differs
        browser.wait_for("consent-recording")
    sent_as_agreed(sent, codec="video/VP8")
    held = kept(server, invitation["session_id"])
    is_whole(held, codec="vp8")


@pytest.mark.slow
async def test_aiortc_runs_a_whole_interview(server: Server) -> None:
    invitation = new_interview(server)
    material = find_material(None)
    clip = Clip(sound=material.sound, picture=material.picture)
    async with CandidateClient(server.url, invitation["token"], clip) as client:
        view = await client.consent()
        await client.connect()
        await asyncio.sleep(ANSWER_SECONDS + 1)
        await client.advance(view["questions"][0]["id"])
        await client.finish()
    held = kept(server, invitation["session_id"])
    is_whole(held, codec="vp8")
    assert held.case["utterances"]
