"""`handrail receipt`: how a ticket's matter was decided, for a person who asks."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import click
from markupsafe import Markup

from apps.installed import container_here
from apps.ledger import all_records, read_granted
from apps.privacy.accesses import note_command
from apps.receipt.view import STYLE
from core.errors import ConfigurationError
from core.govern.audit import Audit
from core.model.action import ActionRun, RunState
from core.model.conversation import Conversation
from core.model.ids import ConversationId, EffectId, TicketId
from core.ports import Unit
from core.receipt.receipt import Line, Receipt, Speaker, receipt_of

EVERYTHING = 1_000_000  # messages of one conversation

# Who spoke, in words; {author} is the agent.
SAID = {
    Speaker.YOU: "The customer",
    Speaker.ASSISTANT: "The assistant, without a person",
    Speaker.ROUTINE: "The assistant, a routine message",
    Speaker.APPROVED: "An automatic text that people had approved",
    Speaker.PERSON: "{author}",
    Speaker.DRAFTED: "Drafted by the assistant, sent by {author}",
    Speaker.EDITED: "Drafted by the assistant, edited and sent by {author}",
}
STATE = {
    RunState.AWAITING: "waits for a supervisor",
    RunState.READY: "on its way",
    RunState.DONE: "done",
    RunState.REFUSED: "not done",
    RunState.UNCLEAR: "nobody knows whether it was done",
    RunState.REJECTED: "not done: a supervisor said no",
    RunState.EXPIRED: "not done: nobody said yes in time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the whole ledger says: `faults` are those of the chain and of this conversation's messages and actions."""

    records: int
    messages: int
    actions: int
    faults: tuple[str, ...]

    @property
    def words(self) -> str:
        if self.faults:
            return "The ledger does NOT verify: " + "; ".join(self.faults)
        of = f"messages that left by themselves: {self.messages}, actions that were done: {self.actions}"
        return f"The ledger verifies: an unbroken chain of {self.records} records, with this conversation in it ({of})."


def print_receipt(ticket: str, *, as_json: bool, html: Path | None) -> int:
    """The exit code."""
    from apps.bootstrap import now

    container = container_here()
    with container.store.read() as unit:
        conversation = _conversation(unit, ticket)
        found = receipt_of(unit, conversation.id, EVERYTHING)
        if found is None:
            raise ConfigurationError(f"the customer of ticket {ticket} is not in the store any more")
        proof = _proof(unit, found)
    note_command(
        container.store, now, "receipt of a conversation", customer_id=conversation.customer_id, ref=conversation.id
    )
    if html is not None:
        html.write_text(page(conversation, found, proof), encoding="utf-8")
        click.echo(f"Written to {html}.")
    elif as_json:
        click.echo(json.dumps(as_object(conversation, found, proof), ensure_ascii=False))
    else:
        click.echo("\n".join(lines(conversation, found, proof)))
    return int(bool(proof.faults))


def _conversation(unit: Unit, name: str) -> Conversation:
    found = unit.conversations.by_ticket(TicketId(name.lstrip("#"))) or unit.conversations.get(ConversationId(name))
    if found is None:
        raise ConfigurationError(f"there is no conversation or ticket {name} in the store")
    return found


def _proof(unit: Unit, found: Receipt) -> Proof:
    """The whole ledger is read, for its chain is one; what is wrong elsewhere in it is `ledger verify`'s to tell."""
    audit = Audit(unit=unit, standing_of=lambda version: read_granted(unit, version))
    sent = {line.basis.effect for line in found.lines if line.basis and line.basis.effect}
    approvals = {line.basis.approval for line in found.lines if line.basis and line.basis.approval}
    faults = [
        fault.text
        for fault in audit.faults()
        if EffectId(fault.effect) in sent or fault.campaign in approvals or not (fault.effect or fault.campaign)
    ]
    done = [run for run in unit.actions.of_conversation(found.conversation_id) if run.state is RunState.DONE]
    records = [record.said for record in all_records(unit) if record.kind == "action_done"] if done else []
    faults += [
        f"no record says that “{run.call.label}” was done as it was agreed to"
        for run in done
        if not any((said.get("run"), said.get("digest")) == (run.id, run.call.digest) for said in records)
    ]
    return Proof(records=audit.found.records, messages=len(sent), actions=len(done), faults=tuple(faults))


# ------------------------------------------------------------------ as text


def lines(conversation: Conversation, found: Receipt, proof: Proof) -> Iterator[str]:
    yield _title(conversation)
    for line in found.lines:
        yield ""
        yield f"{_at(line)}  {_said(line)}, by {line.channel}"
        yield indent(f"“{line.text}”", "  ")
        for name, words in _grounds(line):
            yield f"  {name:<11} {words}"
    for run in found.actions:
        yield ""
        yield f"{run.created_at:%Y-%m-%d %H:%M} UTC  Action “{run.call.label}”: {_state(run)}"
        for name, words in _about(run):
            yield f"  {name:<11} {words}"
    yield ""
    yield proof.words


