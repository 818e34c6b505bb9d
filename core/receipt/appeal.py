"""A customer does not agree with what was decided: a person looks at it, and knows that it was asked for."""

from datetime import datetime

from core.alerts.raising import about, add_or_count, alert_effect
from core.context.ownership import hold, team, withdraw
from core.control.passing import control_passed, opening
from core.errors import ConflictError
from core.execute.step import StepContext
from core.handoff.place import place
from core.model.alert import AlertKind, Raised
from core.model.conversation import Control, Conversation, OwnerKind
from core.model.customer import Customer
from core.model.effect_payloads import EffectPayload, TicketUpdatePayload
from core.model.event import Event
from core.model.ids import ConversationId
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit

RULE = "appeal"
TAG = "handrail_appeal"
NOTE = (
    "The customer read how this was decided and asks a person to look at it again (from the receipt page, {at} UTC). "
    "Please read the conversation and answer them; what the assistant said so far may be corrected."
)


def appeal(loop: StepContext, event: Event) -> str:
    """To the team that has the conversation, or else that of the default owner; the assistant says no more.

    Raises:
        ConflictError: a ticket is being opened for the conversation; this belongs on it.
    """
    with loop.store.begin() as unit:
        conversation = unit.conversations.get(ConversationId(event.subject))
        customer = unit.customers.get(conversation.customer_id) if conversation else None
        if conversation is None or customer is None:
            return "no_conversation"
        if conversation.ticket_id is None and opening(unit, conversation):
            raise ConflictError("a ticket is being opened for this conversation; the appeal belongs on it")
        withdraw(unit, conversation, "the customer asks for a person", loop.now(), drafts=False)
        conversation = _handed(unit, conversation, loop.policy, loop.now())
        unit.ledger.append(RULE, {"conversation": conversation.id, "ticket": conversation.ticket_id}, event.occurred_at)
        made = effects(unit, conversation, customer, event, loop.policy)
        fresh = [each for effect in made for each in add_or_count(unit, effect)]
    loop.publish(fresh)
    return RULE


def _handed(unit: Unit, conversation: Conversation, policy: Policy, now: datetime) -> Conversation:
    if conversation.owner.is_human:
        return conversation
    return unit.conversations.save(hold(conversation, team(policy.default_owner.group), now))


def effects(
    unit: Unit, conversation: Conversation, customer: Customer, event: Event, policy: Policy
) -> tuple[Effect, ...]:
    """The ticket (a new one where there is none) with the note, control of a messaging conversation, and a word to the
    supervisors."""
    authority = Authority(rule=RULE, policy_version=policy.version)

    def effect(kind: EffectKind, name: str, target: str, payload: EffectPayload) -> Effect:
        return Effect(
            kind=kind,
            key=f"{event.id}:{name}",
            target=target,
            payload=payload,
            authority=authority,
            created_at=event.occurred_at,
            conversation_id=conversation.id,
        )

    changes = _changes(conversation, event)
    messages = unit.conversations.messages(conversation.id)
    kind, target, payload = place(conversation, customer, messages, changes)
    text = f"{customer.name} asks a person to look at a decision again."
    told = effect(kind, "ticket", target, payload), *_alert(text, conversation, customer, event, policy)
    if kind is EffectKind.CONTROL:
        return told
    return *told, *control_passed(unit, conversation, Control.AGENTS, RULE, policy.version, event.occurred_at)


def _alert(
    text: str, conversation: Conversation, customer: Customer, event: Event, policy: Policy
) -> tuple[Effect, ...]:
    if AlertKind.APPEAL in policy.alerts.off:
        return ()
    raised = Raised(
        kind=AlertKind.APPEAL,
        key=f"{AlertKind.APPEAL}:{conversation.id}",
        source=f"{event.id}:alert",
        text=text,
    )
    return (alert_effect(about(raised, conversation, customer), policy, event.occurred_at, RULE),)


def _changes(conversation: Conversation, event: Event) -> TicketUpdatePayload:
    owner = conversation.owner
    # An agent whom no team gave it keeps it: their name is no team's.
    group = conversation.owner_group or (owner.name if owner.kind is OwnerKind.TEAM else "")
    note = NOTE.format(at=f"{event.occurred_at:%Y-%m-%d %H:%M}")
    return TicketUpdatePayload(group=group or None, status="open", note=note, add_tags=(TAG,))
