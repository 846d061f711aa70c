"""How many sessions a server holds: doubling until it fails, then halving what lies between."""

from __future__ import annotations

from dataclasses import dataclass

CLOSE = 0.05  # bisect until the two ends are this near, relative to what passes


@dataclass
class Search:
    """`next` is the number to try; `tell` its outcome; `next` is None when all is known."""

    first: int
    most: int
    passed: int = 0
    failed: int | None = None

    @property
    def next(self) -> int | None:
        """The next number of sessions to try."""
        if self.failed is None:
            wanted = min(self.most, self.passed * 2 or self.first)
            return None if wanted == self.passed else wanted
        if self.failed - self.passed <= max(1, CLOSE * self.passed):
            return None
        return (self.passed + self.failed) // 2

    def tell(self, sessions: int, *, passed: bool) -> None:
        """Note an outcome."""
        if passed:
            self.passed = max(self.passed, sessions)
        else:
            self.failed = sessions if self.failed is None else min(self.failed, sessions)

    @property
    def answer(self) -> str:
        """One line."""
        if self.failed is None:
            return f"Capacity: at least {self.passed} sessions (the most that was tried)."
        if not self.passed:
            return f"Capacity: below {self.failed} sessions (the fewest that were tried)."
        return f"Capacity: {self.passed} sessions ({self.failed} failed)."
