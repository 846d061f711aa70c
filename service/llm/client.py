"""One call to an OpenAI-compatible endpoint (llama.cpp, vLLM, Ollama): bounded in every direction.

`POST {url}/chat/completions`, temperature 0, output bound by `response_format`. Servers that
refuse a JSON schema are asked for any JSON object, then for text; `reply` validates in any case.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import httpx

from service.llm.prompt import SCHEMA
from service.llm.reply import Reply, parse

MOST_BYTES = 262_144  # of an answer; ours take about 1 kB
MOST_TOKENS = 800
CONNECT_SECONDS = 2.0
REFUSED = frozenset({400, 404, 415, 422, 501})  # what servers say to a format unknown to them


class Failure(StrEnum):
    """Why there is no reply."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    REFUSED = "refused"
    TOO_BIG = "too_big"
    MALFORMED = "malformed"


class LlmError(Exception):
    """The endpoint gave nothing that can be used."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask. `url` ends before "/chat/completions"; `seconds` bounds one whole call."""

    url: str
    model: str
    key: str = ""
    seconds: float = 30.0


FORMATS: tuple[Mapping[str, object] | None, ...] = (
    {
        "type": "json_schema",
        "json_schema": {"name": "rating", "strict": True, "schema": SCHEMA},
    },
    {"type": "json_object"},
    None,
)


class Client:
    """Asks one endpoint; remembers the strictest output format that it accepts."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._format = 0

    async def ask(self, messages: list[dict[str, str]], *, seed: int) -> Reply:
        """One run. Raises LlmError; never hangs longer than the endpoint's seconds."""
        try:
            async with asyncio.timeout(self.endpoint.seconds), self._http() as http:
                return await self._ask(http, messages, seed=seed)
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise LlmError(Failure.SLOW) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise LlmError(Failure.UNREACHABLE) from error

    def _http(self) -> httpx.AsyncClient:
        key = self.endpoint.key
        return httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.endpoint.seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )

    async def _ask(
        self, http: httpx.AsyncClient, messages: list[dict[str, str]], *, seed: int
    ) -> Reply:
        while True:
            asked = self._format
            status, body = await self._post(http, self._body(messages, seed=seed))
            if status == 200:
                return _reply(body)
            if status not in REFUSED or asked + 1 >= len(FORMATS):
                raise LlmError(Failure.REFUSED)
            self._format = max(self._format, asked + 1)

    def _body(self, messages: list[dict[str, str]], *, seed: int) -> dict[str, object]:
        body: dict[str, object] = {
            "model": self.endpoint.model,
            "messages": messages,
            "temperature": 0,
            "seed": seed,
            "max_tokens": MOST_TOKENS,
            "stream": False,
        }
        chosen = FORMATS[self._format]
        return body if chosen is None else body | {"response_format": chosen}

    async def _post(self, http: httpx.AsyncClient, body: dict[str, object]) -> tuple[int, bytes]:
        url = f"{self.endpoint.url.rstrip('/')}/chat/completions"
        async with http.stream("POST", url, json=body) as response:
            got = bytearray()
            async for piece in response.aiter_bytes():
                got += piece
                if len(got) > MOST_BYTES:
                    raise LlmError(Failure.TOO_BIG)
            return response.status_code, bytes(got)


def _reply(body: bytes) -> Reply:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise LlmError(Failure.MALFORMED) from error
    found = parse(content) if isinstance(content, str) else None
    if found is None:
        raise LlmError(Failure.MALFORMED)
    return found
