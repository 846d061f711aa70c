"""Offers and trickle fragments that went wrong on the way: taken or refused, nothing else."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.mangle import mangled, mangled_text
from service.live.errors import OfferRefused
from service.live.peer import Listener, Peer
from service.live.signalling import parse_fragment, parse_offer
from tests.fakes.peers import settle

FINGERPRINT = ":".join(["AB"] * 32)
TRANSPORT = (
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=ice-ufrag:Xy7b",
    "a=ice-pwd:0123456789abcdefghijklmn",
    "a=ice-options:trickle",
    f"a=fingerprint:sha-256 {FINGERPRINT}",
    "a=setup:actpass",
)
# As Chromium writes it, in the main.
OFFER = (
    "v=0",
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1 2",
    "a=extmap-allow-mixed",
    "a=msid-semantic: WMS stream",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0",
    *TRANSPORT,
    "a=mid:0",
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=sendonly",
    "a=msid:stream track-a",
    "a=rtcp-mux",
    "a=rtcp-rsize",
    "a=rtpmap:111 opus/48000/2",
    "a=rtcp-fb:111 transport-cc",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "a=rtpmap:63 red/48000/2",
    "a=fmtp:63 111/111",
    "a=rtpmap:0 PCMU/8000",
    "a=ssrc:3570614608 cname:4TOk42mSjXCkVIa6",
    "a=ssrc:3570614608 msid:stream track-a",
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 98",
    *TRANSPORT,
    "a=mid:1",
    "a=sendonly",
    "a=rtcp-mux",
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 goog-remb",
    "a=rtcp-fb:96 ccm fir",
    "a=rtcp-fb:96 nack",
    "a=rtcp-fb:96 nack pli",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
    "a=rtpmap:103 H264/90000",
    "a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "a=rtpmap:104 rtx/90000",
    "a=fmtp:104 apt=103",
    "a=rtpmap:98 VP9/90000",
    "a=fmtp:98 profile-id=0",
    "a=ssrc-group:FID 2231627014 632943048",
    "a=ssrc:2231627014 cname:4TOk42mSjXCkVIa6",
    "a=ssrc:632943048 cname:4TOk42mSjXCkVIa6",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    *TRANSPORT,
    "a=mid:2",
    "a=sctp-port:5000",
    "a=max-message-size:262144",
)
FRAGMENT = (
    "a=ice-ufrag:Xy7b",
    "a=ice-pwd:0123456789abcdefghijklmn",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=mid:0",
    "a=candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host generation 0 ufrag Xy7b",
    "a=candidate:2 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
    "a=candidate:3 1 udp 1686052607 198.51.100.4 50001 typ srflx raddr 192.0.2.7 rport 50000",
    "a=candidate:4 1 udp 41885695 2001:db8::5 3478 typ relay raddr 0.0.0.0 rport 0",
    "a=end-of-candidates",
)
SEEDS = st.integers(0, 2**48)
WORDS = st.lists(
    st.one_of(
        st.sampled_from([*OFFER, *FRAGMENT]),
        st.text(st.characters(codec="utf-8"), max_size=30),
        st.sampled_from(
            ["m=", "a=", "a=rtpmap:", "a=fmtp:96 ", "m=video 9 x", "a=ssrc:", "a=mid:"]
        ),
    ),
    max_size=40,
)


def text_of(lines: tuple[str, ...]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def test_the_unbroken_ones_are_taken() -> None:
    assert parse_offer(text_of(OFFER)).kinds == ("audio", "video")
    assert len(parse_fragment(text_of(FRAGMENT)).candidates) == 4


@settings(max_examples=400, deadline=None)
@given(SEEDS)
def test_broken_lines_and_bytes_are_taken_or_refused(seed: int) -> None:
    dice = random.Random(seed)
    for lines, read in ((OFFER, parse_offer), (FRAGMENT, parse_fragment)):
        for broken in (mangled_text(lines, dice), mangled(text_of(lines), dice, share=1.0)):
            with suppress(OfferRefused):
                read(broken)


@settings(max_examples=400, deadline=None)
@given(WORDS)
def test_lines_of_anything_are_taken_or_refused(lines: list[str]) -> None:
    for head in ([], ["v=0"], list(OFFER[:9])):
        for read in (parse_offer, parse_fragment):
            with suppress(OfferRefused):
                read("\r\n".join([*head, *lines]).encode())


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_what_was_taken_is_answered_or_refused(seed: int) -> None:
    asyncio.run(negotiate(mangled_text(OFFER, random.Random(seed))))


async def negotiate(body: bytes) -> None:
    peer = Peer(now=lambda: 0.0, listener=Listener())
    try:
        answer = await peer.answer(parse_offer(body))
        assert "m=" in answer
        with suppress(OfferRefused):
            await peer.add(parse_fragment(mangled_text(FRAGMENT, random.Random(len(body)))))
    except OfferRefused:
        pass
    finally:
        await peer.close()
        await settle()
