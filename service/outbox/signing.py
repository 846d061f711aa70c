"""Signatures of Standard Webhooks 1.0 (standardwebhooks.com, section "Verifying"), version v1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """`whsec_` and base64, or any other text as its UTF-8 bytes. Raises ValueError."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the webhook secret after whsec_ is not base64") from error


def encode(body: Mapping[str, object]) -> bytes:
    """The bytes that are both signed and sent."""
    return json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def headers(key: bytes, event_id: str, *, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt; the id stays the same over attempts."""
    seconds = str(int(at.timestamp()))
    signed = b".".join((event_id.encode(), seconds.encode(), body))
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
