"""`python -m benchmarks NAME [...]` runs `benchmarks.NAME.main`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

FOLDER = Path(__file__).parent
ENTRY = "\ndef main(argv: list[str]) -> int:"


def names() -> list[str]:
    """The benchmarks there are: every module here with a `main`; none is imported for it."""
    modules = (path for path in FOLDER.glob("*.py") if path.stem != "__main__")
    return sorted(path.stem for path in modules if ENTRY in path.read_text(encoding="utf-8"))


def main(argv: list[str]) -> int:
    """Dispatch; 2 for an unknown name."""
    if not argv or argv[0] not in names():
        sys.stderr.write(f"usage: python -m benchmarks {{{','.join(names())}}} [options]\n")
        return 2
    module = importlib.import_module(f"benchmarks.{argv[0]}")
    run = cast(Callable[[list[str]], int], module.main)
    return run(argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
