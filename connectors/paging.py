"""Lists that a vendor hands out page by page. Every loop over one ends, whatever the vendor answers."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from core.errors import RejectedError

MOST_PAGES = 1_000
ENDLESS = "endless_list"
Page = TypeVar("Page")


class Trail:
    """The cursors of one list, as they are followed. `what` says in words what is read."""

    def __init__(self, what: str, *, most: int = MOST_PAGES) -> None:
        self._what, self._most = what, most
        self._seen: set[str] = set()

    def follow(self, cursor: str) -> None:
        """RejectedError where this cursor was followed before, or where as many pages were read as may be."""
        circle = cursor in self._seen
        if circle or len(self._seen) >= self._most:
            why = "the pages lead round in a circle" if circle else f"there are more than {self._most:,} pages"
            raise RejectedError(f"read {self._what}: {why}; left off after {len(self._seen):,}", code=ENDLESS)
        self._seen.add(cursor)


def pages(
    what: str,
    read: Callable[[str], tuple[Page, str]],
    *,
    first: str = "",
    most: int = MOST_PAGES,
    warn: Callable[[str], object] | None = None,
) -> Iterator[Page]:
    """Each page of a list. `read` is given a cursor, at first `first`, and gives a page and the cursor of the next,
    empty after the last.

    A list that does not end within `most` pages, or goes round in a circle, raises RejectedError; where a part of it is
    enough, `warn` is told instead, and the pages end there."""
    trail, cursor = Trail(what, most=most), first
    while True:
        try:
            trail.follow(cursor)
        except RejectedError as error:
            if warn is None:
                raise
            warn(str(error))
            return
        page, cursor = read(cursor)
        yield page
        if not cursor:
            return
