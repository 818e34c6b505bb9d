"""Whether the names of the hosts that we speak to can be found: where the DNS is gone every vendor seems to be away."""

import socket
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_AT_ONCE = 4
_asking = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="resolving")


def unresolved(urls: Iterable[str], within: float) -> list[str]:
    """The hosts whose names were not found within the time, in order. What goes through a proxy is found there."""
    hosts = sorted({host for url in urls if (host := urlsplit(url).hostname) and not _by_proxy(url, host)})
    asked = {host: _asking.submit(_find, host) for host in hosts}
    wait(asked.values(), timeout=within)
    return [host for host, found in asked.items() if not _was_found(found)]


def _find(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False


def _was_found(found: "Future[bool]") -> bool:
    found.cancel()  # one that has not begun: the next look asks again
    return found.done() and not found.cancelled() and found.result()


def _by_proxy(url: str, host: str) -> bool:
    return urlsplit(url).scheme in getproxies() and not proxy_bypass(host)
