"""What crosses the process border between the service and the inference workers.

All of it is frozen and built of plain values, so that it pickles cheaply. Audio is always
16 kHz mono signed 16-bit little-endian PCM; times are seconds from the start of the clip given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

SAMPLE_RATE = 16_000
VAD_FRAME = 512  # samples per voice-activity probability (32 ms), fixed by Silero VAD v6

Q = TypeVar("Q")
R = TypeVar("R")


class Priority(IntEnum):
    """Order in which waiting work is served: finals before faces before partials."""

    VAD = 0
    FINAL = 1
    FACE = 2
    PARTIAL = 3


class WhenFull(StrEnum):
    """What a full queue does: audio waits, video drops its oldest item."""

    WAIT = "wait"
    DROP_OLDEST = "drop_oldest"


@dataclass(frozen=True, slots=True)
class Task(Generic[Q, R]):
    """A kind of work: its request type `Q`, its result type `R`, its queue policy.

    `keeps_state`: the worker keeps something from one job to the next of the same key, so all of
    them go to one worker while it lives.
    """

    name: str
    priority: Priority
    when_full: WhenFull
    keeps_state: bool = False


@dataclass(frozen=True, slots=True)
class VadRequest:
    """Consecutive audio of one stream. `pcm` holds a multiple of 512 samples."""

    pcm: bytes
    state: bytes = b""  # opaque, from the previous VadResult of the same stream; empty at start


@dataclass(frozen=True, slots=True)
class VadResult:
    """One speech probability (0..1) per 512 samples, and the state for the next request."""

    probabilities: tuple[float, ...]
    state: bytes


@dataclass(frozen=True, slots=True)
class TranscribeRequest:
    """One utterance. `language` is "zh", "en", another ISO 639-1 code, or "" to detect it."""

    pcm: bytes
    language: str = ""
    prefix: tuple[str, ...] = ()  # words already confirmed by an earlier partial


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; `start`/`end` in seconds of the clip, `confidence` 0..1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an engine heard. `confidence` is the mean over words (0 when there are none)."""

    text: str
    words: tuple[Word, ...]
    language: str
    engine: str  # catalog id, such as "pocketsphinx-en-us" or "faster-whisper-base"
    version: str
    is_fallback: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class HearRequest:
    """A piece of an utterance while it is being spoken, `offset` samples after its first one.

    `length`: it has ended, and was so many samples long (more may have been sent); None: it goes
    on. `voice`: opaque, from the `Hearing` of an earlier utterance of the same person.
    """

    utterance: str
    offset: int
    pcm: bytes
    language: str = ""
    length: int | None = None
    voice: bytes = b""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is known of an utterance whose first `heard` samples were heard; send on from there.

    `heard` falls short of what was sent where an earlier piece is missing (its worker died, or
    has forgotten it). `transcript`, once it has ended and nothing is missing.
    """

    heard: int
    text: str = ""
    transcript: Transcript | None = None
    voice: bytes = b""


@dataclass(frozen=True, slots=True)
class FaceRequest:
    """One picture: `pixels` is height x width x 3 bytes, BGR, row-major."""

    pixels: bytes
    width: int
    height: int
    expression: bool = False  # False: the expression model is not run (nor loaded)


@dataclass(frozen=True, slots=True)
class LookRequest:
    """The next pictures of one stream, still encoded ("vp8" or "h264"); the last is looked at.

    Pictures are coded as changes of earlier ones: `frames` begins where the last request of the
    stream ended, or with a keyframe (`fresh`). `first` is the number of `frames[0]` in the stream.
    """

    stream: str
    codec: str
    first: int
    frames: tuple[bytes, ...]
    fresh: bool
    expression: bool = False  # False: the expression model is not run (nor loaded)
    eyes: bool = True  # False: lids and gaze are not measured, which saves a third of the work


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions (0..1) of the picture's width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Face:
    """What can be observed of one face. None where no model for it was at hand.

    Angles in degrees (yaw > 0: turned to the person's left, pitch > 0: up, roll > 0: clockwise).
    `gaze_x`/`gaze_y` are iris offsets from the eye centre in eye widths (0: straight ahead; > 0:
    to the person's left, up).
    `blink`, `mouth_open`, `smile`, `brow_raise` are 0..1 geometric measures, not feelings.
    """

    box: Box
    score: float
    yaw: float | None = None
    pitch: float | None = None
    roll: float | None = None
    gaze_x: float | None = None
    gaze_y: float | None = None
    blink: float | None = None
    mouth_open: float | None = None
    smile: float | None = None
    brow_raise: float | None = None
    expression: tuple[tuple[str, float], ...] = ()  # (label, probability), only when asked for


@dataclass(frozen=True, slots=True)
class FaceResult:
    """All faces of one picture, largest first, with the models (catalog ids) that saw them."""

    faces: tuple[Face, ...]
    brightness: float  # mean luma, 0..1
    engines: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class LookResult:
    """What was seen. None: what came before is not known here, begin again with a keyframe."""

    seen: FaceResult | None


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """An answer's sentences, what was asked, and texts to be sought in the answer. English."""

    said: tuple[str, ...]
    asked: str = ""
    sought: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near an answer is to one text by meaning, each 0..1, three decimals.

    Whole texts: `best` of its sentences, all of them together (`whole`), and these beyond what
    the question says itself (`apart`). Words in context: `found`, how near the answer has each
    word of the text; `fitting`, how near the text has each word of the answer; the question's
    own words count for little in both.
    """

    best: float = 0.0
    whole: float = 0.0
    apart: float = 0.0
    found: float = 0.0
    fitting: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer's nearness to the question, and to each text that was sought."""

    question: Nearness
    sought: tuple[Nearness, ...]


VAD: Task[VadRequest, VadResult] = Task("vad", Priority.VAD, WhenFull.WAIT)
TRANSCRIBE: Task[TranscribeRequest, Transcript] = Task("transcribe", Priority.FINAL, WhenFull.WAIT)
# Pieces of all open utterances and the ends of others have one priority: whatever waits must be
# done before its own end is. Among them the earliest deadline goes first (see `models.waiting`).
HEAR: Task[HearRequest, Hearing] = Task("hear", Priority.FINAL, WhenFull.WAIT, keeps_state=True)
PARTIAL: Task[TranscribeRequest, Transcript] = Task(
    "partial", Priority.PARTIAL, WhenFull.DROP_OLDEST
)
FACE: Task[LookRequest, LookResult] = Task(
    "face", Priority.FACE, WhenFull.DROP_OLDEST, keeps_state=True
)
STILL: Task[FaceRequest, FaceResult] = Task("still", Priority.FACE, WhenFull.DROP_OLDEST)
# After the interview, so behind all that is live; but it waits, it is not dropped.
COMPARE: Task[CompareRequest, Compared] = Task("compare", Priority.PARTIAL, WhenFull.WAIT)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model found on this machine: its catalog id and where its file or folder lies."""

    id: str
    path: str
    languages: tuple[str, ...] = ()  # speech only; empty means any
    hears_live: bool = False  # it can hear an utterance piece by piece while it is spoken


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """What a worker is to load. Made once by `models.weights.resolve` in the parent process.

    `transcribers` in order of preference: the first that covers a language serves it. Face
    fields are None where no such model is at hand; `expression` is None as well wherever the
    law of the deployment forbids it, so that the file is never even opened there.
    """

    vad: ModelFile
    transcribers: tuple[ModelFile, ...] = ()
    face_detector: ModelFile | None = None
    face_mesh: ModelFile | None = None
    iris: ModelFile | None = None
    expression: ModelFile | None = None
    encoder: ModelFile | None = None  # of sentences; its path is a folder
    device: str = "cpu"  # "auto", "cpu", "cuda"
    threads: int = 1
    trim: bool = True  # cut Whisper's 30 s window to the utterance: several times cheaper

    def transcriber_for(self, language: str) -> ModelFile | None:
        """The engine that will serve `language` ("" means: any engine that detects it)."""
        for found in self.transcribers:
            if not found.languages or language in found.languages:
                return found
        return None
