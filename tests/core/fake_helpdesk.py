"""A helpdesk that one can read, and break on purpose."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from core.errors import HandrailError, RejectedError
from core.model.customer import Channel
from core.model.helpdesk import Comment, Person, Receipt, SideConversation, Team, Ticket
from core.model.ids import TicketId
from core.model.knowledge import Article, Changes
from core.ports import Now

T = TypeVar("T")


class Unreliable:
    """A vendor whose next requests can be made to fail, before or after the work was done."""

    def __init__(self) -> None:
        self._faults: list[tuple[HandrailError, bool]] = []
        self._turn = threading.Lock()

    def fail(self, error: HandrailError, *, after_doing: bool = False, times: int = 1) -> None:
        self._faults += [(error, after_doing)] * times

    def _asked(self, act: Callable[[], T]) -> T:
        with self._turn:
            if not self._faults:
                return act()
            error, done = self._faults.pop(0)
            if done:
                act()
        raise error


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One change of a ticket, as the audit shows it."""

    ticket_id: str
    key: str
    ref: str
    changes: Mapping[str, Any]


@dataclass
class FakeHelpdesk(Unreliable):
    """`fail` breaks writes and look-ups, `fail_reading` the reading of tickets and people."""

    name = "fake help center"
    origin = "zendesk"
    trusted = True

    now: Now
    tickets: dict[str, Ticket] = field(default_factory=dict)
    staff: dict[str, Person] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    groups: list[str] = field(default_factory=lambda: ["Customer care", "Billing", "Technical support", "Specialists"])
    members: dict[str, list[Person]] = field(default_factory=dict)
    sides: dict[str, SideConversation] = field(default_factory=dict)
    library: list[Article] = field(default_factory=list)

    def __post_init__(self) -> None:
        Unreliable.__init__(self)
        self.readings = Unreliable()
        self.siding = Unreliable()  # the opening of side conversations
        self._opened: dict[str, str] = {}

    def fail_reading(self, error: HandrailError, *, times: int = 1) -> None:
        self.readings.fail(error, times=times)

    # what people do there

    def adds(self, person: Person) -> Person:
        self.staff[person.id] = person
        return person

    def writes_in(
        self, requester: Person, subject: str, text: str, *, channel: Channel = Channel.EMAIL, ticket_id: str = ""
    ) -> TicketId:
        """A customer opens a ticket."""
        name = TicketId(ticket_id or str(100 + len(self.tickets)))
        self.tickets[name] = Ticket(
            id=name,
            subject=subject,
            status="new",
            requester_id=requester.id,
            updated_at=self.now(),
            updated_stamp=self.now().isoformat(),
            channel=channel,
        )
        self.says(name, requester, text, channel=channel)
        return name

    def says(
        self,
        ticket_id: str,
        author: Person,
        text: str,
        *,
        public: bool = True,
        ours: bool = False,
        channel: Channel = Channel.EMAIL,
        status: str = "",
    ) -> Comment:
        ticket = self.tickets[ticket_id]
        comment = Comment(
            id=f"{ticket_id}-{len(ticket.comments) + 1}",
            author_id=author.id,
            text=text,
            public=public,
            at=self.now(),
            channel=channel,
            ours=ours,
        )
        self._change(ticket_id, comments=(*ticket.comments, comment), **({"status": status} if status else {}))
        return comment

    def becomes(self, ticket_id: str, status: str) -> None:
        self._change(ticket_id, status=status)

    def _change(self, ticket_id: str, **changes: Any) -> None:
        stamp = self.now()
        known = self.tickets[ticket_id]
        self.tickets[ticket_id] = replace(known, updated_at=stamp, updated_stamp=stamp.isoformat(), **changes)

    # core.ports.Helpdesk

    def ticket(self, ticket_id: TicketId) -> Ticket:
        return self.readings._asked(lambda: _found(self.tickets, ticket_id, "ticket"))

    def person(self, person_id: str) -> Person:
        return self.readings._asked(lambda: _found(self.staff, person_id, "user"))

    def teams(self) -> list[Team]:
        return [Team(id=f"group-{name}", name=name, members=tuple(self.members.get(name, ()))) for name in self.groups]

    def reply(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        public: bool,
        key: str,
        facts: Mapping[str, Any],
        author_id: str | None = None,
    ) -> Receipt:
        changes = {"comment": text, "public": public, "facts": dict(facts)}
        changes |= {"author_id": author_id} if author_id else {}
        return self._asked(lambda: self._written(ticket_id, key, changes))

    def update(
        self,
        ticket_id: TicketId,
        *,
        key: str,
        group_id: str | None = None,
        assignee_id: str | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        fields: Mapping[str, str] | None = None,
        note: str | None = None,
        status: str | None = None,
        priority: str | None = None,
    ) -> Receipt:
        given = {
            "group_id": group_id,
            "assignee_id": assignee_id,
            "add_tags": list(add_tags),
            "remove_tags": list(remove_tags),
            "fields": fields,
            "note": note,
            "status": status,
            "priority": priority,
        }
        changes = {name: value for name, value in given.items() if value}
        return self._asked(lambda: self._written(ticket_id, key, changes))

    def _written(self, ticket_id: str, key: str, changes: Mapping[str, Any]) -> Receipt:
        _found(self.tickets, ticket_id, "ticket")
        text = changes.get("comment") or changes.get("note")
        bot = self.staff.setdefault("bot", Person(id="bot", name="Handrail", role="admin"))
        if text:
            self.says(ticket_id, bot, str(text), public=bool(changes.get("public")), ours=True)
        if "status" in changes:
            self.becomes(ticket_id, str(changes["status"]))
        write = Write(ticket_id=ticket_id, key=key, ref=f"audit-{len(self.writes) + 1}", changes=changes)
        self.writes.append(write)
        return Receipt(ref=write.ref, at=self.now())

    def attach(self, ticket_id: TicketId, text: str, files: Sequence[tuple[str, str, bytes]], *, key: str) -> Receipt:
        changes = {"note": text, "files": [name for name, _, _ in files]}
        return self._asked(lambda: self._written(ticket_id, key, changes))

    def open_ticket(
        self,
        *,
        subject: str,
        text: str,
        requester_id: str | None,
        name: str,
        phone: str | None,
        key: str,
        tags: Sequence[str] = (),
    ) -> Receipt:
        return self._asked(lambda: self._open(subject, text, requester_id, name, phone, key))

    def _open(
        self, subject: str, text: str, requester_id: str | None, name: str, phone: str | None, key: str
    ) -> Receipt:
        if key not in self._opened:
            if requester_id is None:
                requester_id = f"user-{phone or key}"
                self.adds(Person(id=requester_id, name=name, role="end-user", phone=phone))
            requester = _found(self.staff, requester_id, "user")
            ticket_id = str(900 + len(self._opened))
            self.tickets[ticket_id] = Ticket(
                id=TicketId(ticket_id),
                subject=subject,
                status="new",
                requester_id=requester.id,
                updated_at=self.now(),
                updated_stamp=self.now().isoformat(),
            )
            self.says(ticket_id, requester, text, ours=True)
            self._opened[key] = ticket_id
        return Receipt(ref=self._opened[key], at=self.now())

    def open_side_conversation(self, ticket_id: TicketId, *, to: str, subject: str, text: str, key: str) -> Receipt:
        def opened() -> Receipt:
            _found(self.tickets, ticket_id, "ticket")
            ref, now = f"side-{len(self.sides) + 1}", self.now()
            self.sides[ref] = SideConversation(id=ref, open=True, created_at=now, spoken_at=now, state_at=now)
            changes = {"side": ref, "to": to, "subject": subject, "text": text}
            self.writes.append(Write(ticket_id=ticket_id, key=key, ref=ref, changes=changes))
            return Receipt(ref=ref, at=now)

        return self.siding._asked(opened)

    def find_side_conversation(self, ticket_id: TicketId, key: str) -> Receipt | None:
        return self.find_write(ticket_id, key)

    def draft_article(self, title: str, text: str, *, near: str, locale: str, key: str) -> Receipt:
        def drafted() -> Receipt:
            ref, changes = (
                f"draft-{len(self.writes) + 1}",
                {"title": title, "text": text, "near": near, "locale": locale},
            )
            self.writes.append(Write(ticket_id=TicketId(""), key=key, ref=ref, changes=changes))
            return Receipt(ref=ref, at=self.now())

        return self._asked(drafted)

    def find_article_draft(self, key: str) -> Receipt | None:
        return self.find_write(TicketId(""), key)

    def side_conversation(self, ticket_id: TicketId, ref: str) -> SideConversation:
        return self.readings._asked(lambda: _found(self.sides, ref, "side conversation"))

    def find_write(self, ticket_id: TicketId, key: str) -> Receipt | None:
        return self._asked(lambda: next((Receipt(ref=w.ref) for w in self.writes if w.key == key), None))

    def changes(self, cursor: str | None, known: Collection[str]) -> Iterator[Changes]:
        taken = int(cursor or 0)
        yield Changes(articles=tuple(self.library[taken:]), cursor=str(len(self.library)))

    def people(self, cursor: str | None) -> tuple[list[Person], str]:
        return self.readings._asked(lambda: (list(self.staff.values()), "all"))

    # for tests to look at

    def comments(self, ticket_id: str, *, public: bool) -> list[str]:
        return [c.text for c in self.tickets[ticket_id].comments if c.public is public]


def _found(rows: Mapping[str, T], name: str, what: str) -> T:
    if name not in rows:
        raise RejectedError(f"there is no {what} {name}", code="404")
    return rows[name]
