"""Several runs made into one opinion: quotes checked, levels compared, disagreement kept."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low

from service.llm.breaker import Breaker
from service.llm.client import Client, Failure, LlmError
from service.llm.prompt import Asked, messages
from service.llm.quotes import Found, Said, find
from service.llm.reply import Reply

MOST_QUOTES = 5
APART = 1  # levels that runs, or two raters, may lie apart before a person has to look first
NEEDS_QUOTE = 3  # a level from here on must rest on something that was said


class Doubt(StrEnum):
    """Why a person should look before anybody reads the level."""

    RUNS_DIFFER = "runs_differ"
    MODELS_DIFFER = "models_differ"


class NoLevel(StrEnum):
    """Why the language model gives no level."""

    NOTHING_SHOWN = "nothing_shown"
    NO_QUOTE = "no_true_quote"


@dataclass(frozen=True, slots=True)
class Run:
    """One reply. `invented` of its quotes were never said."""

    level: int | None
    reason: str
    quotes: tuple[Found, ...]
    invented: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the runs come to. `low`..`high` is their range; `failures` are runs without a reply."""

    level: int | None
    low: int | None
    high: int | None
    runs: tuple[Run, ...]
    failures: tuple[Failure, ...]
    quotes: tuple[Found, ...]
    doubt: Doubt | None
    no_level: NoLevel | None

    @property
    def invented(self) -> int:
        return sum(run.invented for run in self.runs)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and how often. `mark` makes a fresh unguessable mark for each run."""

    client: Client
    breaker: Breaker
    runs: int = 3
    mark: Callable[[], str] = lambda: secrets.token_hex(16)

    async def ask(self, asked: Asked) -> Opinion | None:
        """The opinion; None where most runs brought no reply, or the breaker is open."""
        if self.breaker.is_open or not asked.said:
            return None
        results: list[Run | Failure] = []
        for seed in range(self.runs):
            if self.breaker.is_open:
                return None
            results.append(await self._run(asked, seed))
            if 2 * sum(isinstance(one, Failure) for one in results) >= self.runs:
                return None  # no majority can be reached any more
        return settle(results)

    async def _run(self, asked: Asked, seed: int) -> Run | Failure:
        try:
            reply = await self.client.ask(messages(asked, self.mark()), seed=seed)
        except LlmError as error:
            self.breaker.fail()
            return error.failure
        self.breaker.succeed()
        return await asyncio.to_thread(checked, reply, asked.said)


def checked(reply: Reply, said: Sequence[Said]) -> Run:
    """The reply with its true quotes; the invented ones are counted and dropped."""
    found = [find(quote, said) for quote in reply.quotes]
    true = tuple(dict.fromkeys(one for one in found if one is not None))
    return Run(reply.level, reply.reason, true, sum(one is None for one in found))


def settle(results: Sequence[Run | Failure]) -> Opinion | None:
    """One opinion of all runs, by their median; None without a majority of replies."""
    runs = tuple(one for one in results if isinstance(one, Run))
    failures = tuple(one for one in results if isinstance(one, Failure))
    if 2 * len(runs) <= len(results):
        return None
    levels = [run.level for run in runs if run.level is not None]
    if 2 * len(levels) <= len(runs):
        return Opinion(None, None, None, runs, failures, (), None, NoLevel.NOTHING_SHOWN)
    low, high, level = min(levels), max(levels), median_low(levels)
    near = [run for run in runs if run.level == level]
    quotes = tuple(dict.fromkeys(one for run in near for one in run.quotes))[:MOST_QUOTES]
    if level >= NEEDS_QUOTE and not quotes:
        return Opinion(None, low, high, runs, failures, (), None, NoLevel.NO_QUOTE)
    apart = high - low > APART or len(levels) < len(runs)
    doubt = Doubt.RUNS_DIFFER if apart else None
    return Opinion(level, low, high, runs, failures, quotes, doubt, None)


def doubt_of(opinion: Opinion, scored: int | None) -> Doubt | None:
    """The doubt that stays beside the scorer's level (None: it abstained)."""
    if opinion.doubt is not None or opinion.level is None or scored is None:
        return opinion.doubt
    return Doubt.MODELS_DIFFER if abs(opinion.level - scored) > APART else None
