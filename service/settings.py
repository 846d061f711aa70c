"""The only reader of the environment: every setting, its default and its meaning."""

from __future__ import annotations

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Jurisdiction = Literal["STRICT", "EU", "CN", "US-IL"]
Receive = Literal["own", "stock"]


class Settings(BaseSettings):
    """Read from `CANDOR_*` variables (and `.env`), validated once at start."""

    model_config = SettingsConfigDict(
        env_prefix="CANDOR_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    data_dir: Path = Field(Path("var"), description="where SQLite, blobs and the secret lie")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in data_dir")
    blobs_url: str = Field("", description="file:///…, memory:///, s3://…; empty: data_dir/blobs")
    secret: SecretStr = Field(SecretStr(""), description="signs links; empty: made in data_dir")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = Field("", description="how browsers reach us; empty: http://host:port")
    jurisdiction: Jurisdiction = Field(
        "STRICT", description="law of the deployment; STRICT and EU never load expression models"
    )

    media_workers: int = Field(
        1, ge=1, le=64, description="processes that hold interviews; beyond one, behind a front"
    )
    session_limit: int = Field(
        100, ge=1, description="live interviews at once, whatever is measured; beyond it 503"
    )
    admission: Literal["measured", "limit"] = Field(
        "measured", description="new candidates wait when the machine is busy, or at the limit only"
    )
    rubric_approval: bool = Field(
        True, description="a rubric scores nobody before a second person has approved it"
    )
    session_max_seconds: int = Field(7200, ge=60)
    reconnect_seconds: float = Field(
        300.0, gt=0, description="how long a live session waits for its candidate to come back"
    )
    receive: Receive = Field(
        "own", description="how media comes in: our own path, or aiortc's stock transports"
    )
    stun_urls: list[str] = Field(default_factory=list)
    turn_urls: list[str] = Field(default_factory=list)
    turn_secret: SecretStr = Field(SecretStr(""), description="shared with the TURN server (REST)")
    turn_ttl_seconds: int = Field(3600, ge=60)

    workers: int = Field(2, ge=1, le=64, description="inference processes")
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    threads: int = Field(1, ge=1, description="threads per model")
    models_dir: Path | None = Field(None, description="folder with CTranslate2 Whisper models")
    cache_dir: Path = Field(Path("~/.cache/candor/models"), description="fetched models")
    whisper_size: str = "base"
    whisper_trim: bool = Field(
        True, description="cut Whisper's window to the utterance: up to 4 times cheaper"
    )
    allow_download: bool = Field(False, description="fetch missing models from the hub at start")
    faces_per_second: float = Field(2.0, gt=0, le=10)

    mail_url: SecretStr = Field(
        SecretStr(""), description="smtp(s)://user:password@host; empty: files in data_dir/mailbox"
    )
    mail_from: str = Field("Candor <candor@localhost>", description="sender of invitations")

    webhook_url: str = Field(
        "", description="told of every change by a person: https://…, or http://localhost:…"
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="signs webhooks (Standard Webhooks: whsec_ and base64)"
    )

    llm_url: str = Field(
        "",
        description="OpenAI-compatible endpoint for second opinions, up to /v1; empty: none. "
        "Transcripts, stripped of who the candidate is, are sent there",
    )
    llm_model: str = Field("", description="the model to ask there")
    llm_key: SecretStr = Field(SecretStr(""), description="sent as a bearer token")
    llm_runs: int = Field(3, ge=1, le=9, description="how often it is asked for each competency")
    llm_seconds: float = Field(
        30.0, gt=0, description="how long one run may take; the scorer's rating never waits"
    )

    retention: Literal["erase", "report", "off"] = Field(
        "erase", description="what is past the age its notice names: erased, or only told of"
    )

    log_json: bool = True
    login_hours: int = Field(12, ge=1)
    metrics_token: SecretStr = Field(
        SecretStr(""), description="bearer token for /metrics from other machines"
    )

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force, with an async driver."""
        url = self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'candor.db'}"
        if url.startswith(("postgres://", "postgresql://")):
            url = "postgresql+psycopg://" + url.split("://", 1)[1]
        return f"sqlite+aiosqlite{url[len('sqlite') :]}" if url.startswith("sqlite:") else url

    @property
    def blobs(self) -> str:
        """The object store URL in force."""
        return self.blobs_url or f"file://{(self.data_dir / 'blobs').resolve()}"

    @property
    def base_url(self) -> str:
        """How people's browsers reach this server, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def model_cache(self) -> Path:
        """The model cache with `~` resolved."""
        return self.cache_dir.expanduser()

    @property
    def expression_allowed(self) -> bool:
        """Whether this deployment may load an expression model at all."""
        return self.jurisdiction not in {"STRICT", "EU"}

    @cached_property
    def signing_key(self) -> bytes:
        """The configured secret, or one made once and kept beside the data (mode 0600)."""
        if value := self.secret.get_secret_value():
            return value.encode()
        path = self.data_dir / "secret"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return path.read_bytes()
