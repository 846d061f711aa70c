"""The words of each notice, in both languages, and the laws they rest on.

`words(profile, locale)` is what a candidate reads and answers. A changed word is a new edition: a
test holds the digest of each against `editions.json`, which keeps the older ones for receipts.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from service.access.notice_words import en, zh
from service.access.notice_words.laws import LAWS
from service.access.notice_words.parts import PurposeWords, Section, Words

EDITION = "2026-11.2"
LOCALES = ("en", "zh-CN")
EDITIONS = Path(__file__).with_name("editions.json")
SECTIONS = ("recorded", "models", "never", "decides", "kept", "rights")

__all__ = ["EDITION", "LOCALES", "PurposeWords", "Section", "Words", "digest", "words"]


@cache
def words(profile: str, locale: str) -> Words:
    """The notice of a profile, with its holes ({engine} and so on) unfilled."""
    book = zh if locale == "zh-CN" else en
    sections = tuple(
        Section(
            key,
            book.TITLES[key],
            (*book.COMMON[key], *book.EXTRA[profile].get(key, ())),
            tuple(source.zh if locale == "zh-CN" else source.en for source in LAWS[profile][key]),
        )
        for key in SECTIONS
    )
    return Words(sections, book.MODELS, book.PURPOSES)


@cache
def digest(version: str, locale: str) -> str:
    """SHA-256 (hex) of what a version said in a language; "" of one that nobody kept."""
    kept: dict[str, dict[str, str]] = json.loads(EDITIONS.read_text(encoding="utf-8"))
    return kept.get(version, {}).get(locale, "")


def fingerprint(profile: str, locale: str) -> str:
    """The digest of the words as they are in the code now."""
    text = json.dumps(words(profile, locale), default=vars, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
