"""The clips that candidates of a load test play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.demo.material import find_material
from service.demo.stages import DemoError
from service.live.client import Clip
from service.live.clips import STILL_SUFFIXES, encoded, load
from service.loadtest.speech import Spoken, reference, spans
from service.loadtest.units import UsageError

SOUND_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"})
SIDECAR_MOST = 1 << 20
# Charles Dickens, A Tale of Two Cities (1859), as far as the recording reads it, checked by a
# forced alignment. The stamps lie in the recording's own pauses.
TWO_CITIES = """\
[00:01.20] It was the best of times, it was the worst of times,
[00:04.80] it was the age of wisdom,
[00:06.45] it was the age of foolishness,
[00:08.50] it was the epoch of belief,
[00:10.50] it was the epoch of incredulity,
[00:13.10] it was the season of light,
[00:14.95] it was the season of darkness,
[00:17.10] it was the spring of hope, it was the winter of despair,
[00:20.85] we had everything before us, we had nothing before us,
[00:24.30] we were all going direct to heaven,
[00:26.30] we were all going direct the other way:
[00:28.70] in short,
[00:29.75] the period was so far like the present period
[00:32.50] that some of its noisiest authorities insisted on its being received,
[00:36.70] for good or for evil,
[00:38.50] in the superlative degree of comparison only.
"""


@dataclass(frozen=True, slots=True)
class Played:
    """One clip, ready: the encoded file, its name for people, its words (none: not known)."""

    path: Path
    name: str
    seconds: float
    spoken: Spoken


def prepare(clips: Sequence[Path], folder: Path) -> list[Played]:
    """Encode what is not encoded yet. Blocks. Raises UsageError and ClientError."""
    return [_own(clip, folder) for clip in clips] or [_built_in(folder)]


def _built_in(folder: Path) -> Played:
    try:
        found = find_material(None)
    except DemoError as error:
        raise UsageError(str(error)) from error
    clip = Clip(sound=found.sound, picture=found.picture)
    return _played(clip, "two_cities.wav", TWO_CITIES, folder=folder)


def _own(path: Path, folder: Path) -> Played:
    if not path.is_file():
        raise UsageError(f"{path} is not a file: give --clip a video with sound, or a recording.")
    if path.suffix.lower() in STILL_SUFFIXES:
        raise UsageError(f"{path.name} is a picture: give --clip a video with sound.")
    sidecar = path.with_suffix(".txt")
    text = ""
    if sidecar.is_file() and sidecar.stat().st_size <= SIDECAR_MOST:
        text = sidecar.read_text(encoding="utf-8-sig", errors="replace")
    if path.suffix.lower() not in SOUND_SUFFIXES:
        return _played(Clip(video=path), path.name, text, folder=folder)
    return _played(Clip(sound=path, picture=_portrait()), path.name, text, folder=folder)


def _portrait() -> Path | None:
    """Somebody to look at while a recording plays, where one is installed."""
    try:
        return find_material(None).picture
    except DemoError:
        return None


def _played(clip: Clip, name: str, text: str, *, folder: Path) -> Played:
    path = encoded(clip, name=name, folder=folder)
    found = load(path)
    speech = tuple(spans(found.loudness))
    spoken = Spoken(len(found.audio), speech, reference(text, speech))
    return Played(path, name, found.seconds, spoken)
