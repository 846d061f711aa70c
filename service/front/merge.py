"""The answers of all workers as one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

SAMPLE = re.compile(r"(?P<name>[A-Za-z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>.+)")


def sittings(bodies: Sequence[bytes]) -> bytes:
    """The interviews on all workers, in the order in which they were planned (UUIDv7)."""
    found: list[dict[str, object]] = [one for body in bodies for one in json.loads(body)]
    return json.dumps(sorted(found, key=lambda one: str(one["session_id"]))).encode()


def status(bodies: Sequence[bytes]) -> bytes:
    """What each worker has a part of is summed; the rest is the same everywhere."""
    found = [json.loads(body) for body in bodies]
    pools: list[dict[str, int]] = [one["pool"] for one in found]
    merged = {
        **found[0],
        "pool": {key: sum(pool[key] for pool in pools) for key in pools[0]},
    }
    return json.dumps(merged).encode()


def metrics(texts: Mapping[str, str]) -> str:
    """Prometheus texts by process as one text, each sample labelled with its `worker`.

    A family's samples must stand together, below one header.
    """
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for process, text in texts.items():
        family, known = "", set(heads)
        for line in text.splitlines():
            if line.startswith("# "):  # HELP or TYPE, then the family
                family = line.split(" ", 3)[2]
                if family not in known:
                    heads.setdefault(family, []).append(line)
            elif line.strip():
                samples.setdefault(family, []).append(_labelled(line, process))
    lines = (line for family, head in heads.items() for line in [*head, *samples.get(family, [])])
    return "\n".join(lines) + "\n"


def _labelled(line: str, process: str) -> str:
    match = SAMPLE.fullmatch(line)
    if match is None:
        return line
    labels = ",".join(filter(None, (match["labels"], f'worker="{process}"')))
    return f"{match['name']}{{{labels}}} {match['value']}"
