"""A folder as the post: one file for each letter, to be looked at or carried by hand."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from service.mail.port import Letter, MailError, compose


class FileMailbox:
    """Writes `<id>.eml`. The files hold names and links: only this user may read them."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder, self._sender = folder, sender

    async def send(self, letter: Letter) -> None:
        """Write the letter; a repeat replaces the same file. Raises MailError."""
        message = bytes(compose(letter, self._sender))
        try:
            await asyncio.to_thread(self._write, f"{letter.id}.eml", message)
        except OSError as error:
            raise MailError("mail_folder", is_final=False) from error

    def _write(self, name: str, message: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f".{name}.part"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(message)
        path.replace(self._folder / name)
