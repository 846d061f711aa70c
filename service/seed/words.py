"""Written answers given the word times that a speaker might have had."""

from __future__ import annotations

import re

from service.tables import WordJson

PACE = {
    "en": 0.36,
    "zh": 0.24,
}  # seconds per word and per character: 165 words, 250 characters a minute
PAUSE = 0.35  # seconds at a comma or a full stop
UNITS = {
    "en": re.compile(r"\S+"),
    "zh": re.compile(r"(?:[0-9A-Za-z]+|\S)[，。！？、；：“”（）]*"),
}
STOPS = tuple(",.;:!?，。！？；：")


def timed_words(text: str, *, language: str, start: float, surety: float) -> list[WordJson]:
    """Each word (in Chinese each character) from `start` seconds on, one after the other."""
    found: list[WordJson] = []
    at, pace = start, PACE[language]
    for match in UNITS[language].finditer(text):
        word = match.group()
        long = pace * (0.6 + 0.1 * min(len(word), 8)) if language == "en" else pace
        wobble = 0.06 * ((len(found) * 7) % 5 - 2) / 2  # steady, yet not all alike
        confidence = round(min(0.99, max(0.05, surety + wobble)), 2)
        found.append(
            WordJson(text=word, start=round(at, 2), end=round(at + long, 2), confidence=confidence)
        )
        at += long + (PAUSE if word.endswith(STOPS) else 0.04)
    return found
