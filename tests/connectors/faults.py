"""Every way in which an answer can go wrong, for tests that no fault of a vendor leaves a connector untyped."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import requests
from requests import exceptions as http
from urllib3 import exceptions as sockets
from urllib3.connection import HTTPConnection
from urllib3.response import HTTPResponse

STATUSES = [*range(300, 309), *range(400, 432), 451, 498, 499, *range(500, 512), 520, 524, 529, 530, 599]
BODIES = ["", "<html>Bad gateway</html>", "null", "[]", "{}", '{"error": "Odd"}', '{"error": {"title": "Odd"}}']


def refusals(*more: str) -> list[Any]:
    """Rows of (status, body): every status and every body, and with `make test-all` every pair of them."""
    bodies = [*BODIES, *more]
    pairs = [(status, bodies[place % len(bodies)]) for place, status in enumerate(STATUSES)]
    whole = pytest.param(list(product(STATUSES, bodies)), id="all", marks=pytest.mark.exhaustive)
    return [pytest.param(pairs, id="pairs"), whole]


# Successes that are none.
ODD_ANSWERS = [
    "",
    "<html>Log in to the network</html>",
    "null",
    "[]",
    "[1, 2]",
    "{}",
    '"text"',
    "7",
    "{",
    '{"id": null}',
    '{"error": "yes"}',
]


def subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    """The class and everything derived from it, each once."""
    seen: set[type[Exception]] = set()
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += one.__subclasses__()
            yield one


def requests_errors() -> list[Exception]:
    """One of each exception that requests can raise, and of urllib3's below it."""
    errors = [made(kind) for kind in subclasses(http.RequestException) if not issubclass(kind, http.JSONDecodeError)]
    errors += [made(kind) for kind in subclasses(sockets.HTTPError)]
    errors.append(http.JSONDecodeError("no JSON", "", 0))
    errors.append(http.ConnectionError(sockets.MaxRetryError(None, "/", unreachable())))  # type: ignore[arg-type]
    return errors


def unreachable() -> Exception:
    return sockets.NewConnectionError(HTTPConnection("127.0.0.1", 1), "refused")


ARGUMENTS: tuple[tuple[object, ...], ...] = (
    ("fault",),
    (3, 7),
    (HTTPConnection("127.0.0.1", 1), "fault"),
    (None, "/", "fault"),
    (HTTPResponse(), b"fault"),
    ("127.0.0.1", HTTPConnection("127.0.0.1", 1), OSError("fault")),
    (requests.Response(), b"", "fault"),
    (),
)


def made(kind: type[Exception]) -> Exception:
    """An instance, whatever arguments the class insists on."""
    for arguments in ARGUMENTS:
        try:
            return kind(*arguments)
        except (TypeError, AttributeError, ValueError):
            continue
    raise AssertionError(f"cannot make a {kind.__name__}")
