"""Bodies of the signalling endpoints: of one type, no larger than a description may be."""

from __future__ import annotations

from fastapi import Request

from service.live.errors import sdp_too_large, wrong_content_type
from service.live.signalling import MAX_BYTES

SDP, FRAGMENT = "application/sdp", "application/trickle-ice-sdpfrag"


def described(media_type: str) -> dict[str, object]:
    """The body as the OpenAPI document has it."""
    content = {media_type: {"schema": {"type": "string", "maxLength": MAX_BYTES}}}
    return {"requestBody": {"required": True, "content": content}}


async def read_body(request: Request, expected: str) -> bytes:
    """The body, of the expected type, read no further than the limit."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != expected:
        raise wrong_content_type(expected)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise sdp_too_large(MAX_BYTES)
    return body
