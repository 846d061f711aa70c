"""The ratings as the demo prints them, and whether they count as a result."""

from __future__ import annotations

from rich.console import Console

from service.demo.hr import Json

WAITING = "waiting_transcript"
SILENT = "no_answer"


def show_ratings(ratings: list[Json], console: Console) -> None:
    """Each level with its interval, the sum it comes from, and its quotes."""
    for rating in ratings:
        level = rating["level"] if rating["level"] is not None else "no level"
        span = f" [{rating['low']:.1f}–{rating['high']:.1f}]" if rating["low"] is not None else ""
        why = f" ({rating['abstained']})" if rating["abstained"] else ""
        console.print(f"   [bold]{rating['competency_name']}[/bold]: {level}{span}{why}")
        for answer in rating["detail"].get("answers", []):
            parts = [
                f"{part['feature'].replace('_', ' ')} {part['contribution']:+.2f}"
                for part in answer["contributions"]
                if part["contribution"]
            ]
            because = ", ".join(parts) or f"not rated: {answer['abstained']}"
            console.print(f"      one answer: {because}", soft_wrap=True)
        for quote in rating["evidence"]:
            console.print(f"      {quote['start']:6.1f} s  “{quote['quote']}”")


def ratings_outcome(ratings: list[Json], *, may_decline: bool) -> str:
    """One line for the report; empty when nothing came.

    Our own material must bring levels with quotes. Of a stranger's clip (`may_decline`) a level
    that nothing supports, or a reasoned refusal to rate, is an honest result; so is waiting,
    where no engine hears the language.
    """
    quotes = sum(len(rating["evidence"]) for rating in ratings)
    levels = sum(rating["level"] is not None for rating in ratings)
    reasons = sorted({rating["abstained"] for rating in ratings if rating["abstained"]})
    if levels and (quotes or may_decline):
        return f"{levels} levels, {quotes or 'no'} quotes"
    if reasons == [WAITING]:
        return "no level yet: the transcript waits for an engine, a person can rate by hand"
    if reasons and may_decline and SILENT not in reasons:
        return f"no level: the rater declined ({', '.join(reasons)})"
    return ""
