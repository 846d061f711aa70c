"""The page of a report: whole, self-contained, and safe whatever a clip is called."""

from __future__ import annotations

import re

from service.loadtest.metrics import CATALOGUE
from service.loadtest.page import page
from service.loadtest.plots import Axes, Series, chart, nice_step
from service.loadtest.report import Json

HOSTILE = "<script>alert('x')</script>&\".mp4"


def document(sessions: int = 2) -> Json:
    candidate = {
        "number": 0,
        "clip": HOSTILE,
        "error": "at_<b>capacity",
        "answered": 0.1,
        "connected": None,
        "live": 0.3,
        "captions": [[1.0, 0.5], [2.0, 0.7]],
    }
    look = {
        "at": 1.0,
        "cpu_cores": {"front": 0.1, "workers": 0.2},
        "rss_mb": {"front": 1, "workers": 2},
    }
    step = {
        "sessions": sessions,
        "passed": False,
        "violations": [f"failed>0: {HOSTILE}"],
        "notes": [HOSTILE],
        "errors": {HOSTILE: 1},
        "metrics": {**dict.fromkeys(CATALOGUE), "caption_p95": 0.7},
        "server": [look, {**look, "at": 2.0}],
        "candidates": [candidate],
    }
    return {
        "format": 1,
        "date": HOSTILE,
        "commit": None,
        "settings": {"clips": [{"name": HOSTILE}]},
        "passed": False,
        "interrupted": True,
        "capacity": HOSTILE,
        "steps": [step],
    }


def test_names_of_strangers_are_escaped() -> None:
    text = page(document())
    assert "<script" not in text
    assert "at_<b>" not in text
    assert text.count("&lt;script&gt;") >= 6


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = page(document())
    assert re.findall(r"(?:src|href|url\()\s*=?", text) == []
    assert "http" not in text
    assert text.count("<svg") == 5
    assert "负载测试" in text


def test_several_steps_are_compared() -> None:
    two = document()
    steps = [*document(2)["steps"], *document(4)["steps"]]  # type: ignore[misc]
    assert "All steps" in page({**two, "steps": steps})
    assert "All steps" not in page(two)


def test_a_chart_keeps_its_points_inside() -> None:
    series = [Series("a", [(0, 0), (50, 12.5), (100, 3)]), Series("b", [(10, 1)], dots=True)]
    drawn = chart("t", Axes("x", "y"), series)
    points = re.search(r'points="([^"]+)"', drawn)
    assert points is not None
    places = [tuple(map(float, pair.split(","))) for pair in points[1].split()]
    assert all(0 <= x <= 640 and 0 <= y <= 260 for x, y in places)
    assert places[0][0] < places[1][0] < places[2][0]
    assert places[1][1] < places[2][1] < places[0][1]  # downwards on a screen


def test_a_chart_without_points_says_so() -> None:
    assert "not measured" in chart("t", Axes("x", "y"), [Series("a", [])])
    assert "<svg" in chart("t", Axes("x", "y"), [Series("a", [(0, 0)])])


def test_ticks_are_round_numbers() -> None:
    assert [nice_step(span) for span in (1, 7, 30, 480, 0)] == [0.2, 2, 10, 100, 1]
