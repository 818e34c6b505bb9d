"""What Twilio keeps of messages and calls to our numbers, for whoever has missed its webhooks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.twilio.client import TwilioAccount, list_pages
from connectors.twilio.errors import translate_errors
from core.errors import RejectedError
from core.model.customer import Channel
from core.model.event import Event
from core.ports import LogName, LogPage

OVERLAP = timedelta(minutes=10)  # lists lag, and what comes late may stand before what is there already
FRESH = timedelta(seconds=30)  # a webhook with its retries takes 15 s at most
PAGE = 500  # of a list; Twilio gives 1000 at most
SLACK = timedelta(hours=1)  # a list is read on that far behind what is wanted: its order is nowhere promised
LONGEST_CALL = timedelta(hours=4)  # Twilio ends a call then
PORTION = 100  # of entries in one transaction
MOST_MEDIA = 10  # of one message, by Twilio's own limit
API = "https://api.twilio.com"

# The fields of Twilio's webhook about the same thing, when it happened, and now. RejectedError: they cannot be read.
Parse = Callable[[Mapping[str, str], datetime, datetime], tuple[Event, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list. `form` asks Twilio for what the list does not tell, and has the fields of the webhook."""

    sid: str
    at: datetime
    form: Callable[[], Mapping[str, str]]


class Listing(Protocol):
    name: LogName

    def since(self, moment: datetime) -> Iterator[Entry]:
        """Newest first; older ones may be among them: Twilio promises a filter by whole days only."""


class TwilioLog:
    """`core.ports.VendorLog`. The newest comes first, so that a list is read back to the cursor before anything of it
    is told; the cursor is a moment."""

    def __init__(self, listing: Listing, parse: Parse) -> None:
        self._listing, self._parse = listing, parse

    @property
    def name(self) -> LogName:
        return self._listing.name

    def begin(self, now: datetime) -> str:
        return now.isoformat()

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        reached = datetime.fromisoformat(cursor)
        since, until = reached - OVERLAP, now - FRESH
        entries = [entry for entry in self._listing.since(since) if since <= entry.at <= until]
        # Twilio tells whole seconds: what came in the same one keeps its order.
        entries.reverse()
        entries.sort(key=lambda entry: entry.at)
        for first in range(0, len(entries), PORTION):
            portion = entries[first : first + PORTION]
            reached = max(reached, portion[-1].at)
            yield self._told(portion, reached, now)
        yield LogPage(cursor=max(reached, until).isoformat())

    def _told(self, entries: list[Entry], reached: datetime, now: datetime) -> LogPage:
        events: list[Event] = []
        problems: list[str] = []
        for place, entry in enumerate(entries):
            try:
                events += self._parse(entry.form(), entry.at + timedelta(microseconds=place), now)
            except RejectedError as error:
                problems.append(f"{entry.sid}: {error}")
        return LogPage(events=tuple(events), cursor=reached.isoformat(), problems=tuple(problems))


class Messages:
    """Texts and WhatsApp messages to our senders."""

    name = LogName.MESSAGES

    def __init__(self, account: TwilioAccount, client: Client) -> None:
        self._account, self._client = account, client
        self._files: dict[str, dict[str, str]] = {}

    def since(self, moment: datetime) -> Iterator[Entry]:
        senders = [self._account.sender(Channel.SMS)]
        if self._account.whatsapp_sender:
            senders.append(self._account.sender(Channel.WHATSAPP))
        seen: set[str] = set()
        for sender in senders:
            for found in newest_first(
                self.name, self._client.messages, sent_at, moment - SLACK, to=sender, date_sent_after=moment
            ):
                at = sent_at(found)
                if found.direction != "inbound" or at is None or found.status == "receiving":
                    continue
                seen.add(found.sid)
                yield Entry(sid=found.sid, at=at, form=partial(self._form, found))
        # What is read again within the overlap has its files told already; the others are needed no more.
        self._files = {sid: files for sid, files in self._files.items() if sid in seen}

    def _form(self, found: Any) -> Mapping[str, str]:
        fields: dict[str, str] = {
            "MessageSid": found.sid,
            "From": found.from_,
            "To": found.to,
            "Body": found.body or "",
        }
        if str(found.num_media or "0") == "0":
            return fields
        if found.sid not in self._files:
            self._files[found.sid] = self._told_files(found.sid)
        return fields | {"NumMedia": str(found.num_media)} | self._files[found.sid]

    def _told_files(self, sid: str) -> dict[str, str]:
        """Those that are still there."""
        told = {}
        try:
            with translate_errors("read a message's files"):
                for place, file in enumerate(self._client.messages(sid).media.list(limit=MOST_MEDIA)):
                    told[f"MediaUrl{place}"] = API + file.uri.removesuffix(".json")
                    told[f"MediaContentType{place}"] = str(file.content_type)
        except RejectedError:
            return {}
        return told


def sent_at(message: Any) -> datetime | None:
    found: datetime | None = message.date_sent or message.date_created
    return found


class Calls:
    """Calls to our number that are over."""

    name = LogName.CALLS

    def __init__(self, number: str, client: Client) -> None:
        self._number, self._client = number, client

    def since(self, moment: datetime) -> Iterator[Entry]:
        # They stand by when they began.
        oldest = moment - LONGEST_CALL
        for found in newest_first(
            self.name, self._client.calls, lambda call: call.start_time, oldest, to=self._number, end_time_after=moment
        ):
            if found.direction == "inbound" and found.end_time is not None:
                told = {"CallSid": found.sid, "From": str(found._from or ""), "CallStatus": str(found.status)}
                yield Entry(sid=found.sid, at=found.end_time, form=partial(dict, told))


def newest_first(
    name: str, resource: Any, when: Callable[[Any], datetime | None], oldest: datetime, **asked: Any
) -> Iterator[Any]:
    """A list as far back as the page that is wholly `oldest` or older: the filter by time may have left it all in."""
    with translate_errors(f"read {name}"):
        for page in list_pages(name, resource, size=PAGE, **asked):
            rows = list(page)
            yield from rows
            moments = [when(row) for row in rows]
            if rows and all(moment is not None and moment < oldest for moment in moments):
                return
