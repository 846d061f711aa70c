"""Which role may do what: one table. Every route of people names one of these permissions.

The split follows what each role answers for. A reviewer prepares and rates interviews; an HR lead
also invites in bulk, decides and exports; a hiring manager rates and decides, but neither writes
plans nor invites; an auditor reads everything and changes nothing; a data-protection officer sees
who was invited, the record and exports, and erases, but does not watch interviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from service.tables import Role


class Permission(StrEnum):
    """Something a person may do; also what the OpenAPI document and the pages call it."""

    SELF = "self.use"  # one's own login and language, and how the server is
    PLANS_READ = "plans.read"
    PLANS_WRITE = "plans.write"
    INVITATIONS_READ = "invitations.read"
    INVITATIONS_WRITE = "invitations.write"
    INVITATIONS_IMPORT = "invitations.import"
    CASES_READ = "cases.read"
    CASES_RATE = "cases.rate"
    CASES_ASSIGN = "cases.assign"  # to others; whoever may rate takes cases themselves
    DECISIONS_WRITE = "decisions.write"
    AUDIT_READ = "audit.read"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    EXPORTS_READ = "exports.read"
    LINKS_WRITE = "links.write"  # that show a case to somebody without a login
    ERASURE_WRITE = "erasure.write"
    TRIALS_READ = "trials.read"
    TRIALS_WRITE = "trials.write"


P, R = Permission, Role
EVERYONE = frozenset(Role)
ROLES: Mapping[Permission, frozenset[Role]] = {
    P.SELF: EVERYONE,
    P.PLANS_READ: EVERYONE - {R.DATA_PROTECTION},
    P.PLANS_WRITE: frozenset({R.ADMIN, R.HR_LEAD, R.REVIEWER}),
    P.INVITATIONS_READ: frozenset({R.ADMIN, R.HR_LEAD, R.REVIEWER, R.DATA_PROTECTION}),
    P.INVITATIONS_WRITE: frozenset({R.ADMIN, R.HR_LEAD, R.REVIEWER}),
    P.INVITATIONS_IMPORT: frozenset({R.ADMIN, R.HR_LEAD}),
    P.CASES_READ: EVERYONE - {R.DATA_PROTECTION},
    P.CASES_RATE: frozenset({R.ADMIN, R.HR_LEAD, R.REVIEWER, R.HIRING_MANAGER}),
    P.CASES_ASSIGN: frozenset({R.ADMIN, R.HR_LEAD}),
    P.DECISIONS_WRITE: frozenset({R.ADMIN, R.HR_LEAD, R.HIRING_MANAGER}),
    P.AUDIT_READ: frozenset({R.ADMIN, R.AUDITOR, R.DATA_PROTECTION}),
    P.PEOPLE_READ: frozenset({R.ADMIN, R.HR_LEAD, R.AUDITOR, R.DATA_PROTECTION}),
    P.PEOPLE_WRITE: frozenset({R.ADMIN}),
    P.EXPORTS_READ: frozenset({R.ADMIN, R.HR_LEAD, R.DATA_PROTECTION}),
    P.LINKS_WRITE: frozenset({R.ADMIN, R.HR_LEAD}),
    P.ERASURE_WRITE: frozenset({R.ADMIN, R.DATA_PROTECTION}),
    P.TRIALS_READ: frozenset({R.ADMIN, R.HR_LEAD, R.AUDITOR}),
    P.TRIALS_WRITE: frozenset({R.ADMIN, R.HR_LEAD}),
}


def permissions_of(role: Role) -> list[Permission]:
    """Everything a role may do, in the table's order."""
    return [permission for permission, roles in ROLES.items() if role in roles]
