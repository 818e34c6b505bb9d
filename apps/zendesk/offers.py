"""Ways out that the company's rules allow, offered beside the ticket for the agent to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify

from apps.zendesk.panels import Panel, StoredTicket
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.model.ids import TicketId
from core.ports import Now, Store
from core.scenarios.compute import Offers, Scenario

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferViews:
    """`offers` is None where no order system is set: then there is nothing to choose from."""

    store: Store
    offers: Offers | None
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/scenarios", "GET", self.scenarios),
            Route("tickets/<ticket_id>/scenarios/<order_id>/<rule>/chosen", "POST", self.chosen),
        )

    def scenarios(self, _: Visitor, ticket_id: str) -> Response:
        """What may be offered now, computed from the orders as they are at this moment."""
        found = self._find(ticket_id)
        return jsonify({"scenarios": [_view(scenario) for scenario in found]})

    def chosen(self, who: Visitor, ticket_id: str, order_id: str, rule: str) -> Response:
        """The agent took one: it is written down with its sum. Refused when it is not open any more."""
        match = [s for s in self._find(ticket_id) if (s.order_id, s.rule) == (order_id, rule) and not s.closed]
        if not match or self.offers is None:
            raise RejectedError("This is not open any more; look at the order again.")
        (scenario,) = match
        facts = {
            "ticket": ticket_id,
            "order": order_id,
            "rule": rule,
            "rules": self.offers.rules.version,
            "amount": f"{scenario.amount} {scenario.currency}" if scenario.amount is not None else "",
            "approval": scenario.approval,
            "by": who.name,
        }
        with self.store.begin() as unit:
            unit.ledger.append("scenario_chosen", facts, self.now())
        return Response(status=204)

    def panels(self) -> Mapping[str, Panel]:
        return {"scenarios": self._none}

    def _none(self, stored: StoredTicket) -> Json | None:
        """None where the order system has to be asked: nothing else that is asked for waits for that."""
        decision = stored.decision
        asks = self.offers is not None and decision is not None and self.offers.concern(decision.signals)
        return None if asks else {"scenarios": []}

    def _find(self, ticket_id: str) -> tuple[Scenario, ...]:
        with self.store.read() as unit:
            stored = StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=self.now())
            decision, customer = stored.decision, stored.customer
        if self.offers is None or decision is None or customer is None:
            return ()
        # Outside the transaction: the order system may be slow.
        spoken = decision.signals.language.value
        return self.offers.to(customer, decision.signals, spoken if spoken != "unknown" else customer.locale[:2])


def _view(scenario: Scenario) -> Json:
    return {
        "order": scenario.order_id,
        "rule": scenario.rule,
        "label": scenario.label,
        "closed": scenario.closed,
        "supposes": scenario.supposes,
        "source": scenario.source,
        "amount": f"{scenario.amount} {scenario.currency}" if scenario.amount is not None else None,
        "steps": [{"label": step.label, "amount": f"{step.amount} {scenario.currency}"} for step in scenario.steps],
        "approval": scenario.approval,
        "text": " ".join(sentence.text for sentence in scenario.sentences),
    }
