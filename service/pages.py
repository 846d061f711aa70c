"""Serves the built pages: hashed assets for a year, documents never cached, a strict CSP."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.errors import ServiceError

WEB = Path(__file__).parent / "web"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'self'; object-src 'none'"
    ),
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
router = APIRouter(include_in_schema=False)


class _Assets(StaticFiles):
    """Names carry a hash of the content: they may be cached for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _document(name: str) -> FileResponse:
    path = WEB / name / "index.html"
    if not path.is_file():
        raise ServiceError(
            "pages_missing", 503, "The pages are not built: run `make setup`, then start again."
        )
    return FileResponse(path, headers={**HEADERS, "Cache-Control": "no-store"})


@router.get("/")
async def home() -> RedirectResponse:
    """People of the organisation come in here; candidates have a link."""
    return RedirectResponse("/hr/", 307)


@router.get("/join")
@router.get("/join/")
async def join() -> FileResponse:
    """The candidate's page."""
    return _document("join")


@router.get("/hr")
@router.get("/hr/{path:path}")
async def workspace(request: Request, path: str = "") -> FileResponse:
    """The workspace; its own router reads the rest of the path."""
    return _document("hr")


def install(app: FastAPI) -> None:
    """Add the pages to `app`, after every API route."""
    app.include_router(router)
    assets = WEB / "assets"
    if assets.is_dir():
        app.mount("/assets", _Assets(directory=assets), name="assets")
