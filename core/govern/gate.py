"""The gate before the one way out: under whose authority, with whose consent, at what hour."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.coordinate.lease import customer_waits
from core.coordinate.policy import Policy
from core.govern.consent import withdrawn
from core.govern.hours import WHATSAPP_WINDOW, next_allowed
from core.govern.reachable import unreachable
from core.model.conversation import Conversation, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind, Purpose
from core.model.outbound import AGAIN_OF, TO_CUSTOMER, Effect, EffectKind, EffectState, Occasion
from core.model.outreach import ApprovalState
from core.ports import Unit

AUTO_CLOSE = "auto_close"
FOLLOW_UP = "follow_up"
TAKEN = "a person has the conversation now"
# What the assistant says and does by itself: not while a person has the conversation.
BY_ITSELF = frozenset(
    {
        "automatic_reply",
        FOLLOW_UP,
        "procedure",
        "clarifying_question",
        "appointment",
        "receipt",
        "instruction",
        "verification_code",
        "call",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an effect does not leave now. With `until` it is held, without it is refused for good. `code` is one of
    `core.execute.failures`, where somebody has to be told what to do."""

    state: EffectState
    reason: str
    until: datetime | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Nothing reaches a customer but under a person's approval of these exact bytes, or a standing rule of an
    applied policy version. What stays in the house (notes, tags, Slack) needs no authority."""

    policy: Policy

    def refusal(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        """None when the effect may leave at `now`."""
        if effect.authority.rule == AUTO_CLOSE and (why := self._overtaken(unit, effect)):
            return _no(why)
        if effect.kind is EffectKind.APPOINTMENT:
            return self._standing(unit, effect)
        if effect.kind not in TO_CUSTOMER:
            return None
        if effect.authority.approval_id is not None:
            refused = self._approved(unit, effect, now) or self._proactive(unit, effect, now)
        else:
            refused = self._standing(unit, effect) or self._unasked(unit, effect, now)
        return refused or self._reached(unit, effect, now)

    def _reached(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        if _with_a_person_on_the_line(unit, effect):
            return _no(TAKEN)
        found = unreachable(unit, effect, self.policy, now)
        return Refusal(state=EffectState.REFUSED, reason=found.reason, code=found.code) if found else None

    def _standing(self, unit: Unit, effect: Effect) -> Refusal | None:
        rule = effect.authority.rule
        if rule not in self.policy.standing:
            return _no(f"the policy gives no standing approval to {rule!r}")
        applied = unit.cursors.get(f"policy:{effect.authority.policy_version}")
        if applied is None and effect.authority.policy_version != self.policy.version:
            return _no(f"policy version {effect.authority.policy_version} was never applied")
        if rule in BY_ITSELF and self._taken(unit, effect):
            return _no(TAKEN)
        return None

    def _unasked(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        """What nobody has just asked for keeps to the hours, and is looked at again when it has waited for them."""
        if effect.authority.rule != FOLLOW_UP:
            return None
        conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
        customer = unit.customers.get(conversation.customer_id) if conversation else None
        if conversation is None or customer is None:
            return None
        if not conversation.open:
            return _no("the matter is closed")
        channel = Channel(effect.payload.get("channel", Channel.EMAIL))
        opens = follow_up_opens(now, self.policy, customer, effect.target)
        may_not = unasked(unit, self.policy, conversation, customer, channel, max(opens, now))
        why = self._overtaken(unit, effect) or may_not
        if why:
            return _no(why)
        if opens <= now:
            return None
        return Refusal(state=EffectState.HELD, reason="quiet hours of the customer", until=opens)

    def _overtaken(self, unit: Unit, effect: Effect) -> str:
        """What has made a timer's effect pointless since it was planned; empty where nothing has."""
        if self._taken(unit, effect):
            return TAKEN
        waits = effect.conversation_id is not None and customer_waits(unit, effect.conversation_id)
        return "the customer has written" if waits else ""

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
        if recipient is None or not _same(_as_first(effect), proposal.message_to(recipient, now)):
            return _no("this is not what was approved: text, channel, recipient or authority differ")
        return None

    def _proactive(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        """Consent and hours are looked at again at the moment of sending: both may have changed since."""
        customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=effect.target))
        purpose = Purpose(effect.payload["purpose"])
        if customer is None or not customer.consented(Channel(effect.payload["channel"]), purpose):
            return _no("no consent for this channel and purpose")
        opens = next_allowed(now, self.policy.outreach, customer.time_zone, effect.target, customer.preferences.quiet)
        if opens > now:
            return Refusal(state=EffectState.HELD, reason="quiet hours of the recipient", until=opens)
        return None


def _with_a_person_on_the_line(unit: Unit, effect: Effect) -> bool:
    """What is said to a live call takes the place of what goes on there: it would part the caller from the agent."""
    if effect.kind is not EffectKind.MESSAGE or effect.payload.get("channel") != Channel.VOICE:
        return False
    call = unit.calls.get(effect.target)
    return call is not None and call.answered_by_person


def unasked(
    unit: Unit, policy: Policy, conversation: Conversation, customer: Customer, channel: Channel, at: datetime
) -> str:
    """Why one may not ask by this channel, at that time, whether all is well; empty where one may."""
    if withdrawn(customer, channel):
        return "the customer wants no messages"
    said = (m for m in unit.conversations.messages(conversation.id) if m.channel is channel and m.public)
    theirs = (m.at for m in said if m.role is Role.CUSTOMER)
    free_words = channel is not Channel.WHATSAPP or Occasion.FOLLOW_UP in policy.texting.templates
    if not free_words and at - max(theirs, default=conversation.updated_at) >= WHATSAPP_WINDOW:
        return "WhatsApp takes no more free words"
    return ""


def follow_up_opens(now: datetime, policy: Policy, customer: Customer, phone: str) -> datetime:
    """When one may ask whether all is well. Where neither zone nor number tells the customer's clock, as with an
    e-mail, it is UTC."""
    known = customer.time_zone or (None if phone.startswith("+") else "UTC")
    return next_allowed(now, policy.outreach, known, phone, customer.preferences.quiet)


def _as_first(effect: Effect) -> Effect:
    """What failed at the vendor and is sent once more is the message that was approved, under a key made of the first
    one's; in which form it goes changes no word of it."""
    first = effect.payload.get(AGAIN_OF)
    if first is None or effect.key != f"{first}:again":
        return effect
    kept = {name: value for name, value in effect.payload.items() if name not in (AGAIN_OF, "templated")}
    return replace(effect, key=first, payload=kept)


def _same(effect: Effect, approved: Effect) -> bool:
    """When it was made and how long it waits is not the supervisor's word; everything else is."""
    return effect == replace(approved, created_at=effect.created_at, not_before=effect.not_before)


def _no(reason: str) -> Refusal:
    return Refusal(state=EffectState.REFUSED, reason=reason)
