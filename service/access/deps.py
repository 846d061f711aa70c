"""FastAPI dependencies that hand out what the composition root opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.engines import EngineReport
from service.blobs import Blobs
from service.db import Database
from service.settings import Settings


def get_settings(request: Request) -> Settings:
    """The settings in force."""
    return cast(Settings, request.app.state.settings)


def get_database(request: Request) -> Database:
    """The open database."""
    return cast(Database, request.app.state.database)


def get_blobs(request: Request) -> Blobs:
    """The open object store."""
    return cast(Blobs, request.app.state.blobs)


def get_engines(request: Request) -> EngineReport:
    """What the models at hand can do."""
    return cast(EngineReport, request.app.state.engines)


async def _write(request: Request) -> AsyncIterator[AsyncSession]:
    async with get_database(request).writing() as db:
        yield db


async def _read(request: Request) -> AsyncIterator[AsyncSession]:
    async with get_database(request).reading() as db:
        yield db


# scope="function": the transaction ends before the answer is sent, so that a failed commit is
# an error the caller sees, and a caller who got 2xx can read what it wrote.
Write = Annotated[AsyncSession, Depends(_write, scope="function")]
Read = Annotated[AsyncSession, Depends(_read, scope="function")]
SettingsDep = Annotated[Settings, Depends(get_settings)]
BlobsDep = Annotated[Blobs, Depends(get_blobs)]
DatabaseDep = Annotated[Database, Depends(get_database)]
EnginesDep = Annotated[EngineReport, Depends(get_engines)]
