"""Rows of the database, one file per noun. Importing this package registers them all."""

from service.tables.accounts import Account, Login, Role
from service.tables.audit import AuditEvent
from service.tables.base import Retention, Row, new_id, utc_now
from service.tables.candidates import (
    Candidate,
    Consent,
    Invitation,
    InvitationImport,
    Mail,
    MailKind,
)
from service.tables.observations import Observation
from service.tables.plans import (
    Competency,
    InterviewPlan,
    Question,
    QuestionCompetency,
    Rubric,
    RubricAnchor,
)
from service.tables.ratings import EvidenceJson, RaterKind, Rating
from service.tables.recordings import Recording, RecordingState
from service.tables.sessions import MOVES, AskedQuestion, Session, SessionState
from service.tables.utterances import Utterance, UtteranceStatus, WordJson

__all__ = [
    "MOVES",
    "Account",
    "AskedQuestion",
    "AuditEvent",
    "Candidate",
    "Competency",
    "Consent",
    "EvidenceJson",
    "InterviewPlan",
    "Invitation",
    "InvitationImport",
    "Login",
    "Mail",
    "MailKind",
    "Observation",
    "Question",
    "QuestionCompetency",
    "RaterKind",
    "Rating",
    "Recording",
    "RecordingState",
    "Retention",
    "Role",
    "Row",
    "Rubric",
    "RubricAnchor",
    "Session",
    "SessionState",
    "Utterance",
    "UtteranceStatus",
    "WordJson",
    "new_id",
    "utc_now",
]
