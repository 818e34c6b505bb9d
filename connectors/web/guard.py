"""Only public addresses are spoken to: a page must not lead us to machines inside the company's own network."""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

Resolve = Callable[[str], list[str]]
_USUAL = {"http": 80, "https": 443}
# Translated from IPv4 by a network at its edge; the last four bytes are the IPv4 address.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# Translation within one network, IPv4 written the old way, and tunnels (Teredo): no help page is behind these.
_NEVER = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "::/96", "2001::/32")))


class RefusedAddressError(Exception):
    """The address is not to be spoken to; the message says why. No ValueError: requests would make it its own."""


def resolved(host: str) -> list[str]:
    """The numeric addresses of a host, each once. Raises OSError when it has none."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Whether it is a machine of the internet; an IPv4 address that is written into an IPv6 one counts."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    if any(found in network for network in _NEVER):
        return False
    within = found.ipv4_mapped or found.sixtofour or _translated(found)
    if within is not None:
        return is_public(str(within))
    return found.is_global and not found.is_multicast and not found.is_site_local


def place_of(url: str) -> tuple[str, int] | None:
    """(host, port) of an address: what is behind another port is another site. None where it has none.

    The usual ports of http and https are one place: a site moves from the one to the other."""
    try:
        parts = urlsplit(url)
        port, usual = parts.port, _USUAL.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, 0 if port in (None, usual) else port or -1) if usual and parts.hostname else None


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _TRANSLATED else None


class GuardedAdapter(HTTPAdapter):
    """Looks a host up once, checks every address it has, and connects to the one checked.

    A name that leads elsewhere the second time (to get past the check) is therefore of no use."""

    def __init__(self, *, private: bool = False, resolve: Resolve = resolved) -> None:
        self._private = private
        self._resolve = resolve
        super().__init__()

    def address_of(self, url: str) -> str:
        """The numeric address to connect to. Raises RefusedAddressError."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RefusedAddressError(f"{url} is no web address")
        if parts.username or parts.password:
            raise RefusedAddressError("the address holds a name or password")
        try:
            found = self._resolve(parts.hostname)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise RefusedAddressError(f"there is no host {parts.hostname}")
        if not self._private and not all(is_public(address) for address in found):
            raise RefusedAddressError(f"{parts.hostname} is inside a private network, which is not allowed")
        return found[0]

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.headers["Host"] = urlsplit(request.url or "").netloc
        return super().send(request, *args, **kwargs)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = urlsplit(request.url or "").hostname
        return {**host, "host": self.address_of(request.url or "")}, {**pool, **_named(host, name)}


def _named(host: Mapping[str, Any], name: str | None) -> dict[str, str | None]:
    """The certificate must be the host's, not the number's."""
    return {"server_hostname": name, "assert_hostname": name} if host.get("scheme") == "https" else {}
