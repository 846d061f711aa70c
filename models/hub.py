"""The Hugging Face hub: is it in reach, what lies in its cache, and one file at a time from it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from models.whisper_folder import WeightsError

Download = Callable[[str, str, Path], None]  # (source, file name, folder to put it into)


def split(source: str) -> tuple[str, str]:
    """ "hub:owner/name@revision" as (repository, revision)."""
    repository, _, revision = source.removeprefix("hub:").partition("@")
    return repository, revision


def in_reach(seconds: float) -> bool:
    """Whether the hub answers within `seconds`, proxies and name look-up included.

    In a thread of its own, because a name server that does not answer blocks for longer than
    any timeout an HTTP client can be given.
    """
    answers: list[bool] = []
    asked = threading.Thread(target=lambda: answers.append(_ask(seconds)), daemon=True)
    asked.start()
    asked.join(seconds)
    return bool(answers and answers[0])


def _ask(seconds: float) -> bool:
    import httpx
    from huggingface_hub.constants import ENDPOINT

    try:
        httpx.head(ENDPOINT, timeout=seconds)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return False
    return True


def cached(source: str, names: tuple[str, ...]) -> Path | None:
    """The folder of the hub client's own cache that holds all `names` at that revision."""
    from huggingface_hub import try_to_load_from_cache

    repository, revision = split(source)
    found = [try_to_load_from_cache(repository, name, revision=revision) for name in names]
    paths = [Path(path) for path in found if isinstance(path, str)]
    return paths[0].parent if paths and len(paths) == len(names) else None


def download(source: str, name: str, folder: Path) -> None:
    """One file of the pinned revision into `folder`. WeightsError when that fails."""
    import httpx
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    repository, revision = split(source)
    try:
        hf_hub_download(repository, name, revision=revision, local_dir=folder)
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError) as error:
        kind = type(error).__name__
        raise WeightsError(
            f"The hub did not deliver {repository}/{name} ({kind}): try again, or copy the model "
            "folder from another machine and set CANDOR_MODELS_DIR."
        ) from None
