"""A browser's journal without a browser: the same chunks, the same protocol.

What a page records lies on a `Device`, which survives a reload as IndexedDB does. `Sender` asks
what the server misses, sends that and nothing else, and has it filled in (web/src/core/journal*).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from service.journal.service import content_digest
from service.journal.spans import overlap
from service.live.matroska import Block, cluster, opus_head

MARGIN = 2.0
MOST_FILLS = 20
PACKETS_PER_SECOND = 50
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """One chunk; times by the device's clock, `offset` media seconds minus those."""

    run: UUID
    number: int
    zero: float
    start: float
    end: float
    offset: float | None
    data: bytes


@dataclass(slots=True)
class Device:
    """What lies on a candidate's device."""

    chunks: list[Kept] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One start of the recorder. `zero`: the device's time of its first packet."""

    device: Device
    zero: float
    run: UUID = field(default_factory=uuid4)
    number: int = 0
    packets: int = 0

    def keep(self, packets: list[bytes], offset: float | None) -> None:
        """Keep the next packets of 20 ms as a chunk."""
        if not packets:
            return
        blocks = [Block((self.packets + i) * 20, data) for i, data in enumerate(packets)]
        data = (b"" if self.number else opus_head()) + cluster(blocks)
        start = self.zero + self.packets / PACKETS_PER_SECOND
        end = start + len(packets) / PACKETS_PER_SECOND
        kept = Kept(self.run, self.number, self.zero, start, end, offset, data)
        self.device.chunks.append(kept)
        self.number += 1
        self.packets += len(packets)


@dataclass(slots=True)
class Sender:
    """Brings what is missing to the server. Raises httpx.HTTPError when it cannot be reached."""

    http: httpx.AsyncClient
    token: str
    device: Device
    sent: int = 0
    seconds: float = 0.0  # of sound sent
    _fills: Counter[str] = field(default_factory=Counter)

    async def step(self, offset: float | None, now: float) -> bool:
        """One pass; True when nothing is missing that this device has."""
        view = await self._view("GET", "")
        shift = offset if offset is not None else view["now"] - now
        gaps = [(gap["start"], gap["end"]) for gap in view["wanted"]]
        open_gaps = [gap for gap in gaps if self._fills[_name(gap)] < MOST_FILLS]
        held = {(UUID(one["run"]), n) for one in view["held"] for n in one["numbers"]}
        wide = [(start - MARGIN, end + MARGIN) for start, end in open_gaps]
        needed = [one for one in self.device.chunks if overlap(wide, _place(one, shift)) > 0]
        runs = {one.run for one in needed}
        heads = [one for one in self.device.chunks if not one.number and one.run in runs]
        for one in {(one.run, one.number): one for one in [*heads, *needed]}.values():
            if (one.run, one.number) not in held:
                await self._send(one, shift)
        seconds = sum(overlap(open_gaps, _place(one, shift)) for one in self.device.chunks)
        if seconds <= 0.02:
            return not view["filling"]
        if not view["filling"]:
            self._fills.update(_name(gap) for gap in gaps)
            await self._view("POST", "/fill")
        return False

    async def _send(self, chunk: Kept, shift: float) -> None:
        start, end = _place(chunk, shift)
        origin = chunk.zero + (chunk.offset if chunk.offset is not None else shift)
        answer = await self.http.put(
            f"/api/candidate/journal/{chunk.run}/audio/{chunk.number}",
            params={"origin": origin, "start": start, "end": end},
            content=chunk.data,
            headers={
                **self._headers,
                "Content-Digest": content_digest(hashlib.sha256(chunk.data).hexdigest()),
            },
        )
        if answer.status_code >= 500 or answer.status_code == 429:
            answer.raise_for_status()
        self.sent += answer.is_success
        self.seconds += (end - start) * answer.is_success

    async def _view(self, method: str, path: str) -> Json:
        answer = await self.http.request(
            method, f"/api/candidate/journal{path}", headers=self._headers
        )
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def _place(chunk: Kept, shift: float) -> tuple[float, float]:
    offset = chunk.offset if chunk.offset is not None else shift
    return chunk.start + offset, chunk.end + offset


def _name(gap: tuple[float, float]) -> str:
    return f"{gap[0]:.1f}-{gap[1]:.1f}"
