"""Whose request it is, behind proxies: their word counts where the settings name them, and nobody else's."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
# What a proxy says of the request that it got; what we are called is the setting public_url, whatever they say.
SAID = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)

BY_A_STRANGER = "handrail.forwarded_by_a_stranger"  # set where a proxy says so that nobody named


def is_within(address: str, networks: Sequence[Network]) -> bool:
    known = read_address(address)
    return known is not None and any(known in network for network in networks)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """With a port or without; an IPv4 address that came in the clothes of an IPv6 one is an IPv4 address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        known = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known


def find_client(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The last address that none of our proxies has: what stands before it is the client's own word."""
    client, hops = peer, forwarded.split(",")
    while hops and is_within(client, proxies) and (hop := read_address(hops.pop())):
        client = str(hop)
    return client


class Forwarded:
    """In front of the application: REMOTE_ADDR is the client, and no forwarded header is left to be misread."""

    def __init__(self, application: Application, proxies: Sequence[Network]) -> None:
        self._application, self._proxies = application, proxies

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer, forwarded = environ.get("REMOTE_ADDR", ""), environ.get(SAID[0], "")
        said = [name for name in SAID if environ.pop(name, "")]
        if is_within(peer, self._proxies):
            environ["REMOTE_ADDR"] = find_client(peer, forwarded, self._proxies)
        elif said:
            environ[BY_A_STRANGER] = True
        return self._application(environ, start_response)
