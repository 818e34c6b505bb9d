"""An occurrence becomes a card in Slack, or one more on the card that is there."""

from dataclasses import replace
from datetime import datetime

from core.model.alert import Alert, AlertState, Raised
from core.model.conversation import Conversation
from core.model.customer import Customer
from core.model.effect_payloads import SlackPayload
from core.model.ids import ConversationId, DecisionId
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.ports.cards import HITS

RULE = "alert"


def alert_effect(raised: Raised, policy: Policy, now: datetime, rule: str = RULE) -> Effect:
    """What `add_or_count` takes: an occurrence on its way to the supervisors, with where tickets are shown."""
    raised = replace(raised, tickets_at=policy.alerts.tickets_at)
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=raised.source,
        target=policy.alert_channel,
        payload=SlackPayload(text=raised.text, blocks=(), alert=raised),
        authority=Authority(rule=rule, policy_version=policy.version),
        created_at=now,
        conversation_id=raised.conversation_id,
    )


def alert_source(decision_id: DecisionId) -> str:
    """The occurrence that a decision is."""
    return f"{decision_id}:alert"


def about(raised: Raised, conversation: Conversation, customer: Customer) -> Raised:
    """The same of a customer's conversation."""
    return replace(
        raised,
        who=customer.name,
        tier=customer.tier,
        conversation_id=conversation.id,
        ticket=conversation.ticket_id or "",
    )


def add_or_count(unit: Unit, effect: Effect) -> list[Effect]:
    """Instead of `unit.outbox.add`: an alert is counted where one with its key is open, and posted where none is; any
    other effect is added as it is. The effects that are new."""
    raised = effect.payload.alert if isinstance(effect.payload, SlackPayload) else None
    if raised is None:
        return [effect] if unit.outbox.add(effect) else []
    raised = _on_its_card(unit, with_ticket(unit, raised), effect.created_at)
    alert = unit.alerts.count(raised, effect.created_at)
    if alert is None or alert.count > 1:
        return []
    return [post] if unit.outbox.add(post := card_post(unit, alert, effect.target, effect.authority)) else []


def _on_its_card(unit: Unit, raised: Raised, now: datetime) -> Raised:
    """What a message says on top of what the open card tells is news, and a changed card notifies nobody: that card is
    closed, and a new one has all reasons. Where it says the same again, it counts there."""
    open_one = next((each for each in _of_messages(unit, raised.conversation_id) if each.said.key == raised.key), None)
    if not raised.reasons or open_one is None or unit.alerts.known_sources([raised.source]):
        return raised
    before = open_one.said.reasons
    if not set(raised.reasons) <= set(before):
        unit.alerts.settle(open_one.id, AlertState.RESOLVED, "The customer said more: the newer card has it.", now)
    return replace(raised, reasons=tuple(dict.fromkeys((*raised.reasons, *before))))


def settle_message_alerts(unit: Unit, conversation_id: ConversationId, note: str, now: datetime) -> None:
    """A person is with the customer: what supervisors were told of the customer's messages is settled, wherever that
    person acted. The cards say so the next time that cards are drawn."""
    for alert in _of_messages(unit, conversation_id):
        unit.alerts.settle(alert.id, AlertState.RESOLVED, note, now)


def _of_messages(unit: Unit, conversation_id: ConversationId | None) -> list[Alert]:
    live = unit.alerts.of_conversation(conversation_id) if conversation_id else []
    return [alert for alert in live if alert.said.reasons]


def card_post(unit: Unit, alert: Alert, channel: str, authority: Authority) -> Effect:
    """Its card, posted anew; a card for each revision at most."""
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=card_key(alert, alert.revision),
        target=channel,
        payload=replace(card_payload(unit, alert), alert_id=alert.id),
        authority=authority,
        created_at=alert.last_at,
        conversation_id=alert.said.conversation_id,
    )


def card_key(alert: Alert, revision: int) -> str:
    return f"{alert.id}:card:{revision}"


def card_payload(unit: Unit, alert: Alert) -> SlackPayload:
    """Its card as it is now, with the number that its ticket may have got since."""
    alert = replace(alert, said=with_ticket(unit, alert.said))
    hits = unit.alerts.hits(alert.id, HITS) if alert.count > 1 else []
    return unit.cards.alert(alert, hits).payload


def with_ticket(unit: Unit, raised: Raised) -> Raised:
    """With the ticket of its conversation."""
    if raised.ticket or raised.conversation_id is None:
        return raised
    conversation = unit.conversations.get(raised.conversation_id)
    return replace(raised, ticket=conversation.ticket_id or "") if conversation else raised


def redraw_with_ticket(unit: Unit, conversation_id: ConversationId, now: datetime) -> None:
    """The conversation has got its ticket: the cards that were posted without are drawn anew, with the link to it and
    what needs it."""
    for alert in unit.alerts.of_conversation(conversation_id):
        if not alert.said.ticket:
            unit.alerts.settle(alert.id, None, "", now)
