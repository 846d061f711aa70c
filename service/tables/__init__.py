"""Rows of the database, one file per noun. Importing this package registers them all."""

from service.tables.accounts import Account, Login, Role
from service.tables.assignments import Assignment, CaseLabel
from service.tables.audit import AuditEvent
from service.tables.base import Retention, Row, new_id, utc_now
from service.tables.calibration import CalibrationSample, FittedModel, FittedState
from service.tables.candidates import (
    Candidate,
    Consent,
    Invitation,
    InvitationImport,
    Mail,
    MailKind,
)
from service.tables.decisions import BasisJson, Decision, DecisionLetter, Outcome
from service.tables.freezes import Freeze
from service.tables.observations import Observation
from service.tables.outgoing import CaseLink, WebhookEvent
from service.tables.plans import (
    Competency,
    InterviewPlan,
    Question,
    QuestionCompetency,
    Rubric,
    RubricAnchor,
)
from service.tables.ratings import EvidenceJson, RaterKind, Rating
from service.tables.recordings import (
    JournalChunk,
    Lane,
    Recording,
    RecordingSource,
    RecordingState,
)
from service.tables.reviewing import Comment, Correction, Mention, Verdict, VerdictKind
from service.tables.rights import (
    Accommodation,
    Contest,
    ContestKind,
    Erasure,
    RequestKind,
    RequestState,
    RightsRequest,
)
from service.tables.sessions import MOVES, AskedQuestion, Session, SessionState
from service.tables.takes import OwnWords, Take
from service.tables.trials import (
    Sheet,
    SheetLevel,
    SheetProposal,
    SheetPurpose,
    Trial,
    TrialBasis,
    TrialMetric,
    TrialSession,
    TrialState,
)
from service.tables.utterances import TYPED, Utterance, UtteranceStatus, WordJson

__all__ = [
    "MOVES",
    "TYPED",
    "Accommodation",
    "Account",
    "AskedQuestion",
    "Assignment",
    "AuditEvent",
    "BasisJson",
    "CalibrationSample",
    "Candidate",
    "CaseLabel",
    "CaseLink",
    "Comment",
    "Competency",
    "Consent",
    "Contest",
    "ContestKind",
    "Correction",
    "Decision",
    "DecisionLetter",
    "Erasure",
    "EvidenceJson",
    "FittedModel",
    "FittedState",
    "Freeze",
    "InterviewPlan",
    "Invitation",
    "InvitationImport",
    "JournalChunk",
    "Lane",
    "Login",
    "Mail",
    "MailKind",
    "Mention",
    "Observation",
    "Outcome",
    "OwnWords",
    "Question",
    "QuestionCompetency",
    "RaterKind",
    "Rating",
    "Recording",
    "RecordingSource",
    "RecordingState",
    "RequestKind",
    "RequestState",
    "Retention",
    "RightsRequest",
    "Role",
    "Row",
    "Rubric",
    "RubricAnchor",
    "Session",
    "SessionState",
    "Sheet",
    "SheetLevel",
    "SheetProposal",
    "SheetPurpose",
    "Take",
    "Trial",
    "TrialBasis",
    "TrialMetric",
    "TrialSession",
    "TrialState",
    "Utterance",
    "UtteranceStatus",
    "Verdict",
    "VerdictKind",
    "WebhookEvent",
    "WordJson",
    "new_id",
    "utc_now",
]
