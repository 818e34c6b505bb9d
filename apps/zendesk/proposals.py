"""What is proposed because agents changed drafts alike, for those who lead: each with its evidence, accepted, edited or
refused by those whom the policy lets decide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.parts import Looked, Route, read_body, refusal
from apps.zendesk.session import Visitor
from core.errors import HandrailError, RejectedError
from core.govern.approvers import approver_of
from core.model.lesson import Evidence, Proposal, ProposalState, best
from core.policy import Policy
from core.ports import ProposalRulings, Staff, Store

Json = dict[str, Any]
MOST = 100
LONGEST_WORDS, LONGEST_WHY = 20_000, 300
NOT_YOURS = "Only the people whom the policy names may decide this; nothing was changed."


class ListSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    state = fields.Enum(ProposalState, by_value=True, load_default=ProposalState.OPEN)


class RulingSchema(Schema):
    """`says` are the other words of an edit, `why` belongs to a refusal; `back` takes an accepted style rule back."""

    class Meta:
        unknown = EXCLUDE

    wish = fields.String(required=True, validate=validate.OneOf(["accept", "edit", "refuse", "back"]))
    says = fields.String(load_default="", validate=validate.Length(max=LONGEST_WORDS))
    why = fields.String(load_default="", validate=validate.Length(max=LONGEST_WHY))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalViews:
    """`looked` writes down whose conversations were shown as evidence, and to whom."""

    store: Store
    rulings: Callable[[], ProposalRulings]
    staff: Staff
    policy: Callable[[], Policy]
    looked: Looked | None = None

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/proposals", "GET", self.listed, "lead"),
            Route("overview/proposals/<proposal_id>", "GET", self.show, "lead"),
            Route("overview/proposals/<proposal_id>", "POST", self.rule, "lead"),
        )

    def listed(self, who: Visitor) -> Response:
        """Those in one state, the best first, and whether whoever asks may decide about them."""
        state = ListSchema().load(request.args)["state"]
        with self.store.read() as unit:
            found = best(unit.proposals.listed(state))
        return jsonify(proposals=list(map(_row, found[:MOST])), all=len(found), may=bool(self._approver(who)))

    def show(self, who: Visitor, proposal_id: str) -> Response:
        """One with its evidence."""
        with self.store.read() as unit:
            found = unit.proposals.get(proposal_id)
        if found is None:
            raise RejectedError("there is no such proposal any more")
        if self.looked is not None:
            for each in found.evidence:
                person = " ".join(("agent", who.agent_id, who.name))
                self.looked(person, "overview", "the evidence of a proposal", ref=each.ticket_id)
        return jsonify(_row(found) | {"evidence": list(map(_evidence, found.evidence))})

    def rule(self, who: Visitor, proposal_id: str) -> Response:
        """How it stands afterwards. 403 for whom the policy does not let decide, 409 where it cannot be done as it
        stands or somebody has decided on it by now, with the reason."""
        body = RulingSchema().load(read_body())
        by = self._approver(who)
        if not by:
            return refusal(403, "not_approver", NOT_YOURS)
        rulings = self.rulings()
        try:
            match body["wish"]:
                case "accept":
                    done = rulings.accept(proposal_id, by)
                case "edit":
                    done = rulings.edit(proposal_id, body["says"], by)
                case "refuse":
                    done = rulings.refuse(proposal_id, by, body["why"])
                case _:
                    done = rulings.take_back(proposal_id, by)
        except RejectedError as error:
            return refusal(409, "not_done", str(error))
        return jsonify(_row(done))

    def _approver(self, who: Visitor) -> str:
        """The address by which the policy knows them as somebody who may decide; empty where it does not, or nobody
        can say who they are."""
        try:
            approver = approver_of(self.staff.colleague(who.agent_id).email, self.policy())
        except HandrailError:
            return ""
        return approver.email if approver is not None else ""


def _row(each: Proposal) -> Json:
    article = each.change.get("article", {})
    return {
        "id": each.id,
        "kind": each.kind,
        "cause": each.cause,
        "state": each.state,
        "title": each.title,
        "says": each.says,
        "matters": each.matters,
        "could": each.could,
        "agents": each.agents,
        "customers": each.customers,
        "effect": each.replayed,
        "decided_by": each.decided_by,
        "decided_at": each.decided_at.isoformat() if each.decided_at else None,
        "outcome": each.outcome,
        "back": each.reversible,
        "sources": [{"sentence": one["sentence"], "tickets": one["tickets"]} for one in article.get("sources", ())],
    }


def _evidence(each: Evidence) -> Json:
    return {
        "ticket": each.ticket_id,
        "agent": each.agent,
        "at": each.at.isoformat(),
        "before": each.before,
        "after": each.after,
    }
