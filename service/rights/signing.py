"""Signing receipts: Ed25519 (RFC 8032) over canonical JSON, verifiable by anybody.

The key is derived from the service's secret (HKDF, RFC 5869), so there is none to keep or lose; it
is published as a JWK (RFC 8037) under its thumbprint (RFC 7638).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"candor receipt 1"
ALGORITHM = "Ed25519"
KEY_BYTES = 32

Json = Mapping[str, object]


class BadReceipt(Exception):
    """A receipt that does not hold; the text says in which way."""


def canonical(document: Json) -> bytes:
    """One byte string for one document: keys sorted, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url without padding. Raises BadReceipt."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadReceipt("it holds something that is not base64url") from error


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one service."""

    _key: Ed25519PrivateKey

    @classmethod
    def of(cls, secret: bytes) -> Signer:
        """The signer of a service with this secret; always the same."""
        seed = HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret)
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, document: Json) -> dict[str, str]:
        """The signature to put beside the document."""
        value = encode(self._key.sign(canonical(document)))
        return {"algorithm": ALGORITHM, "key_id": key_id(self.public), "value": value}

    def jwk(self) -> dict[str, str]:
        """The public key as it is published."""
        x = encode(self.public)
        return {
            "kty": "OKP",
            "crv": ALGORITHM,
            "x": x,
            "kid": key_id(self.public),
            "use": "sig",
            "alg": "EdDSA",
        }


def key_id(public: bytes) -> str:
    """The JWK thumbprint (RFC 7638) of a public key."""
    members = {"crv": ALGORITHM, "kty": "OKP", "x": encode(public)}
    return encode(hashlib.sha256(canonical(members)).digest())


def keys_of(document: object) -> dict[str, bytes]:
    """Public keys by id, from a JWK or a JWK set. Raises BadReceipt."""
    if not isinstance(document, dict):
        raise BadReceipt("the key file is not a JWK")
    listed = document.get("keys", [document])
    found: dict[str, bytes] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("crv") == ALGORITHM and isinstance(one.get("x"), str):
            public = decode(one["x"])
            if len(public) == KEY_BYTES:
                found[key_id(public)] = public
    if not found:
        raise BadReceipt("the key file holds no Ed25519 key")
    return found


def verify(signed: object, keys: Mapping[str, bytes]) -> Json:
    """The receipt inside, if one of the keys signed it as it stands. Raises BadReceipt."""
    if not isinstance(signed, dict):
        raise BadReceipt("it is not a receipt")
    receipt, signature = signed.get("receipt"), signed.get("signature")
    if not isinstance(receipt, dict) or not isinstance(signature, dict):
        raise BadReceipt("it is not a receipt")
    if signature.get("algorithm") != ALGORITHM:
        raise BadReceipt("it is signed by an algorithm that is not known here")
    public = keys.get(str(signature.get("key_id")))
    if public is None:
        raise BadReceipt("it is signed by another key than those given")
    try:
        value = decode(str(signature.get("value")))
        Ed25519PublicKey.from_public_bytes(public).verify(value, canonical(receipt))
    except InvalidSignature as error:
        raise BadReceipt("it was changed after it was signed") from error
    return receipt
