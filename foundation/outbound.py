"""Requests to addresses that people of an organisation chose: only to where that is safe.

The name is resolved once, every answer is checked, and the connection goes to the address checked:
a name that answers otherwise the second time leads nowhere. Redirects aren't followed.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from kernel.errors import DomainError

SECONDS = 5
READ = 1 << 16
# Ranges through which a public-looking address reaches another network.
_LEADS_ELSEWHERE = [ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")]


class AddressRefused(DomainError):
    """An address that isn't asked: its scheme, port, or the network it lies in."""

    code = "address_refused"
    status = 422


class NoAnswer(DomainError):
    """The address couldn't be reached, or didn't answer in time."""

    code = "no_answer"
    status = 502


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts."""

    secure: bool
    host: str
    port: int
    path: str


def target(url: str) -> Target:
    """Return an address's parts. Raises AddressRefused for what is never asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(f"{url[:200]!r} is no address.") from error
    if not url.isascii() or not url.isprintable() or " " in url or not host:
        raise AddressRefused(f"{url[:200]!r} is no address. Write it as https://host/path.")
    if parts.username or parts.password or parts.fragment:
        raise AddressRefused("An address has neither a name and password in it nor a #.")
    secure = parts.scheme == "https"
    if not secure and not (parts.scheme == "http" and settings.OUTBOUND_ANYWHERE):
        raise AddressRefused("Only https:// addresses are asked.")
    if port not in (None, 443) and not settings.OUTBOUND_ANYWHERE:
        raise AddressRefused("Only the usual port of https (443) is asked.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def post(url: str, content: bytes, headers: Mapping[str, str]) -> int:
    """Post ``content`` and return the answer's status; its body is read a little and left.

    Raises AddressRefused and NoAnswer. Call it outside any transaction.
    """
    asked = target(url)
    address = _safe_address(asked)
    link: http.client.HTTPConnection
    if asked.secure:
        link = _PinnedSecure(asked.host, asked.port, address)
    else:
        link = _Pinned(asked.host, asked.port, address)
    try:
        link.request("POST", asked.path, body=content, headers=dict(headers))
        answer = link.getresponse()
        answer.read(READ)
        return answer.status
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{asked.host} gave no answer: {type(error).__name__}.") from error
    finally:
        link.close()


def _safe_address(asked: Target) -> str:
    try:
        found = socket.getaddrinfo(asked.host, asked.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"{asked.host} has no address.") from error
    addresses = [str(each[4][0]) for each in found]
    if not settings.OUTBOUND_ANYWHERE:
        for each in addresses:
            if not is_public(each):
                raise AddressRefused(f"{asked.host} lies in a network that isn't asked.")
    return addresses[0]


def is_public(text: str) -> bool:
    """Return whether an IP address is of the public Internet, and leads nowhere else."""
    try:
        found: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.teredo or any(found in each for each in _LEADS_ELSEWHERE):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever its host's name says by now."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.address = address

    def connect(self) -> None:
        """Connect to the pinned address."""
        self.sock = socket.create_connection((self.address, self.port), SECONDS)


class _PinnedSecure(_Pinned):
    """The same with TLS; the certificate is the host's, by name."""

    def connect(self) -> None:
        """Connect and hold the other side to its name."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
