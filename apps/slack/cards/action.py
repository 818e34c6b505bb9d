"""What supervisors see in Slack when an action waits for their yes: what is changed, for whom, and the two buttons."""

from datetime import datetime

from apps.slack.cards.blocks import Block, context, escape, header, moment, section, verdict_fields
from core.actions.expressions import with_unit
from core.model.action import ActionCall, ActionRun, RunState
from core.ports.cards import Rendered

OUTCOMES = {
    RunState.READY: ":white_check_mark: Approved, on its way",
    RunState.DONE: ":white_check_mark: Done",
    RunState.REFUSED: ":no_entry_sign: Not done",
    RunState.UNCLEAR: ":warning: Nobody knows whether it was done",
    RunState.REJECTED: ":no_entry_sign: Rejected",
    RunState.EXPIRED: ":hourglass: Nobody said yes in time",
}


def action_card(run: ActionRun, now: datetime) -> Rendered:
    """With two buttons while it waits, each of which carries the digest of what is shown; else what became of it."""
    waits = run.state is RunState.AWAITING and run.expires_at > now
    said = f"{run.call.label}, for {run.customer or 'a customer'}"
    head = f"May the assistant do this? {said}" if waits and not run.asked_by else said
    return Rendered(said, [header(head[:150]), *_shown(run), *(_asked(run) if waits else [_ended(run)])])


def _shown(run: ActionRun) -> list[Block]:
    asked = f"Asked for by {escape(run.asked_by)}" if run.asked_by else "The customer said yes to exactly this"
    return [*call_shown(run.call), context(asked)]


def call_shown(call: ActionCall) -> list[Block]:
    """What is changed before and after, then everything that the system is told, with where it is from."""
    changes = [f"*{escape(label)}*: {escape(old)} → *{escape(new)}*" for label, old, new in call.told_changes()]
    told = [
        f"{escape(name.replace('_', ' '))}: {escape(said)}{_from(call.evidence.get(name, ''))}"
        for name, said in ((name, with_unit(value, call.currency)) for name, value in call.arguments.items())
    ]
    first = "\n".join(changes or told) or "It needs nothing more to be known."
    return [section(first), *([context(" · ".join(told))] if changes and told else [])]


def _from(evidence: str) -> str:
    return f" ({escape(evidence)})" if evidence else ""


def _asked(run: ActionRun) -> list[Block]:
    needed = "One yes is enough." if run.call.approvers == 1 else f"{run.call.approvers} people have to say yes."
    given = f" {', '.join(escape(each.name or each.email) for each in run.yes)} said yes." if run.yes else ""
    return [
        context(f"{needed}{given} Until {moment(run.expires_at)}; the customer waits."),
        *verdict_fields(run.id, run.call.digest, "Approve: do exactly this"),
    ]


def _ended(run: ActionRun) -> Block:
    word = OUTCOMES.get(run.state, ":hourglass: Nobody said yes in time")
    by = f" by {', '.join(escape(each.name or each.email) for each in run.yes)}" if run.yes else ""
    why = f"\n>{escape(run.error)}" if run.error else ""
    return section(f"*{word}{by}*{why}")
