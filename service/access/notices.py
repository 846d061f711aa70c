"""What a candidate is told and asked, by the law of the plan's place. Unknown places: strictest.

`notice_words` holds the words of each notice; a changed word is a new edition, and consent given to
an older one no longer counts. Every purpose may be refused without losing the interview: whoever
refuses to be recorded answers in writing or talks with a person (GDPR art. 7(4), PIPL art. 16).
Face geometry singles a person out as well as an expression does (GDPR art. 9, EU AI Act
art. 5(1)(f), Illinois BIPA): all of it is one purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from service.access.guests import Guest
from service.access.notice_words import EDITION
from service.errors import ServiceError
from service.settings import Settings
from service.tables import Consent

Profile = Literal["STRICT", "EU", "CN", "US-IL"]
PurposeName = Literal["recording", "ai_scoring", "facial_analysis"]
KNOWN: frozenset[str] = frozenset({"STRICT", "EU", "CN", "US-IL"})
FACES_BY_CONSENT: frozenset[str] = frozenset({"CN", "US-IL"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """One thing that is asked for. `required`: there is no interview here without it; none is."""

    purpose: PurposeName
    offered: bool
    required: bool = False


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days after the interview a class of data is kept."""

    data_class: str
    days: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One profile's notice, with what it asks for in force here."""

    version: str
    profile: Profile
    purposes: tuple[Purpose, ...]
    retention: tuple[Keeping, ...]


def profile_of(jurisdiction: str) -> Profile:
    """The profile that a plan's jurisdiction falls under."""
    return cast(Profile, jurisdiction) if jurisdiction in KNOWN else "STRICT"


def faces_allowed(jurisdiction: str, settings: Settings) -> bool:
    """Whether faces may be analysed at all (given consent): by the plan's law and the host's."""
    return settings.expression_allowed and profile_of(jurisdiction) in FACES_BY_CONSENT


def faces_agreed(consent: Consent | None, jurisdiction: str, settings: Settings) -> bool:
    """Whether this candidate's face may be analysed, and the analysis shown."""
    agreed = consent is not None and consent.recording and consent.facial_analysis
    return agreed and faces_allowed(jurisdiction, settings)


def notice_for(jurisdiction: str, settings: Settings) -> Notice:
    """The notice that candidates of a plan under `jurisdiction` get from this deployment."""
    profile, faces = profile_of(jurisdiction), faces_allowed(jurisdiction, settings)
    kept = [Keeping("personal", 180), Keeping("recording", 90), Keeping("content", 180)]
    if faces:
        kept.append(Keeping("biometric", 30))
    return Notice(
        version=f"{profile}-{EDITION}",
        profile=profile,
        purposes=(
            Purpose("recording", offered=True),
            Purpose("ai_scoring", offered=True),
            Purpose("facial_analysis", offered=faces),
        ),
        retention=(*kept, Keeping("log", 1095)),
    )


def require_answer(guest: Guest, settings: Settings) -> Consent:
    """The answer to the notice, whatever it is. Raises ServiceError when none counts."""
    consent = guest.consent
    if consent is None:
        raise ServiceError("consent_missing", 403, "Answer the consent questions first.")
    if consent.notice_version != notice_for(guest.plan.jurisdiction, settings).version:
        raise ServiceError(
            "consent_outdated", 409, "The notice has changed. Read it and answer again."
        )
    return consent


def require_recording(guest: Guest, settings: Settings) -> Consent:
    """The consent that lets media in. Raises ServiceError when there is none that counts."""
    consent = require_answer(guest, settings)
    if not consent.recording:
        raise ServiceError(
            "recording_refused", 403, "You declined recording. Answer in writing instead."
        )
    return consent
