"""One error type for everything a caller can get wrong, sent as problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

PROBLEM = "application/problem+json"
STATUS_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "wrong_content_type",
}


class ServiceError(Exception):
    """A refusal with a stable `code`, an HTTP status and one sentence that names the remedy."""

    def __init__(
        self,
        code: str,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})  # further members of the document


def problem(
    code: str,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, object]] = (),
    extra: Mapping[str, object] | None = None,
) -> JSONResponse:
    """The RFC 9457 document for one refusal."""
    body: dict[str, object] = {
        **(extra or {}),
        "type": f"urn:candor:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, dict(headers or {}), media_type=PROBLEM)


async def _on_service_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)  # noqa: S101 - registered for this class only
    return problem(error.code, error.status, error.detail, headers=error.headers, extra=error.extra)


async def _on_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    code = STATUS_CODES.get(error.status_code, "http_error")
    return problem(code, error.status_code, str(error.detail), headers=error.headers)


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    """Name the fields at fault, never echo their values: they may hold personal data."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem("malformed_json", 400, "The body is not valid JSON.")
    fields = [
        {"field": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
        for item in found
    ]
    return problem(
        "invalid_body", 422, "Some fields are missing or not of the right form.", errors=fields
    )


async def _on_crash(_: Request, __: Exception) -> JSONResponse:
    return problem("internal", 500, "Something failed on the server; it was logged. Try again.")


def install(app: FastAPI) -> None:
    """Make every refusal of `app` a problem document."""
    app.add_exception_handler(ServiceError, _on_service_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_crash)
