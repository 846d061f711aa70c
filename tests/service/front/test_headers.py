"""What belongs to one connection stays there, and nobody says who they are themselves."""

from __future__ import annotations

from service.front import headers
from service.front.headers import Headers


def request(
    *given: tuple[bytes, bytes], client: tuple[str, int] | None = ("10.1.2.3", 5)
) -> Headers:
    scope = {"headers": list(given), "client": client, "scheme": "https"}
    return headers.to_worker(scope)


def test_a_callers_claims_give_way_to_what_the_server_knows() -> None:
    found = request(
        (b"host", b"h.example"),
        (b"x-forwarded-for", b"127.0.0.1"),
        (b"x-forwarded-proto", b"http"),
        (b"forwarded", b"for=127.0.0.1"),
    )
    assert found == [
        (b"host", b"h.example"),
        (b"x-forwarded-for", b"10.1.2.3"),
        (b"x-forwarded-proto", b"https"),
    ]


def test_headers_of_one_connection_stay_there() -> None:
    found = request(
        (b"host", b"h"),
        (b"connection", b"keep-alive, X-Mine"),
        (b"keep-alive", b"5"),
        (b"x-mine", b"1"),
        (b"te", b"trailers"),
        (b"upgrade", b"websocket"),
        (b"expect", b"100-continue"),
        (b"cookie", b"a=b"),
        (b"transfer-encoding", b"chunked"),
    )
    assert [name for name, _ in found] == [
        *(b"host", b"cookie", b"transfer-encoding"),
        *(b"x-forwarded-for", b"x-forwarded-proto"),
    ]


def test_an_old_request_without_a_host_gets_one() -> None:
    assert headers.value(request(client=None), b"host") == b"candor"


def test_answers_keep_every_cookie_and_lose_their_framing() -> None:
    found = headers.to_caller(
        [
            (b"Set-Cookie", b"a=1"),
            (b"Set-Cookie", b"b=2"),
            (b"Transfer-Encoding", b"chunked"),
            (b"Connection", b"close"),
            (b"Content-Length", b"3"),
        ]
    )
    assert found == [
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
        (b"content-length", b"3"),
    ]
