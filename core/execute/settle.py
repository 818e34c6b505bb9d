"""What follows from an effect that left: the timeline, the ticket link, the next effect, the ledger."""

from dataclasses import replace
from datetime import datetime

from core.alerts.raising import redraw_with_ticket
from core.context.ownership import hold, team
from core.execute.actions import notes_onto, settle_action_sent
from core.execute.files import files_onto
from core.execute.send import UNASSIGNED, tell_customer
from core.handoff.card import wrote
from core.model.conversation import Message, Role
from core.model.effect_payloads import (
    ActionPayload,
    AppointmentPayload,
    MessagePayload,
    SlackPayload,
    TicketCreatePayload,
    TicketReplyPayload,
    TicketUpdatePayload,
    ToCustomer,
)
from core.model.helpdesk import Receipt
from core.model.ids import ConversationId, MessageId, TicketId, derive_id
from core.model.outbound import NOTICE, TO_CUSTOMER, Effect, EffectKind, source_of
from core.ports import Unit

ASSISTANT_NAME = "Virtual assistant"


def settle_sent(unit: Unit, effect: Effect, receipt: Receipt, now: datetime) -> list[Effect]:
    """Record a sent effect; the effects that were waiting for it."""
    unit.ledger.append(
        "sent",
        {
            "effect": effect.id,
            "kind": effect.kind,
            "target": effect.target,
            "digest": effect.digest,
            "rule": effect.authority.rule,
            "approval": effect.authority.approval_id,
            "policy": effect.authority.policy_version,
            "ref": receipt.ref,
        },
        now,
    )
    payload = effect.payload
    if isinstance(payload, ToCustomer):
        _on_timeline(unit, effect, payload, receipt)
    match payload:
        case SlackPayload():
            if effect.kind is EffectKind.SLACK_POST:
                _posted(unit, payload, receipt)
        case AppointmentPayload():
            told = tell_customer(effect, payload, receipt, now)
            return [each for said in told for each in _added(unit, said)]
        case ActionPayload(run=run_id):
            return settle_action_sent(unit, effect, run_id, receipt, now)
        case TicketCreatePayload():
            return _linked(unit, effect, payload, receipt, now)
        case TicketUpdatePayload():
            _reopened(unit, effect, payload, now)
            return _unassigned(unit, effect, payload, receipt, now)
        case MessagePayload(then=then) | TicketReplyPayload(then=then) if then is not None:
            return _noted(unit, effect, then, now)
        case MessagePayload(relayed=True):
            return _next_part(unit, effect, payload, now)
    return []


def _next_part(unit: Unit, effect: Effect, said: MessagePayload, now: datetime) -> list[Effect]:
    """A long reply leaves part by part: the next one when the one before has left, so that they come in their order."""
    if not said.rest or said.rest_left:
        return []
    first, *rest = said.rest
    payload = replace(said, body=first, rest=tuple(rest), again_of=None)
    return _added(unit, replace(effect, key=f"{effect.key}:{len(rest)}", payload=payload, created_at=now))


def _posted(unit: Unit, card: SlackPayload, receipt: Receipt) -> None:
    """Where a card that asks for a word stands, so that its outcome can be shown there."""
    channel, _, ts = receipt.ref.partition(":")
    if card.alert_id is not None:
        unit.alerts.note_post(card.alert_id, channel, ts)
    if card.campaign_id is not None:
        unit.campaigns.note_post(card.campaign_id, channel, ts)
    if card.run_id is not None:
        unit.actions.note_post(card.run_id, channel, ts)
    if card.request_id is not None:
        unit.requests.note_post(card.request_id, channel, ts)


def _noted(unit: Unit, effect: Effect, then: TicketUpdatePayload, now: datetime) -> list[Effect]:
    """What the ticket is told of a message that has left; where there is no ticket yet, its link tells it."""
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    if conversation is None or conversation.ticket_id is None:
        return []
    return _added(unit, _follows(effect, "said", conversation.ticket_id, then, now))


