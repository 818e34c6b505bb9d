"""Finished tickets with all that was said on them, from the account or from a file of Zendesk's own JSON export.

Personal data are taken out as they are read: nobody after this page sees a name, an address or a number.
"""

import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, cast

from connectors.faults import MalformedAnswerError
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.brands import Brands
from connectors.zendesk.records import Record
from connectors.zendesk.solved import SOLVED, STAFF, names_of
from core.errors import ConfigurationError, HandrailError
from core.measure.history.past import PastTicket
from core.model.helpdesk import Comment, Person
from core.model.knowledge import Problem
from core.privacy.mask import redact

LIST = "/api/v2/tickets.json?include=users,groups,metric_sets&sort=-id&page[size]=100"
COMMENTS = "/api/v2/tickets/{}/comments.json?include=users&page[size]=100"
LARGEST = 20_000_000  # bytes of a line


class PastTickets:
    """The account's newest finished tickets: a request for each, and one for a hundred of the list. It only reads."""

    def __init__(
        self, api: ZendeskApi, *, total_wait: timedelta = timedelta(0), sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._api, self._brands = api, Brands(api)
        self._pages = Pages(api, total_wait=total_wait, sleep=sleep)

    def newest(self, count: int) -> Iterator[PastTicket | Problem]:
        """Up to `count` of them, the newest first; those that make no sense are told and not counted."""
        left = count
        for body in self._pages.bodies(LIST, "tickets"):
            groups = _by_id(body, "groups")
            metrics = {str(each.get("ticket_id")): each for each in _listed(body, "metric_sets")}
            for record in body["tickets"]:
                if left < 1:
                    return
                if str(record.get("status")) not in SOLVED:
                    continue
                found = self._one(record, groups, metrics)
                left -= not isinstance(found, Problem)
                yield found

    @cached_property
    def _ourselves(self) -> str:
        return records.number(records.part(self._pages.body("/api/v2/users/me.json"), "user"), "id")

    def _one(self, record: Record, groups: Mapping[str, Record], metrics: Mapping[str, Record]) -> PastTicket | Problem:
        number = str(record.get("id"))
        try:
            bodies = list(self._pages.bodies(COMMENTS.format(number), "comments", "users"))
            whole = {
                **record,
                "comments": [each for body in bodies for each in body["comments"]],
                "users": [each for body in bodies for each in body["users"]],
                "group": groups.get(str(record.get("group_id"))),
                "metric_set": metrics.get(number),
                "url": f"{self._api.account.origin}/agent/tickets/{number}",
            }
            brand = self._brands.name(records.reference(record, "brand_id"))
            return past_ticket(whole, brand, self._ourselves)
        except (MalformedAnswerError, HandrailError) as error:
            return Problem(subject=f"ticket {number}", reason=str(error))


def tickets_from(path: Path) -> Iterator[PastTicket | Problem]:
    """The finished tickets of a file, one JSON object a line as Zendesk's export writes them; plain or .gz. What is not
    finished is passed over, what cannot be read is told.

    Raises ConfigurationError where the file itself cannot be read."""
    for number, line in _lines(path):
        where = f"{path.name}: line {number}"
        try:
            if len(line) > LARGEST:
                raise MalformedAnswerError(f"longer than {LARGEST // 1_000_000} MB")
            record = json.loads(line)
            if not isinstance(record, Mapping):
                raise MalformedAnswerError("not a JSON object")
            if str(record.get("status") or "solved") in SOLVED:
                yield past_ticket(record)
        except (MalformedAnswerError, ValueError, RecursionError) as error:
            yield Problem(subject=where, reason=str(error))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _opened(path) as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


# ------------------------------------------------------------------


def past_ticket(record: Record, brand: str = "", ourselves: str = "") -> PastTicket:
    """One ticket with its `comments`. Who wrote is told by `users`, or by `requester`, `assignee` and `author` objects;
    of whom neither tells, the requester is the customer and everybody else an agent. `ourselves` is the id of the
    integration user, whose comments are no agent's.

    Raises MalformedAnswerError."""
    described = list(_people(record))
    hidden = names_of(described)
    requester = records.part(record, "requester")
    record = {
        "updated_at": record.get("created_at"),
        "status": "solved",
        **record,
        "requester_id": record.get("requester_id") or requester.get("id"),
    }
    comments = tuple(
        replace(each, text=redact(each.text, known=hidden), attachments=())
        for each in _comments(record, ourselves)
        if each.text.strip()
    )
    if not comments:
        raise MalformedAnswerError("has no comments")
    ticket = records.ticket(record, comments, brand=brand)
    metrics = records.part(record, "metric_set")
    return PastTicket(
        ticket=replace(ticket, subject=redact(ticket.subject, known=hidden)),
        people=_roles(described, record, comments),
        opened_at=records.moment(records.text(record, "created_at")),
        url=_url(record),
        group=records.words(records.part(record, "group"), "name"),
        passed=_less_one(metrics.get("group_stations")),
        reopened=_count(metrics.get("reopens")),
        minutes=_minutes(record),
    )


def _comments(record: Record, ourselves: str) -> Iterator[Comment]:
    for each in records.items(record, "comments"):
        if not isinstance(each, Mapping):
            raise MalformedAnswerError("a comment is not an object")
        author = records.part(each, "author")
        row = {**each, "author_id": each.get("author_id") or author.get("id")}
        ours = records.mark(each) is not None or str(row["author_id"]) == ourselves
        yield records.comment(row, ours=ours)


def _people(record: Record) -> Iterator[Record]:
    """Everybody whom the record describes, each once; some of them only by an id and a role."""
    seen: set[str] = set()
    named = [records.part(record, name) for name in ("requester", "submitter", "assignee")]
    authors = [records.part(each, "author") for each in records.items(record, "comments") if isinstance(each, Mapping)]
    for each in (*_listed(record, "users"), *_listed(record, "collaborator"), *named, *authors):
        number = str(each.get("id") or "")
        if number and number not in seen:
            seen.add(number)
            yield each


def _roles(described: Iterable[Record], record: Record, comments: Iterable[Comment]) -> dict[str, Person]:
    """Who wrote, without their names: whether they are a customer is all that is asked."""
    known = {str(each["id"]): each for each in described}
    requester = records.number(record, "requester_id")
    people: dict[str, Person] = {}
    for number in dict.fromkeys((requester, *(each.author_id for each in comments))):
        row = known.get(number, {})
        role = records.words(row, "role") or ("end-user" if number == requester else "agent")
        locale = records.words(row, "locale").lower() or "en"
        people[number] = Person(id=number, name="", role=role if role in STAFF else "end-user", locale=locale)
    return people


def _listed(body: Record, name: str) -> list[Record]:
    return [each for each in records.items(body, name) if isinstance(each, Mapping)]


def _by_id(body: Record, name: str) -> dict[str, Record]:
    return {str(each.get("id")): each for each in _listed(body, name)}


def _url(record: Record) -> str:
    """Where a person opens it; the export names the API's address of it."""
    url = records.words(record, "url")
    if "/api/v2/tickets/" not in url:
        return url
    return url.replace("/api/v2/tickets/", "/agent/tickets/").removesuffix(".json")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _less_one(value: object) -> int | None:
    """How often it was passed on, of how many teams had it."""
    count = _count(value)
    return None if count is None else max(0, count - 1)


def _minutes(record: Record) -> float | None:
    """What agents spent on it, where a time tracking app wrote it down and the file was given it as `minutes`."""
    value = record.get("minutes")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
