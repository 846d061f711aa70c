"""Faces: where they are, where they look, what moves. Called by a worker for its face tasks.

The conversion of the models (`models.face.convert`) is a set-up tool and not imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import cv2

from models.face.analyser import Analyser
from models.face.looking import Looker
from models.types import FACE, STILL, FaceRequest, FaceResult, LookRequest, LookResult, ModelPlan

__all__ = ["Analyser", "handlers"]


class FaceHandlers:
    """The face models of one worker process, opened when a first picture comes."""

    def __init__(self, plan: ModelPlan) -> None:
        self._plan = plan

    @cached_property
    def _analyser(self) -> Analyser:
        cv2.setNumThreads(self._plan.threads)  # its default is one per core, in every worker
        return Analyser(self._plan)

    @cached_property
    def _looker(self) -> Looker:
        return Looker(self._analyser)

    def still(self, request: FaceRequest) -> FaceResult:
        """See `Analyser.analyse`."""
        return self._analyser.analyse(request)

    def face(self, request: LookRequest) -> LookResult:
        """See `Looker.look`."""
        return self._looker.look(request)


def handlers(plan: ModelPlan) -> dict[str, Callable[..., FaceResult | LookResult]]:
    """What a worker calls, by task name."""
    found = FaceHandlers(plan)
    return {STILL.name: found.still, FACE.name: found.face}
