"""A host process with a pool, for the test that kills it: prints its workers' ids, then works."""

from __future__ import annotations

import asyncio
import sys

from models.dispatch import PoolSettings
from models.local_pool import LocalPool
from tests.models.pool.handlers import BUILD, PLAN, SLEEP


async def main() -> None:
    async with LocalPool(PLAN, workers=3, settings=PoolSettings(build=BUILD)) as pool:
        busy = asyncio.create_task(pool.infer(SLEEP, 60.0, deadline=60))
        await asyncio.sleep(0.05)
        sys.stdout.write(" ".join(str(pid) for pid in pool.pids()) + "\n")
        sys.stdout.flush()
        await busy


if __name__ == "__main__":
    asyncio.run(main())
