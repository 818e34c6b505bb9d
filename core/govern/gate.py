"""The gate before the one way out: under whose authority, with whose consent, at what hour."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.coordinate.policy import Policy
from core.govern.hours import next_allowed
from core.model.customer import Channel, Identity, IdentityKind, Purpose
from core.model.outbound import TO_CUSTOMER, Effect, EffectState
from core.model.outreach import ApprovalState
from core.ports import Unit

AUTOMATIC = "automatic_reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an effect does not leave now. With `until` it is held, without it is refused for good."""

    state: EffectState
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Nothing reaches a customer but under a person's approval of these exact bytes, or a standing rule of an
    applied policy version. What stays in the house (notes, tags, Slack) needs no authority."""

    policy: Policy

    def refusal(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        """None when the effect may leave at `now`."""
        if effect.kind not in TO_CUSTOMER:
            return None
        if effect.authority.approval_id is not None:
            return self._approved(unit, effect, now) or self._proactive(unit, effect, now)
        return self._standing(unit, effect)

    def _standing(self, unit: Unit, effect: Effect) -> Refusal | None:
        rule = effect.authority.rule
        if rule not in self.policy.standing:
            return _no(f"the policy gives no standing approval to {rule!r}")
        applied = unit.cursors.get(f"policy:{effect.authority.policy_version}")
        if applied is None and effect.authority.policy_version != self.policy.version:
            return _no(f"policy version {effect.authority.policy_version} was never applied")
        if rule == AUTOMATIC and self._taken(unit, effect):
            return _no("a person has the conversation now")
        return None

    def _taken(self, unit: Unit, effect: Effect) -> bool:
        """Looked at again at the moment of sending: an attempt that is made once more may be minutes old."""
        conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
        return conversation is not None and conversation.owner.is_human

    def _approved(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        assert effect.authority.approval_id is not None  # noqa: S101 - narrows for the type checker
        approval = unit.approvals.get(effect.authority.approval_id)
        if approval is None or approval.state is not ApprovalState.APPROVED:
            return _no("nobody has approved this")
        proposal = approval.proposal
        recipient = next((r for r in proposal.recipients if r.address == effect.target), None)
        if recipient is None or not _same(effect, proposal.message_to(recipient, now)):
            return _no("this is not what was approved: text, channel, recipient or authority differ")
        return None

    def _proactive(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        """Consent and hours are looked at again at the moment of sending: both may have changed since."""
        customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=effect.target))
        purpose = Purpose(effect.payload["purpose"])
        if customer is None or not customer.consented(Channel(effect.payload["channel"]), purpose):
            return _no("no consent for this channel and purpose")
        opens = next_allowed(now, self.policy.outreach, customer.time_zone, effect.target)
        if opens > now:
            return Refusal(state=EffectState.HELD, reason="quiet hours of the recipient", until=opens)
        return None


def _same(effect: Effect, approved: Effect) -> bool:
    """When it was made and how long it waits is not the supervisor's word; everything else is."""
    return effect == replace(approved, created_at=effect.created_at, not_before=effect.not_before)


def _no(reason: str) -> Refusal:
    return Refusal(state=EffectState.REFUSED, reason=reason)
