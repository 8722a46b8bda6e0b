"""Which addresses a URL that a user wrote may lead to: public ones, asked once, and then connected to as asked."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from postiz_ops.errors import Rejected

_SHARED = IPv4Network("100.64.0.0/10")
"""Carrier-grade NAT (RFC 6598): neither private nor global to ``ipaddress`` of older Pythons."""


def validated(url: str) -> SplitResult:
    """The parts of an https URL on the usual port without a user in it. Raises ``Rejected``."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise Rejected("only https addresses without a user name are fetched", help="use the file's own https address")
    if port not in (None, 443):
        raise Rejected("only the usual https port is fetched from", help="use an address without a port")
    return parts


def public_address(host: str) -> str:
    """One public IP address of a host. All of its addresses must be public. Raises ``Rejected``."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Rejected(f"the host `{host}` cannot be found") from problem
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise Rejected(
            f"the host `{host}` is not on the public internet", help="put the file where everybody can fetch it"
        )
    return str(addresses[0])


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is reachable by all; one that is mapped or tunnelled is judged by its core."""
    if isinstance(address, IPv6Address):
        core = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if core:
            return is_public(core)
    return address.is_global and not address.is_multicast and address not in _SHARED
