"""Events: their schema, their queues, and the stream to HR over real HTTP."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from pydantic import ValidationError

from service.access.people import COOKIE
from service.live.bus import HELD_EVENTS, Bus
from service.live.events import (
    CLIENT_MESSAGE,
    EVENT,
    CaptionEvent,
    Event,
    SavedEvent,
    StateEvent,
    event_schema,
)
from service.tables import Role, SessionState, UtteranceStatus
from tests.fakes.clips import clip
from tests.fakes.live import LiveHouse
from tests.fakes.peers import until


def caption(session_id: UUID, *, is_final: bool) -> CaptionEvent:
    return CaptionEvent(
        session_id=session_id,
        utterance_id=uuid4(),
        question_id=None,
        start=0.0,
        end=1.0,
        text="words",
        is_final=is_final,
        status=UtteranceStatus.DONE if is_final else UtteranceStatus.PENDING,
        engine=None,
        is_fallback=False,
    )


def test_the_schema_names_every_event_and_round_trips() -> None:
    schema = event_schema()
    names = schema["discriminator"]["mapping"]  # type: ignore[index]
    assert set(names) == {
        "caption",
        "question",
        "stage",
        "warning",
        "state",
        "saved",
        "rating",
        "pong",
    }
    event = caption(uuid4(), is_final=True)
    assert EVENT.validate_json(event.model_dump_json()) == event


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"type":"ping"}', '{"type":"ping","t":"x"}', '{"type":"state","t":1}',
     '{"type":"ping","t":NaN}', '{"type":"stats","round_trip":-1}'],
)  # fmt: skip
def test_what_a_page_sends_is_checked(text: str) -> None:
    with pytest.raises(ValidationError):
        CLIENT_MESSAGE.validate_json(text)


async def test_a_slow_watcher_loses_passing_events_first() -> None:
    bus, session_id = Bus(), uuid4()
    with bus.watching(session_id) as slow:
        final = caption(session_id, is_final=True)
        bus.publish(session_id, final)
        for at in range(HELD_EVENTS + 50):
            bus.publish(session_id, SavedEvent(session_id=session_id, recorded_until=float(at)))
        bus.publish(uuid4(), caption(session_id, is_final=True))
        bus.close()
        got: list[Event] = [event async for event in slow]
    assert len(got) == HELD_EVENTS
    assert got[0] == final
    assert slow.dropped == 51
    with bus.watching(session_id) as late:
        assert [event async for event in late] == []


@asynccontextmanager
async def serving(live: LiveHouse) -> AsyncIterator[str]:
    """The application on a real socket."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        live.house.app, log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task
    listener.close()


async def test_hr_hears_captions_as_they_come(live: LiveHouse, tmp_path: Path) -> None:
    token, session_id = await live.invite()
    hr = await live.house.login(Role.REVIEWER)
    cookie = hr.headers["cookie"]
    assert COOKIE in cookie
    await hr.aclose()
    seen: list[dict[str, object]] = []

    async def read(base: str) -> None:
        path = f"/api/live/{session_id}/events"
        async with (
            httpx.AsyncClient(base_url=base, headers={"Cookie": cookie}) as http,
            http.stream("GET", path, timeout=20) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line[6:]))
                if seen and seen[-1].get("state") == "closed":
                    return

    async with serving(live) as base:
        reading = asyncio.create_task(read(base))
        talk = clip(tmp_path, [(0.3, 1.3)], seconds=2)
        async with live.candidate(token, talk) as client:
            await client.consent()
            await client.connect()
            await until(lambda: any(one["type"] == "caption" for one in seen))
            await client.finish()
        await asyncio.wait_for(reading, 15)
    states = [one["state"] for one in seen if one["type"] == "state"]
    assert states == ["connecting", "live", "draining", "closed"]
    captions = [one for one in seen if one["type"] == "caption"]
    assert captions[-1]["is_final"]
    assert captions[-1]["status"] == "done"
    assert StateEvent.model_validate(seen[-1]).state is SessionState.CLOSED
