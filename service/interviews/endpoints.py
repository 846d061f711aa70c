"""HTTP of plans, invitations and consent."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from service.access.accommodations import AdjustmentsView
from service.access.deps import EnginesDep, Read, SettingsDep, Write
from service.access.docs import responses
from service.access.guests import GuestDep
from service.access.notice_views import NoticePage, notice_page
from service.access.notices import notice_for
from service.access.people import InvitationReader, Inviter, PlanReader, PlanWriter
from service.access.views import InterviewView, interview_view
from service.interviews import adjusting, consent, invitations, plan_settings, plans, queries
from service.interviews.drafting.endpoints import router as drafting
from service.interviews.schemas import (
    ConsentDraft,
    InvitationDraft,
    InvitationView,
    NewInvitation,
    Plan,
    PlanDraft,
    PlanPatch,
)

router = APIRouter(prefix="/api", tags=["interviews"])
router.include_router(drafting)


@router.get("/plans", responses=responses(401, 403))
async def list_plans(_: PlanReader, db: Read) -> list[Plan]:
    """The newest plans first."""
    return [plans.show(rows) for rows in await queries.plans(db)]


@router.post("/plans", status_code=201, responses=responses(400, 401, 403, 422))
async def create_plan(
    person: PlanWriter, db: Write, *, body: PlanDraft, settings: SettingsDep
) -> Plan:
    """Store a plan with the first version of its rubric."""
    return await plans.create(
        db,
        body,
        actor=person,
        max_seconds=settings.session_max_seconds,
        needs_approval=settings.rubric_approval,
    )


@router.get("/plans/{plan_id}", responses=responses(401, 403, 404, 422))
async def get_plan(plan_id: UUID, _: PlanReader, *, db: Read) -> Plan:
    """One plan."""
    return await plans.find(db, plan_id)


@router.patch("/plans/{plan_id}", responses=responses(400, 401, 403, 404, 422))
async def change_plan(plan_id: UUID, person: PlanWriter, *, db: Write, body: PlanPatch) -> Plan:
    """Set within how many hours interviews of this plan are to be reviewed."""
    return await plan_settings.change(db, plan_id, patch=body, person=person)


@router.get("/invitations", responses=responses(401, 403))
async def list_invitations(_: InvitationReader, db: Read) -> list[InvitationView]:
    """The newest invitations first."""
    return [invitations.show(rows) for rows in await queries.invitations(db)]


@router.post("/invitations", status_code=201, responses=responses(400, 401, 403, 404, 422))
async def create_invitation(
    person: Inviter, db: Write, *, body: InvitationDraft, settings: SettingsDep
) -> NewInvitation:
    """Invite a candidate. The link is shown this once; letters hold the same."""
    return await invitations.create(db, body, actor=person, settings=settings)


@router.post("/invitations/{invitation_id}/revoke", responses=responses(401, 403, 404, 409, 422))
async def revoke_invitation(invitation_id: UUID, person: Inviter, *, db: Write) -> InvitationView:
    """Take an invitation back."""
    return await invitations.revoke(db, invitation_id, actor=person)


@router.get("/candidate/interview", responses=responses(401, 410))
async def get_interview(
    guest: GuestDep, db: Read, *, settings: SettingsDep, engines: EnginesDep
) -> InterviewView:
    """The candidate's own interview."""
    return await interview_view(db, guest, settings=settings, engines=engines)


@router.get("/candidate/notice", responses=responses(401, 410))
async def get_notice(guest: GuestDep, *, settings: SettingsDep, engines: EnginesDep) -> NoticePage:
    """What is recorded, which models see it, who decides, how long it is kept, and the rights."""
    notice = notice_for(guest.plan.jurisdiction, settings)
    language = guest.session.language
    return notice_page(notice, engines, settings=settings, language=language)


@router.post("/candidate/consent", responses=responses(400, 401, 409, 410, 422))
async def give_consent(
    guest: GuestDep, db: Write, *, body: ConsentDraft, settings: SettingsDep, engines: EnginesDep
) -> InterviewView:
    """Answer the notice. Declining to be recorded is an answer too: no media is let in then."""
    await consent.give(db, guest, draft=body, settings=settings)
    return await interview_view(db, guest, settings=settings, engines=engines)


@router.put("/candidate/accommodations", responses=responses(400, 401, 409, 410, 422))
async def choose_accommodations(
    guest: GuestDep, db: Write, *, body: AdjustmentsView, settings: SettingsDep, engines: EnginesDep
) -> InterviewView:
    """What the candidate needs: no reason is asked for, and nobody who rates sees it."""
    await adjusting.choose(db, guest, wanted=body)
    return await interview_view(db, guest, settings=settings, engines=engines)
