"""The command line: clear output, one sentence where something is wrong."""

from __future__ import annotations

import asyncio
import json
import socket
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from service.__main__ import cli
from service.db import Database
from service.demo.material import sample_plan
from service.interviews import plans
from service.interviews.schemas import PlanDraft
from service.tables import utc_now

runner = CliRunner()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CANDOR_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, code: int = 0) -> str:
    result = runner.invoke(cli, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_an_account_is_added_with_a_password_made_for_it() -> None:
    output = run("account", "add", "li@example.com", "--name", "Li", "--role", "auditor")
    assert "li@example.com as auditor" in output
    assert "Password: " in output
    again = run("account", "add", "li@example.com", "--name", "Li", code=2)
    assert "There is an account with this e-mail address." in again


def test_roles_are_listed_and_changed_but_an_administrator_remains() -> None:
    run("account", "add", "li@example.com", "--name", "Li", "--role", "admin")
    run("account", "add", "wu@example.com", "--name", "Wu")
    assert "WU@example.com is now hr_lead." in run("account", "role", "WU@example.com", "hr_lead")
    listed = [line.split() for line in run("account", "list").splitlines()]
    assert listed == [["admin", "li@example.com"], ["hr_lead", "wu@example.com"]]
    refused = run("account", "role", "li@example.com", "auditor", code=2)
    assert "Somebody must remain an administrator." in refused
    assert "no such person" in run("account", "role", "x@example.com", "auditor", code=2)


def test_a_given_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_PASSWORD", "a-long-enough-one")
    assert "a-long-enough-one" not in run("account", "add", "li@example.com", "--name", "Li")


def test_a_short_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_PASSWORD", "short")
    assert "password" in run("account", "add", "li@example.com", "--name", "Li", code=2)


def test_a_list_is_checked_then_invited_once(tmp_path: Path) -> None:
    run("migrate")

    async def plan() -> str:
        path = tmp_path / "var" / "candor.db"
        draft = PlanDraft.model_validate(sample_plan("zh", "CN"))
        async with Database(f"sqlite+aiosqlite:///{path}") as database, database.writing() as db:
            return str((await plans.create(db, draft, actor=None, max_seconds=7200)).id)

    plan_id = asyncio.run(plan())
    deadline = (utc_now() + timedelta(days=9)).strftime("%Y-%m-%d")
    asked = ("--plan", plan_id, "--deadline", deadline, "--zone", "Asia/Shanghai")
    (tmp_path / "bad.csv").write_bytes("姓名,联系\n李娜,nobody\n".encode("gb18030"))
    told = run("invite", "bad.csv", *asked, "--dry-run", "--zh", "--column", "email=联系", code=1)
    assert "csv, gb18030: 1 rows, 0 can be invited." in told
    assert "这不是有效的邮箱地址。 [email_invalid]" in told
    assert "No column found for: email" in run("invite", "bad.csv", *asked, "--dry-run", code=1)
    (tmp_path / "good.csv").write_text("Name,Email\nLi Na,li@example.com\n", encoding="utf-8")
    assert "1 can be invited" in run("invite", "good.csv", *asked, "--dry-run")
    assert "1 invited, 0 left out." in run("invite", "good.csv", *asked)
    assert "1 had been invited before" in run("invite", "good.csv", *asked)
    assert "1 sent, 0 failed, 0 not needed." in run("mail", "--send")
    assert len(list((tmp_path / "var" / "mailbox").glob("*.eml"))) == 1
    assert "reminder" in run("mail")
    assert "no such plan" in run("invite", "good.csv", "--plan", str(uuid4()), code=2)
    assert "not a file" in run("invite", "none.csv", *asked, code=2)
    assert "--column is" in run("invite", "good.csv", *asked, "--column", "x", code=2)


def test_verify_counts_an_unbroken_chain_and_names_the_break(tmp_path: Path) -> None:
    run("account", "add", "li@example.com", "--name", "Li")
    assert "1 audit events, unbroken" in run("verify")

    async def tamper() -> None:
        path = tmp_path / "var" / "candor.db"
        async with Database(f"sqlite+aiosqlite:///{path}") as database, database.writing() as db:
            connection = await db.connection()
            await connection.execute(text("DROP TRIGGER audit_events_no_update"))
            await connection.execute(text("UPDATE audit_events SET actor = 'nobody'"))

    asyncio.run(tamper())
    assert "breaks at event 1" in run("verify", code=1)


def test_models_are_listed_with_state_and_quality() -> None:
    output = run("models")
    assert "pocketsphinx-en-us" in output
    assert "fallback" in output
    assert "downloadable" in output


def test_an_unknown_model_cannot_be_fetched() -> None:
    assert "candor:" in run("models", "fetch", "no-such-model", code=2)


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_PORT", "many")
    assert "CANDOR_PORT" in run("migrate", code=2)


def test_a_clip_that_is_not_there_is_said_so() -> None:
    assert "is not a file" in run("demo", "--clip", "nowhere.mp4", code=2)


def test_the_contracts_are_written(tmp_path: Path) -> None:
    run("openapi", "--out", str(tmp_path))
    document = json.loads((tmp_path / "openapi.json").read_text())
    assert "/api/candidate/whip" in document["paths"]
    assert "CaptionEvent" in json.loads((tmp_path / "events.schema.json").read_text())["$defs"]


def test_verify_does_not_call_a_database_without_tables_a_broken_chain() -> None:
    output = run("verify", code=2)
    assert "audit_events" in output
    assert "candor migrate" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    "command", [["migrate"], ["verify"], ["account", "add", "a@b.c", "--name", "A"]]
)
def test_a_database_out_of_reach_is_one_sentence_without_its_password(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOR_DATABASE_URL", "postgresql://u:geheim@127.0.0.1:1/x")
    output = run(*command, code=2)
    assert "The database cannot be used" in output
    assert "geheim" not in output


def test_a_taken_port_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Port {port}" in run("serve", "--port", port, code=2)


def test_a_database_out_of_reach_keeps_the_server_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANDOR_DATABASE_URL", "postgresql://nobody:hush@127.0.0.1:1/none")
    output = run("serve", "--port", "0", code=2)
    assert "The database cannot be used" in output
    assert "hush" not in output


def test_workers_that_share_nothing_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_BLOBS_URL", "memory:///")
    output = run("serve", "--media-workers", "2", code=2)
    assert "CANDOR_BLOBS_URL" in output
