"""An OpenAI-compatible endpoint on a real port of this machine that behaves as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `after` seconds pass first. `endless`: the body never stops."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    after: float = 0.0
    endless: bool = False


def chat(content: object) -> Answer:
    """A well-formed completion around some content (JSON unless it is text)."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    choice = {"index": 0, "message": {"role": "assistant", "content": text}}
    return Answer(json.dumps({"object": "chat.completion", "choices": [choice]}).encode())


def rated(level: int | None, *quotes: str, reason: str = "Because.") -> Answer:
    return chat({"level": level, "rationale": reason, "quotes": list(quotes)})


@dataclass
class Llm:
    """`answer(request, number)` makes each answer; what came in is kept."""

    answer: Callable[[dict[str, object], int], Answer]
    url: str = ""
    requests: list[dict[str, object]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.lower().split("\r\n")
            length = next(line for line in lines if line.startswith("content-length:"))
            request = json.loads(await reader.readexactly(int(length.split(":")[1])))
            self.heads.append(head)
            self.requests.append(request)
            await self._send(writer, self.answer(request, len(self.requests) - 1))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up, as it may
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer) -> None:
        await asyncio.sleep(answer.after)
        size = 10**9 if answer.endless else len(answer.body)
        writer.write(
            f"HTTP/1.1 {answer.status} X\r\nContent-Type: {answer.kind}\r\n"
            f"Content-Length: {size}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(answer.body)
        await writer.drain()
        while answer.endless:
            writer.write(b" " * 65536)
            await writer.drain()


@asynccontextmanager
async def llm(answer: Callable[[dict[str, object], int], Answer] | Answer) -> AsyncIterator[Llm]:
    """The endpoint, serving."""
    made = Llm(answer if callable(answer) else lambda _, __: answer)
    server = await asyncio.start_server(made._serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server:
        yield made
