"""HTTP of accounts: login, logout, oneself, and the people of the organisation."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.access.deps import Read, Write, get_database, get_settings
from service.access.docs import responses
from service.access.people import COOKIE, PUBLIC, AnyPerson, PeopleReader, PeopleWriter
from service.accounts import people, queries, service
from service.accounts.limits import LimitsDep
from service.accounts.schemas import (
    Colleague,
    ColleagueDraft,
    ColleaguePatch,
    Credentials,
    Me,
    MePatch,
    NewColleague,
)
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


@router.post("/login", dependencies=[PUBLIC], responses=responses(400, 401, 422, 429))
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


@router.get("/people", responses=responses(401, 403))
async def list_people(_: PeopleReader, db: Read) -> list[Colleague]:
    """Everybody who may log in, or could once, by name."""
    return [Colleague.model_validate(account) for account in await queries.accounts(db)]


@router.post("/people", status_code=201, responses=responses(400, 401, 403, 409, 422))
async def add_person(person: PeopleWriter, db: Write, *, body: ColleagueDraft) -> NewColleague:
    """Add a person with a role. A password made here is shown this once."""
    return await people.add(db, body, actor=person)


@router.patch("/people/{account_id}", responses=responses(400, 401, 403, 404, 409, 422))
async def change_person(
    account_id: UUID, person: PeopleWriter, *, db: Write, body: ColleaguePatch
) -> Colleague:
    """Change a colleague's role, or whether they may log in. It holds from their next request."""
    return Colleague.model_validate(await people.change(db, account_id, patch=body, actor=person))
