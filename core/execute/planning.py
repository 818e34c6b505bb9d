"""What every part of a plan works with: the policy, the case, the decision, and how an effect of it is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.answer.style import StyleCard
from core.model.conversation import CaseContext, Message
from core.model.customer import Channel, Customer
from core.model.decision import Decision
from core.model.effect_payloads import EffectPayload, MessagePayload
from core.model.ids import VerificationId, derive_id
from core.model.outbound import Authority, Effect, EffectKind
from core.model.profile import Verification
from core.model.signals import Scored
from core.policy import Policy
from core.ports import Unit
from core.procedure.verify_identity import asks_from_own_place, sends_code
from core.profile.codes import HIDDEN
from core.text.verification import words_in

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

    def effect(self, kind: EffectKind, name: str, target: str, payload: EffectPayload, rule: str = "") -> Effect:
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


# ------------------------------------------------------------------
# The text message with a one-time code. The code itself is filled in where it leaves, and stands nowhere before.

STANDING = "verification_code"


def plan_code(plan: Planning) -> list[Effect]:
    """The code that the draft announces; nothing for any other draft."""
    draft, proving, rules = plan.decision.draft, plan.case.proving, plan.policy.verification
    if draft is None or not sends_code(draft) or proving.customer_id is None:
        return []
    minutes = round(rules.code_lives.total_seconds() / 60)
    words = words_in(draft.language).code
    payload = MessagePayload(
        channel=Channel.SMS,
        body=words.format(code=HIDDEN, company=plan.style.company, minutes=minutes),
        ai_generated=True,
        language=draft.language,
        code_of=VerificationId(derive_id("vf", plan.decision.id)),
        proves=proving.customer_id,
        minutes=minutes,
        own=asks_from_own_place(plan.case),
    )
    return [plan.effect(EffectKind.MESSAGE, "code", proving.number, payload, STANDING)]


def worthless(effect: Effect, at: datetime) -> bool:
    """Whether the effect brings a code that no longer counts at that time."""
    said = effect.message
    return said is not None and said.minutes is not None and at >= effect.created_at + timedelta(minutes=said.minutes)


def expect(unit: Unit, effect: Effect) -> None:
    """Wait for the code of an effect that was planned, if it has one."""
    said = effect.message
    if said is None or said.code_of is None or said.proves is None or said.minutes is None:
        return
    if effect.conversation_id is None:
        return
    unit.verifications.add(
        Verification(
            id=said.code_of,
            conversation_id=effect.conversation_id,
            customer_id=said.proves,
            channel=said.channel,
            hint=effect.target[-2:],
            sent_at=effect.created_at,
            expires_at=effect.created_at + timedelta(minutes=said.minutes),
            own=said.own,
        )
    )
