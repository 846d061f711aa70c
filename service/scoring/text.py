"""Reading text without downloads: cleaning, sentences, words, character n-grams (English, Chinese).

Every function is linear in the length of its input and works on at most `MAX_CHARS` of it; none
depends on the order of a set or a hash, so results are the same in every process.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MAX_CHARS = 20_000  # about 25 minutes of speech
MAX_SENTENCES = 400
LONG_WORDS, LONG_HAN = 36, 60  # longer stretches without a stop are cut: recognisers give none
GRAMS = (4, 5)  # with 3, names meet words by chance ("Lan" and "plan") and move scores by .07
HAN_GRAMS = (1, 2, 3)  # a Chinese character carries about as much as an English syllable or two

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(r"[a-z0-9à-öø-ÿ]+(?:'[a-z]+)?")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_HAN_CHAR = re.compile(f"[{_HAN}]")
_OTHER = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_STOPS = frozenset(".!?。！？；;…\n\r")
_BREAKS = frozenset(",，、:： \t")

_STOP_WORDS = (
    "a about after again all also am an and any are as at be because been before being but by can "
    "could did do does doing don't down during each few for from further get give go going had has "
    "have having he her here hers him his how i i'm i've i'd i'll if in into is it it's its just "
    "kind like me more most my no nor not now of off ok okay on once only or other our out over "
    "own really same she should so some such tell than that that's the their them then there "
    "these they thing this those through time to too up us very was we well were what when where "
    "which while who why will with would yeah yes you your something someone somebody lot quite "
    "describe example please situation way last everybody everyone nobody anybody "
    "result results"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
STOP_HAN = frozenset(
    "的了是在我你他她它们和与及也都就还又很这那个一不有会要把被让给对从到为吗呢吧啊嗯呃哦么"
)
_FILLER_WORDS = "um uh uhm er erm ah hmm mm mhm uhh umm"
FILLER_WORDS = frozenset(_FILLER_WORDS.split())
FILLER_HAN = re.compile("[嗯呃啊哦唉诶]|那个(?=[，,、 ])|就是说")
_HESITATION = re.compile(
    r"[, ]*\b(?:um+|uh+m?|er+m?|ah+|hmm+|mm+|you know|i mean|like(?=,))\b[, ]*"
)
_FILLED_HAN = re.compile("(?:嗯|呃|啊|哦|唉|诶|那个|就是说|然后呢)[，,、]")
_TWICE = re.compile(r"\b([a-z']{1,20})(?: \1\b)+")
_TWICE_HAN = re.compile("([\u4e00-\u9fff]{2,4})\\1")
_SUFFIXES = ("ations", "ation", "ingly", "ments", "ment", "ings", "ing", "edly", "ies", "ied",
             "ed", "es", "ly", "s")  # fmt: skip


def clean(text: str) -> str:
    """NFKC, lower case, without control and format characters; line breaks stay."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS].lower()
    kept = (c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in folded)
    return "".join(kept).replace("’", "'")


def fluent(clean_text: str) -> str:
    """Cleaned text without hesitation: fillers, and words said twice in a row."""
    found = _HESITATION.sub(" ", clean_text)
    found = FILLER_HAN.sub("", _FILLED_HAN.sub("", found))
    found = _TWICE.sub(r"\1", found)
    return _TWICE_HAN.sub(r"\1", found)


def words(clean_text: str) -> list[str]:
    """Latin words and numbers of cleaned text, in order."""
    return _WORD.findall(clean_text)


def han(clean_text: str) -> list[str]:
    """Chinese characters of cleaned text, in order."""
    return _HAN_CHAR.findall(clean_text)


def stem(word: str) -> str:
    """A rough English stem: the same for "managed", "manages" and "managing"."""
    base = word.split("'")[0]
    for suffix in _SUFFIXES:
        least = 5 if suffix == "ly" else 3  # "reply" and "family" keep theirs
        if base.endswith(suffix) and len(base) - len(suffix) >= least:
            base = base[: -len(suffix)] + ("y" if suffix in ("ies", "ied") else "")
            break
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "aeiouls":
        base = base[:-1]
    return base[:-1] if len(base) > 3 and base.endswith("e") else base


