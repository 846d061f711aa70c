"""The pages are built from committed snapshots; they must be what the service serves."""

from __future__ import annotations

import json
import re
from pathlib import Path

from service.app import create_app
from service.live.events import event_schema

WEB = Path(__file__).parents[2] / "web"
REMEDY = "run `python -m service openapi` and commit web/*.json"


def _snapshot(name: str) -> object:
    return json.loads((WEB / name).read_text(encoding="utf-8"))


def test_the_pages_know_the_contract_that_is_served() -> None:
    assert _snapshot("openapi.json") == json.loads(json.dumps(create_app().openapi())), REMEDY


def test_the_pages_know_the_events_that_are_sent() -> None:
    assert _snapshot("events.schema.json") == json.loads(json.dumps(event_schema())), REMEDY


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    """Codes that the API can send to a page, found where they are raised."""
    service = WEB.parent / "service"
    raised = re.compile(r"(?:ServiceError|OfferRefused)\(\s*\"([a-z_]+)\"")
    codes = {
        code
        for path in service.rglob("*.py")
        for code in raised.findall(path.read_text(encoding="utf-8"))
    }
    assert len(codes) > 15
    # Never shown: the pages' own absence, and a player's bad range.
    codes -= {"pages_missing", "range_not_satisfiable"}
    for locale in ("en", "zh-CN"):
        texts = json.loads((WEB / f"src/i18n/{locale}/common.json").read_text(encoding="utf-8"))
        assert codes <= set(texts["errors"]), locale


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")
