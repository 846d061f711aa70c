"""The command `candor loadtest`: options in, exit code out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.usage import fail, load_settings

DEFAULT_FAIL = "failed>0"
CAPACITY_FAIL = "caption_p95>3s,loss>1%,failed>0"
Url = Annotated[
    str | None,
    typer.Argument(help="a running server; without it one of our own is started, on defaults"),
]
Sessions = Annotated[int | None, typer.Option(min=1, help="so many candidates at once")]
RampText = Annotated[str | None, typer.Option("--ramp", help="from:to:step, each for --duration")]
FindCapacity = Annotated[
    bool, typer.Option("--find-capacity", help="double, then halve, until the limit is known")
]
Start = Annotated[int, typer.Option(min=1, help="--find-capacity begins with so many")]
Most = Annotated[int, typer.Option(min=1, help="--find-capacity tries no more than so many")]
Duration = Annotated[str, typer.Option(help="how long each candidate talks: 60s, 1m30s")]
Clips = Annotated[
    list[Path] | None,
    typer.Option(
        "--clip",
        help="a video with sound, or a recording; CLIP.txt beside it holds its words. May be "
        "repeated: candidates take turns",
    ),
]
Loss = Annotated[str, typer.Option(help="share of packets dropped before the socket: 3%")]
FailIf = Annotated[
    str | None,
    typer.Option(
        help=f"thresholds, such as 'caption_p95>1.5s,loss>1%,failed>0'; default {DEFAULT_FAIL}, "
        f"for --find-capacity {CAPACITY_FAIL}"
    ),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="write the result there")]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="write the page there")]
Out = Annotated[Path | None, typer.Option(help="folder for both and for our own server's data")]
Seed = Annotated[int, typer.Option(help="the same seed loses the same packets")]
Joins = Annotated[float, typer.Option("--num-per-second", min=0.1, help="candidates who join")]
Drain = Annotated[str, typer.Option(help="how long to wait for the last captions")]
Processes = Annotated[str, typer.Option(help="processes that play candidates: auto, or a number")]
Language = Annotated[str, typer.Option(help="language of the interviews: en or zh")]
Email = Annotated[str | None, typer.Option(help="HR login at URL; password in CANDOR_PASSWORD")]
ServerPid = Annotated[
    int | None, typer.Option(min=1, help="process of the server at URL, if it runs on this machine")
]
Limit = Annotated[
    int | None, typer.Option("--session-limit", min=1, help="places of our own server")
]
Shallow = Annotated[
    bool, typer.Option("--shallow", help="do not read the recordings back and compare them")
]


def loadtest(  # one parameter an option: the shape of a command line
    url: Url = None,
    sessions: Sessions = None,
    ramp: RampText = None,
    find_capacity: FindCapacity = False,
    start: Start = 4,
    most: Most = 256,
    duration: Duration = "60s",
    clip: Clips = None,
    loss: Loss = "0%",
    fail_if: FailIf = None,
    json: JsonFile = None,
    html: HtmlFile = None,
    out: Out = None,
    seed: Seed = 1,
    joins: Joins = 5.0,
    drain: Drain = "90s",
    processes: Processes = "auto",
    language: Language = "en",
    email: Email = None,
    server_pid: ServerPid = None,
    session_limit: Limit = None,
    shallow: Shallow = False,
) -> None:
    """Play candidates over real WebRTC: latency, loss, CPU, and whether all was kept.

    Exit code 0: no threshold was broken; 1: one was; 2: the command makes no sense, or the server
    cannot be reached.
    """
    from service.loadtest import asked

    try:
        levels = asked.levels(sessions, ramp, find_capacity=find_capacity)
        settings = load_settings()
        plan = asked.Plan(
            load=asked.load(duration, loss, drain=drain, processes=processes),
            levels=levels,
            search=asked.search(start, most) if find_capacity else None,
            thresholds=asked.thresholds(fail_if, find_capacity=find_capacity),
            server=asked.server(url, email, pid=server_pid, limit=session_limit),
            language=asked.one_of(language, ("en", "zh")),
            outputs=asked.Outputs(out or settings.data_dir / "loadtest", json, html),
        )
        plan = asked.with_manner(plan, joins=joins, seed=seed, deep=not shallow)
        passed = asyncio.run(asked.run(plan, tuple(clip or ()), settings))
    except asked.REFUSALS as error:
        fail(str(error) or "The server did not answer in time.")
    except (KeyboardInterrupt, asyncio.CancelledError):
        passed = False
    raise typer.Exit(0 if passed else 1)
