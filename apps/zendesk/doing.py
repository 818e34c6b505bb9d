"""What can be done for the customer in the company's systems, beside the ticket: listed, filled in, shown before →
after, done by one click, and taken back where it can be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.parts import Route, read_body, refusal
from apps.zendesk.session import Visitor
from core.actions.expressions import as_filled, plain
from core.errors import RejectedError
from core.execute.by_agent import NO_ADDRESS, ActionsByAgent, Looked, Wish, whose_yes
from core.handoff.evidence import cut, log_of_run
from core.model.action import SUM, ActionCall, ActionRun, RunState
from core.model.ids import ApprovalId, TicketId
from core.policy.actions import ActionInput, InputKind
from core.ports import Staff

Json = dict[str, Any]
PLACES = ("before", "after")
MOST_INPUTS = 40
LONGEST_INPUT = 5_000  # characters
MOST_FOUND = 4_000  # bytes of what a run found


class FormSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    # Each is held to the action's own declaration afterwards.
    input = fields.Dict(
        keys=fields.String(validate=validate.Length(max=100)),
        values=fields.String(validate=validate.Length(max=LONGEST_INPUT)),
        load_default=dict,
        validate=validate.Length(max=MOST_INPUTS),
    )


class DoSchema(FormSchema):
    """`digest` is that of what was shown; `click` names the press of the button, by something that is used once."""

    digest = fields.String(required=True, validate=validate.Length(min=1, max=128))
    click = fields.String(required=True, validate=validate.Regexp(r"[\w-]{8,64}\Z"))
    seen = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionViews:
    by_agent: Callable[[], ActionsByAgent]  # under the policy that is in force at each call
    staff: Staff

    def routes(self) -> Sequence[Route]:
        runs = "tickets/<ticket_id>/actions/runs"
        return (
            Route("tickets/<ticket_id>/actions", "GET", self.show),
            Route(runs, "GET", self.runs),
            Route(f"{runs}/<run_id>/undo", "POST", self.undo),
            Route("tickets/<ticket_id>/actions/<name>/examine", "POST", self.examine),
            Route("tickets/<ticket_id>/actions/<name>/run", "POST", self.run),
        )

    def show(self, _: Visitor, ticket_id: str) -> Response:
        """What can be done now, and why the rest cannot."""
        by_agent = self.by_agent()
        return jsonify({"actions": [_view(by_agent, each) for each in by_agent.look(TicketId(ticket_id))]})

    def examine(self, _: Visitor, ticket_id: str, name: str) -> Response:
        """What exactly the filled form would do. Nothing is changed."""
        given = FormSchema().load(read_body())["input"]
        by_agent = self.by_agent()
        return jsonify(_view(by_agent, by_agent.examine(TicketId(ticket_id), name, given)))

    def run(self, who: Visitor, ticket_id: str, name: str) -> Response:
        body = DoSchema().load(read_body())
        by_agent = self.by_agent()
        try:
            wish = Wish(
                action=name,
                given=body["input"],
                digest=body["digest"],
                click=body["click"],
                by=self._address(who),
                seen=body["seen"],
            )
            return self._started(by_agent, ticket_id, by_agent.run(TicketId(ticket_id), wish))
        except RejectedError as error:
            return _refused(error)

    def undo(self, who: Visitor, ticket_id: str, run_id: str) -> Response:
        by_agent = self.by_agent()
        try:
            run = by_agent.undo(TicketId(ticket_id), ApprovalId(run_id), self._address(who))
            return self._started(by_agent, ticket_id, run)
        except RejectedError as error:
            return _refused(error)

    def runs(self, _: Visitor, ticket_id: str) -> Response:
        """What was asked for here and how it stands, the newest first."""
        by_agent = self.by_agent()
        found = by_agent.runs(TicketId(ticket_id))
        return jsonify({"runs": [_run_view(by_agent, each, found) for each in found]})

    def _started(self, by_agent: ActionsByAgent, ticket_id: str, run: ActionRun) -> Response:
        answer = jsonify(_run_view(by_agent, run, by_agent.runs(TicketId(ticket_id))))
        answer.status_code = 202
        return answer

    def _address(self, who: Visitor) -> str:
        """By which approvers are known in Slack, too: nobody says yes to their own wish."""
        email = self.staff.colleague(who.agent_id).email
        if not email:
            raise RejectedError(NO_ADDRESS, code="no_address")
        return email.lower()


def _refused(error: RejectedError) -> Response:
    """Our own words, which say that nothing was done; a ticket or an action that is not there is not found."""
    known = error.code is not None and error.code != "no_action"
    return refusal(409 if known else 404, "invalid" if known else "not_found", str(error))


def _view(by_agent: ActionsByAgent, looked: Looked) -> Json:
    spec, made = looked.spec, looked.made
    allowed = made if looked.allowed else None
    return {
        "name": spec.name,
        "says": spec.label,
        "fits": looked.fits,
        "possible": not looked.why,
        "why": looked.why,
        "inputs": [_input_view(looked, name, each) for name, each in spec.input.items()],
        "needs": list(looked.missing),
        "changes": _changes(by_agent, allowed.call) if allowed else [],
        "digest": allowed.call.digest if allowed else None,
        "approver": whose_yes(allowed).value if allowed else None,
        "question": looked.question,
        "picture": allowed.picture.shows if allowed and allowed.picture else None,
        "can_undo": bool(spec.undo),
    }


def _input_view(looked: Looked, name: str, each: ActionInput) -> Json:
    value = looked.known.get(name)
    currency = looked.made.call.currency if looked.made else ""
    unit = f" ({currency})" if each.kind is InputKind.MONEY and currency else ""
    return {
        "name": name,
        "says": f"{looked.spec.says_of(name)}{unit}",
        "kind": each.kind.value,
        "value": as_filled(value, each.kind),
        "options": [{"value": option.value, "says": option.label} for option in looked.options.get(name, ())]
        or [{"value": one, "says": one} for one in each.of],
        "optional": each.optional or bool(each.value),
        "most": each.most,
    }


def _run_view(by_agent: ActionsByAgent, run: ActionRun, runs: Sequence[ActionRun]) -> Json:
    undo = by_agent.undo_of(run, runs)
    back = next((each for each in runs if each.undoes == run.id and each.state is RunState.DONE), None)
    return {
        "id": run.id,
        "name": run.call.action,
        "says": run.call.label,
        "state": run.state.value,
        "why": run.error,
        "by": run.asked_by,
        "approved_by": [each.name or each.email for each in run.yes],
        "asked_at": run.created_at.isoformat(),
        "expires_at": run.expires_at.isoformat(),
        "settled_at": run.settled_at.isoformat() if run.settled_at else None,
        "inputs": _inputs(by_agent, run.call),
        "changes": _changes(by_agent, run.call),
        "found": _found(run),
        "undo": {"says": undo[0].label, "until": undo[1].isoformat()} if undo else None,
        "undone": back is not None,
        "undoes": run.undoes,
    }


def _found(run: ActionRun) -> list[str]:
    """What something that changes nothing found, such as diagnostics; without serials, tokens and personal data."""
    report = log_of_run(run) if not run.call.changes else None
    return [line for log in cut([report], MOST_FOUND) for line in log.lines] if report else []


def _inputs(by_agent: ActionsByAgent, call: ActionCall) -> list[str]:
    values = ((value, plain(value)) for value in call.arguments.values())
    return [_sum(by_agent, told, call.currency) if isinstance(value, float) else told for value, told in values if told]


def _changes(by_agent: ActionsByAgent, call: ActionCall) -> list[Json]:
    return [
        {
            "says": label,
            **{name: _sum(by_agent, told, call.currency) for name, told in zip(PLACES, change, strict=True)},
        }
        for label, change in call.changes.items()
    ]


def _sum(by_agent: ActionsByAgent, told: str, currency: str) -> str:
    """A sum of the record as the agent's language writes it; anything else as it is."""
    if not currency or not SUM.fullmatch(told):
        return told
    return by_agent.spoken.money(Decimal(told), currency, request.accept_languages.best or "en")
