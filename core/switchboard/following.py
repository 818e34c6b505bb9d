"""The owner here follows the switchboard there."""

from dataclasses import replace

from core.coordinate.lease import held
from core.coordinate.turn import team
from core.model.control import Control
from core.model.conversation import Conversation
from core.model.event import Event
from core.model.outbound import UNDER_WAY, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Unit
from core.switchboard.passing import newest_passing

NOT_OURS = frozenset({Control.AGENTS, Control.OTHER})
CONTROL = "control"  # the field of an event that says who had control when it happened


def with_agents(event: Event) -> bool:
    """Whether the agents' own workspace showed this message to them."""
    return event.payload.get(CONTROL) == Control.AGENTS


def followed(unit: Unit, conversation: Conversation, event: Event, policy: Policy) -> Conversation:
    """The conversation with the owner that control makes: what was said while agents had it, or another bot, is not
    ours to answer.

    But for where we have asked for it back: what was said before the switchboard has heard of that is ours by then,
    and may come to light long after."""
    if event.payload.get(CONTROL) not in NOT_OURS or conversation.owner.is_human:
        return conversation
    row = newest_passing(unit, conversation)
    if row is not None and row.effect.payload["to"] == Control.ASSISTANT and _is_before(event, row):
        return conversation
    owned = held(conversation, team(policy.default_owner.group), event.occurred_at)
    return unit.conversations.save(replace(owned, updated_at=max(conversation.updated_at, event.occurred_at)))


def _is_before(event: Event, row: OutboxRow) -> bool:
    """Whether it happened before control was passed, or that is still under way."""
    passed_at = row.first_sent_at or row.effect.created_at
    return row.state in UNDER_WAY or (row.state is EffectState.SENT and event.occurred_at < passed_at)
