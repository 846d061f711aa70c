"""The bundle as bytes: a ZIP that has only one form, so that any changed byte shows."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from service.proof import verify_bundle
from service.scoring.digest import Json, canonical

README = """\
Evidence of one interview.

evidence.json     words, rubric, ratings, score models, the record's events, and a receipt
verify_bundle.py  checks all of it:  python verify_bundle.py THIS.zip   (or evidence.json)

It needs Python 3.10 or newer and nothing else: no installation, no network, no server.
Exit code 0: everything agrees. 1: something does not; it says what. 2: it cannot be read.

A forger could change everything consistently, the receipt too. Compare the receipt's hash, which
the verifier prints, with the organisation's audit record at the same number (or ask them to), or
give it to the verifier:  python verify_bundle.py FILE --head HASH

Do not trust the copy in here any further than the bundle: take the verifier from the project, or
read it; it is one file.
"""


def extras() -> dict[str, bytes]:
    """What lies in a bundle beside the evidence, by name."""
    source = files("service.proof").joinpath("verify_bundle.py").read_bytes()
    return {"README.txt": README.encode(), "verify_bundle.py": source}


def digests() -> dict[str, Json]:
    """sha256 (hex) of the extras, for the evidence to name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in extras().items()}


def seal(core: dict[str, Json]) -> str:
    """sha256 (hex) of the evidence without its receipt."""
    return hashlib.sha256(canonical(core)).hexdigest()


def pack(core: dict[str, Json], receipt: dict[str, Json]) -> bytes:
    """The ZIP. `receipt` is the audit event that names the seal."""
    evidence = canonical({"core": core, "receipt": receipt}) + b"\n"
    return verify_bundle.pack({"evidence.json": evidence, **extras()})
