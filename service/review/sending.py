"""A recording, or the range of it that a player asked for, as an answer."""

from __future__ import annotations

from fastapi.responses import StreamingResponse

from service.blobs import Blobs
from service.review.media import Opened

MEDIA: dict[int | str, dict[str, object]] = {
    status: {
        "description": description,
        "content": {kind: {} for kind in ("video/webm", "video/mp4", "audio/webm", "audio/mp4")},
    }
    for status, description in ((200, "The whole recording."), (206, "A part of it."))
}


def answer(opened: Opened, blobs: Blobs) -> StreamingResponse:
    """200 with the whole file, or 206 with a range (RFC 9110, section 14)."""
    span = opened.span
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Length": str(span.end - span.start),
        "ETag": opened.etag,
        "X-Content-Type-Options": "nosniff",
    }
    if span.is_partial:
        headers["Content-Range"] = span.content_range
    pieces = blobs.read_range(opened.recording.blob_key, span.start, span.end)
    status = 206 if span.is_partial else 200
    return StreamingResponse(pieces, status, headers, media_type=opened.recording.mime)
