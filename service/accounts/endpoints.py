"""HTTP of accounts: login, logout, and oneself."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from service.access.deps import Write, get_database, get_settings
from service.access.docs import responses
from service.access.people import COOKIE, AnyPerson
from service.accounts import queries, service
from service.accounts.limits import LimitsDep
from service.accounts.schemas import Credentials, Me, MePatch
from service.settings import Settings

router = APIRouter(prefix="/api", tags=["accounts"])


def _set_cookie(response: Response, token: str, settings: Settings) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.login_hours * 3600,
        httponly=True,
        samesite="strict",
        secure=settings.base_url.startswith("https://"),
    )


@router.post("/login", responses=responses(400, 401, 422, 429))
async def log_in(
    body: Credentials, request: Request, *, response: Response, limits: LimitsDep
) -> Me:
    """Log in; the answer sets the cookie that every other call of the workspace needs."""
    settings = get_settings(request)
    address = request.client.host if request.client else ""
    await limits.spend(body.email, address)
    done = await service.log_in(get_database(request), body, hours=settings.login_hours)
    await limits.forgive(body.email, address)
    _set_cookie(response, done.token, settings)
    return Me.of(done.person)


@router.post("/logout", status_code=204, responses=responses(401, 403))
async def log_out(person: AnyPerson, db: Write, *, response: Response) -> None:
    """End this login."""
    await service.log_out(db, person)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/me", responses=responses(401, 403))
async def me(person: AnyPerson) -> Me:
    """Whoever is logged in."""
    return Me.of(person)


@router.patch("/me", responses=responses(400, 401, 403, 422))
async def change_me(person: AnyPerson, db: Write, *, body: MePatch) -> Me:
    """Change the language of one's own pages."""
    await queries.set_locale(db, person.id, body.locale)
    return Me.of(replace(person, locale=body.locale))
