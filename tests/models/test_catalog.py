"""The catalog's claims about files that are at hand, and its own consistency."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from models import catalog
from models.catalog import Entry
from models.weights import ModelSettings, resolve

SPEECH = [pytest.param(entry, id=entry.id) for entry in catalog.SPEECH]
CARDS = Path(catalog.__file__).parent / "cards"


def test_ids_are_unique() -> None:
    ids = [entry.id for entry in catalog.entries()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("entry", catalog.entries(), ids=lambda entry: entry.id)
def test_every_entry_names_licence_source_and_digests(entry: Entry) -> None:
    assert entry.licence
    assert re.match(r"(package|npm|pypi|hub):\S+$", entry.source)
    assert entry.sha256
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for _, digest in entry.sha256)


@pytest.mark.parametrize("entry", SPEECH)
def test_every_speech_model_says_how_good_it_is(entry: Entry) -> None:
    assert entry.quality.endswith(".")
    assert entry.size_mb > 0


@pytest.mark.parametrize("entry", [e for e in catalog.SPEECH if e.source.startswith("hub:")])
def test_the_hub_is_pinned_by_revision_and_covers_the_whole_folder(entry: Entry) -> None:
    assert re.search(r"@[0-9a-f]{40}$", entry.source)
    names = {name for name, _ in entry.sha256}
    assert names >= {"config.json", "model.bin", "tokenizer.json"}
    assert any(name.startswith("vocabulary.") for name in names)


@pytest.mark.parametrize("model_id", ["silero-vad", "pocketsphinx-en-us", "haar-alt2"])
def test_files_inside_packages_are_the_ones_the_catalog_names(
    model_id: str, tmp_path: Path
) -> None:
    plan = resolve(ModelSettings(cache=tmp_path))
    files = (plan.vad, *plan.transcribers, plan.face_detector)
    path = Path(next(file.path for file in files if file and file.id == model_id))
    for name, digest in catalog.by_id(model_id).sha256:
        file = path / name if path.is_dir() else path
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("card", ["silero-vad", "pocketsphinx-en-us", "faster-whisper"])
def test_each_speech_model_has_a_card(card: str) -> None:
    text = (CARDS / f"{card}.md").read_text(encoding="utf-8")
    for part in ("## What it does", "## How good it is", "## Limits", "## Licence and source"):
        assert part in text
