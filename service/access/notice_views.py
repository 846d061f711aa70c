"""A notice as the candidate reads it: its words, with what this server really runs filled in."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from service.access.engines import EngineReport
from service.access.inputs import Locale
from service.access.notice_words import LOCALES, digest, words
from service.access.notices import Notice, Profile, PurposeName
from service.scoring.ratings import SCORER_ID, SCORER_VERSION
from service.settings import Settings


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SectionView(_View):
    """One part; `sources` are the laws that it rests on."""

    key: str
    title: str
    paragraphs: list[str]
    sources: list[str]


class PurposeText(_View):
    """What is asked, what for, and what happens if not."""

    title: str
    text: str
    refusal: str


class NoticeText(BaseModel):
    """A whole notice in one language; `sha256` of its wording, which a receipt repeats."""

    sections: list[SectionView]
    purposes: dict[PurposeName, PurposeText]
    sha256: str


class NoticePage(BaseModel):
    """The notice in force for one candidate, in every language."""

    version: str
    profile: Profile
    texts: dict[Locale, NoticeText]


def notice_page(
    notice: Notice, engines: EngineReport, *, settings: Settings, language: str
) -> NoticePage:
    """The words of `notice` for an interview in `language`."""
    used = models_used(notice, engines, settings=settings, language=language)
    texts = {locale: _text(notice, locale, used) for locale in LOCALES}
    return NoticePage.model_validate(
        {"version": notice.version, "profile": notice.profile, "texts": texts}
    )


def models_used(
    notice: Notice, engines: EngineReport, *, settings: Settings, language: str
) -> list[tuple[str, str]]:
    """What reads a candidate here: (which sentence tells of it, ids of the models)."""
    speech = engines.for_language(language)
    kind = "speech_fallback" if speech.is_fallback else "speech"
    found = [(kind, speech.engine) if speech.engine else ("speech_none", "")]
    found.append(("scoring", f"{SCORER_ID} {SCORER_VERSION}"))
    if settings.llm_url:
        found.append(("llm", settings.llm_model))
    if any(one.purpose == "facial_analysis" and one.offered for one in notice.purposes):
        faces = engines.faces
        ids = [one for one in (faces.detector, faces.mesh, faces.expression) if one]
        found.append(("face", ", ".join(ids)) if ids else ("face_none", ""))
    else:
        found.append(("face_never", ""))
    return found


def _text(notice: Notice, locale: str, used: list[tuple[str, str]]) -> NoticeText:
    book = words(notice.profile, locale)
    models = [book.models[kind].format(engine=engine) for kind, engine in used]
    sections = [SectionView.model_validate(section) for section in book.sections]
    for section in sections:
        if section.key == "models":
            section.paragraphs = [*models, *section.paragraphs]
    purposes = {
        one.purpose: PurposeText.model_validate(book.purposes[one.purpose])
        for one in notice.purposes
        if one.offered
    }
    return NoticeText(sections=sections, purposes=purposes, sha256=digest(notice.version, locale))
