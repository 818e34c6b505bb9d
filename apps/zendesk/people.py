"""Who the customer is: what is known from where, who may be the same person, what was merged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.panels import Panel, StoredTicket
from apps.zendesk.parts import PRINTABLE, Route, read_body, read_name
from apps.zendesk.session import Visitor
from core.context.reader import case_of
from core.errors import RejectedError
from core.model.customer import Customer
from core.model.ids import CustomerId, TicketId
from core.model.profile import Asked, Merge, ProfileFact
from core.policy import Policy
from core.ports import Now, Store, Unit
from core.procedure.verify_identity import strongest_proof
from core.profile.facts import Known, write_fact
from core.profile.gather import Sources
from core.profile.identity import profile_of
from core.profile.likely import Proposal, proposals
from core.profile.merge import choose_kept, merge, unmerge

Json = dict[str, Any]


class FactSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True, validate=[validate.Length(min=1, max=60), PRINTABLE])
    value = fields.String(required=True, validate=validate.Length(max=300))


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    store: Store
    sources: Callable[[], Sources]
    policy: Callable[[], Policy]
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/profile", "GET", self.profile),
            Route("tickets/<ticket_id>/profile/facts", "POST", self.write),
            Route("tickets/<ticket_id>/profile/merge", "POST", self.merge),
            Route("tickets/<ticket_id>/profile/unmerge", "POST", self.unmerge),
            Route("tickets/<ticket_id>/profile/different", "POST", self.different),
        )

    def panels(self) -> Mapping[str, Panel]:
        return {"profile": self._at_once}

    def profile(self, _: Visitor, ticket_id: str) -> Response:
        """As it is now; systems that have not been asked lately are asked, and not waited for long."""
        with self.store.read() as unit:
            customer = self._read_ticket(unit, ticket_id).known_customer
        self.sources().refresh(customer)
        return self._show(ticket_id)

    def write(self, who: Visitor, ticket_id: str) -> Response:
        """The agent's word on a fact; an empty one takes it away."""
        wish = FactSchema().load(read_body())
        with self.store.begin() as unit:
            customer = self._read_ticket(unit, ticket_id).known_customer
            write_fact(unit, customer.id, wish["name"], wish["value"], who.name, self.now())
        return self._show(ticket_id)

    def merge(self, who: Visitor, ticket_id: str) -> Response:
        """The proposed person and this one are one. RejectedError for somebody who is not proposed."""
        other = read_name("other")
        with self.store.begin() as unit:
            here, found = self._find_proposal(unit, ticket_id, other)
            kept, merged = choose_kept(here, found.customer)
            why = ", ".join(link.kind for link in found.links)
            merge(unit, kept.id, merged.id, who.name, why, self.now())
        return self._show(ticket_id)

    def unmerge(self, who: Visitor, ticket_id: str) -> Response:
        name = read_name("merge")
        with self.store.begin() as unit:
            customer = self._read_ticket(unit, ticket_id).known_customer
            if name not in {made.id for made in unit.merges.of_customer(customer.id)}:
                raise RejectedError("There is nothing to undo here.")
            unmerge(unit, name, who.name, self.now())
        return self._show(ticket_id)

    def different(self, who: Visitor, ticket_id: str) -> Response:
        """The proposed person is somebody else, and is not proposed again."""
        other = read_name("other")
        with self.store.begin() as unit:
            here, found = self._find_proposal(unit, ticket_id, other)
            unit.merges.different(here.id, found.customer.id, who.name, self.now())
            facts = {"one": here.id, "other": found.customer.id, "by": who.name}
            unit.ledger.append("different_people", facts, self.now())
        return self._show(ticket_id)

    def _proof(self, stored: StoredTicket) -> Json:
        """What proves, as the policy asks for, who wrote last here, and until when."""
        case = case_of(stored.unit, stored.known_customer, stored.conversation, stored.now)
        found, code = strongest_proof(case, self.policy()), case.proving.code
        return {
            "by": found.by if found else None,
            "until": found.until.isoformat() if found and found.until else None,
            "waiting": found is None and code is not None and code.open(stored.now),
        }

    def _find_proposal(self, unit: Unit, ticket_id: str, other: str) -> tuple[Customer, Proposal]:
        here = self._read_ticket(unit, ticket_id).known_customer
        found = next((each for each in proposals(unit, here) if each.customer.id == CustomerId(other)), None)
        if found is None:
            raise RejectedError("This person is not proposed any more.")
        return here, found

    def _at_once(self, stored: StoredTicket) -> Json | None:
        """None where a system has to be asked: nothing else that is asked for waits for that."""
        return None if self.sources().stale(stored.unit, stored.known_customer) else self._view(stored)

    def _show(self, ticket_id: str) -> Response:
        with self.store.read() as unit:
            return jsonify(self._view(self._read_ticket(unit, ticket_id)))

    def _read_ticket(self, unit: Unit, ticket_id: str) -> StoredTicket:
        return StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=self.now())

    def _view(self, stored: StoredTicket) -> Json:
        customer = stored.known_customer
        found = profile_of(stored.unit, customer, stored.now)
        return {
            "facts": [_known_view(known) for known in found.known],
            "asked": [_asked_view(answer) for answer in found.asked],
            "proved": self._proof(stored),
            "merges": [_merged_view(made, other) for made, other in found.merges],
            "proposals": [_proposal(each) for each in proposals(stored.unit, customer)],
        }


def _known_view(known: Known) -> Json:
    return {**_fact(known.fact), "others": [_fact(other) for other in known.others]}


def _fact(fact: ProfileFact) -> Json:
    return {
        "name": fact.name,
        "label": fact.name.replace("_", " ").capitalize(),
        "value": fact.value,
        "source": fact.source,
        "at": fact.at.isoformat(),
        "by": fact.by,
        "message": fact.evidence or None,
    }


def _asked_view(answer: Asked) -> Json:
    return {"source": answer.source, "at": answer.at.isoformat(), "problem": answer.problem}


def _merged_view(made: Merge, other: Customer) -> Json:
    conversations = len(made.moved.conversations)
    return {
        "id": made.id,
        "name": other.name,
        "at": made.at.isoformat(),
        "by": made.by,
        "conversations": conversations,
    }


def _proposal(found: Proposal) -> Json:
    other = found.customer
    return {
        "id": other.id,
        "name": other.name,
        "email": other.email,
        "phone": other.phone,
        "tier": other.tier,
        "likeness": round(found.similarity, 2),
        "links": [{"kind": link.kind, "value": link.value, "message": link.ref or None} for link in found.links],
    }
