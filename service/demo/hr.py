"""A person of HR, by the HTTP API alone."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from service.demo.stages import DemoError

Json = dict[str, Any]
DONE = frozenset({"closed", "failed"})


class Hr:
    """A logged-in session against a running server."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url, headers={"X-Candor-Request": "1"}, timeout=30
        )

    async def close(self) -> None:
        """Drop the connection."""
        await self._http.aclose()

    async def call(self, method: str, path: str, **sent: Any) -> Any:
        """One request; a refusal becomes a DemoError with the server's own sentence."""
        try:
            answer = await self._http.request(method, path, **sent)
        except httpx.TransportError as error:
            url = self._http.base_url
            raise DemoError(f"{url} does not answer ({type(error).__name__}).") from error
        try:
            found = answer.json() if answer.content else None
        except ValueError as error:
            raise DemoError(f"{method} {path}: {answer.status_code}, not JSON.") from error
        if answer.is_error:
            detail = found.get("detail", "") if isinstance(found, dict) else ""
            raise DemoError(f"{method} {path}: {answer.status_code} {detail}")
        return found

    def stream(self, path: str) -> AbstractAsyncContextManager[httpx.Response]:
        """An answer that is read as it comes."""
        return self._http.stream("GET", path)

    async def login(self, email: str, password: str) -> None:
        """Log in; the cookie stays with this object."""
        await self.call("POST", "/api/login", json={"email": email, "password": password})

    async def plan(self, draft: Json) -> Json:
        """Create an interview plan."""
        made: Json = await self.call("POST", "/api/plans", json=draft)
        return made

    async def invite(self, plan_id: str, name: str, locale: str) -> Json:
        """Invite someone; the answer carries their link and token."""
        body = {
            "plan_id": plan_id,
            "candidate_name": name,
            "candidate_email": "candidate@example.com",
            "locale": locale,
            "expires_at": (datetime.now(UTC) + timedelta(days=7)).isoformat(),
        }
        made: Json = await self.call("POST", "/api/invitations", json=body)
        return made

    async def case(self, session_id: str) -> Json:
        """All that is known of one session."""
        found: Json = await self.call("GET", f"/api/review/cases/{session_id}")
        return found

    async def finished_case(self, session_id: str, patience: float) -> Json:
        """The case, once the session is closed and its ratings are there."""
        async with asyncio.timeout(patience):
            while True:
                case = await self.case(session_id)
                if case["session"]["state"] in DONE and case["ratings"]:
                    return case
                await asyncio.sleep(0.5)

    async def recording(self, url: str) -> bytes:
        """The bytes of one recording."""
        try:
            answer = await self._http.get(url)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise DemoError(f"GET {url}: {type(error).__name__}") from error
        return answer.content
