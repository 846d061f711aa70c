"""What the models at hand can do, told to people: chosen once at start by the composition root."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The speech engine for one language; `engine` None: sound is kept and waits for one."""

    engine: str | None
    is_fallback: bool = False
    quality: str = ""
    hears_live: bool = False  # it hears utterances while they are spoken


@dataclass(frozen=True, slots=True)
class FaceEngines:
    """Catalog ids of the face models in use; None where there is none."""

    detector: str | None = None
    mesh: str | None = None
    expression: str | None = None
    expression_allowed: bool = False


@dataclass(frozen=True, slots=True)
class EngineReport:
    """All engines of this server."""

    speech: tuple[tuple[str, EngineInfo], ...] = ()  # by language
    faces: FaceEngines = FaceEngines()

    def for_language(self, language: str) -> EngineInfo:
        """The engine that will hear `language`; "" asks for whichever detects languages itself."""
        for known, info in self.speech:
            if known == language:
                return info
        return EngineInfo(None)
