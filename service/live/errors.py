"""What the live room refuses, each as the problem document that the HTTP contract names."""

from __future__ import annotations

from service.errors import ServiceError


class OfferRefused(ServiceError):
    """An SDP offer or ICE fragment that cannot be taken."""


def sdp_malformed(detail: str = "The body is not a valid SDP offer.") -> OfferRefused:
    return OfferRefused("sdp_malformed", 400, detail)


def sdp_unsupported(detail: str) -> OfferRefused:
    return OfferRefused("sdp_unsupported", 422, detail)


def sdp_too_large(limit: int) -> OfferRefused:
    return OfferRefused("sdp_too_large", 413, f"A description may hold {limit} bytes at most.")


def wrong_content_type(expected: str) -> ServiceError:
    return ServiceError("wrong_content_type", 415, f"Send the body as {expected}.")


def invitation_used() -> ServiceError:
    return ServiceError("invitation_used", 410, "This interview is over.")


def at_capacity(place: int, retry_after: int) -> ServiceError:
    """`place` in the line, 1 being the next; it is kept while the candidate goes on asking."""
    return ServiceError(
        "at_capacity",
        503,
        f"All places are taken; keep your place by trying again in {retry_after} seconds.",
        headers={"Retry-After": str(retry_after)},
        extra={"place": place},
    )


def elsewhere() -> ServiceError:
    """Another media worker's session; the front never sends it here (record 0011)."""
    detail = "The server is not ready for this interview; try again in a moment."
    return ServiceError("not_ready", 503, detail, headers={"Retry-After": "1"})


def session_over() -> ServiceError:
    return ServiceError("session_over", 409, "The interview has ended.")


def question_mismatch() -> ServiceError:
    return ServiceError("question_mismatch", 409, "Another question is the current one; reload.")


def no_retakes() -> ServiceError:
    return ServiceError("no_retakes", 409, "No further try is left for this question.")


def storage_full() -> ServiceError:
    return ServiceError("storage_full", 507, "The server cannot store a recording now; try later.")


def not_found() -> ServiceError:
    return ServiceError("not_found", 404, "There is no such connection.")
