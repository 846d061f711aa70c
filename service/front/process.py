"""A media worker's process as it begins: `python -m service.front.process`, its post on stdin."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.settings import Settings
from service.shares import Share


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker process is given. `line`: a file descriptor that leads to the front."""

    settings: Settings
    share: Share
    path: Path
    line: int

    def serving(self) -> None:
        """Tell the front that requests are answered at `path` from now on."""
        os.write(self.line, b"1")


Work = Callable[[Post], None]  # found by its name in the new process


def _die_with_front(sockets: Path) -> None:
    """As in a crash: the next front must not find us still writing what it gives to others."""
    while os.read(0, 1):  # not through sys.stdin: its lock would spoil an orderly end
        pass
    shutil.rmtree(sockets, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """Read who we are, and be it until told to end."""
    work, post = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    watch = threading.Thread(target=_die_with_front, args=(post.path.parent,), daemon=True)
    watch.start()
    work(post)


if __name__ == "__main__":
    main()
