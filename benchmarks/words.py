"""Text made comparable, and errors counted: word error rate, character error rate, intervals.

English: lower case, punctuation off except apostrophes inside words, digits spelt out, the
British spelling and common abbreviations left as they are. Mandarin: Han characters only, digits
read one by one unless they are a plain number below ten thousand.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

ONES: list[str] = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
)
TENS: tuple[str, ...] = (
    "",
    "",
    *re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety"),
)
SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
EXPANDED = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "okay": "ok"}
SYMBOLS = {"%": " percent ", "&": " and ", "+": " plus ", "$": " dollars ", "£": " pounds "}
HAN_DIGITS = "零一二三四五六七八九"
HAN = re.compile(r"[\u3400-\u9fff]")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:st|nd|rd|th)?")
NON_SPEECH = re.compile(r"<[^>]*>|\[[^\]]*\]")
REPEATS = 1000  # bootstrap samples
SEED = 20261


def spelt(number: int) -> str:
    """A whole number in English words: 1984 is "one thousand nine hundred eighty four"."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")
    for scale, name in SCALES:
        if number >= scale:
            rest = f" {spelt(number % scale)}" if number % scale else ""
            return f"{spelt(number // scale)} {name}{rest}"
    raise AssertionError(number)


def english(text: str) -> list[str]:
    """The comparable words of an English text."""
    text = NON_SPEECH.sub(" ", text.lower().replace("’", "'"))
    text = NUMBER.sub(lambda found: f" {_spoken(found.group())} ", text)
    for symbol, word in SYMBOLS.items():
        text = text.replace(symbol, word)
    words = (word.strip("'") for word in re.sub(r"[^a-z']", " ", text).split())
    return [EXPANDED.get(word, word) for word in words if word]


def mandarin(text: str) -> list[str]:
    """The comparable characters of a Mandarin text."""
    return HAN.findall(re.sub(r"\d+", lambda found: _han(found.group()), text))


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors against reference units (words or characters) of one clip."""

    wrong: int
    total: int


def errors(reference: Sequence[str], heard: Sequence[str]) -> Errors:
    """The fewest substitutions, insertions and deletions that make one the other."""
    row = list(range(len(heard) + 1))
    for i, expected in enumerate(reference, 1):
        corner, row[0] = row[0], i
        for j, word in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, corner + (expected != word))
            corner, row[j] = row[j], best
    return Errors(row[-1], len(reference))


def rate(counts: Sequence[Errors]) -> float:
    """Errors over reference units, all clips together."""
    return sum(c.wrong for c in counts) / max(1, sum(c.total for c in counts))


def interval(counts: Sequence[Errors]) -> tuple[float, float]:
    """The 95 % bootstrap interval of `rate`, clips drawn with replacement, same seed always."""
    draw = random.Random(SEED)
    rates = sorted(rate(draw.choices(counts, k=len(counts))) for _ in range(REPEATS))
    return rates[int(0.025 * REPEATS)], rates[int(0.975 * REPEATS) - 1]


def _spoken(token: str) -> str:
    ordinal = token[-2:] in {"st", "nd", "rd", "th"}
    digits = token[:-2] if ordinal else token
    whole, _, decimals = digits.replace(",", "").partition(".")
    if len(whole) > 12 or (len(whole) > 1 and whole.startswith("0")):
        return " ".join(ONES[int(digit)] for digit in whole + decimals)
    words = spelt(int(whole))
    if decimals:
        words += " point " + " ".join(ONES[int(digit)] for digit in decimals)
    return _ordinal(words) if ordinal else words


def _ordinal(words: str) -> str:
    head, _, last = words.rpartition(" ")
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return f"{head} {ORDINALS.get(last, regular)}".strip()


def _han(digits: str) -> str:
    number = int(digits)
    if number >= 10_000 or (len(digits) > 1 and digits.startswith("0")):
        return "".join(HAN_DIGITS[int(digit)] for digit in digits)
    parts: list[str] = []
    for power, unit in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
        digit = number // 10**power % 10
        if digit:
            parts.append(HAN_DIGITS[digit] + unit)
        elif parts and parts[-1] != "零":
            parts.append("零")
    return ("".join(parts).rstrip("零") or "零").removeprefix("一" if 10 <= number < 20 else "")
