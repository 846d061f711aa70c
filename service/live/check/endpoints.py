"""HTTP of the device check: WHIP (RFC 9725) as in the interview, to a peer that keeps nothing."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from service.access.deps import SettingsDep
from service.access.docs import responses
from service.access.guests import GuestDep
from service.access.notices import require_recording
from service.live.check.room import CheckRoom
from service.live.errors import invitation_used, not_found
from service.live.reading import FRAGMENT, SDP, described, read_body
from service.live.room import LiveRoom
from service.live.signalling import parse_fragment, parse_offer
from service.tables import SessionState

router = APIRouter(prefix="/candidate/check")


def get_checks(request: Request) -> CheckRoom:
    """The checks of the live room that the composition root opened."""
    return cast(LiveRoom, request.app.state.live).checks


ChecksDep = Annotated[CheckRoom, Depends(get_checks)]


@router.post(
    "/whip",
    status_code=201,
    response_class=Response,
    openapi_extra=described(SDP),
    responses={
        **responses(400, 401, 403, 409, 410, 413, 415, 422, 503),
        201: {"description": "The answer", "content": {SDP: {"schema": {"type": "string"}}}},
    },
)
async def offer(
    request: Request, guest: GuestDep, *, checks: ChecksDep, settings: SettingsDep
) -> Response:
    """Try the connection before the interview. What comes is heard, captioned and dropped."""
    require_recording(guest, settings)
    if SessionState(guest.session.state) is SessionState.CLOSED:
        raise invitation_used()
    wanted = parse_offer(await read_body(request, SDP))
    language = guest.session.language
    checkup_id, answer = await checks.open(guest.session.id, wanted, language=language)
    response = Response(answer, 201, media_type=SDP)
    response.headers["Location"] = f"/api/candidate/check/whip/{checkup_id}"
    response.headers["ETag"] = f'"{checkup_id}"'
    response.headers["Accept-Patch"] = FRAGMENT
    return response


@router.patch(
    "/whip/{check_id}",
    status_code=204,
    openapi_extra=described(FRAGMENT),
    responses=responses(400, 401, 404, 410, 413, 415, 422),
)
async def trickle(
    check_id: UUID, request: Request, *, guest: GuestDep, checks: ChecksDep
) -> Response:
    """ICE candidates found since the offer (RFC 8840)."""
    fragment = parse_fragment(await read_body(request, FRAGMENT))
    checkup = checks.find(guest.session.id, check_id)
    if checkup is None:
        raise not_found()
    await checkup.add(fragment)
    return Response(status_code=204)


@router.delete("/whip/{check_id}", responses=responses(401, 410, 422))
async def leave(check_id: UUID, *, guest: GuestDep, checks: ChecksDep) -> Response:
    """End the check. May be repeated."""
    if checks.find(guest.session.id, check_id) is not None:
        checks.end(guest.session.id)
    return Response(status_code=200)
