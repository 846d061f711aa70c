"""What the journal refuses, as problem documents."""

from __future__ import annotations

from service.errors import ServiceError


def digest_missing() -> ServiceError:
    detail = "Send Content-Digest: sha-256=:…: with the chunk (RFC 9530)."
    return ServiceError("journal_digest_missing", 422, detail)


def digest_mismatch() -> ServiceError:
    detail = "The chunk is not the one its digest is of; send it again."
    return ServiceError("journal_digest_mismatch", 422, detail)


def place_invalid() -> ServiceError:
    return ServiceError("journal_place_invalid", 422, "A chunk's end lies after its start.")


def conflict() -> ServiceError:
    detail = "Another chunk of that number is here already; go on with the next."
    return ServiceError("journal_conflict", 409, detail)


def not_needed() -> ServiceError:
    detail = "Nothing is missing there; drop the chunk."
    return ServiceError("journal_not_needed", 409, detail)


def over() -> ServiceError:
    return ServiceError("session_over", 409, "The interview ended too long ago to add to it.")


def too_large(limit: int) -> ServiceError:
    return ServiceError("journal_too_large", 413, f"A chunk may hold {limit} bytes at most.")


def full() -> ServiceError:
    detail = "This interview's journal holds as much as it may; what was sent is being used."
    return ServiceError("journal_full", 413, detail)


def too_fast(seconds: int) -> ServiceError:
    detail = f"Too much at once; go on in {seconds} seconds."
    headers = {"Retry-After": str(seconds)}
    return ServiceError("journal_too_fast", 429, detail, headers=headers)


def chunk_missing() -> ServiceError:
    return ServiceError("not_found", 404, "There is no such chunk.")
