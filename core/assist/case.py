"""What the helpers beside the draft look at: one ticket as the store has it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.model.conversation import Attachment, Conversation, Message, Role
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.signals import Scored
from core.policy import Policy
from core.policy.known import FROM_WORDS

SURE = 0.5  # of a reading whose trigger counts in another unit than a confidence, or that has none


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSources:
    """`timeline` is oldest first; `others` are the customer's other conversations, newest first."""

    conversation: Conversation
    customer: Customer
    timeline: Sequence[Message]
    decision: Decision
    policy: Policy
    now: datetime
    others: Sequence[Conversation] = ()

    @property
    def unanswered(self) -> tuple[Message, ...]:
        """The customer's messages since anybody last replied in public, oldest first."""
        return unanswered_messages(self.timeline)

    @property
    def files(self) -> tuple[Attachment, ...]:
        return tuple(attachment for message in self.unanswered for attachment in message.attachments)

    @property
    def recognised(self) -> tuple[Scored, ...]:
        """The intents that the policy holds for sure enough, likeliest first."""
        least = self.policy.confidence_intent
        return tuple(intent for intent in self.decision.signals.intents if intent.confidence >= least)

    @property
    def risks(self) -> tuple[Scored, ...]:
        """The signs that the policy holds for sure enough; those under its thresholds call for nothing."""
        return tuple(risk for risk in self.decision.signals.risks if risk.confidence >= self._least(risk.value))

    def _least(self, risk: str) -> float:
        trigger = self.policy.triggers.get(risk)
        return trigger.threshold if trigger is not None and risk in FROM_WORDS else SURE

    @property
    def held_by(self) -> frozenset[str]:
        """The names of the team and the person who have it."""
        owner = self.conversation.owner
        return frozenset({owner.id, owner.name, self.conversation.owner_group} - {""})

    @property
    def answered(self) -> bool:
        """Whether a person has replied in public since the decision."""
        return any(m.public and m.role is Role.AGENT and m.at > self.decision.at for m in self.timeline)


def unanswered_messages(timeline: Sequence[Message]) -> tuple[Message, ...]:
    turns: list[Message] = []
    for message in reversed(timeline):
        if message.role is Role.CUSTOMER:
            turns.append(message)
        elif message.public and message.role in (Role.AGENT, Role.ASSISTANT):
            break
    return tuple(reversed(turns))
