"""What worker processes of a front do in tests; each function is called in a new process."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

from service.front.process import Post


def stay(post: Post) -> None:
    """Say that it serves, write down who it is, and stay; ends in order when told."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    note(post, "up")
    post.serving()
    time.sleep(600)


def stay_against_orders(post: Post) -> None:
    """The same, deaf to SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(post, "up")
    post.serving()
    time.sleep(600)


def end_at_once(post: Post) -> None:
    """Never serve."""
    note(post, "ended")
    os._exit(7)


def take_and_not_answer(post: Post) -> None:
    """Hang: requests are taken, by the kernel, and never read."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(post.path))
    listener.listen()
    stay(post)


def leave(post: Post) -> None:
    """Serve, then end as a program ends that has failed."""
    post.serving()
    sys.exit(3)


def note(post: Post, event: str) -> None:
    """One line per event in the data folder: event, index, process."""
    path = post.settings.data_dir / "workers.log"
    with path.open("a", encoding="ascii") as file:
        file.write(f"{event} {post.share.index} {os.getpid()}\n")


def scripted(post: Post) -> None:
    """The whole application on a scripted pool."""
    from service.app import Adapters  # here: the others start in a third of the time without
    from service.serving import work_with
    from tests.fakes.live import ENGINES, scripted_pool

    work_with(post, Adapters(scripted_pool(), ENGINES))
