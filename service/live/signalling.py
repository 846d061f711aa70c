"""Session descriptions in and out: checked, cut to what is taken here, never trusted.

WHIP (RFC 9725) with trickle ICE fragments (RFC 8840) and time-limited TURN credentials
(draft-uberti-behave-turn-rest-00).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from aiortc import RTCIceCandidate, RTCRtpTransceiver
from aiortc.codecs import is_rtx
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.sdp import SessionDescription, candidate_from_sdp

from service.live.errors import sdp_malformed, sdp_too_large, sdp_unsupported

MAX_BYTES = 64 * 1024
MAX_CANDIDATES = 32  # each one makes the server send checks to an address of the client's choice
OPUS_FMTP: dict[str, int | str | None] = {
    "minptime": 10,
    "useinbandfec": 1,  # without it browsers send no error correction
    "usedtx": 1,
    "maxaveragebitrate": 32_000,
}
START_BITRATE = 700  # kbit/s: browsers else need 25 s to get to a good picture


@dataclass(frozen=True, slots=True)
class Offer:
    """A checked offer. `sdp` has mDNS candidates and the end-of-candidates mark removed."""

    sdp: str
    kinds: tuple[str, ...]
    has_channel: bool


def parse_offer(body: bytes) -> Offer:
    """Check a body. Raises OfferRefused (malformed, too large, or nothing we can take)."""
    text = _text(body)
    try:
        description = SessionDescription.parse(text)
    except Exception as error:  # a stranger's text in aiortc's parser: StopIteration and all
        raise sdp_malformed() from error
    media = description.media
    kinds = tuple(m.kind for m in media if m.kind in {"audio", "video"})
    if not text.startswith("v=0") or not media:
        raise sdp_malformed()
    if not kinds or kinds.count("audio") > 1 or kinds.count("video") > 2:
        raise sdp_unsupported("Offer a track: one of audio and two of video at most.")
    bundles = [group.items for group in description.group if group.semantic == "BUNDLE"]
    if len(media) > 1 and (not bundles or set(bundles[0]) != {m.rtp.muxId for m in media}):
        raise sdp_unsupported("Bundle all media over one transport.")
    if any(m.ice is None or not m.ice.usernameFragment or not m.ice.password for m in media):
        raise sdp_malformed("The offer has no ICE credentials.")
    if any(m.dtls is None or not m.dtls.fingerprints for m in media):
        raise sdp_malformed("The offer has no DTLS fingerprint.")
    if any(m.direction not in {"sendonly", "sendrecv"} for m in media if m.kind in kinds):
        raise sdp_unsupported("Offer tracks that send.")
    has_channel = any(m.kind == "application" for m in media)
    return Offer(_clean(text), kinds, has_channel)


def _text(body: bytes) -> str:
    if len(body) > MAX_BYTES:
        raise sdp_too_large(MAX_BYTES)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise sdp_malformed() from error


def _clean(text: str) -> str:
    """Drop what must not reach the ICE agent.

    A name under .local would be resolved by multicast before we answer, and an end mark lets ICE
    fail at once although the browser's own checks still come in.
    """
    kept: list[str] = []
    candidates = 0
    for line in text.splitlines():
        if line.startswith("a=end-of-candidates"):
            continue
        if line.startswith("a=candidate:"):
            candidates += 1
            if ".local " in line or candidates > MAX_CANDIDATES:
                continue
        kept.append(line)
    return "\r\n".join(kept) + "\r\n"


def choose_codecs(transceiver: RTCRtpTransceiver) -> None:
    """Cut a transceiver's negotiated codecs to Opus, or to one of VP8 and H.264 (with its RTX).

    A single picture codec, so that it cannot change in the middle of a recording; VP8 when both
    are offered. Raises OfferRefused when neither is there.
    """
    codecs = transceiver._codecs
    names = ("opus",) if transceiver.kind == "audio" else ("VP8", "H264")
    for name in names:
        found = next((codec for codec in codecs if codec.name == name), None)
        if found is not None:
            transceiver._codecs = [_tuned(found), *_rtx_of(found, codecs)]
            return
    raise sdp_unsupported(f"Offer {' or '.join(names)} for {transceiver.kind}.")


def _rtx_of(
    codec: RTCRtpCodecParameters, codecs: list[RTCRtpCodecParameters]
) -> list[RTCRtpCodecParameters]:
    return [c for c in codecs if is_rtx(c) and c.parameters.get("apt") == codec.payloadType]


def _tuned(codec: RTCRtpCodecParameters) -> RTCRtpCodecParameters:
    if codec.name == "opus":
        codec.parameters = dict(OPUS_FMTP)
        # Browsers do not offer to repeat sound; Chromium does it when the answer asks for it.
        codec.rtcpFeedback = [RTCRtcpFeedback(type="nack")]
        return codec
    codec.parameters = {**codec.parameters, "x-google-start-bitrate": START_BITRATE}
    # Bandwidth estimates of the receiver starve cameras; the sender's own reaction to loss is kept.
    codec.rtcpFeedback = [f for f in codec.rtcpFeedback if f.type != "goog-remb"]
    return codec


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a trickle fragment says. `ufrag` is empty when it names none."""

    ufrag: str
    candidates: tuple[RTCIceCandidate, ...]


def parse_fragment(body: bytes) -> Fragment:
    """Read an application/trickle-ice-sdpfrag body. Raises OfferRefused."""
    ufrag, mid, index = "", None, -1
    found: list[RTCIceCandidate] = []
    for line in _text(body).splitlines():
        if line.startswith("a=ice-ufrag:"):
            ufrag = line.partition(":")[2].strip()
        elif line.startswith("m="):
            mid, index = None, index + 1
        elif line.startswith("a=mid:"):
            mid = line.partition(":")[2].strip()
        elif line.startswith("a=candidate:"):
            if len(found) >= MAX_CANDIDATES:
                raise sdp_unsupported(f"Send {MAX_CANDIDATES} candidates at most.")
            candidate = _candidate(line.partition(":")[2])
            candidate.sdpMid = mid
            candidate.sdpMLineIndex = max(index, 0) if mid is None else None
            if not candidate.ip.endswith(".local"):
                found.append(candidate)
        elif line.strip() and not line.startswith(("a=", "v=", "o=", "s=", "t=", "c=")):
            raise sdp_malformed("The body is not a trickle ICE fragment.")
    return Fragment(ufrag, tuple(found))


def _candidate(text: str) -> RTCIceCandidate:
    try:
        return candidate_from_sdp(text)
    except (ValueError, AssertionError) as error:
        raise sdp_malformed("A candidate is malformed.") from error


@dataclass(frozen=True, slots=True)
class IceServer:
    """As browsers take it; `username` and `credential` only for TURN."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


def turn_credentials(secret: str, *, user: str, expires: int) -> tuple[str, str]:
    """Username and password valid until `expires` (Unix seconds), for a coturn-like server."""
    username = f"{expires}:{user}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def link_headers(servers: list[IceServer]) -> list[str]:
    """The servers as Link header values (RFC 9725, 4.6)."""
    out: list[str] = []
    for server in servers:
        extra = ""
        if server.username:
            extra = (
                f'; username="{server.username}"; credential="{server.credential}"'
                '; credential-type="password"'
            )
        out += [f'<{url}>; rel="ice-server"{extra}' for url in server.urls]
    return out
