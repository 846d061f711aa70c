"""The result as one HTML page that needs nothing from anywhere else."""

from __future__ import annotations

import json
import re
from html import escape
from typing import cast

from service.loadtest.metrics import CATALOGUE
from service.loadtest.plots import Axes, Series, chart
from service.loadtest.report import Json
from service.loadtest.thresholds import show

COLUMNS = re.findall(
    r"\w+",
    "number clip error answered connected live seconds recorded gaps audio_delivered wer faces",
)
STYLE = """
:root { color-scheme: light dark; --line: #8884; --ok: #2f855a; --bad: #c53030; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1360px; margin: 2rem auto; padding: 0 1rem }
h1 span, h2 span { opacity: .6; font-weight: 400; font-size: .7em; margin-left: .5em }
table { border-collapse: collapse } td, th { padding: .15rem .8rem .15rem 0; text-align: left }
td.n { text-align: right; font-variant-numeric: tabular-nums } .ok { color: var(--ok) }
.bad { color: var(--bad) } .charts { display: flex; flex-wrap: wrap; gap: 1rem }
figure { margin: 0; width: 640px; max-width: 100% } figcaption { font-weight: 600 }
svg { width: 100%; height: auto } svg text { font-size: 11px; fill: currentColor }
.grid { stroke: var(--line) } .axis { stroke: currentColor } .none { opacity: .6 }
.legend span { margin-right: 1rem } .legend i { display: inline-block; width: .8em; height: .8em;
margin-right: .3em } details { margin: 1rem 0 } pre { overflow: auto }
"""


def page(document: Json) -> str:
    """The page for a report's document."""
    steps = cast(list[Json], document["steps"])
    verdict = (
        "<b class=ok>passed 通过</b>" if document["passed"] else "<b class=bad>failed 未通过</b>"
    )
    cut = " (broken off by hand 手动中止)" if document["interrupted"] else ""
    capacity = escape(str(document["capacity"] or ""))
    about = {key: value for key, value in document.items() if key not in {"steps", "format"}}
    head = json.dumps(about, indent=1, ensure_ascii=False)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Candor load test 负载测试</title>"
        f"<style>{STYLE}</style></head><body>"
        '<h1>Candor load test<span lang="zh-CN">负载测试</span></h1>'
        f"<p>{verdict}{cut} · {escape(str(document.get('date', '')))} · "
        f"commit {escape(str(document.get('commit') or 'unknown'))}</p>"
        f"<p><b>{capacity}</b></p>{_overview(steps)}"
        f"{''.join(_step(one) for one in steps)}"
        f"<details><summary>Settings and machine 设置与机器</summary><pre>{escape(head)}</pre>"
        "</details></body></html>"
    )


def _metrics(step: Json) -> dict[str, float | None]:
    return cast(dict[str, float | None], step["metrics"])


def _overview(steps: list[Json]) -> str:
    if len(steps) < 2:
        return ""
    ordered = sorted(steps, key=lambda one: cast(int, one["sessions"]))

    def points(name: str) -> list[tuple[float, float]]:
        pairs = ((cast(int, one["sessions"]), _metrics(one)[name]) for one in ordered)
        return [(sessions, value) for sessions, value in pairs if value is not None]

    charts = [
        chart(
            "Caption latency by sessions",
            Axes("sessions", "s"),
            [Series(name, points(f"caption_{name}")) for name in ("p50", "p95", "p99")],
        ),
        chart(
            "CPU per session",
            Axes("sessions", "ms per s"),
            [
                Series("server", points("server_cpu")),
                Series("load test", points("generator_cpu")),
            ],
        ),
    ]
    return (
        '<h2>All steps<span lang="zh-CN">全部步骤</span></h2>'
        f"<div class=charts>{''.join(charts)}</div>"
    )


def _step(step: Json) -> str:
    wrong = "".join(
        f"<li class=bad>{escape(str(one))}" for one in cast(list[str], step["violations"])
    )
    noted = "".join(f"<li>{escape(str(one))}" for one in cast(list[str], step["notes"]))
    errors = cast(dict[str, int], step["errors"])
    failed = "".join(f"<li class=bad>{count} × {escape(kind)}" for kind, count in errors.items())
    return (
        f'<h2>{step["sessions"]} sessions<span lang="zh-CN">{step["sessions"]} 场面试</span></h2>'
        f"<ul>{noted}{wrong}{failed}</ul>"
        f"<div class=charts>{_charts(step)}</div>{_table(step)}{_candidates(step)}"
    )


def _charts(step: Json) -> str:
    people = cast(list[Json], step["candidates"])
    late = sorted(
        (at, seconds)
        for one in people
        for at, seconds in cast(list[tuple[float, float]], one["captions"])
    )
    ranked = sorted(seconds for _, seconds in late)
    share = [(seconds, 100 * (n + 1) / len(ranked)) for n, seconds in enumerate(ranked)]
    looks = cast(list[dict[str, float | dict[str, float]]], step["server"])
    return "".join(
        [
            chart("Caption latency", Axes("time, s", "s"), [Series("caption", late, dots=True)]),
            chart("Caption latency, share of captions", Axes("s", "%"), [Series("share", share)]),
            chart("Server CPU", Axes("time, s", "cores"), _roles(looks, "cpu_cores")),
            chart("Server memory", Axes("time, s", "MB"), _roles(looks, "rss_mb")),
            chart("Joining", Axes("candidate", "s"), _joins(people)),
        ]
    )


def _roles(looks: list[dict[str, float | dict[str, float]]], what: str) -> list[Series]:
    names = ("front", "workers")
    return [
        Series(
            name,
            [(cast(float, look["at"]), cast(dict[str, float], look[what])[name]) for look in looks],
        )
        for name in names
    ]


def _joins(people: list[Json]) -> list[Series]:
    names = {"answered": "offer to answer", "connected": "connected", "live": "packets accepted"}
    return [
        Series(
            meaning,
            [
                (cast(int, one["number"]) + 1, cast(float, one[name]))
                for one in people
                if one[name] is not None
            ],
            dots=True,
        )
        for name, meaning in names.items()
    ]


def _table(step: Json) -> str:
    rows = "".join(
        f"<tr><th>{name}<td class=n>{escape(show(name, value))}<td>{escape(CATALOGUE[name][1])}"
        for name, value in _metrics(step).items()
    )
    return f'<h3>Metrics<span lang="zh-CN"> 指标</span></h3><table>{rows}</table>'


def _candidates(step: Json) -> str:
    head = "".join(f"<th>{name}" for name in COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(one.get(name))}" for name in COLUMNS)
        for one in cast(list[Json], step["candidates"])
    )
    return f"<details><summary>Candidates 候选人</summary><table><tr>{head}{rows}</table></details>"


def _cell(value: object) -> str:
    return "–" if value is None else escape(str(value))
