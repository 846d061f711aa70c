"""`python -m benchmarks NAME [...]` runs `benchmarks.NAME.main`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from typing import cast

import benchmarks

HELPERS = {"__main__", "face_looks", "rates", "report", "words"}


def names() -> list[str]:
    """The benchmarks there are: every module here with a `main`, helpers left out."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if name not in HELPERS)


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
