"""An action on its way: told to the system once, read back, and then told to the customer and on the ticket."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.actions.examine import CHANGED, Actions, Examined, over_limit, spec_digest
from core.actions.expressions import plain, with_unit
from core.context.ownership import hold, team
from core.control.passing import control_passed, is_passing, last_passed_to, mark_of, opening
from core.errors import ConflictError, RejectedError, TransientError, UnknownOutcome
from core.execute.planning import Planning
from core.govern.action_approvals import card_of, effect_of, redrawn
from core.govern.gate import TAKEN
from core.handoff.card import wrote
from core.model.action import ActionCall, ActionRun, RunState
from core.model.conversation import Control, Conversation, OwnerKind
from core.model.customer import Customer, IdentityKind
from core.model.effect_payloads import (
    ControlPayload,
    MessagePayload,
    Said,
    TicketCreatePayload,
    TicketReplyPayload,
    TicketUpdatePayload,
)
from core.model.helpdesk import Receipt
from core.model.ids import ApprovalId, ConversationId, derive_id
from core.model.outbound import NOTICE, Authority, Effect, EffectKind
from core.policy import Policy
from core.policy.actions import ActionSpec, Identity
from core.ports import Unit

ANSWER, THERE = "answer", "there"  # facts of a receipt: what the system said, as JSON; that nothing was sent to it
MOST_ANSWER = 64_000  # characters of an answer that are kept; of a longer one its id
ON_THEIR_WORD = "on the word of whoever asked"  # who the customer is, for the ledger
WAS_THERE = "it was there already, and nothing was sent to the system"


def agreed_run(plan: Planning, said: Sequence[Effect]) -> ActionRun | None:
    """What the customer said yes to with this turn, as it is kept; None where that is nothing. Of what is `said` with
    the turn the words are replaced once it is known what came of it."""
    decision = plan.decision
    call = decision.procedure.call if decision.procedure else None
    if call is None or decision.disposition.rule != f"action:{call.action}":
        return None
    waits = call.approvers > 0
    language = decision.procedure.language if decision.procedure else ""
    ending = plan.style.of(plan.case.brand).ending(language, compact=True, disclosed=False)
    return ActionRun(
        id=ApprovalId(derive_id("ac", decision.id, call.digest)),
        call=replace(call, failed=f"{call.failed}\n\n{ending}"),
        customer_id=plan.case.customer.id,
        customer=plan.case.customer.name,
        conversation_id=plan.case.conversation.id,
        policy_version=decision.policy_version,
        created_at=decision.at,
        expires_at=decision.at + plan.policy.outreach.expires_after,
        said=tuple(
            Said(kind=each.kind, target=each.target, payload=_once_done(each.payload, call, ending))
            for each in said
            if isinstance(each.payload, MessagePayload | TicketReplyPayload)
        ),
        state=RunState.AWAITING if waits else RunState.READY,
    )


def _once_done(
    payload: MessagePayload | TicketReplyPayload, call: ActionCall, ending: str
) -> MessagePayload | TicketReplyPayload:
    """What is said with the turn already where nobody is asked; else it comes in place of "please wait"."""
    if not call.approvers:
        return payload
    return replace(payload, body=f"{call.done}\n\n{ending}", then=None, choices=())


def asked_run(
    made: Examined,
    customer: Customer,
    conversation_id: ConversationId,
    *,
    by: str,
    named: str,
    policy: Policy,
    at: datetime,
    undoes: ApprovalId | None = None,
) -> ActionRun:
    """What a person asks for, who answers for it that the customer is who they are taken for. `named` names the
    request: made again it is the same run. `undoes`: the run that it takes back."""
    return ActionRun(
        id=asked_id(conversation_id, made.call.digest, named),
        call=made.call,
        customer_id=customer.id,
        customer=customer.name,
        conversation_id=conversation_id,
        policy_version=policy.version,
        created_at=at,
        expires_at=at + policy.outreach.expires_after,
        asked_by=by,
        undoes=undoes,
        state=RunState.AWAITING if made.call.approvers else RunState.READY,
    )


def asked_id(conversation_id: ConversationId, digest: str, named: str) -> ApprovalId:
    """Of the run that this request would be."""
    return ApprovalId(derive_id("ac", conversation_id, digest, named))


def commit_run(
    unit: Unit, run: ActionRun, tier: str, policy: Policy, now: datetime, identity: str = ON_THEIR_WORD
) -> list[Effect]:
    """Keep it, and send it on its way: to the system, or to the supervisors. `identity` says by what a person who asks
    knows who the customer is.

    Raises ConflictError where others have used up the customer's limit since it was examined."""
    spec = policy.actions[run.call.action]
    unit.actions.count_alone(spec.name, run.customer_id)
    if why := over_limit(unit, spec, run.call, tier, run.customer_id, now, run.id):
        raise ConflictError(f"{spec.label}: {why}")
    if not unit.actions.add(run):
        return []
    facts = {"run": run.id, "action": spec.name, "digest": run.call.digest, "by": run.asked_by or "the customer"}
    if run.asked_by and spec.identity is Identity.PROVED:
        facts["identity"] = identity
    unit.ledger.append("action_agreed", facts, now)
    return [card_of(unit, run, policy, now) if run.state is RunState.AWAITING else effect_of(run)]


# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCourier:
    """Tells the systems, and asks them what came of it."""

    actions: Actions

    def carry(self, run_id: ApprovalId, *, again: bool = False) -> Receipt:
        """Do it, unless it is there already or something stands against it by now. `again`: an attempt before this one
        had no answer, so that the record may show it by now.

        Raises:
            RejectedError: it is not allowed any more, or the system refuses it.
            UnknownOutcome: the system said yes, and its own record does not show it; or it did not answer.
        """
        run, spec, customer = self._of(run_id)
        if again and self._done(spec, run, customer, {}):
            return Receipt(ref=run.id)
        agreed_at = max([run.created_at, *(each.at for each in run.yes)])
        if not again and self.actions.now() - agreed_at > run.expires_at - run.created_at:
            raise RejectedError(f"it was agreed to on {agreed_at:%Y-%m-%d at %H:%M} UTC, too long ago", code="late")
        standing = self.actions.standing(spec, run, customer)
        if standing.there:
            return Receipt(ref=run.id, facts={} if again else {THERE: "yes"})
        if standing.refused:
            first = standing.refused[0]
            raise RejectedError(f"{first.why} ({first.rule})", code=f"rule:{first.rule}")
        return self._perform(spec, run, customer)

    def find(self, run_id: ApprovalId) -> Receipt | None:
        """Whether an attempt without an answer was done: the record says so."""
        run, spec, customer = self._of(run_id)
        return Receipt(ref=run.id) if self._done(spec, run, customer, {}) else None

    def surely_undone(self, run_id: ApprovalId) -> bool:
        """Whether the record could be read and says that it was not done. Raises what the reading raises."""
        run, spec, customer = self._of(run_id)
        return self.actions.surely_undone(spec, run, customer)

    def repeats(self, run_id: ApprovalId) -> bool:
        """Whether what the record does not show may be told to the system once more, as any other attempt is: it
        promises to do nothing twice for one key."""
        return self._of(run_id)[1].repeats

    def _perform(self, spec: ActionSpec, run: ActionRun, customer: Customer) -> Receipt:
        answer = self.actions.perform(spec, run, customer)
        try:
            done = self._done(spec, run, customer, answer)
        except TransientError as error:
            raise UnknownOutcome(f"“{spec.label}”: the system said yes, and cannot be read back: {error}") from error
        if not done:
            raise UnknownOutcome(f"“{spec.label}”: the system said yes, and its record does not show exactly that")
        said = json.dumps(answer, default=str)
        kept = said if len(said) <= MOST_ANSWER else json.dumps({"id": str(answer.get("id") or "")[:100]})
        return Receipt(ref=str(answer.get("id") or run.id)[:100], facts={ANSWER: kept})

    def _done(self, spec: ActionSpec, run: ActionRun, customer: Customer, answer: Mapping[str, Any]) -> bool:
        try:
            return self.actions.done(spec, run, customer, answer)
        except RejectedError:
            return False  # what would be read back is known by the answer alone, or is not there

    def _of(self, run_id: ApprovalId) -> tuple[ActionRun, ActionSpec, Customer]:
        with self.actions.store.read() as unit:
            run = unit.actions.get(run_id)
            customer = unit.customers.get(run.customer_id) if run else None
        if run is None or customer is None:
            raise RejectedError("the customer of this action is not known any more", code="gone")
        spec = self.actions.policy.actions.get(run.call.action)
        if spec is None or spec_digest(spec) != run.call.spec:
            raise RejectedError("the policy has changed since this was agreed to", code=CHANGED)
        if run.state is not RunState.READY:
            raise RejectedError(f"it is {run.state}", code=str(run.state))
        return run, spec, customer


