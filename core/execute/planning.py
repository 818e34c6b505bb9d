"""What every part of a plan works with: the policy, the case, the decision, and how an effect of it is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.answer.style import StyleCard
from core.model.conversation import CaseContext, Message
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.outbound import Authority, Effect, EffectKind
from core.model.signals import Scored
from core.policy import Policy

SURE_OF_LANGUAGE = 0.5


def language_of(read: Scored | None, customer: Customer) -> str:
    """The one that the customer asked for, else the one they write, else that of their locale."""
    sure = read is not None and read.confidence >= SURE_OF_LANGUAGE
    return customer.preferences.language or (read.value if read is not None and sure else customer.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """What is written on a ticket besides the sidebar: `notes` mirrors phone messages and handoff cards as internal
    notes, `tags` sets the policy's tags, `fields` maps `intent`, `sentiment` and `urgency` to custom field ids."""

    notes: bool = True
    tags: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """One decision about one case."""

    policy: Policy
    settings: DeliverySettings
    style: StyleCard
    case: CaseContext
    decision: Decision

    @property
    def latest(self) -> Message:
        assert self.case.latest is not None  # noqa: S101 - a decision answers a message
        return self.case.latest

    @property
    def language(self) -> str:
        return language_of(self.decision.signals.language, self.case.customer)

    def effect(self, kind: EffectKind, name: str, target: str, payload: Mapping[str, Any], rule: str = "") -> Effect:
        authority = Authority(rule=rule or self.decision.disposition.rule, policy_version=self.decision.policy_version)
        return Effect(
            kind=kind,
            key=f"{self.decision.id}:{name}",
            target=target,
            payload=payload,
            authority=authority,
            # The helpdesk's clock may be ahead of ours; an answer never stands before what it answers.
            created_at=max(self.decision.at, self.latest.at),
            conversation_id=self.case.conversation.id,
        )
