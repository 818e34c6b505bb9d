"""What messaging keeps of conversations that were lately spoken in, for whoever has missed its webhook."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.paging import pages
from connectors.sunshine.api import Json, SunshineApi, conversation_path
from connectors.sunshine.messenger import page_meta, page_rows, received_at
from core.errors import RejectedError
from core.model.event import Event
from core.ports import LogName, LogPage

OVERLAP = timedelta(minutes=2)
FRESH = timedelta(seconds=30)
ACTIVE = timedelta(days=1)  # conversations in which somebody has spoken since then
MOST = 100  # of them in one reading; the next one goes on
MOST_PAGES = 5  # of one conversation, a hundred messages each

# Conversations in which somebody has spoken since a moment, each with its place: so many at most after a place.
Addresses = Callable[[datetime, str, int], Sequence[tuple[str, str]]]
Parse = Callable[[Mapping[str, Any], datetime, datetime], tuple[Event, ...]]


class ConversationLog:
    """`core.ports.VendorLog`. The API lists no conversations of an app, only those of a user and the messages of one:
    each that we know of is asked. The cursor is the moment up to which all were asked; on the way round, also the
    moment up to which they are, and the place of the last one."""

    name = LogName.CONVERSATIONS

    def __init__(self, api: SunshineApi, parse: Parse, addresses: Addresses) -> None:
        self._api, self._parse, self._addresses = api, parse, addresses

    def begin(self, now: datetime) -> str:
        return now.isoformat()

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        begun, _, way = cursor.partition(" ")
        ending, _, last = way.partition(" ")
        reached, until = datetime.fromisoformat(begun), datetime.fromisoformat(ending) if ending else now - FRESH
        found = self._addresses(reached - ACTIVE, last, MOST)
        for place, address in found:
            here = f"{begun} {until.isoformat()} {place}"
            try:
                yield self._told(address, reached - OVERLAP, until, now, here) if address else LogPage(cursor=here)
            except RejectedError as error:
                if error.code not in ("404", "not_found", "conversation_not_found"):
                    raise
        if len(found) < MOST:
            yield LogPage(cursor=max(reached, until).isoformat())

    def _told(self, address: str, since: datetime, until: datetime, now: datetime, cursor: str) -> LogPage:
        events: list[Event] = []
        problems: list[str] = []
        rows = [row for row in self._rows(address, since, problems.append) if since <= received_at(row) <= until]
        if rows:
            conversation = self._api.get(conversation_path(address), "read a conversation").get("conversation")
        for row in rows:
            try:
                events += self._parse({"conversation": conversation, "message": row}, received_at(row), now)
            except RejectedError as error:
                problems.append(f"message {row.get('id')}: {error}")
        return LogPage(events=tuple(events), cursor=cursor, problems=tuple(problems))

    def _rows(self, address: str, since: datetime, warn: Callable[[str], object]) -> list[Json]:
        """From the newest page back to that time, oldest first."""

        def read(before: str) -> tuple[list[Json], str]:
            asked = {"page[before]": before} if before else None
            page = self._api.get(conversation_path(address, "/messages"), "read a conversation", asked)
            return page_rows(page), str(page_meta(page).get("beforeCursor") or "")

        found: list[Json] = []
        for rows in pages(f"conversation {address}", read, most=MOST_PAGES, warn=warn):
            found = [*rows, *found]
            if not rows or received_at(rows[0]) < since:
                break
        return found
