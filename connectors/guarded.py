"""Which machines are spoken to, whatever an address, a redirect or a name server says: those of the internet alone, or
for the company's own systems, which mostly stand in its network, any but the ones that nobody's system is behind."""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests import PreparedRequest, Response, Session

from connectors.measures import MeasuredAdapter
from core.errors import ConfigurationError, RejectedError

Resolve = Callable[[str], list[str]]
# Translated from IPv4 by a network at its edge; the last four bytes are the IPv4 address.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# Translation within one network, IPv4 written the old way, and tunnels (Teredo): no help page is behind these.
_NEVER = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "::/96", "2001::/32")))


class RefusedAddressError(Exception):
    """The address is not to be spoken to; the message says why. No ValueError: requests would make it its own."""


def addresses_of(host: str) -> list[str]:
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


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if address in _TRANSLATED else None


# Where clouds tell a machine its own secrets: inside private ranges, or public and answered by the host itself.
_METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"})


def is_somebodys(address: str) -> bool:
    """Whether a system of the company's own may be behind it, in its network or on this machine."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or _translated(found)
        if within is not None:
            return is_somebodys(str(within))
    nobodys = found.is_link_local or found.is_multicast or found.is_unspecified or str(found) in _METADATA
    return not nobodys and (found.is_loopback or not found.is_reserved)


OWN = "own_system"  # in the metrics, of a system that has no name there


class GuardedAdapter(MeasuredAdapter):
    """Looks a host up once, checks every address it has, and connects to the one checked.

    A name that leads elsewhere the second time (to get past the check) is therefore of no use."""

    def __init__(
        self,
        *,
        private: bool = False,
        resolve: Resolve = addresses_of,
        unknown: type[Exception] = RefusedAddressError,
        refused: type[Exception] = RefusedAddressError,
        system: str = OWN,
    ) -> None:
        """`private`: machines of the company's own network are spoken to as well; `unknown` and `refused` are raised
        for a host that there is not, and for one that is not to be spoken to; `system` is its name in the metrics."""
        self._private, self._resolve = private, resolve
        self._unknown, self._refused = unknown, refused
        super().__init__(system)

    def address_of(self, url: str) -> str:
        """The numeric address to connect to."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise self._refused(f"{url} is no web address")
        if parts.username or parts.password:
            raise self._refused("the address holds a name or password")
        try:
            found = self._resolve(parts.hostname)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise self._unknown(f"there is no host {parts.hostname}")
        if not self._private and not all(is_public(address) for address in found):
            raise self._refused(f"{parts.hostname} is inside a private network, which is not allowed")
        if not all(is_somebodys(address) for address in found):
            raise self._refused(f"{parts.hostname} is at an address that no system of anybody's may have")
        return found[0]

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.headers["Host"] = urlsplit(request.url or "").netloc
        return super().send(request, *args, **kwargs)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = urlsplit(request.url or "").hostname
        return {**host, "host": self.address_of(request.url or "")}, {**pool, **_certificate_names(host, name)}


def _certificate_names(host: Mapping[str, Any], name: str | None) -> dict[str, str | None]:
    """The certificate must be the host's, not the number's."""
    return {"server_hostname": name, "assert_hostname": name} if host.get("scheme") == "https" else {}


def path_part(value: str) -> str:
    """A value as one part of a path, whoever it is from. RejectedError for what would lead out of it."""
    if not value.strip("."):
        raise RejectedError(f"{value!r} is no part of an address")
    return quote(value, safe="")


def guard(session: Session, url: str, **rules: Any) -> Session:
    """The session, which speaks to what `GuardedAdapter` allows. What the environment says of proxies and certificates
    for `url` is read now, and not with each request again; passwords of the machine's (.netrc) are left alone. Behind
    a proxy it is the proxy that decides where it connects to."""
    said = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify, session.cert = said["proxies"], said["verify"], said["cert"]
    session.trust_env = False
    for scheme in ("http://", "https://"):
        behind = MeasuredAdapter(rules.get("system", OWN)) if session.proxies else GuardedAdapter(**rules)
        session.mount(scheme, behind)
    return session


def own_session(url: str, token: str = "", resolve: Resolve = addresses_of, *, system: str = OWN) -> Session:
    """For a system of the company's own, at an address that whoever runs Handrail has set."""
    # Without a host nothing has left, as when a connection takes too long.
    unknown, refused = requests.ConnectTimeout, ConfigurationError
    session = guard(Session(), url, private=True, resolve=resolve, unknown=unknown, refused=refused, system=system)
    if token:
        session.headers["Authorization"] = f"Bearer {token}"
    return session
