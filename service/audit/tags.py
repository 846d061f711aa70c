"""Every kind of audit event, named source:subject:action."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """What can appear in the audit record."""

    ACCOUNT_ADDED = "account:account:add"
    ACCOUNT_ROLE_CHANGED = "account:role:change"
    ACCOUNT_CLOSED = "account:account:close"
    ACCOUNT_REOPENED = "account:account:reopen"
    LOGIN_OK = "account:login:create"
    LOGIN_FAILED = "account:login:refuse"
    LOGOUT = "account:login:revoke"
    PLAN_CREATED = "hr:plan:create"
    INVITATION_CREATED = "hr:invitation:create"
    INVITATION_REVOKED = "hr:invitation:revoke"
    INVITATIONS_IMPORTED = "hr:import:create"
    INVITATION_RESENT = "hr:invitation:resend"
    INVITATION_LINK_RENEWED = "system:invitation:renew"
    INVITATIONS_EXPORTED = "hr:invitations:export"
    MAIL_SENT = "system:mail:send"
    CONSENT_GIVEN = "candidate:consent:give"
    SESSION_MOVED = "session:state:move"
    CONNECTION_OPENED = "candidate:connection:open"
    CONNECTION_CLOSED = "candidate:connection:close"
    QUESTION_ASKED = "session:question:ask"
    RECORDING_SAVED = "session:recording:save"
    UTTERANCES_SAVED = "session:utterances:save"
    RATING_MADE = "model:rating:create"
    RATING_OVERRIDDEN = "hr:rating:override"
    CASE_VIEWED = "hr:case:view"
    RECORDING_VIEWED = "hr:recording:view"
    AUDIT_VERIFIED = "hr:audit:verify"
    TRIAL_STARTED = "hr:trial:start"
    TRIAL_ENDED = "hr:trial:end"
    TRIAL_ASSIGNED = "system:trial:assign"
    SHEET_OPENED = "hr:sheet:open"
    SHEET_LOCKED = "hr:sheet:lock"
