"""The panels beside a ticket in one answer, all built from the ticket as the store has it in that moment: a page that
opens asks for all of them at once."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from flask import Response, request

from apps.zendesk.parts import Route, fault
from apps.zendesk.session import Visitor
from core.assist.elsewhere import other_conversations
from core.errors import HandrailError, RejectedError
from core.model.conversation import Conversation, Message
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.ids import TicketId
from core.ports import Now, Store, TicketAccess, Unit

UNSEEN = "Handrail has not seen this ticket yet."
MayRead = Callable[[TicketId], bool]


def readable_by(who: Visitor, access: TicketAccess) -> MayRead:
    """Which tickets besides the one that is open are shown to a visitor."""

    def may_read(ticket_id: TicketId) -> bool:
        try:
            return access.may_read(who.agent_id, ticket_id)
        except HandrailError:
            return False  # one line less is better than one that is not theirs to see

    return may_read


def may_be_shown(suggestion: Mapping[str, Any], may_read: MayRead) -> bool:
    """Whether whoever looks may read all tickets of the other conversation: merged they see all of it."""
    return all(may_read(ticket) for ticket in suggestion["tickets"])


def _none(_: TicketId) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class StoredTicket:
    """Each thing is read when it is first asked for, and once. RejectedError for a ticket that is not stored.
    `may_read` says which other tickets whoever asks, the `reader`, is shown."""

    unit: Unit
    ticket_id: TicketId
    now: datetime
    may_read: MayRead = _none
    reader: Visitor | None = None

    @cached_property
    def conversation(self) -> Conversation:
        found = self.unit.conversations.by_ticket(self.ticket_id)
        if found is None:
            raise RejectedError(UNSEEN)
        return found

    @cached_property
    def customer(self) -> Customer | None:
        return self.unit.customers.get(self.conversation.customer_id)

    @property
    def known_customer(self) -> Customer:
        """RejectedError where nobody is known yet."""
        if self.customer is None:
            raise RejectedError(UNSEEN)
        return self.customer

    @cached_property
    def timeline(self) -> Sequence[Message]:
        """Oldest first."""
        return self.unit.conversations.messages(self.conversation.id)

    @cached_property
    def decision(self) -> Decision | None:
        """The newest one."""
        return self.unit.decisions.latest(self.conversation.id)

    @cached_property
    def others(self) -> Sequence[Conversation]:
        """The customer's other conversations that whoever asks may read, newest first. What has no ticket yet is no
        team's alone."""
        found = other_conversations(self.unit, self.conversation, self.now)
        return [each for each in found if each.ticket_id is None or self.may_read(each.ticket_id)]


def read_ticket(unit: Unit, who: Visitor, ticket_id: str, access: TicketAccess, now: datetime) -> StoredTicket:
    """The ticket with what whoever asks is shown beside it."""
    may_read = readable_by(who, access)
    return StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=now, may_read=may_read, reader=who)


# What one request of its own would have answered; None: that one has to be made, because it may take long.
Panel = Callable[[StoredTicket], Mapping[str, Any] | None]
LATER = {"later": True}


class PanelPart(Protocol):
    """A part that knows something beside the ticket."""

    def panels(self) -> Mapping[str, Panel]: ...


def panels_of(parts: Iterable[PanelPart]) -> Mapping[str, Panel]:
    return {name: panel for part in parts for name, panel in part.panels().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """`panels` by the name under which they are asked for."""

    store: Store
    access: TicketAccess
    now: Now
    panels: Mapping[str, Panel]

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>/beside", "GET", self.beside),)

    def beside(self, who: Visitor, ticket_id: str) -> Response:
        """Those that `of` names, separated by commas. One that fails says so in its own place; the others are told."""
        wanted = [name for name in request.args.get("of", "").split(",") if name in self.panels]
        with self.store.read() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            found = {name: _answer(self.panels[name], stored) for name in wanted} if stored.conversation else {}
        return Response(json.dumps(found, separators=(",", ":")), mimetype="application/json")


def _answer(panel: Panel, stored: StoredTicket) -> Mapping[str, Any]:
    try:
        found = panel(stored)
    except HandrailError as error:
        return {"error": fault(error)[1]}
    return LATER if found is None else found