def _on_timeline(unit: Unit, effect: Effect, said: ToCustomer, receipt: Receipt) -> None:
    if effect.conversation_id is None:
        return
    if isinstance(said, TicketReplyPayload) and said.comment:
        unit.conversations.set_delivery(said.comment, "sent")
        return
    if isinstance(said, MessagePayload) and (said.relayed or said.code_of is not None):
        # What is relayed stands there already, as the agent's comment; a code is repeated nowhere.
        if not said.rest and said.comment:
            unit.conversations.set_delivery(said.comment, "sent")
        return
    on_ticket, channel = effect.kind is EffectKind.TICKET_REPLY, effect.channel
    ref = f"{source_of(channel)}:{receipt.ref}"
    row = unit.outbox.get(effect.id)  # a callback may have come before the vendor's own answer
    unit.conversations.add_message(
        Message(
            id=MessageId(derive_id("ms", ref)),
            conversation_id=effect.conversation_id,
            channel=channel,
            role=Role.ASSISTANT,
            author=ASSISTANT_NAME,
            text=said.body,
            # When it was decided: what the customer wrote while it was on its way is not answered by it.
            at=effect.created_at,
            vendor_ref=ref,
            delivery=(row.delivery if row else None) or "sent",
            address="" if on_ticket else effect.target,
        )
    )


def _linked(unit: Unit, effect: Effect, made: TicketCreatePayload, receipt: Receipt, now: datetime) -> list[Effect]:
    """The new ticket's id is known only now: link it, and send it the handoff card and what was written meanwhile."""
    if effect.conversation_id is None:
        return []
    conversation = unit.conversations.get(effect.conversation_id)
    free = unit.conversations.by_ticket(TicketId(receipt.ref)) is None
    ended: list[Effect] = []
    if conversation is not None and conversation.ticket_id is None and free:
        unit.conversations.save(replace(conversation, ticket_id=TicketId(receipt.ref), updated_at=now))
        redraw_with_ticket(unit, conversation.id, now)
        ended = notes_onto(unit, conversation, receipt.ref, now)
    noted = TicketUpdatePayload(note=_missing(unit, effect.conversation_id, made) or None)
    sent = unit.conversations.messages(effect.conversation_id)
    files = files_onto(TicketId(receipt.ref), sent, effect.authority, now)
    return [
        *(_added(unit, _follows(effect, "card", receipt.ref, made.then, now)) if made.then else []),
        *(_added(unit, _follows(effect, "meanwhile", receipt.ref, noted, now)) if noted else []),
        *(file for file in files if unit.outbox.add(file)),
        *ended,
    ]


def _reopened(unit: Unit, effect: Effect, told: TicketUpdatePayload, now: datetime) -> None:
    """The helpdesk tells us of no change that we made ourselves: a ticket that this opened again is open here too."""
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    if told.status != "open" or conversation is None or conversation.open or conversation.ticket_id != effect.target:
        return
    unit.conversations.save(replace(conversation, open=True, updated_at=now))


def _unassigned(unit: Unit, effect: Effect, told: TicketUpdatePayload, receipt: Receipt, now: datetime) -> list[Effect]:
    """The helpdesk has it with the team, not with the agent whom the route named: so it is here, and a notice that has
    not left yet names nobody."""
    agent = receipt.facts.get(UNASSIGNED)
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    if agent is None or conversation is None or conversation.owner.id != agent or told.group is None:
        return []
    unit.conversations.save(replace(hold(conversation, team(told.group), now), updated_at=now))
    unnamed = told.unnamed_notice
    if unnamed is None:
        return []
    waiting = [r.effect for r in unit.outbox.of_conversation(conversation.id) if r.effect.key == unnamed.instead_of]
    stopped = unit.outbox.cancel(conversation.id, NOTICE, f"agent {agent} cannot have this", now, TO_CUSTOMER)
    if not stopped or not waiting:
        return []
    notice = waiting[0]
    if not isinstance(notice.payload, MessagePayload | TicketReplyPayload):
        return []
    payload = replace(notice.payload, body=unnamed.body)
    return _added(unit, replace(notice, key=f"{notice.key}:unnamed", payload=payload, created_at=now))


def _missing(unit: Unit, conversation_id: ConversationId, made: TicketCreatePayload) -> str:
    """What was said between the planning of a ticket and its link, as its note tells it."""
    if made.covers is None:
        return ""
    told = frozenset(made.covers)
    later = [m for m in unit.conversations.messages(conversation_id) if m.public and m.id not in told]
    return "\n\n".join(wrote(message.author, message) for message in later)


def _follows(effect: Effect, name: str, ticket: str, payload: TicketUpdatePayload, now: datetime) -> Effect:
    """A change of the ticket under the authority of the effect that it follows from."""
    return Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{effect.key}:{name}",
        target=ticket,
        payload=payload,
        authority=effect.authority,
        created_at=now,
        conversation_id=effect.conversation_id,
    )


def _added(unit: Unit, effect: Effect) -> list[Effect]:
    return [effect] if unit.outbox.add(effect) else []
