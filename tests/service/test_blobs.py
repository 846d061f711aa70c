"""Blobs: what is stored comes back, whole or in ranges."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.blobs import BlobMissing, Blobs


@pytest.fixture(params=["file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return Blobs(f"file://{tmp_path / 'blobs'}" if request.param == "file" else "memory:///")


async def read(blobs: Blobs, key: str, start: int, end: int) -> list[bytes]:
    return [piece async for piece in blobs.read_range(key, start, end, chunk=10)]


async def test_bytes_and_files_come_back(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(b"from a file")
    await blobs.put("a/b", b"plain")
    await blobs.put("a/c", source)
    assert await blobs.get("a/b") == b"plain"
    assert await blobs.get("a/c") == b"from a file"
    assert (await blobs.head("a/c")).size == 11


async def test_a_range_comes_in_bounded_pieces(blobs: Blobs) -> None:
    data = bytes(range(100))
    await blobs.put("k", data)
    pieces = await read(blobs, "k", 5, 38)
    assert b"".join(pieces) == data[5:38]
    assert [len(piece) for piece in pieces] == [10, 10, 10, 3]


async def test_what_is_not_there_is_said_so(blobs: Blobs) -> None:
    with pytest.raises(BlobMissing):
        await blobs.get("nothing")
    with pytest.raises(BlobMissing):
        await blobs.head("nothing")
    await blobs.delete("nothing")


async def test_deleted_is_gone_and_replaced_is_new(blobs: Blobs) -> None:
    await blobs.put("k", b"one")
    await blobs.put("k", b"two")
    assert await blobs.get("k") == b"two"
    await blobs.delete("k")
    with pytest.raises(BlobMissing):
        await blobs.head("k")
