"""A front with two media workers, each the whole application on a scripted pool.

`python -m tests.fakes.front_server FOLDER PORT`, until it is told to stop.
"""

from __future__ import annotations

import sys
from pathlib import Path

from service import telemetry
from service.front.server import serve
from service.settings import Settings
from tests.fakes.front_work import scripted


def main(folder: Path, port: int) -> None:
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        port=port,
        secret="s",
        jurisdiction="CN",
        media_workers=2,
        admission="limit",
        rubric_approval=False,
    )
    telemetry.configure_logs(as_json=True)
    serve(settings, scripted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
