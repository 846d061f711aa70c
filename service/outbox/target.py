"""Where an event may go: over https, or to this very machine; never to a metadata service.

The address is looked up once and then used as it is, so that a name cannot point elsewhere between
the look and the call; redirects are not followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetError(Exception):
    """The URL may not be called. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """A URL by address, with the name that TLS and the Host header need."""

    url: str
    host: str
    name: str


def check(url: str) -> tuple[str, int]:
    """Host and port of a URL that may be used. Raises TargetError `webhook_url`."""
    try:
        found = urlsplit(url)
        host, port = found.hostname or "", found.port
    except ValueError as error:
        raise TargetError("webhook_url") from error
    is_local = found.scheme == "http" and host in LOCAL
    if not host or found.username or not (is_local or found.scheme == "https"):
        raise TargetError("webhook_url")
    return host, port or (443 if found.scheme == "https" else 80)


async def resolve(url: str) -> Target:
    """The URL with its name looked up. Raises TargetError."""
    host, port = check(url)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TargetError("webhook_host_unknown") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(_is_allowed(each, host) for each in addresses):
        raise TargetError("webhook_address")
    return _pinned(url, addresses[0])


def _is_allowed(address: Address, host: str) -> bool:
    """Loopback only where it was asked for by name; link-local is where clouds keep secrets."""
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_loopback:
        return host in LOCAL
    return not (mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified)


def _pinned(url: str, address: Address) -> Target:
    found = urlsplit(url)
    literal = f"[{address}]" if address.version == 6 else str(address)
    place = f"{literal}:{found.port}" if found.port else literal
    host = found.netloc.rpartition("@")[2]
    by_address = urlunsplit((found.scheme, place, found.path, found.query, ""))
    return Target(by_address, host, found.hostname or "")
