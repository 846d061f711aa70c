"""Offers, fragments and credentials: what is taken, what is refused and how."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.live.errors import OfferRefused
from service.live.peer import Listener, Peer
from service.live.signalling import (
    MAX_BYTES,
    IceServer,
    link_headers,
    parse_fragment,
    parse_offer,
    turn_credentials,
)
from tests.fakes.peers import new_connection, offer_for, settle
from tests.fakes.tracks import Beat, BeepTrack, FlashTrack


async def an_offer() -> str:
    connection = new_connection()
    beat = Beat()
    tracks = [BeepTrack(beat), FlashTrack(beat)]
    for track in tracks:
        connection.addTrack(track)
    connection.createDataChannel("events")
    sdp = await offer_for(connection)
    for track in tracks:
        track.stop()
    await connection.close()
    await settle()
    return sdp


def refusal(body: bytes) -> tuple[str, int]:
    with pytest.raises(OfferRefused) as caught:
        parse_offer(body)
    return caught.value.code, caught.value.status


async def test_a_good_offer_is_taken_and_cleaned() -> None:
    offer = parse_offer((await an_offer()).encode())
    assert (offer.kinds, offer.has_channel) == (("audio", "video"), True)
    assert "end-of-candidates" not in offer.sdp
    assert "a=candidate:" in offer.sdp


@pytest.mark.parametrize(("kinds", "taken"), [("avv", True), ("avvv", False), ("aav", False)])
async def test_a_second_picture_is_taken_and_no_more(kinds: str, taken: bool) -> None:
    connection = new_connection()
    beat = Beat()
    tracks = [BeepTrack(beat) if kind == "a" else FlashTrack(beat) for kind in kinds]
    for track in tracks:
        connection.addTrack(track)
    sdp = await offer_for(connection)
    for track in tracks:
        track.stop()
    await connection.close()
    await settle()
    if taken:
        assert parse_offer(sdp.encode()).kinds == ("audio", "video", "video")
    else:
        assert refusal(sdp.encode()) == ("sdp_unsupported", 422)


async def test_names_that_need_a_multicast_are_left_out() -> None:
    sdp = (await an_offer()).replace(
        "a=ice-ufrag", "a=candidate:1 1 udp 2113937151 abc-def.local 50000 typ host\r\na=ice-ufrag"
    )
    assert ".local" not in parse_offer(sdp.encode()).sdp


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"\xff\xfe", b"v=0\r\n", b"m=audio x y z\r\n", b"v=0\r\nm=video 9\r\n"]
)
def test_what_is_no_offer_is_malformed(body: bytes) -> None:
    assert refusal(body) == ("sdp_malformed", 400)


def test_a_megabyte_is_refused_unread() -> None:
    assert refusal(b"v" * (1 << 20)) == ("sdp_too_large", 413)
    assert refusal(b"v=0\r\n" + b"a" * (MAX_BYTES - 5))[0] == "sdp_malformed"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_junk_never_escapes_as_another_error(junk: bytes) -> None:
    for body in (junk, b"v=0\r\n" + junk):
        with pytest.raises(OfferRefused):
            parse_offer(body)


async def test_broken_offers_never_escape_as_another_error() -> None:
    lines = (await an_offer()).splitlines()
    for index in range(len(lines)):
        body = "\r\n".join(lines[:index] + lines[index + 1 :]) + "\r\n"
        await negotiate(body)
        await negotiate("\r\n".join(lines[:index]) + "\r\n")


async def negotiate(body: str) -> str:
    """The refusal's code, or "" when the offer was answered."""
    peer = Peer(now=lambda: 0.0, listener=Listener())
    try:
        await peer.answer(parse_offer(body.encode()))
    except OfferRefused as refused:
        return refused.code
    finally:
        await peer.close()
        await settle()
    return ""


async def test_an_offer_without_our_codecs_is_unsupported() -> None:
    sdp = await an_offer()
    assert await negotiate(re.sub(r"(VP8|H264)/90000", "VP9/90000", sdp)) == "sdp_unsupported"
    assert await negotiate(sdp.replace("opus/48000", "speex/48000")) == "sdp_unsupported"
    assert await negotiate(sdp.replace("a=sendrecv", "a=recvonly")) == "sdp_unsupported"


async def test_the_answer_asks_for_error_correction_and_no_bandwidth_estimate() -> None:
    peer = Peer(now=lambda: 0.0, listener=Listener())
    answer = await peer.answer(parse_offer((await an_offer()).encode()))
    await peer.close()
    await settle()
    opus = re.search(r"a=rtpmap:(\d+) opus/48000/2", answer)
    assert opus
    wishes = re.search(rf"a=fmtp:{opus[1]} (\S+)", answer)
    assert wishes
    assert set(wishes[1].split(";")) == {
        "minptime=10",
        "useinbandfec=1",
        "usedtx=1",
        "maxaveragebitrate=32000",
    }
    assert f"a=rtcp-fb:{opus[1]} nack\r\n" in answer
    picture = re.search(r"a=rtpmap:(\d+) VP8/90000", answer)
    assert picture
    assert re.search(rf"a=fmtp:{picture[1]} \S*x-google-start-bitrate=700", answer)
    assert "goog-remb" not in answer
    assert "H264" not in answer
    assert "a=recvonly" in answer
    assert "a=candidate:" in answer


def test_a_fragment_gives_its_candidates() -> None:
    fragment = parse_fragment(
        b"a=ice-ufrag:abcd\r\na=ice-pwd:secretsecretsecretsecret\r\n"
        b"m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
        b"a=candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host\r\n"
        b"a=candidate:2 1 udp 2130706431 x.local 5000 typ host\r\na=end-of-candidates\r\n"
    )
    assert fragment.ufrag == "abcd"
    assert [(c.ip, c.port, c.sdpMid) for c in fragment.candidates] == [("192.0.2.7", 5000, "0")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nonsense", "sdp_malformed"),
        (b"a=candidate:1 1 udp", "sdp_malformed"),
        (b"a=candidate:1 1 udp x 192.0.2.7 y typ host", "sdp_malformed"),
        (b"a" * (MAX_BYTES + 1), "sdp_too_large"),
        (
            b"\r\n".join(b"a=candidate:1 1 udp 1 192.0.2.7 %d typ host" % p for p in range(1, 60)),
            "sdp_unsupported",
        ),
    ],
)
def test_a_bad_fragment_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(OfferRefused) as caught:
        parse_fragment(body)
    assert caught.value.code == code


def test_turn_credentials_follow_the_rest_scheme() -> None:
    username, password = turn_credentials("s3cret", user="abc", expires=1_800_000_000)
    assert username == "1800000000:abc"
    digest = hmac.new(b"s3cret", username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(password) == digest


def test_servers_are_told_in_link_headers() -> None:
    servers = [IceServer(("stun:a:1",)), IceServer(("turn:b:2",), "u", "c")]
    assert link_headers(servers) == [
        '<stun:a:1>; rel="ice-server"',
        '<turn:b:2>; rel="ice-server"; username="u"; credential="c"; credential-type="password"',
    ]
