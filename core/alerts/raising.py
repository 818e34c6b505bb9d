"""An occurrence becomes a card in Slack, or one more on the card that is there."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from core.model.alert import Alert, AlertKind, Raised
from core.model.conversation import Conversation
from core.model.customer import Customer
from core.model.ids import ConversationId
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.ports.cards import HITS

ALERT = "alert"  # in a payload: the occurrence, before it is counted
ALERT_ID = "alert_id"  # in a payload: whose card it is
RULE = "alert"


def alert_effect(raised: Raised, policy: Policy, now: datetime, rule: str = RULE) -> Effect:
    """What `added` takes: an occurrence on its way to the supervisors. Where tickets are shown, the policy says."""
    raised = replace(raised, tickets_at=policy.alerts.tickets_at)
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=raised.source,
        target=policy.alert_channel,
        payload={"text": raised.text, ALERT: asdict(raised)},
        authority=Authority(rule=rule, policy_version=policy.version),
        created_at=now,
        conversation_id=raised.conversation_id,
    )


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
    if ALERT not in effect.payload:
        return [effect] if unit.outbox.add(effect) else []
    alert = unit.alerts.raised(with_ticket(unit, parse_raised(effect.payload[ALERT])), effect.created_at)
    if alert is None or alert.count > 1:
        return []
    return [post] if unit.outbox.add(post := card_post(unit, alert, effect.target, effect.authority)) else []


def card_post(unit: Unit, alert: Alert, channel: str, authority: Authority) -> Effect:
    """Its card, posted anew; a card for each revision at most."""
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=card_key(alert, alert.revision),
        target=channel,
        payload=card_payload(unit, alert) | {ALERT_ID: alert.id},
        authority=authority,
        created_at=alert.last_at,
        conversation_id=alert.said.conversation_id,
    )


def card_key(alert: Alert, revision: int) -> str:
    return f"{alert.id}:card:{revision}"


def card_payload(unit: Unit, alert: Alert) -> dict[str, Any]:
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


def parse_raised(fields: Mapping[str, Any]) -> Raised:
    """What `alert_effect` put into a payload."""
    conversation = fields.get("conversation_id")
    return Raised(
        **{
            **fields,
            "kind": AlertKind(fields["kind"]),
            "conversation_id": ConversationId(conversation) if conversation else None,
        }
    )