def settle_action_sent(unit: Unit, effect: Effect, run_id: ApprovalId, receipt: Receipt, now: datetime) -> list[Effect]:
    """It was read back: the customer and the ticket are told."""
    run = unit.actions.take(run_id)
    if run is None:
        return []
    answer, there = json.loads(receipt.facts.get(ANSWER, "{}")), THERE in receipt.facts
    done = replace(run, state=RunState.DONE, settled_at=now, result=answer, error=WAS_THERE if there else "")
    unit.actions.save(done)
    facts = {
        "run": run.id,
        "action": run.call.action,
        "digest": run.call.digest,
        "by": run.asked_by or "the customer",
        "approved": [each.email for each in run.yes],
        "there_before": there,
    }
    unit.ledger.append("action_done", facts, now)
    told = [_said(effect, done, place, now) for place in range(len(run.said))]
    return _added(unit, [*told, *_noted(unit, done, describe_run(done), now), *redrawn(unit, done, now)])


def action_failed(
    unit: Unit, run_id: ApprovalId, error: str, policy: Policy, now: datetime, *, unclear: bool
) -> list[Effect]:
    """It did not leave, or nobody knows what came of it (`unclear`): a person has it with the exact state, and the
    customer hears so, unless a person has them already."""
    run = unit.actions.take(run_id)
    if run is None or run.state in (RunState.DONE, RunState.UNCLEAR, RunState.REFUSED):
        return []
    ended = replace(run, state=RunState.UNCLEAR if unclear else RunState.REFUSED, settled_at=now, error=error)
    unit.actions.save(ended)
    return [*_told_of_failure(unit, ended, policy, now), *_added(unit, redrawn(unit, ended, now))]


def end_unapproved(unit: Unit, run: ActionRun, policy: Policy, now: datetime) -> list[Effect]:
    """Nobody said yes: the same, for one that was rejected or has lapsed."""
    run = unit.actions.take(run.id) or run
    if run.state not in (RunState.AWAITING, RunState.REJECTED):
        return []  # somebody said yes while it was being looked for
    if run.state is RunState.AWAITING:
        run = replace(run, state=RunState.EXPIRED, settled_at=now, error="nobody said yes in time")
        unit.actions.save(run)
    return [*_told_of_failure(unit, run, policy, now), *_added(unit, redrawn(unit, run, now))]


def _told_of_failure(unit: Unit, run: ActionRun, policy: Policy, now: datetime) -> list[Effect]:
    unit.ledger.append("action_not_done", {"run": run.id, "action": run.call.action, "state": run.state}, now)
    conversation = unit.conversations.get(run.conversation_id)
    if conversation is None:
        return []
    note = describe_run(run)
    if conversation.owner.is_human or run.asked_by or run.error == TAKEN:
        return _added(unit, _noted(unit, run, note, now))
    effect = effect_of(run)
    told = [_said(effect, run, place, now, run.call.failed) for place in range(len(run.said))]
    return _added(unit, [*told, *_handed_over(unit, run, conversation, note, policy, now)])


def _handed_over(
    unit: Unit, run: ActionRun, conversation: Conversation, note: str, policy: Policy, now: datetime
) -> list[Effect]:
    """To the team of what the action is for."""
    spec = policy.actions.get(run.call.action)
    intents = sorted(spec.intents) if spec else []
    group = (policy.owner_of(intents[0]) if intents else policy.default_owner).group
    unit.conversations.save(replace(hold(conversation, team(group), now), updated_at=now))
    changes = TicketUpdatePayload(group=group, status="open", note=note)
    control = control_passed(unit, conversation, Control.AGENTS, "action", run.policy_version, now)
    if conversation.ticket_id is not None:
        return [*control, _ticket_effect(run, EffectKind.TICKET_UPDATE, conversation.ticket_id, changes, now)]
    passing = is_passing(unit, conversation) and last_passed_to(unit, conversation) is Control.AGENTS
    if opening(unit, conversation) or passing:
        return []  # once the ticket has its number it is told of this: `notes_onto`
    said = [message for message in unit.conversations.messages(conversation.id) if message.public]
    subject = conversation.subject or (spec.label if spec else run.call.action)
    if control:
        # The helpdesk opens the ticket by itself, and it is known again by the mark.
        payload = ControlPayload(to=Control.AGENTS, subject=subject, tags=(mark_of(conversation.id),), then=changes)
        return [replace(control[0], key=f"{run.id}:{run.state}:ticket", payload=payload)]
    customer = unit.customers.get(run.customer_id)
    created = TicketCreatePayload(
        subject=subject,
        # In the customer's name, and for them to read: what they said, and nothing of the note.
        text="\n\n".join(wrote(message.author, message) for message in said) or run.call.label,
        requester_id=customer.current(IdentityKind.HELPDESK) if customer else None,
        name=run.customer,
        phone=customer.phone if customer else None,
        then=changes,
        covers=tuple(message.id for message in said),
    )
    return [_ticket_effect(run, EffectKind.TICKET_CREATE, run.customer_id, created, now)]


