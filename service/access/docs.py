"""How a route documents its refusals in the OpenAPI document."""

from __future__ import annotations

from service.errors import PROBLEM

SCHEMA: dict[str, object] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "stable; pages translate by it"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
PLACE = {"type": "integer", "description": "of a candidate in the line (code at_capacity)"}
MEANINGS = {
    400: "The body cannot be read.",
    401: "Nobody is logged in, or the invitation is not known.",
    403: "The role, a missing header or a missing consent forbids it.",
    404: "There is nothing by that id.",
    409: "It does not fit how things stand now.",
    410: "The invitation is over.",
    413: "The body is too large.",
    415: "The body is of the wrong type.",
    416: "The range lies outside the file.",
    422: "Fields are missing or not of the right form.",
    429: "Too many attempts; see Retry-After.",
    503: "No room; see Retry-After.",
    507: "No space left.",
}


def responses(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The `responses=` of a route that may refuse with these statuses, as problem documents.

    422 is always among them: FastAPI would else document its own form of it, which we never send,
    for every route that takes so much as a header.
    """
    refusals = sorted({*statuses, 422})
    return {
        status: {"description": MEANINGS[status], "content": {PROBLEM: {"schema": _schema(status)}}}
        for status in refusals
    }


def _schema(status: int) -> dict[str, object]:
    properties = SCHEMA["properties"]
    if status != 503 or not isinstance(properties, dict):
        return SCHEMA
    return {**SCHEMA, "properties": {**properties, "place": PLACE}}
