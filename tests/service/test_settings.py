"""Settings: defaults that need nothing, clear refusals, one secret that stays the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import Settings


def make(**given: object) -> Settings:
    return Settings(_env_file=None, **given)


def test_the_embedded_defaults_need_no_configuration(tmp_path: Path) -> None:
    settings = make(data_dir=tmp_path)
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}"
    assert settings.blobs == f"file://{tmp_path / 'blobs'}"
    assert settings.base_url == "http://127.0.0.1:8000"


def test_a_plain_sqlite_url_gets_the_async_driver() -> None:
    assert make(database_url="sqlite:////x/y.db").database == "sqlite+aiosqlite:////x/y.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_url_gets_the_async_driver(scheme: str) -> None:
    assert make(database_url=f"{scheme}://u@h/d").database == "postgresql+psycopg://u@h/d"


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = make(data_dir=tmp_path).signing_key
    assert make(data_dir=tmp_path).signing_key == first
    assert len(first) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("law", "allowed"), [("STRICT", False), ("EU", False), ("CN", True), ("US-IL", True)]
)
def test_expression_models_are_off_in_the_strict_profiles(law: str, allowed: bool) -> None:
    assert make(jurisdiction=law).expression_allowed is allowed


@pytest.mark.parametrize(
    "given", [{"jurisdiction": "MARS"}, {"port": 70000}, {"session_limit": 0}, {"workers": 0}]
)
def test_nonsense_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make(**given)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_SESSION_LIMIT", "3")
    monkeypatch.setenv("CANDOR_STUN_URLS", '["stun:stun.example.org:3478"]')
    settings = make()
    assert (settings.session_limit, settings.stun_urls) == (3, ["stun:stun.example.org:3478"])