def notes_onto(unit: Unit, conversation: Conversation, ticket: str, now: datetime) -> list[Effect]:
    """What a ticket that is new is told of actions that came to their end before it had its number; those that are
    new."""
    ended = [run for run in unit.actions.of_conversation(conversation.id) if run.settled_at is not None]
    owner = conversation.owner
    told = [
        TicketUpdatePayload(
            note=describe_run(run),
            group=owner.name if owner.kind is OwnerKind.TEAM and run.state is not RunState.DONE else None,
            status=None if run.state is RunState.DONE else "open",
        )
        for run in ended
    ]
    made = zip(ended, told, strict=True)
    return _added(unit, [_ticket_effect(run, EffectKind.TICKET_UPDATE, ticket, each, now) for run, each in made])


def describe_run(run: ActionRun) -> str:
    """For an agent: what was agreed to, what came of it, and what stands where."""
    words = {
        RunState.DONE: f"was done, and the system was read back{f': {run.error}' if run.error else ''}",
        RunState.REFUSED: f"was NOT done: {run.error}",
        RunState.UNCLEAR: f"may or may not have been done: {run.error}. Look into the system before you do it again",
        RunState.REJECTED: f"was NOT done: a supervisor said no{f' ({run.error})' if run.error else ''}",
        RunState.EXPIRED: f"was NOT done: {run.error}",
        RunState.AWAITING: "waits for a supervisor",
        RunState.READY: "is on its way",
    }
    arguments = ", ".join(f"{name} {with_unit(value, run.call.currency)}" for name, value in run.call.arguments.items())
    lines = [f"“{run.call.label}” {words[run.state]}.", f"With: {arguments}"]
    lines += [f"{label}: {before} → {after}" for label, before, after in run.call.told_changes()]
    lines.append(f"Asked for by {run.asked_by or 'the customer'}, who said yes to exactly this.")
    if run.yes:
        lines.append(f"Approved by {', '.join(each.name or each.email for each in run.yes)}.")
    if run.result.get("id"):
        lines.append(f"In the system: {plain(run.result['id'])}")
    return "\n".join(lines)


def _said(effect: Effect, run: ActionRun, place: int, now: datetime, instead: str = "") -> Effect:
    """What was to be said once it is done; or the words in its place, of which the person who has them by then is a
    part."""
    said = run.said[place]
    if instead:
        effect = replace(effect, authority=replace(effect.authority, rule=NOTICE))
    return replace(
        effect,
        kind=said.kind,
        key=f"{run.id}:{run.state}:said{place or ''}",
        target=said.target,
        payload=replace(said.payload, body=instead, then=None, choices=()) if instead else said.payload,
        created_at=now,
    )


def _noted(unit: Unit, run: ActionRun, note: str, now: datetime) -> list[Effect]:
    conversation = unit.conversations.get(run.conversation_id)
    if conversation is None or conversation.ticket_id is None:
        return []
    payload = TicketUpdatePayload(note=note)
    return [_ticket_effect(run, EffectKind.TICKET_UPDATE, conversation.ticket_id, payload, now)]


def _ticket_effect(
    run: ActionRun, kind: EffectKind, target: str, payload: TicketUpdatePayload | TicketCreatePayload, now: datetime
) -> Effect:
    return Effect(
        kind=kind,
        key=f"{run.id}:{run.state}:ticket",
        target=target,
        payload=payload,
        authority=Authority(rule="action_note", policy_version=run.policy_version),
        created_at=now,
        conversation_id=run.conversation_id,
    )


def _added(unit: Unit, effects: Sequence[Effect]) -> list[Effect]:
    return [effect for effect in effects if unit.outbox.add(effect)]
