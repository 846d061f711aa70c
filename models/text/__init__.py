"""Meaning of sentences: how near an answer comes to what was sought. Called by a worker.

The conversion of the model (`models.text.convert`) is a set-up tool and not imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.pool import NoEngine
from models.types import COMPARE, Compared, CompareRequest, ModelPlan

if TYPE_CHECKING:
    from models.text.encoder import Encoder


class TextHandlers:
    """The sentence encoder of one worker process, opened when a first text comes."""

    def __init__(self, plan: ModelPlan) -> None:
        self._plan = plan

    @cached_property
    def _encoder(self) -> Encoder:
        if self._plan.encoder is None:
            raise NoEngine("en")
        from models.text.encoder import Encoder  # its tokenizer takes a while to import

        folder = Path(self._plan.encoder.path)
        return Encoder(folder, device=self._plan.device, threads=self._plan.threads)

    def compare(self, request: CompareRequest) -> Compared:
        """See `Encoder.compare`. Raises NoEngine where no model is at hand."""
        return self._encoder.compare(request)


def handlers(plan: ModelPlan) -> dict[str, Callable[..., Compared]]:
    """What a worker calls, by task name."""
    return {COMPARE.name: TextHandlers(plan).compare}