def _title(conversation: Conversation) -> str:
    ticket = f"Ticket {conversation.ticket_id}" if conversation.ticket_id else f"Conversation {conversation.id}"
    return f"{ticket}: how it was decided, and by whom"


def _at(line: Line) -> str:
    return f"{line.at:%Y-%m-%d %H:%M} UTC"


def _said(line: Line) -> str:
    return SAID[line.speaker].format(author=line.author or "a person")


def _grounds(line: Line) -> Iterator[tuple[str, str]]:
    basis = line.basis
    if basis is not None and basis.action:
        yield "decided", f"{basis.action} by {basis.rule}: {basis.reason}"
    elif basis is not None:
        yield "rule", basis.rule
    if basis is not None and basis.policy_version:
        yield "policy", basis.policy_version
    if line.sources:
        named = (f"{each.title}{' (internal)' if each.internal else ''} {each.url}".strip() for each in line.sources)
        yield "sources", "; ".join(named)
    if basis is not None and basis.approval:
        yield "approval", f"{basis.approval}, by {', '.join(basis.approved_by) or 'a standing rule'}"


def _state(run: ActionRun) -> str:
    """A run is DONE only once its system was read back."""
    if run.state is RunState.DONE and run.settled_at:
        return f"done, read back {run.settled_at:%Y-%m-%d %H:%M} UTC"
    return f"{STATE[run.state]} ({run.error})" if run.error else STATE[run.state]


def _about(run: ActionRun) -> Iterator[tuple[str, str]]:
    yield "asked by", run.asked_by or "the customer, who said yes to exactly this"
    if run.yes:
        yield "approved by", ", ".join(f"{each.name or each.email} {each.at:%Y-%m-%d %H:%M} UTC" for each in run.yes)
    for label, before, after in run.call.told_changes():
        yield "changes", f"{label}: {before} → {after}"
    yield "policy", run.policy_version


# ------------------------------------------------------------------ as an object, as a page


def as_object(conversation: Conversation, found: Receipt, proof: Proof) -> dict[str, Any]:
    return {
        "conversation_id": conversation.id,
        "ticket_id": conversation.ticket_id,
        "turns": [_turn(line) for line in found.lines],
        "actions": [_as_action(run) for run in found.actions],
        "ledger": {
            "verifies": not proof.faults,
            "records": proof.records,
            "messages": proof.messages,
            "actions": proof.actions,
            "faults": list(proof.faults),
        },
    }


def _turn(line: Line) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "speaker": line.speaker,
        "who": _said(line),
        "author": line.author or None,
        "channel": line.channel,
        "text": line.text,
        "sources": [asdict(each) for each in line.sources],
        "basis": asdict(line.basis) if line.basis else None,
    }


def _as_action(run: ActionRun) -> dict[str, Any]:
    return {
        "id": run.id,
        "action": run.call.action,
        "label": run.call.label,
        "state": run.state,
        "error": run.error or None,
        "asked_by": run.asked_by or "the customer",
        "approved_by": [{"name": each.name or each.email, "at": each.at.isoformat()} for each in run.yes],
        "changes": [{"label": k, "before": before, "after": after} for k, before, after in run.call.told_changes()],
        "agreed_at": run.created_at.isoformat(),
        "read_back_at": run.settled_at.isoformat() if run.settled_at and run.state is RunState.DONE else None,
        "policy": run.policy_version,
    }


def page(conversation: Conversation, found: Receipt, proof: Proof) -> str:
    """It loads nothing and says the same as the text."""
    item = Markup(
        "<li class='line {kind}'><p class=who>{who}</p><p class=quiet>{when}</p><p class=said>{text}</p>{grounds}</li>"
    )
    told = [
        item.format(
            kind=line.speaker,
            who=_said(line),
            when=f"{_at(line)} · {line.channel}",
            text=line.text,
            grounds=_paragraphs(_grounds(line)),
        )
        for line in found.lines
    ]
    done = [
        item.format(
            kind="action",
            who=run.call.label,
            when=f"{run.created_at:%Y-%m-%d %H:%M} UTC",
            text=_state(run),
            grounds=_paragraphs(_about(run)),
        )
        for run in found.actions
    ]
    return str(
        Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
            "<body><main><h1>{title}</h1><p class=quiet>Personal details of the customer are masked.</p>"
            "<ol>{lines}</ol>{actions}<h2>The record</h2><p>{proof}</p></main></body></html>"
        ).format(
            title=_title(conversation),
            style=STYLE,
            lines=Markup().join(told),
            actions=Markup("<h2>What was done in the systems</h2><ol>{}</ol>").format(Markup().join(done))
            if done
            else "",
            proof=proof.words,
        )
    )


def _paragraphs(grounds: Iterator[tuple[str, str]]) -> Markup:
    line = Markup("<p class=quiet>{}: {}</p>")
    return Markup().join(line.format(name.capitalize(), words) for name, words in grounds)
