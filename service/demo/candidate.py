"""The scripted candidate: agrees, connects, speaks, goes on to the next question, ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from service.demo.material import Material
from service.demo.stages import DemoError
from service.live.client import CandidateClient, ClientError, Clip

LINGER = 2.5  # seconds of silence after the last word, so that the last utterance closes by itself
DRAIN = 90.0  # seconds for the last captions after the end


@dataclass
class Heard:
    """What came over the data channel."""

    finals: list[dict[str, Any]] = field(default_factory=list)
    partials: int = 0
    waiting: int = 0
    warnings: set[str] = field(default_factory=set)
    seconds: float = 0.0

    @property
    def summary(self) -> str:
        """One line for the report; empty when nothing was heard."""
        if not self.finals:
            kept = f"{self.seconds:.0f} s spoken; {self.waiting} utterances kept for an engine"
            return f"{kept} of this language" if self.waiting else ""
        words = sum(len(one["text"].split()) for one in self.finals)
        also = f", {self.waiting} utterances kept for a later engine" if self.waiting else ""
        return (
            f"{self.seconds:.0f} s spoken; {len(self.finals)} final captions with {words} words, "
            f"partial ones: {self.partials}{also}"
        )


async def interview(base_url: str, token: str, material: Material, console: Console) -> Heard:
    """Hold the whole interview. Raises DemoError when the server or the network refuses."""
    clip = Clip(video=material.video, sound=material.sound, picture=material.picture)
    heard = Heard()
    try:
        async with CandidateClient(base_url, token, clip) as client:
            view = await client.consent()
            await client.connect()
            listener = asyncio.create_task(_listen(client, heard, console))
            heard.seconds = client.seconds
            try:
                await _speak(client, view, console)
                async with asyncio.timeout(DRAIN):
                    await listener
            finally:
                listener.cancel()
    except ClientError as error:
        raise DemoError(f"The candidate could not be heard: {error}.") from error
    return heard


async def _speak(client: CandidateClient, view: dict[str, Any], console: Console) -> None:
    """Give every question an equal share of the clip."""
    questions = view["questions"]
    share = client.seconds / len(questions)
    for question in questions:
        console.print(f"   [bold]Q{question['index'] + 1}[/bold] {question['text']}")
        await asyncio.sleep(share)
        if question is questions[-1]:
            await asyncio.sleep(LINGER)
        await client.advance(question["id"])
    await client.finish()


async def _listen(client: CandidateClient, heard: Heard, console: Console) -> None:
    async for event in client.events():
        if event["type"] == "caption":
            _note(event, heard, console)
        elif event["type"] == "warning" and event["code"] not in heard.warnings:
            heard.warnings.add(event["code"])
            console.print(f"   [yellow]note: {event['code']}[/yellow]")


def _note(event: dict[str, Any], heard: Heard, console: Console) -> None:
    if not event["is_final"]:
        heard.partials += bool(event["text"])
        return
    if event["status"] == "waiting":
        heard.waiting += 1
        console.print(f"   {event['start']:6.1f} s  [dim](kept, waiting for an engine)[/dim]")
    elif event["text"]:
        heard.finals.append(event)
        console.print(f"   {event['start']:6.1f} s  {event['text']}")
