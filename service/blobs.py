"""Object store by URL (file, memory, s3): whole and ranged reads, streamed writes, deletes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url


class BlobMissing(KeyError):
    """No object under that key."""


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """What the store knows of one object; `size` in bytes."""

    key: str
    size: int


class Blobs:
    """An open object store. Keys are made by us (ids only), never from what people send."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        if parts.scheme == "file":
            Path(parts.path).mkdir(parents=True, exist_ok=True)
            self._store: ObjectStore = LocalStore(parts.path)
        elif parts.scheme == "memory":
            self._store = MemoryStore()
        else:
            self._store = from_url(url)

    async def put(self, key: str, data: bytes | Path) -> None:
        """Store `data` (bytes, or the file at a path) under `key`, replacing what was there."""
        await obstore.put_async(self._store, key, data)

    async def get(self, key: str) -> bytes:
        """The whole object. Raises BlobMissing."""
        try:
            result = await obstore.get_async(self._store, key)
        except (NotFoundError, FileNotFoundError) as error:
            raise BlobMissing(key) from error
        return bytes(await result.bytes_async())

    async def fetch(self, key: str, path: Path) -> None:
        """Copy an object to a file, a piece at a time. Raises BlobMissing."""
        size = (await self.head(key)).size
        with path.open("wb") as file:
            async for piece in self.read_range(key, 0, size):
                file.write(piece)

    async def head(self, key: str) -> BlobInfo:
        """Size of the object. Raises BlobMissing."""
        try:
            meta = await obstore.head_async(self._store, key)
        except (NotFoundError, FileNotFoundError) as error:
            raise BlobMissing(key) from error
        return BlobInfo(key, int(meta["size"]))

    async def read_range(
        self, key: str, start: int, end: int, *, chunk: int = 1 << 18
    ) -> AsyncIterator[bytes]:
        """Bytes `start` (inclusive) to `end` (exclusive), in pieces of at most `chunk`."""
        for at in range(start, end, chunk):
            piece = await obstore.get_range_async(
                self._store, key, start=at, end=min(at + chunk, end)
            )
            yield bytes(piece)

    async def keys(self, prefix: str) -> list[str]:
        """Keys of all objects under `prefix`, which ends in a slash."""
        found: list[str] = []
        async for page in obstore.list(self._store, prefix=prefix.rstrip("/")):
            found.extend(str(meta["path"]) for meta in page)
        return found

    async def delete(self, key: str) -> None:
        """Remove the object; no error when it is not there."""
        try:
            await obstore.delete_async(self._store, key)
        except (NotFoundError, FileNotFoundError):
            return
