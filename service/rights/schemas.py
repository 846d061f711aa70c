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


class ReceiptIssuer(BaseModel):
    """Whose word it is."""

    url: str
    service: str


class ReceiptInterview(BaseModel):
    """The sitting."""

    state: str
    started_at: str | None
    ended_at: str | None
    seconds: int


class ReceiptCounts(BaseModel):
    """How much was collected."""

    recordings: int
    spoken_passages: int
    written_answers: int
    looks_at_the_face: int


class ReceiptRecording(BaseModel):
    """One recording, by its SHA-256 (hex)."""

    id: str
    type: str
    seconds: int
    bytes: int
    sha256: str


class ReceiptAnswer(BaseModel):
    """One written answer, by the SHA-256 (hex) of its text."""

    question_id: str
    saved_at: str | None
    sha256: str


class ReceiptModel(BaseModel):
    """A model that read something of the candidate."""

    task: Literal["speech", "ratings", "face"]
    id: str
    version: str
    passages: int | None


class ReceiptConsent(BaseModel):
    """One answer to a notice, with the SHA-256 of the words that were shown."""

    notice: str
    locale: str
    notice_sha256: str | None
    given_at: str | None
    in_force: bool
    recording: bool
    ai_scoring: bool
    facial_analysis: bool


class ReceiptDocument(BaseModel):
    """What is signed, field by field as it stands (service.rights.receipts makes it)."""

    format: str
    issued_at: str | None
    issuer: ReceiptIssuer
    session_id: str
    job: str
    jurisdiction: str
    profile: str
    interview: ReceiptInterview
    collected: ReceiptCounts
    recordings: list[ReceiptRecording]
    written: list[ReceiptAnswer]
    models: list[ReceiptModel]
    consents: list[ReceiptConsent]
    kept_until: dict[str, str | None]


class ReceiptView(BaseModel):
    """A signed receipt."""

    receipt: ReceiptDocument
    signature: SignatureView
