"""What may go through a model together: the window of an utterance, and who shares one.

Whisper's encoder costs the same for every second of its window, and clips of one batch must have
the same window: there is no mask, so padding would change what is heard. Only the decoder gains
from company, the more the longer the text (tiny, 10 s windows, clips encoded one by one, the
stand-in's short texts: 69 ms of CPU per utterance alone, 67 each of four); in long windows there
is nothing left to gain, and the first of a batch would only wait for the last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.types import SAMPLE_RATE, ModelPlan, TranscribeRequest

Q = TypeVar("Q")
R = TypeVar("R")

LONGEST_WINDOW = 30  # seconds, the length Whisper was trained on
WINDOW_FLOOR = 10  # seconds; shorter windows are cited to lose words
WINDOW_MARGIN = 2  # seconds of silence kept behind the last word
LONGEST_SHARED = 14  # seconds of window; beyond it nothing is gained
ALONE = frozenset({"pocketsphinx-en-us"})  # engines that hear one clip at a time

Shape = Callable[[object], Hashable | None]  # payloads of equal shape may go together; None: alone


@dataclass(frozen=True, slots=True)
class Batched(Generic[Q, R]):
    """A handler that takes one payload, or by `batch` several of one shape.

    `batch` yields (index, result or exception) for each payload as soon as it is known, in any
    order; what it leaves out, or has not said when it raises, is done alone.
    """

    one: Callable[[Q], R]
    batch: Callable[[Sequence[Q]], Iterable[tuple[int, R | Exception]]]

    def __call__(self, payload: Q) -> R:
        """Do one."""
        return self.one(payload)


def window_seconds(
    samples: int, *, floor: int = WINDOW_FLOOR, margin: int = WINDOW_MARGIN
) -> int | None:
    """Whole seconds of Whisper window for so many samples; None where one is not enough."""
    length = math.ceil(samples / SAMPLE_RATE) + margin
    return max(floor, length) if length <= LONGEST_WINDOW else None


def speech_shape(plan: ModelPlan) -> Shape:
    """Utterances of one language and window may share a call of the engine that serves them.

    Those of unknown language go alone: they could turn out to be of several.
    """

    def shape(payload: object) -> Hashable | None:
        if not plan.trim or not isinstance(payload, TranscribeRequest) or payload.prefix:
            return None
        engine = plan.transcriber_for(payload.language) if payload.language else None
        seconds = window_seconds(len(payload.pcm) // 2)
        if engine is None or engine.id in ALONE or seconds is None or seconds > LONGEST_SHARED:
            return None
        return engine.id, payload.language, seconds

    return shape


@dataclass(frozen=True, slots=True)
class Batching:
    """How one task is batched. `window`: seconds a lone job waits for company, at most.

    It waits only where its task has taken `company` of the workers' time of late: where less is
    asked there is nobody to wait for, and what is too much for the workers queues by itself.
    """

    most: int = 4
    window: float = 0.02
    company: float = 0.3
    shape: Callable[[ModelPlan], Shape] = speech_shape

    def __post_init__(self) -> None:
        if self.most < 1 or not 0 <= self.window <= 0.05:
            raise ValueError("a batch holds one at least, and waits 50 ms at most")
