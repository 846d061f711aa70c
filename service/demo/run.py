"""The demo's story: set up, invite, interview, rate, override, audit."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from service.accounts.schemas import AccountDraft
from service.accounts.service import add_account
from service.db import Database
from service.demo.candidate import interview
from service.demo.hr import Hr, Json
from service.demo.material import find_material, sample_plan
from service.demo.ratings import WAITING, ratings_outcome, show_ratings
from service.demo.server import free_port, serving
from service.demo.stages import DemoError, Report
from service.migrations import upgrade
from service.settings import Settings
from service.tables import Role, utc_now

EMAIL = "demo@candor.example"
REASONS = {
    False: "Heard the recording: the rough transcript lost words that were said.",
    True: "Heard the recording: nothing is written down yet, so I rate what I heard.",
}
PATIENCE = 180.0  # seconds for the last transcripts and the ratings to come
console = Console(highlight=False)


async def run(settings: Settings, *, clip: Path | None, stay: bool, language: str) -> bool:
    """Play the whole interview; True when every stage brought something."""
    own = settings.model_copy(
        update={
            "data_dir": settings.data_dir / "demo" / f"{utc_now():%Y%m%d-%H%M%S}",
            "database_url": "",
            "blobs_url": "",
            "jurisdiction": _law(settings),
            "port": free_port(settings.port, settings.host),
        }
    )
    own.data_dir.mkdir(parents=True, exist_ok=True)
    report = Report(console)
    async with AsyncExitStack() as stack:
        try:
            await _story(own, report, stack, clip=clip, language=language)
        except (DemoError, TimeoutError) as error:
            console.print(f"[red]The demo stopped:[/red] {error or 'it took too long'}")
        report.show()
        if stay and report.passed:
            console.print("The service keeps running; Ctrl-C ends it.")
            await asyncio.Event().wait()
    return report.passed


async def _story(
    settings: Settings, report: Report, stack: AsyncExitStack, *, clip: Path | None, language: str
) -> None:
    material = find_material(clip)
    console.print(f"Candor demo. The candidate is {material.description}.")
    console.print(
        f"Law of this demo: {settings.jurisdiction} (set CANDOR_JURISDICTION for another one)."
    )
    with report.stage("Start the service") as stage:
        password = await _account(settings)
        await stack.enter_async_context(serving(settings))
        hr = Hr(settings.base_url)
        stack.push_async_callback(hr.close)
        await hr.login(EMAIL, password)
        stage.brought = _engines(await hr.call("GET", "/api/status"), language, settings)
    with report.stage("Plan and invitation") as stage:
        plan = await hr.plan(sample_plan(language, settings.jurisdiction, clip=clip))
        locale = "zh-CN" if language == "zh" else "en"
        invitation = await hr.invite(plan["id"], "Demo Candidate", locale)
        stage.brought = f"“{plan['title']}”, {len(plan['questions'])} questions"
    with report.stage("Interview over WebRTC, captions as they come") as stage:
        heard = await interview(settings.base_url, invitation["token"], material, console)
        stage.brought = heard.summary
    with report.stage("Transcript, recording, face timeline") as stage:
        case = await hr.finished_case(invitation["session_id"], PATIENCE)
        stage.brought = await _kept(hr, case)
    with report.stage("AI ratings with their evidence") as stage:
        show_ratings(case["ratings"], console)
        stage.brought = ratings_outcome(case["ratings"], may_decline=clip is not None)
    with report.stage("Override by a person (人工复核)") as stage:
        stage.brought = await _override(hr, case)
    with report.stage("Audit") as stage:
        stage.brought = await _audit(hr, case)
    with report.stage("Addresses") as stage:
        another = await hr.invite(plan["id"], "You", locale)
        for line in (
            f"   candidate: {another['link']}",
            f"   HR:        {settings.base_url}/hr/cases/{case['session']['id']}",
            f"   log in as: {EMAIL} / {password}",
        ):
            console.print(line, soft_wrap=True)
        stage.brought = "a fresh invitation for you, and the case above for HR"


def _law(settings: Settings) -> str:
    """The law that was set, else one under which faces may be looked at with consent."""
    return settings.jurisdiction if "jurisdiction" in settings.model_fields_set else "CN"


async def _account(settings: Settings) -> str:
    password = secrets.token_urlsafe(9)
    async with Database(settings.database) as database:
        await upgrade(database)
        async with database.writing() as db:
            draft = AccountDraft(email=EMAIL, name="Demo HR", role=Role.ADMIN, password=password)
            await add_account(db, draft)
    return password


def _engines(status: Json, language: str, settings: Settings) -> str:
    for engine in status["transcription"]:
        name = engine["engine"] or "none yet: sound is kept and waits"
        mark = " (fallback: rough)" if engine["is_fallback"] else ""
        console.print(f"   speech to text, {engine['language']}: {name}{mark}. {engine['quality']}")
    faces = status["faces"]
    console.print(
        f"   faces: {faces['detector']}, mesh {faces['mesh']}, law {settings.jurisdiction}"
    )
    return f"{settings.base_url}, {status['pool']['alive']} inference workers"


async def _kept(hr: Hr, case: Json) -> str:
    spoken = [one for one in case["utterances"] if one["text"]]
    waiting = [one for one in case["utterances"] if one["status"] == "waiting"]
    size = 0
    for recording in case["recordings"]:
        size += len(await hr.recording(recording["url"]))
    seconds = sum(recording["duration"] for recording in case["recordings"])
    if not size or not (spoken or waiting):
        return ""
    faces = case["faces"]
    seen = f"{len(faces['samples'])} face samples" if faces["allowed"] else "faces not analysed"
    why = f" ({faces['reason']})" if faces["reason"] else ""
    return (
        f"{len(spoken)} utterances with words, {len(waiting)} waiting for an engine; "
        f"{seconds:.1f} s of recording in {size / 1e6:.1f} MB; {seen}{why}"
    )


async def _override(hr: Hr, case: Json) -> str:
    current = case["ratings"][0]
    before = current["level"]
    level = 3 if before is None else min(5, before + 1) if before < 5 else 4
    spoken = [one["id"] for one in case["utterances"] if one["text"]][:1]
    path = f"/api/review/cases/{case['session']['id']}/ratings/{current['competency_id']}/override"
    body = {
        "level": level,
        "reason": REASONS[current["abstained"] == WAITING],
        "evidence": spoken,
        "replaces": current["id"],
    }
    made = await hr.call("POST", path, json=body)
    was = "no level" if before is None else before
    return f"{current['competency_name']}: {was} → {made['level']}, “{made['reason']}”"


async def _audit(hr: Hr, case: Json) -> str:
    events = await hr.call("GET", f"/api/review/cases/{case['session']['id']}/audit")
    for event in events[-6:]:
        console.print(f"   {event['seq']:>4} {event['tag']} by {event['actor'].split(':')[0]}")
    chain = await hr.call("GET", "/api/audit/verify")
    overridden = any(event["tag"] == "hr:rating:override" for event in events)
    return f"{len(events)} events, chain unbroken" if chain["ok"] and overridden else ""
