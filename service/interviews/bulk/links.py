"""Links that can be written again: the token is derived from the service's secret, never stored.

A reminder has to hold the same link as the invitation, and of a token only its hash is kept. So the
token is an HMAC of the invitation's id under the signing key. Older invitations, and those of
another secret, have a token that nobody can write again: their next letter renews it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from service.access.tokens import token_hash
from service.settings import Settings
from service.tables import Invitation

PURPOSE = b"candor invitation link 1:"


def token_of(settings: Settings, invitation_id: UUID) -> str:
    """256 bits, URL-safe; the same for ever under one secret."""
    found = hmac.new(settings.signing_key, PURPOSE + invitation_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def link_of(settings: Settings, invitation_id: UUID) -> str:
    """Where the candidate goes."""
    return f"{settings.base_url}/join#{token_of(settings, invitation_id)}"


def renew(settings: Settings, invitation: Invitation) -> bool:
    """Make the derived link the one that opens; True if another one did so far."""
    wanted = token_hash(token_of(settings, invitation.id))
    if invitation.token_hash == wanted:
        return False
    invitation.token_hash = wanted
    return True
