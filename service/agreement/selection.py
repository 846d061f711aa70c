"""Which sessions are taken: by chance, and yet the same ones whenever anybody asks."""

from __future__ import annotations

import hashlib

RANGE = 2**64


def draw(seed: str, subject: str) -> float:
    """A number in [0, 1) that seed and subject decide: the first 64 bits of their SHA-256."""
    found = hashlib.sha256(f"{seed}\x1f{subject}".encode()).digest()
    return int.from_bytes(found[:8], "big") / RANGE


def is_taken(seed: str, subject: str, share: float) -> bool:
    """Whether the subject is among the `share` (0..1) that is taken."""
    return draw(seed, subject) < share
