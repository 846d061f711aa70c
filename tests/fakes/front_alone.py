"""Two workers that stay, to be left alone: `python -m tests.fakes.front_alone FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from service.front.workers import Workers
from service.settings import Settings
from tests.fakes.front_work import stay_against_orders


async def main(folder: Path) -> None:
    settings = Settings(_env_file=None, data_dir=folder, media_workers=2)
    async with Workers(settings, stay_against_orders, give_up=lambda: None):
        await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
