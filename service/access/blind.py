"""Who may see which ratings: nobody is led by the model or by others before they have rated.

A person is blind to a session while it is on trial and their own sheet is not locked, and while
they have a sheet of it open. Blind, they see no rating but their own, nor what would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from service.audit import Tag
from service.errors import ServiceError

# Of an event's detail, what tells nothing of a level; the rest is withheld from whoever is blind.
TELLS_NOTHING = frozenset({"competency_id", "is_current", "replaces", "input_digest", "shadow"})
HARMLESS = frozenset(
    {
        Tag.SESSION_MOVED,
        Tag.CONNECTION_OPENED,
        Tag.CONNECTION_CLOSED,
        Tag.QUESTION_ASKED,
        Tag.RECORDING_SAVED,
        Tag.UTTERANCES_SAVED,
        Tag.CONSENT_GIVEN,
        Tag.CASE_VIEWED,
        Tag.RECORDING_VIEWED,
        Tag.INVITATION_CREATED,
        Tag.SHEET_OPENED,
        Tag.SHEET_LOCKED,
        Tag.TRIAL_ASSIGNED,
    }
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see of one session.

    `is_blind`: no ratings but their own. `is_shadow`: the session is or was on trial; a model's
    rating of it never counts.
    """

    is_blind: bool = False
    is_shadow: bool = False


CLEAR = Sight()


def sight(*, on_trial: bool, trial_runs: bool, has_open: bool, has_locked: bool) -> Sight:
    """What follows from the trial and from the person's own sheet."""
    return Sight(is_blind=has_open or (trial_runs and not has_locked), is_shadow=on_trial)


def may_see(rater: UUID | None, found: Sight, viewer: UUID | None) -> bool:
    """Whether a rating (a decision, a comment) by `rater` may be shown; None: a model made it."""
    return not found.is_blind or (rater is not None and rater == viewer)


def shown_detail(
    tag: str, actor: str, detail: Mapping[str, object], *, found: Sight, viewer: UUID | None
) -> dict[str, object]:
    """An event's detail without what would tell a level to somebody blind.

    What is left out is marked by `withheld`; the event's hash is still that of the whole.
    """
    is_own = viewer is not None and actor == f"account:{viewer}"
    if not found.is_blind or is_own or tag in HARMLESS:
        return dict(detail)
    left = {key: value for key, value in detail.items() if key in TELLS_NOTHING}
    return left | {"withheld": True}


def must_see(found: Sight) -> None:
    """Refuse to change ratings unseen. Raises ServiceError `blind_first` (409)."""
    if found.is_blind:
        raise ServiceError(
            "blind_first", 409, "Lock your own sheet first: this interview is rated blind."
        )
