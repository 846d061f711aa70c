"""From the words of the command line to a plan. All of it raises UsageError."""

from __future__ import annotations

import os
from dataclasses import replace

from service.demo.stages import DemoError
from service.live.client import ClientError
from service.loadtest.cli import CAPACITY_FAIL, DEFAULT_FAIL
from service.loadtest.run import Outputs, Plan, Server, run
from service.loadtest.search import Search
from service.loadtest.step import Load
from service.loadtest.target import Login
from service.loadtest.thresholds import Threshold, parse
from service.loadtest.units import UsageError, seconds, share
from service.loadtest.units import ramp as parse_ramp

REFUSALS = (UsageError, DemoError, ClientError, TimeoutError)
LEAST_SECONDS = 5  # a shorter interview ends before its first caption

__all__ = ["Outputs", "Plan", "run"]


def load(duration: str, lost: str, *, drain: str, processes: str) -> Load:
    """How candidates behave; clips come later."""
    return Load(
        (),
        _at_least(seconds(duration), LEAST_SECONDS, "--duration"),
        loss=share(lost),
        drain=_at_least(seconds(drain), 1, "--drain"),
        processes=_processes(processes),
    )


def with_manner(plan: Plan, *, joins: float, seed: int, deep: bool) -> Plan:
    """The plan, with what needs no checking."""
    return replace(plan, load=replace(plan.load, joins=joins, seed=seed, deep=deep))


def thresholds(text: str | None, *, find_capacity: bool) -> tuple[Threshold, ...]:
    """When a step has failed; an empty text means never."""
    return parse((CAPACITY_FAIL if find_capacity else DEFAULT_FAIL) if text is None else text)


def _at_least(value: float, least: float, option: str) -> float:
    if value < least:
        raise UsageError(f"{option} is at least {least:g} s.")
    return value


def one_of(value: str, allowed: tuple[str, ...]) -> str:
    """A value, or UsageError."""
    if value not in allowed:
        raise UsageError(f"--language is {' or '.join(allowed)}.")
    return value


def _processes(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise UsageError("--processes is auto, or a number from 1 to 64.")
    return int(text)


def levels(sessions: int | None, ramp: str | None, *, find_capacity: bool) -> tuple[int, ...]:
    """The numbers of sessions to try one after the other; none for a search. UsageError."""
    if (sessions is not None) + (ramp is not None) + find_capacity != 1:
        raise UsageError("Give one of --sessions N, --ramp from:to:step and --find-capacity.")
    if ramp is not None:
        return tuple(parse_ramp(ramp).levels)
    return (sessions,) if sessions is not None else ()


def search(start: int, most: int) -> Search:
    """A search for the capacity. UsageError."""
    if start > most:
        raise UsageError("--start is beyond --most.")
    return Search(start, most)


def server(url: str | None, email: str | None, *, pid: int | None, limit: int | None) -> Server:
    """Which server to load. UsageError."""
    if url is None:
        if email or pid:
            raise UsageError("--email and --server-pid belong to a URL.")
        return Server(limit=limit)
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url} is no URL: write http://host:port.")
    if limit is not None:
        raise UsageError("--session-limit is for our own server: leave the URL out.")
    password = os.environ.get("CANDOR_PASSWORD", "")
    if not email or not password:
        raise UsageError("A server needs a login: give --email, and CANDOR_PASSWORD.")
    return Server(url.rstrip("/"), Login(email, password), pid)
