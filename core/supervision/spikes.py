"""One alert for each spike, of an intent or of a topic that no intent is for: with the message that it began with, and
its share of all contacts.

A spike lasts until its hour is usual again. While it does, it is counted on its card once an hour; whoever has closed
the card is not called again for it. What is over and comes again is another spike.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.measure.spike import (
    HOUR,
    OVER,
    Spiking,
    Topic,
    first_of,
    is_over,
    share_of_all,
    spike_raised,
    spiking_of,
    topic_key,
    topics_of,
    watch_intents,
    watch_topics,
)
from core.model.alert import Alert, AlertKind, Raised
from core.model.conversation import Conversation, Message
from core.model.ids import MessageId
from core.policy import Policy
from core.ports import Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact

RUNNING = "spikes:running"  # the cursor with the spikes that last, and when topics were looked at
TOPICS_EVERY = timedelta(minutes=2)  # words are read, not only counted
LONGEST = 200  # characters of the first message
USUAL_AGAIN = "It is as usual again."
TOPIC = topic_key("")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikesFound:
    """`running` is what the cursor is to hold; None where it holds that already."""

    raised: tuple[Raised, ...] = ()
    over: tuple[tuple[Alert, str], ...] = ()
    running: str | None = None


def look_for_spikes(unit: Unit, live: Sequence[Alert], policy: Policy, now: datetime) -> SpikesFound:
    """`live` are the open alerts."""
    stored = unit.cursors.get(RUNNING)
    kept: dict[str, Any] = json.loads(stored) if stored else {"topics_at": None, "running": {}}
    known: Mapping[str, Mapping[str, str]] = kept["running"]
    mine = {alert.said.key: alert for alert in live if alert.kind is AlertKind.INTENT_SPIKE}
    intents = watch_intents(unit, now)
    topics_at = kept["topics_at"]
    due = topics_at is None or datetime.fromisoformat(topics_at) <= now - TOPICS_EVERY
    topics = watch_topics(unit, now) if due else []
    usual = {key for key in (*mine, *known) if _is_usual(key, intents, topics, looked_at_topics=due)}
    lasting = {key: began for key, began in known.items() if key not in usual}
    spikes: list[Spiking | Topic] = [*spiking_of(intents, policy), *topics_of(topics, policy, lasting)]
    raised = []
    for spike in spikes:
        fresh = spike.key not in lasting
        began = lasting[spike.key] if not fresh else _beginning(unit, spike, now)
        lasting[spike.key] = began
        if fresh or spike.key in mine:
            raised.append(_raised(unit, spike, began, now))
    running = json.dumps({"topics_at": now.isoformat() if due else topics_at, "running": lasting}, sort_keys=True)
    return SpikesFound(
        raised=tuple(raised),
        over=tuple((mine[key], USUAL_AGAIN) for key in mine if key in usual),
        running=running if running != stored else None,
    )


def _is_usual(key: str, intents: Sequence[Spiking], topics: Collection[Topic], *, looked_at_topics: bool) -> bool:
    if not key.startswith(TOPIC):
        return is_over(intents, key)
    return looked_at_topics and all(each.key != key or each.chance > OVER for each in topics)


def _beginning(unit: Unit, spike: Spiking | Topic, now: datetime) -> dict[str, str]:
    heard = spike.contacts if isinstance(spike, Topic) else unit.watch.contacts(spike.intent, now - HOUR, now)
    first = first_of(heard, spike.usual, now)
    return {"at": (first.at if first else now).isoformat(), "message": first.message_id if first else ""}


def _raised(unit: Unit, spike: Spiking | Topic, began: Mapping[str, str], now: datetime) -> Raised:
    message = unit.conversations.message(MessageId(began["message"])) if began["message"] else None
    conversation = unit.conversations.get(message.conversation_id) if message else None
    facts = {"Share": share_of_all(spike)}
    if message is not None and conversation is not None:
        facts |= _first(unit, message, conversation)
    raised = spike_raised(spike, now, datetime.fromisoformat(began["at"]), facts)
    return replace(raised, ticket=(conversation.ticket_id or "") if conversation is not None else "")


def _first(unit: Unit, message: Message, conversation: Conversation) -> dict[str, str]:
    """The words are masked. The conversation is named, so that whoever erases its customer finds the card."""
    customer = unit.customers.get(conversation.customer_id)
    said = " ".join(redact(message.text, known=of_customer(customer) if customer else ()).split())
    said = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
    return {"First message": f"“{said}”, {message.at:%H:%M} UTC", "First conversation": conversation.id}
