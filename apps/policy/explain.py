"""`handrail policy explain`: why each turn of a conversation was decided as it was."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from apps.installed import container_here
from apps.policy.diff import stored_policies
from apps.policy_file import Written, parse_policy
from apps.privacy.accesses import note_command
from core.errors import ConfigurationError
from core.measure.account import Account, RuleLine, Seen, lines, signals_seen, threshold
from core.measure.place import OWN_RULE, place_in
from core.model.agent import Routed
from core.model.conversation import Conversation
from core.model.decision import Decision, Progress
from core.model.draft import Draft
from core.model.ids import ConversationId, TicketId
from core.policy import Policy

if TYPE_CHECKING:
    from core.measure.replay import PolicyOf
    from core.ports import Unit

EVERYTHING = 1_000_000  # messages of one conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A stored version: its text, and where its keys stand. `read`: None where it is no YAML to this Handrail."""

    text: str
    read: Written | None


@click.command()
@click.argument("conversation", metavar="CONVERSATION|TICKET")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def explain(conversation: str, as_json: bool) -> None:
    """What was decided in a conversation, turn by turn, and why.

    Name it by its own id (CONVERSATION) or by its TICKET's, such as 4462. Exit code: 0, or 2 where there is none."""
    from apps.bootstrap import now, trace_id
    from apps.traces import link

    container = container_here()
    policies = stored_policies(container)
    with container.store.read() as unit:
        found = _conversation(unit, conversation)
        accounts = list(_accounts(unit, found.id, policies))
        ids = {each.decision.id: trace_id(unit.decisions.trace(each.decision.id)) for each in accounts}
    traced = {decision: link(container.settings, trace) for decision, trace in ids.items() if trace}
    note_command(container.store, now, "decisions of a conversation", customer_id=found.customer_id, ref=found.id)
    if as_json:
        about = {"conversation_id": found.id, "ticket_id": found.ticket_id, "owner": found.owner.name}
        click.echo(
            json.dumps(
                about | {"turns": [as_object(each) | {"trace_url": traced.get(each.decision.id)} for each in accounts]}
            )
        )
        return
    ticket = f", ticket {found.ticket_id}" if found.ticket_id else ""
    click.echo(f"Conversation {found.id}{ticket}: {found.subject}")
    if not accounts:
        click.echo("Nothing has been decided in it.")
    for number, account in enumerate(accounts, start=1):
        click.echo(f"\nTurn {number}, {account.decision.at:%Y-%m-%d %H:%M:%S} UTC")
        for line in lines(account):
            click.echo(line)
        if account.decision.id in traced:
            click.echo(f"trace: {traced[account.decision.id]}")


def _conversation(unit: "Unit", name: str) -> Conversation:
    found = unit.conversations.get(ConversationId(name)) or unit.conversations.by_ticket(TicketId(name.lstrip("#")))
    if found is None:
        raise ConfigurationError(f"there is no conversation or ticket {name} in the store")
    return found


def _accounts(unit: "Unit", conversation_id: ConversationId, policies: "PolicyOf") -> Iterator[Account]:
    """Oldest first."""
    messages = {message.id: message for message in unit.conversations.messages(conversation_id, EVERYTHING)}
    rows = unit.outbox.of_conversation(conversation_id)
    for decision in unit.decisions.of_conversation(conversation_id):
        policy = policies(decision.policy_version)
        yield Account(
            decision=decision,
            message=messages.get(decision.about),
            line=_line(decision, _file(unit, decision.policy_version), policy),
            threshold=threshold(decision, policy),
            effects=[row for row in rows if row.effect.key.startswith(f"{decision.id}:")],
        )


def _file(unit: "Unit", version: str) -> File | None:
    stored = unit.policies.text(version)
    if stored is None:
        return None
    try:
        return File(text=stored.text, read=parse_policy(stored.text, f"policy {version}"))
    except ConfigurationError:
        return File(text=stored.text, read=None)


def _line(decision: Decision, file: File | None, policy: Policy | None) -> RuleLine:
    """The line of the stored file, as somebody wrote it."""
    if file is None or file.read is None:
        why = "a version whose file is not stored" if file is None else "a version whose file cannot be read"
        return RuleLine(number=0, key="", text=why)
    place = place_in(file.read.fields, decision, policy)
    if place is None:
        return RuleLine(number=0, key="", text=OWN_RULE)
    number = file.read.source.line(place)
    return RuleLine(number=number, key=".".join(place), text=file.text.splitlines()[number - 1].strip())


def as_object(account: Account) -> dict[str, Any]:
    decision, made = account.decision, account.decision.disposition
    return {
        "decision_id": decision.id,
        "at": decision.at.isoformat(),
        "message": account.message.text if account.message else None,
        "action": made.action.value,
        "rule": made.rule,
        "reason": made.reason,
        "tier": made.tier,
        "alert": made.alert,
        "first": made.first,
        "owner_before": decision.circumstances.owner.name if decision.circumstances else None,
        "owner_after": made.owner.name,
        "policy": _policy(account),
        "signals": [_seen(each) for each in signals_seen(decision.signals)],
        "not_enough": list(made.considered),
        "draft": _draft(decision.draft, account.threshold),
        "procedure": _procedure(decision.procedure),
        "route": _route(decision.routed),
        "abstained": decision.abstained,
        "costs": [
            {"model": c.model, "tier": c.tier, "amount": c.amount, "currency": c.currency} for c in decision.costs
        ],
        "effects": [
            {"kind": row.effect.kind, "rule": row.effect.authority.rule, "state": row.state, "error": row.error}
            for row in account.effects
        ],
    }


def _policy(account: Account) -> dict[str, Any]:
    line = account.line
    return {
        "version": account.decision.policy_version,
        "line": line.number or None,
        "key": line.key or None,
        "text": line.text,
    }


def _draft(draft: Draft | None, needed: float | None) -> dict[str, Any] | None:
    return {"confidence": draft.confidence, "threshold": needed, "composer": draft.composer} if draft else None


def _procedure(progress: Progress | None) -> dict[str, Any] | None:
    """How far the newest procedure of the matter has come."""
    if progress is None:
        return None
    return {
        "name": progress.procedure,
        "outcome": progress.outcome.value,
        "asks": progress.at or None,
        "steps": [{"step": t.step, "kind": t.kind, "what": t.what, "result": t.result} for t in progress.taken],
    }


def _route(routed: Routed | None) -> dict[str, Any] | None:
    """To whom it was given, where the policy names agents."""
    if routed is None:
        return None
    return {"group": routed.group, "agent": routed.agent or None, "tier": routed.tier, "reason": routed.reason}


def _seen(each: Seen) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "value": each.value,
        "confidence": each.confidence,
        "amount": each.amount,
        "shown_by": list(each.shown_by),
        "made_by": each.made_by,
    }
