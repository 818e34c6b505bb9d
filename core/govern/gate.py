"""The gate before the one way out: under whose authority, with whose consent, at what hour."""

from dataclasses import dataclass
from datetime import datetime

from core.consent.opt_outs import follow_up_opens, why_not_ask
from core.consent.reachable import unreachable
from core.context.ownership import customer_waits
from core.govern.campaign_gate import campaign_refusal
from core.govern.pause import refuse_while_paused
from core.govern.refusal import Refusal, hold_until, refuse
from core.model.customer import Channel
from core.model.outbound import TO_CUSTOMER, Effect, EffectKind
from core.policy import Policy
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
class Gate:
    """Nothing reaches a customer but under a seal over these exact bytes, or a standing rule of an applied policy
    version. What stays in the house (notes, tags, Slack) needs no authority."""

    policy: Policy

    def refusal(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        """None when the effect may leave at `now`."""
        if effect.authority.rule == AUTO_CLOSE and (why := self._overtaken(unit, effect)):
            return refuse(why)
        if effect.kind is EffectKind.APPOINTMENT:
            return self._standing(unit, effect)
        if effect.kind not in TO_CUSTOMER:
            return None
        if effect.authority.approval_id is not None:
            found = campaign_refusal(unit, effect, self.policy, now)
        else:
            found = self._standing(unit, effect) or self._unasked(unit, effect, now)
        # What is refused for good is so while all sending is paused, too; what is held is, for that or for another.
        if found is not None and found.until is None:
            return found
        return refuse_while_paused(unit, effect, now) or found or self._reached(unit, effect, now)

    def _reached(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        if _with_a_person_on_the_line(unit, effect):
            return refuse(TAKEN)
        found = unreachable(unit, effect, self.policy, now)
        return refuse(found.reason, found.code) if found else None

    def _standing(self, unit: Unit, effect: Effect) -> Refusal | None:
        rule = effect.authority.rule
        if rule not in self.policy.standing:
            return refuse(f"the policy gives no standing approval to {rule!r}")
        applied = unit.cursors.get(f"policy:{effect.authority.policy_version}")
        if applied is None and effect.authority.policy_version != self.policy.version:
            return refuse(f"policy version {effect.authority.policy_version} was never applied")
        if rule in BY_ITSELF and self._taken(unit, effect):
            return refuse(TAKEN)
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
            return refuse("the matter is closed")
        channel = Channel(effect.payload.get("channel", Channel.EMAIL))
        opens = follow_up_opens(now, self.policy, customer, effect.target)
        may_not = why_not_ask(unit, self.policy, conversation, customer, channel, max(opens, now))
        why = self._overtaken(unit, effect) or may_not
        if why:
            return refuse(why)
        return hold_until("quiet hours of the customer", opens) if opens > now else None

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


def _with_a_person_on_the_line(unit: Unit, effect: Effect) -> bool:
    """What is said to a live call takes the place of what goes on there: it would part the caller from the agent."""
    if effect.kind is not EffectKind.MESSAGE or effect.payload.get("channel") != Channel.VOICE:
        return False
    call = unit.calls.get(effect.target)
    return call is not None and call.answered_by_person
