"""What goes over the wire about candidates' rights."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from service.access.inputs import LINES
from service.access.views import ConsentView, PurposeFlags
from service.tables import ContestKind, RequestKind, RequestState

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=LINES)]
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=LINES)
]
Answer = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=LINES)
]
Step = Literal["open", "transcribing", "waiting", "in_review", "decided", "told", "erased"]


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ContestDraft(BaseModel):
    """What a candidate wants looked at again, in their own words if they wish."""

    kind: ContestKind
    text: Words = ""


class RequestDraft(BaseModel):
    """What a candidate asks for."""

    kind: RequestKind


class WithdrawalDraft(BaseModel):
    """Which consents a candidate takes back."""

    purposes: PurposeFlags


class ContestView(_View):
    """An objection as its candidate sees it."""

    id: UUID
    kind: ContestKind
    text: str
    answer: str
    created_at: datetime
    answered_at: datetime | None


class RequestView(_View):
    """A request as its candidate sees it; `due_at`: by when it has to be settled."""

    id: UUID
    kind: RequestKind
    state: RequestState
    note: str
    created_at: datetime
    settled_at: datetime | None
    expires_at: datetime | None
    due_at: datetime


class StatusView(BaseModel):
    """Where an interview stands, plainly: no score, no outcome; that comes in a letter."""

    step: Step
    job: str
    started_at: datetime | None
    ended_at: datetime | None
    decided_at: datetime | None
    consent: ConsentView | None
    contests: list[ContestView]
    requests: list[RequestView]


class OfficeRequest(RequestView):
    """A request as the organisation sees it; no name once it is erased."""

    session_id: UUID
    candidate_name: str
    job: str


class OfficeContest(ContestView):
    """An objection as the organisation sees it."""

    session_id: UUID
    candidate_name: str
    job: str
    due_at: datetime


class NoteDraft(BaseModel):
    """Why a request is declined, or how it was settled; the candidate reads it."""

    note: Note


class AnswerDraft(BaseModel):
    """What the candidate is answered."""

    text: Answer


class ErasureView(_View):
    """What was erased, in numbers."""

    session_id: UUID
    erased_at: datetime
    classes: list[str]
    counts: dict[str, int]
    letter: str


class KeyView(BaseModel):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class KeysView(BaseModel):
    """The keys that receipts are signed with (RFC 7517)."""

    keys: list[KeyView]


class SignatureView(BaseModel):
    """Ed25519 over the receipt's canonical JSON."""

    algorithm: str
    key_id: str
    value: str


class ReceiptView(BaseModel):
    """A signed receipt; `receipt` is signed as it stands, so it has no closed form here."""

    receipt: dict[str, object]
    signature: SignatureView
