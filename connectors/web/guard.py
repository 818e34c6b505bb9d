"""Only public addresses are spoken to: a page must not lead us to machines inside the company's own network."""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

Resolve = Callable[[str], list[str]]


class RefusedAddressError(Exception):
    """The address is not to be spoken to; the message says why. No ValueError: requests would make it its own."""


def resolved(host: str) -> list[str]:
    """The numeric addresses of a host, each once. Raises OSError when it has none."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast


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