def script(text: str) -> str:
    """ "zh", "en" (Latin letters), "other", or "" where there is nothing to tell by."""
    cleaned = clean(text)
    chinese, latin = len(han(cleaned)), len(words(cleaned))
    other = len(_OTHER.findall(cleaned))
    if max(chinese, latin, other) == 0:
        return ""
    if other > chinese + latin:
        return "other"
    return "zh" if chinese >= latin else "en"


def tokens(clean_text: str) -> list[str]:
    """English stems and single Chinese characters in order of appearance, fillers left out."""
    text = FILLER_HAN.sub(" ", clean_text)
    found = ((m.start(), stem(m.group())) for m in _WORD.finditer(text))
    latin = [(at, word) for at, word in found if word not in FILLER_WORDS]
    chinese = [(m.start(), m.group()) for m in _HAN_CHAR.finditer(text)]
    return [token for _, token in sorted(latin + chinese)]


def grams(clean_text: str) -> dict[str, int]:
    """Character n-grams of content words (padded by spaces) and of Chinese runs, with counts."""
    counts: dict[str, int] = {}
    for word in words(clean_text):
        if word not in STOP_WORDS and word not in FILLER_WORDS:
            _count(f" {stem(word)} ", GRAMS, counts)
    for run in _HAN_RUN.findall(clean_text):
        for part in _content_runs(run):
            _count(part, HAN_GRAMS, counts)
    return counts


def content(clean_text: str) -> frozenset[str]:
    """What was spoken of: stems of content words, and pairs of Chinese characters that carry it."""
    latin = [w for w in words(clean_text) if w not in STOP_WORDS and w not in FILLER_WORDS]
    pairs = (
        part[i : i + 2] if len(part) > 1 else part
        for run in _HAN_RUN.findall(clean_text)
        for part in _content_runs(run)
        for i in range(max(1, len(part) - 1))
    )
    return frozenset([*(stem(word) for word in latin), *pairs])


def _content_runs(run: str) -> list[str]:
    return "".join(" " if c in STOP_HAN else c for c in run).split()


def _count(piece: str, sizes: Iterable[int], counts: dict[str, int]) -> None:
    piece = piece[:64]
    for size in sizes:
        for i in range(len(piece) - size + 1):
            gram = piece[i : i + size]
            counts[gram] = counts.get(gram, 0) + 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Inverse document frequency over a small set of documents (a rubric and its questions)."""

    documents: int
    frequency: Mapping[str, int]

    @classmethod
    def of(cls, documents: Sequence[str]) -> Weights:
        frequency: dict[str, int] = {}
        for document in documents:
            for gram in grams(clean(document)):
                frequency[gram] = frequency.get(gram, 0) + 1
        return cls(len(documents), frequency)

    def weight(self, gram: str) -> float:
        return math.log((1 + self.documents) / (1 + self.frequency.get(gram, 0))) + 1.0


def coverage(reference: Mapping[str, int], said: Mapping[str, int], weights: Weights) -> float:
    """Share (0..1) of the reference's weighted n-grams that was said; more never lowers it."""
    total = math.fsum(weights.weight(gram) for gram in reference)
    if not total:
        return 0.0
    return math.fsum(weights.weight(gram) for gram in reference if gram in said) / total


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of sentences in raw text, trimmed; long ones are cut at a break."""
    found: list[tuple[int, int]] = []
    start = 0
    limit = min(len(text), MAX_CHARS)
    size, last_break = 0, 0  # size in Latin words and weighted Chinese characters
    for i in range(limit):
        char = text[i]
        if char in _STOPS and not (char == "." and text[i + 1 : i + 2].isdigit()):
            found.append((start, i + 1))
            start, size, last_break = i + 1, 0, i + 1
        elif char in _BREAKS:
            size, last_break = size + LONG_HAN, i + 1
        elif _HAN_CHAR.match(char):
            size += LONG_WORDS
        if size >= LONG_WORDS * LONG_HAN or i - start > 400:
            cut = last_break if last_break > start else i + 1
            found.append((start, cut))
            start, size, last_break = cut, 0, cut
        if len(found) >= MAX_SENTENCES:
            return _trimmed(text, found)
    return _trimmed(text, [*found, (start, limit)])


def _trimmed(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept = []
    for start, end in spans:
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        if any(c.isalnum() for c in piece):
            kept.append((left, start + len(piece.rstrip())))
    return kept
