"""Long lists of the account, page by page, with the patience that a long reading needs."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.records import Record
from core.errors import RejectedError, TransientError

Read = TypeVar("Read")
TRIES = 4  # of one page
BACKOFF = timedelta(seconds=1)


class Pages:
    """Reads lists; a page that comes with an error or cut in half is asked for again.

    `patience` is the time that all waiting together may take, zero where nobody can wait: what is longer raises
    TransientError, as the last of several tries does."""

    def __init__(
        self, api: ZendeskApi, *, patience: timedelta = timedelta(0), sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.api, self._left, self._sleep = api, patience, sleep

    def body(self, path: str, *names: str) -> Record:
        """One answer, an object with lists of these names."""
        return self._asked(path, lambda body: body | {name: records.listed(body, name) for name in names})

    def lists(self, path: str, name: str) -> Iterator[list[Record]]:
        """The list called `name`, a page at a time, to its end."""
        seen: set[str] = set()
        following: str | None = path
        while following:
            seen.add(following)
            page, body = self._asked(following, lambda body: (records.listed(body, name), body))
            yield page
            following = next_page(body)
            if following in seen:
                raise RejectedError(f"read {name}: the pages lead round in a circle")

    def all(self, path: str, name: str) -> list[Record]:
        return [record for page in self.lists(path, name) for record in page]

    def _asked(self, path: str, read: Callable[[dict[str, Any]], Read]) -> Read:
        wait = BACKOFF
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                return self._once(path, read)
            except TransientError as error:
                pause = error.retry_after or wait
                if last or pause > self._left:
                    raise
            except MalformedAnswerError as error:
                pause = wait
                if last or pause > self._left:
                    raise RejectedError(f"read {_place(path)}: {error}") from error
            self._left -= pause
            self._sleep(pause.total_seconds())
            wait *= 2
        raise AssertionError("the last try returns or raises")

    def _once(self, path: str, read: Callable[[dict[str, Any]], Read]) -> Read:
        with self.api.reading(f"read {_place(path)}"):
            body = self.api.get(path).json()
        if not isinstance(body, dict):
            raise MalformedAnswerError("the answer is not an object")
        return read(body)


def next_page(body: Record) -> str | None:
    """The address of the page after this one, in either of Zendesk's two ways of paging."""
    if (body.get("meta") or {}).get("has_more"):
        return records.words(body.get("links") or {}, "next") or None
    return records.words(body, "next_page") or None


def _place(path: str) -> str:
    """The path alone, without account, query and extension."""
    return path.partition("?")[0].partition("/api/v2/")[2].removesuffix(".json") or path
