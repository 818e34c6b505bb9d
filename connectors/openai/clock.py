"""A limit for a whole answer. The client's own limit is for each piece of it, so a server that sends a byte now and
then, or an empty comment in a stream, could be waited for without end."""

import time
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import openai

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
