"""Statistics of how a question was answered: pace, pauses, fillers. Shown, never scored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.timeline.parts import QuestionSpan, SpeechStatistics, Utterance

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+(?:['’][^\W_]+)?")
# Only what cannot well be anything else: a bare "like" or 那个 is mostly a word of the sentence, so
# it counts between pauses (commas) only, as a recogniser that punctuates writes it.
_FILLERS_EN = re.compile(
    r"\b(um+|uh+m?|erm?|hmm+|you know|i mean)\b|(?<=,)\s*(like|well|so|right)(?=,)", re.IGNORECASE
)
_FILLERS_ZH = re.compile(
    r"(嗯+|呃+|额(?=[，,、。 ])|就是说|怎么说呢|(?:那个|这个|然后)(?=[，,、 ]|那个|这个|就是))"
)


def speech_statistics(
    utterances: Sequence[Utterance], question: QuestionSpan, *, min_pause: float
) -> SpeechStatistics:
    """Statistics of one question's utterances, which must be in order of time."""
    text = "\n".join(u.text for u in utterances)
    language = _language(utterances, text)
    count = count_units(text, language)
    heard = [u for u in utterances if u.text.strip()]
    voiced = sum(end - start for u in heard for start, end in _stretches(u))
    pauses = [gap for gap in _gaps(utterances) if gap >= min_pause]
    return SpeechStatistics(
        language=language,
        unit="characters" if language == "zh" else "words",
        count=count,
        per_minute=count / voiced * 60 if voiced > 0 else None,
        speaking=sum(end - start for u in utterances for start, end in _stretches(u)),
        pauses=len(pauses),
        longest_pause=max(pauses, default=0.0),
        delay=max(0.0, _stretches(utterances[0])[0][0] - question.start) if utterances else None,
        fillers=count_fillers(text, language),
        waiting=len(utterances) - len(heard),
    )


def count_units(text: str, language: str) -> int:
    """Words; for "zh" characters, with each Latin word or number in between as one."""
    words = len(_WORD.findall(text))
    return words + len(_HAN.findall(text)) if language == "zh" else words


def count_fillers(text: str, language: str) -> tuple[tuple[str, int], ...]:
    """Fillers by how often they were said, most frequent first."""
    pattern = _FILLERS_ZH if language == "zh" else _FILLERS_EN
    counts: dict[str, int] = {}
    for match in pattern.finditer(text):
        word = next(group for group in match.groups() if group).lower()
        word = word[0] if _HAN.match(word) and len(set(word)) == 1 else word
        counts[word] = counts.get(word, 0) + 1
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _stretches(utterance: Utterance) -> list[tuple[float, float]]:
    """Where speech was: from first to last word, or the whole utterance where words are missing."""
    if not utterance.words:
        return [(utterance.start, utterance.end)]
    return [(utterance.words[0].start, max(word.end for word in utterance.words))]


def _gaps(utterances: Iterable[Utterance]) -> list[float]:
    """Silences between consecutive words, within utterances and between them."""
    spoken = [
        (start, end)
        for u in utterances
        for start, end in ([(w.start, w.end) for w in u.words] or [(u.start, u.end)])
    ]
    gaps = []
    until = spoken[0][1] if spoken else 0.0
    for start, end in spoken[1:]:
        gaps.append(start - until)
        until = max(until, end)
    return gaps


def _language(utterances: Sequence[Utterance], text: str) -> str:
    """The language of most utterances that name one, or else that of the letters."""
    named = [u.language for u in utterances if u.language]
    if named:
        return max(named, key=named.count)
    return "zh" if len(_HAN.findall(text)) > len(_WORD.findall(text)) else "en"
