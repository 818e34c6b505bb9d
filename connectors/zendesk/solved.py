"""Solved tickets as articles for agents: what customers asked, and what a person wrote back in public.

Nothing of it is ever quoted to a customer (it is marked internal), and who it was about is taken out before it is
stored. A ticket that is reopened, deleted or no longer answered in public is gone again.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property

from connectors.faults import MalformedAnswerError
from connectors.paging import Trail
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.brands import Brands
from connectors.zendesk.records import Record
from core.errors import RejectedError
from core.model.ids import ArticleId
from core.model.knowledge import Article, Audience, Changes, Problem
from core.privacy.mask import redact
from core.privacy.personal import Kind, Known

EXPORT = "/api/v2/incremental/tickets/cursor.json"
BACK = timedelta(days=180)  # how far back the first reading goes; older answers are seldom today's
A_PART = 50  # tickets read between two cursors: what a broken reading repeats at most
SOLVED = frozenset({"solved", "closed"})
STAFF = frozenset({"agent", "admin"})


class SolvedTickets:
    """Implements `core.ports.Source`. A solved ticket costs one request, once; the export ten a minute at most."""

    name = "zendesk solved tickets"
    origin = "zendesk_tickets"
    trusted = True  # the export tells of deleted tickets too

    def __init__(
        self,
        api: ZendeskApi,
        *,
        brands: Brands | None = None,
        total_wait: timedelta = timedelta(0),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api, self._brands = api, brands or Brands(api)
        self._pages = Pages(api, total_wait=total_wait, sleep=sleep)

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        """Every part can be gone on with: a cursor of the export, and how many of its page are done."""
        position, _, done = (cursor or "").rpartition(" ")
        path = f"{EXPORT}?cursor={position}" if position else f"{EXPORT}?start_time={self._start()}"
        skipped = int(done or 0)
        seen: set[str] = set()
        trail = Trail("solved tickets")
        while True:
            trail.follow(path)
            body = self._pages.body(path, "tickets")
            tickets = body["tickets"]
            for first in range(skipped, len(tickets), A_PART):
                last = first + A_PART
                part = self._part(tickets[first:last], known, f"{position} {last}" if position else None, len(tickets))
                seen |= {article.id for article in part.articles}
                yield part
            after = records.words(body, "after_cursor")
            if after:
                position, skipped = after, 0
                yield Changes(cursor=f"{position} 0")
            if body.get("end_of_stream", True) or not after:
                break
            path = f"{EXPORT}?cursor={position}"
        if cursor is None:
            yield Changes(gone=tuple(each for each in known if each not in seen))

    def _start(self) -> int:
        return int((self._api.now() - BACK).timestamp())

    def _part(self, tickets: list[Record], known: Collection[str], cursor: str | None, expected: int) -> Changes:
        articles: list[Article] = []
        gone: list[str] = []
        problems: list[Problem] = []
        for ticket in tickets:
            number = str(ticket.get("id"))
            try:
                found = self._article(ticket) if str(ticket.get("status")) in SOLVED else None
            except (MalformedAnswerError, RejectedError) as error:
                problems.append(Problem(subject=f"ticket {number}", reason=str(error)))
                continue
            if found is not None:
                articles.append(found)
            elif ticket_article(number) in known:
                gone.append(ticket_article(number))
        return Changes(
            articles=tuple(articles), gone=tuple(gone), problems=tuple(problems), cursor=cursor, expected=expected
        )

    @cached_property
    def _ourselves(self) -> str:
        """What the integration user wrote, Handrail wrote."""
        body = self._pages.body("/api/v2/users/me.json")
        return records.number(records.part(body, "user"), "id")

    def _article(self, ticket: Record) -> Article | None:
        """None where no person answered in public."""
        number = records.number(ticket, "id")
        path = f"/api/v2/tickets/{number}/comments.json?include=users&page[size]=100"
        body = self._pages.body(path, "comments", "users")
        people = {str(user.get("id")): user for user in body["users"]}
        comments = [
            each
            for each in body["comments"]
            if each.get("public") and records.number(each, "author_id") != self._ourselves
        ]
        asked, answered = what_was_said(comments, people)
        if not asked or not answered:
            return None
        hidden = names_of(people.values())
        requester = people.get(str(ticket.get("requester_id")), {})
        text = f"## Question\n\n{redact(asked, known=hidden)}\n\n## Answer\n\n{redact(answered, known=hidden)}"
        return Article(
            id=ticket_article(number),
            title=redact(records.words(ticket, "subject") or f"Ticket {number}", known=hidden),
            text=text,
            url=f"{self._api.account.origin}/agent/tickets/{number}",
            section="Solved tickets",
            locale=records.words(requester, "locale").lower() or "en",
            audience=Audience.INTERNAL,
            updated_at=records.moment(records.text(comments[-1], "created_at")),
            origin=self.origin,
            brand=self._brands.name(records.reference(ticket, "brand_id")),
        )


def ticket_article(number: str) -> ArticleId:
    return ArticleId(f"zendesk:ticket:{number}")


def what_was_said(comments: Iterable[Record], people: Mapping[str, Record]) -> tuple[str, str]:
    """The customer's first message, and all that staff answered to it."""
    asked, answered = "", []
    for comment in comments:
        role = str(people.get(str(comment.get("author_id")), {}).get("role"))
        words = records.comment(comment, ours=False).text.strip()
        if role not in STAFF:
            asked = asked or words
        elif asked and words:
            answered.append(words)
    return asked, "\n\n".join(answered)


def names_of(people: Iterable[Record]) -> tuple[Known, ...]:
    """Everybody's name, whole and in its parts, address and number, to be taken out."""
    found: list[Known] = []
    for user in people:
        name = records.words(user, "name")
        found += [Known(kind=Kind.NAME, value=each) for each in (name, *name.split()) if len(each) > 2]
        found += [Known(kind=Kind.EMAIL, value=str(user["email"])) for _ in (1,) if user.get("email")]
        found += [Known(kind=Kind.PHONE, value=str(user["phone"])) for _ in (1,) if user.get("phone")]
    return tuple(dict.fromkeys(found))
