"""A decided ticket becomes a case of the regression suite or a training exercise, by one press of who leads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, jsonify

from apps.suite import decided_of, expected
from apps.train.matters import promote
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.model.conversation import Role
from core.model.suite import NOTHING_DECIDED, KeptCase
from core.ports import Now, Store, Unit

NOTHING_SAID = "The customer has said nothing in it that could be decided anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteCases:
    """They are kept in the database and not as files: the suite may run on another machine than the web process."""

    store: Store
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/suite", "POST", self.keep, "lead"),
            Route("tickets/<ticket_id>/training", "POST", self.train, "lead"),
        )

    def keep(self, who: Visitor, ticket_id: str) -> Response:
        """What was decided last is expected from now on, as by `handrail suite add`. `fresh` is false where the ticket
        is a case already, which stays as it is."""
        with self.store.begin() as unit:
            case, fresh = self._kept(unit, who, ticket_id)
        action = case.case["expect"].get("action", "")
        return jsonify(name=case.name, by=case.by, at=case.at.isoformat(), action=action, fresh=fresh)

    def train(self, who: Visitor, ticket_id: str) -> Response:
        """Agents practise on what an agent answered last, as by `handrail train keep`. `fresh` is false where they do
        already."""
        with self.store.begin() as unit:
            kept, fresh = promote(unit, ticket_id, who.name, self.now())
        return jsonify(name=kept.name, by=kept.training["by"], at=kept.training["at"], fresh=fresh)

    def _kept(self, unit: Unit, who: Visitor, ticket_id: str) -> tuple[KeptCase, bool]:
        """RejectedError where nothing was decided, or nothing that could be decided anew."""
        decided = decided_of(unit, ticket_id)
        if decided is None:
            raise RejectedError(NOTHING_DECIDED)
        before = unit.suite.get(decided.name)
        if before is not None and before.case:
            return before, False
        row = decided.case(decided.name, "", expected(decided.decision, None, "", (), ()))
        if not any(message["role"] == Role.CUSTOMER for message in row["conversation"]["messages"]):
            raise RejectedError(NOTHING_SAID)
        made = KeptCase(
            name=decided.name, conversation_id=decided.conversation.id, case=row, by=who.name, at=self.now()
        )
        unit.suite.save(made if before is None else replace(made, training=before.training))
        facts = {"case": made.name, "conversation": made.conversation_id, "by": who.name}
        unit.ledger.append("suite_case_kept", facts, made.at)
        return made, True
