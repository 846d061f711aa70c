"""Receipts' signatures: they hold for what was signed, and for nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rights.signing import BadReceipt, Signer, decode, encode, key_id, keys_of, verify

SIGNER = Signer.of(b"secret")
RECEIPT: dict[str, object] = {"format": "x", "name": "王", "n": 1.5, "list": [None, True]}


def signed() -> dict[str, object]:
    return {"receipt": dict(RECEIPT), "signature": SIGNER.sign(RECEIPT)}


def test_a_signature_survives_the_wire_in_any_layout() -> None:
    again = json.loads(json.dumps(signed(), indent=4, sort_keys=True))
    assert verify(again, keys_of(SIGNER.jwk())) == RECEIPT
    assert verify(again, keys_of({"keys": [{"kty": "RSA"}, SIGNER.jwk()]})) == RECEIPT


def test_one_secret_makes_one_key() -> None:
    assert Signer.of(b"secret").public == SIGNER.public != Signer.of(b"other").public
    assert SIGNER.jwk()["kid"] == key_id(SIGNER.public) == SIGNER.sign(RECEIPT)["key_id"]


def test_the_thumbprint_is_the_one_of_the_standard() -> None:
    """RFC 8037, appendix A.3."""
    public = decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    assert key_id(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"receipt": {**RECEIPT, "n": 1.6}}, "changed"),
        ({"receipt": {**RECEIPT, "more": 0}}, "changed"),
        ({"receipt": "text"}, "not a receipt"),
        ({"signature": None}, "not a receipt"),
        ({"signature": {**SIGNER.sign(RECEIPT), "algorithm": "none"}}, "algorithm"),
        ({"signature": {**SIGNER.sign(RECEIPT), "key_id": "other"}}, "another key"),
        ({"signature": {**SIGNER.sign(RECEIPT), "value": "AAAA"}}, "changed"),
        ({"signature": {**SIGNER.sign(RECEIPT), "value": "?!"}}, "base64url"),
        ({"signature": Signer.of(b"thief").sign(RECEIPT)}, "another key"),
    ],
)
def test_what_was_changed_is_found_out(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadReceipt, match=said):
        verify({**signed(), **change}, keys_of(SIGNER.jwk()))


@pytest.mark.parametrize("document", [None, [], {}, {"keys": 3}, {"crv": "Ed25519", "x": "AAAA"}])
def test_what_holds_no_key_is_said_to(document: object) -> None:
    with pytest.raises(BadReceipt):
        keys_of(document)


@given(st.binary(max_size=40))
def test_bytes_come_back_as_they_were(data: bytes) -> None:
    assert decode(encode(data)) == data
