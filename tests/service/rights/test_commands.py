"""`candor retention` and `candor verify-receipt`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.__main__ import cli
from service.rights.signing import Signer

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CANDOR_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CANDOR_SECRET", "s")
    return tmp_path


def write(folder: Path, secret: bytes = b"s") -> tuple[Path, Path]:
    """A signed receipt, and the recording that it names."""
    recording = folder / "0.webm"
    recording.write_bytes(b"sound and picture")
    receipt: dict[str, object] = {
        "session_id": "1",
        "issued_at": "2026-11-23T00:00:00+00:00",
        "recordings": [{"sha256": hashlib.sha256(recording.read_bytes()).hexdigest()}],
    }
    signed = {"receipt": receipt, "signature": Signer.of(secret).sign(receipt)}
    path = folder / "receipt.json"
    path.write_text(json.dumps(signed, indent=2), encoding="utf-8")
    return path, recording


def test_a_receipt_of_ones_own_is_checked_with_its_recordings(folder: Path) -> None:
    receipt, recording = write(folder)
    done = RUN.invoke(cli, ["verify-receipt", str(receipt), "--recording", str(recording)])
    assert done.exit_code == 0, done.output
    assert "The signature holds" in done.output
    recording.write_bytes(b"something else")
    done = RUN.invoke(cli, ["verify-receipt", str(receipt), "--recording", str(recording)])
    assert done.exit_code == 1
    assert "none of the recordings" in done.output


def test_a_changed_receipt_does_not_hold(folder: Path) -> None:
    receipt, _ = write(folder)
    receipt.write_text(receipt.read_text().replace('"1"', '"2"'), encoding="utf-8")
    done = RUN.invoke(cli, ["verify-receipt", str(receipt)])
    assert (done.exit_code, "was changed" in done.output) == (1, True)
    receipt.write_text("not JSON", encoding="utf-8")
    assert RUN.invoke(cli, ["verify-receipt", str(receipt)]).exit_code == 1
    assert RUN.invoke(cli, ["verify-receipt", str(folder / "nowhere")]).exit_code == 2


def test_another_services_receipt_needs_its_published_keys(folder: Path) -> None:
    receipt, _ = write(folder, b"another service")
    assert RUN.invoke(cli, ["verify-receipt", str(receipt)]).exit_code == 1
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": [Signer.of(b"another service").jwk()]}))
    done = RUN.invoke(cli, ["verify-receipt", str(receipt), "--keys", str(keys)])
    assert done.exit_code == 0, done.output
    keys.write_text("[]")
    assert RUN.invoke(cli, ["verify-receipt", str(receipt), "--keys", str(keys)]).exit_code == 1


def test_where_no_service_lives_keys_are_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDOR_SECRET")
    receipt, _ = write(folder)
    assert RUN.invoke(cli, ["verify-receipt", str(receipt)]).exit_code == 2
    assert not (folder / "var" / "secret").exists()


def test_retention_only_lists_unless_told_to_erase(folder: Path) -> None:
    assert folder.is_dir()
    listed = RUN.invoke(cli, ["retention"])
    erased = RUN.invoke(cli, ["retention", "--erase"])
    assert listed.exit_code == erased.exit_code == 0, listed.output
    assert "Past its age: nothing." in listed.output
    assert "Erased: 0." in erased.output
