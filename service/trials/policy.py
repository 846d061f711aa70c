"""What share of cases is rated twice or checked, and which errors a check holds. Pure.

Reviewers are told these shares beforehand, and each error right after they lock their sheet.
Nothing of a check or a second rating enters what is in force.
"""

from __future__ import annotations

from uuid import UUID

from service.agreement.selection import draw, is_taken

RERATE_SHARE = 0.05  # of reviewed cases: somebody rates again who has not seen them
CHECK_SHARE = 0.05  # of cases that a model rated: levels to be confirmed, one perhaps wrong
SECOND_SHARE = 0.2  # of interviews on trial: two people, to know how far people agree
ERROR_SHARE = 0.5  # of checks: half hold none, so that nobody may count on one
OFF_BY = 2  # levels: what nobody who has looked would let pass


def wants_rerating(session_id: UUID) -> bool:
    """Whether a reviewed case is to be rated again."""
    return is_taken("rerate", str(session_id), RERATE_SHARE)


def wants_check(session_id: UUID) -> bool:
    """Whether a case serves as a check."""
    return is_taken("check", str(session_id), CHECK_SHARE)


def wants_second(session_id: UUID) -> bool:
    """Whether an interview on trial is to be rated by two people."""
    return is_taken("second", str(session_id), SECOND_SHARE)


def proposals(levels: dict[UUID, int], *, seed: str) -> dict[UUID, int]:
    """What a check shows for the model's levels: at most one of them off by `OFF_BY`.

    `seed` names session and person; nothing else decides.
    """
    shown = dict(levels)
    if levels and is_taken("error", seed, ERROR_SHARE):
        wrong = min(levels, key=lambda competency: draw(seed, str(competency)))
        shown[wrong] = off(levels[wrong], up=is_taken("up", seed, 0.5))
    return shown


def off(level: int, *, up: bool) -> int:
    """A level off by `OFF_BY`, within 1..5; `up` decides where both ways are open."""
    if level + OFF_BY > 5:
        return level - OFF_BY
    if level - OFF_BY < 1:
        return level + OFF_BY
    return level + (OFF_BY if up else -OFF_BY)


def is_caught(*, level: int, shown: int, said: int) -> bool:
    """Whether somebody moved a wrong level nearer to what the model had said."""
    return abs(said - level) < abs(shown - level)
