"""The notices' words: both languages alike, each section with its law, no edition changed later."""

from __future__ import annotations

import json
import re

import pytest

from service.access.engines import EngineInfo, EngineReport, FaceEngines
from service.access.notice_views import notice_page
from service.access.notice_words import (
    EDITION,
    EDITIONS,
    LOCALES,
    SECTIONS,
    digest,
    en,
    fingerprint,
    words,
    zh,
)
from service.access.notice_words.laws import LAWS
from service.access.notices import KNOWN, notice_for
from service.settings import Settings

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGINES = EngineReport(
    (("en", EngineInfo("whisper-x", False)), ("zh", EngineInfo(None))),
    FaceEngines("blaze", "mesh", "expr", True),
)


def test_both_languages_say_as_much() -> None:
    for name in ("TITLES", "COMMON", "MODELS", "PURPOSES"):
        assert set(getattr(en, name)) == set(getattr(zh, name)), name
    assert set(en.EXTRA) == set(zh.EXTRA) == set(LAWS) == KNOWN
    for profile in KNOWN:
        counts = [
            {key: len(lines) for key, lines in book.EXTRA[profile].items()} for book in (en, zh)
        ]
        assert counts[0] == counts[1], profile
    for key, text in en.MODELS.items():
        assert ("{engine}" in text) == ("{engine}" in zh.MODELS[key]), key


@pytest.mark.parametrize("profile", sorted(KNOWN))
def test_every_section_has_words_and_a_law(profile: str) -> None:
    for locale in LOCALES:
        found = words(profile, locale)
        assert tuple(section.key for section in found.sections) == SECTIONS
        for section in found.sections:
            assert section.sources, section.key
            assert section.paragraphs or section.key == "models"
            assert bool(HAN.search(section.title)) == (locale == "zh-CN")
            assert all(bool(HAN.search(p)) == (locale == "zh-CN") for p in section.paragraphs)


@pytest.mark.parametrize("profile", sorted(KNOWN))
def test_an_edition_says_for_ever_what_it_said(profile: str) -> None:
    """If this fails, words have changed: give EDITION a new name and add its digests beside."""
    for locale in LOCALES:
        assert digest(f"{profile}-{EDITION}", locale) == fingerprint(profile, locale)
    assert digest("EU-1999-01", "en") == ""
    kept = json.loads(EDITIONS.read_text(encoding="utf-8"))
    assert all(set(texts) == set(LOCALES) for texts in kept.values())


def test_two_profiles_never_share_their_words() -> None:
    for locale in LOCALES:
        assert len({fingerprint(profile, locale) for profile in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize(
    ("place", "law", "cited"),
    [
        ("EU", "EU", {"GDPR Art. 13", "GDPR Art. 22", "EU AI Act Art. 5(1)(f)"}),
        ("CN", "CN", {"PIPL Art. 13", "PIPL Art. 14", "PIPL Art. 24", "PIPL Art. 29"}),
        ("US-IL", "US-IL", {"820 ILCS 42/5", "820 ILCS 42/15", "740 ILCS 14/15"}),
        ("BR", "STRICT", {"GDPR Art. 22", "PIPL Art. 24", "820 ILCS 42/5"}),
    ],
)
def test_a_place_is_told_its_own_law(place: str, law: str, cited: set[str]) -> None:
    settings = Settings(_env_file=None, jurisdiction="CN")
    page = notice_page(notice_for(place, settings), ENGINES, settings=settings, language="en")
    assert page.profile == law
    sources = {one for section in page.texts["en"].sections for one in section.sources}
    assert cited <= sources
    assert page.texts["en"].sha256 == fingerprint(law, "en")


@pytest.mark.parametrize(
    ("host", "language", "told", "hidden"),
    [
        ("CN", "en", ["whisper-x", "candor-content 2.1.0", "blaze, mesh, expr"], ["No speech"]),
        ("CN", "zh", ["No speech recogniser", "candor-content"], ["whisper-x"]),
        ("EU", "en", ["whisper-x", "is not analysed"], ["blaze"]),
    ],
)
def test_the_models_named_are_those_at_hand(
    host: str, language: str, told: list[str], hidden: list[str]
) -> None:
    settings = Settings(_env_file=None, jurisdiction=host)  # type: ignore[arg-type]
    notice = notice_for("CN", settings)
    page = notice_page(notice, ENGINES, settings=settings, language=language)
    section = next(s for s in page.texts["en"].sections if s.key == "models")
    text = " ".join(section.paragraphs)
    assert all(word in text for word in told)
    assert not any(word in text for word in hidden)
    assert ("facial_analysis" in page.texts["zh-CN"].purposes) == (host == "CN")


def test_a_language_model_is_named_where_one_is_asked() -> None:
    settings = Settings(_env_file=None, llm_url="http://localhost:1/v1", llm_model="big-one")
    page = notice_page(notice_for("EU", settings), ENGINES, settings=settings, language="en")
    section = next(s for s in page.texts["en"].sections if s.key == "models")
    assert any("big-one" in paragraph for paragraph in section.paragraphs)
