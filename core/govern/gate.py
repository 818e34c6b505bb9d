"""The gate before the one way out: under whose authority, with whose consent, at what hour."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from core.calendar.quiet_hours import closes_after, next_allowed
from core.consent.reachable import cursor_name, follow_up_opens, unreachable, why_not_ask, with_window
from core.context.ownership import customer_waits
from core.govern.action_approvals import BY_AGENT
from core.govern.campaign_cards import as_it_stands
from core.govern.campaign_gate import campaign_refusal
from core.govern.pause import refuse_while_paused
from core.govern.refusal import LATE, Refusal, hold_until, refuse
from core.model.customer import Channel, Identity, IdentityKind
from core.model.effect_payloads import MessagePayload
from core.model.outbound import TO_CUSTOMER, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.ports.outreach import QueuedMessage

# ------------------------------------------------------------------
# An effect as it leaves at this very moment: what depends on the hour is put in last.

# A message that would have less time than this to arrive waits for the next opening.
SHORTEST = timedelta(seconds=60)
CLOSING = "the recipient's quiet hours are about to begin"


def as_it_leaves(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Effect | Refusal:
    """With the hour until which it may be delivered, and the customer's WhatsApp window; or why it leaves later. A
    campaign's card leaves as the campaign stands."""
    said = effect.message
    if said is not None and said.not_after is not None and effect.authority.approval_id is not None:
        timely = with_validity(unit, effect, said, said.not_after, policy, now)
        if isinstance(timely, Refusal):
            return timely
        effect = timely
    return with_window(unit, as_it_stands(unit, effect, policy, now), now)


def with_validity(
    unit: Unit, effect: Effect, said: MessagePayload, not_after: datetime, policy: Policy, now: datetime
) -> Effect | Refusal:
    """A campaign's message, with `valid_until`: when the recipient's quiet hours begin or its time is up, whichever
    comes first. The vendor drops what it could not deliver by then, so nobody's phone rings at night."""
    customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=effect.target))
    time_zone, quiet = (customer.time_zone, customer.preferences.quiet) if customer else (None, None)
    if not_after - now < SHORTEST:
        return refuse(LATE)
    closes = closes_after(now, policy.outreach, time_zone, effect.target, quiet)
    if closes - now < SHORTEST:
        opens = next_allowed(closes, policy.outreach, time_zone, effect.target, quiet)
        return hold_until(CLOSING, opens, not_after)
    until = min(closes, not_after)
    return replace(effect, payload=replace(said, valid_until=until))


# ------------------------------------------------------------------
# What the gate reads in one transaction, read once: a campaign's messages ask for the same campaign again and again,
# and each of them three times for its customer.

T = TypeVar("T")


def glancing(unit: Unit, messages: Sequence[QueuedMessage] = ()) -> Unit:
    """The same transaction, for reading only, with what it is asked twice remembered. Whoever writes does so by the
    transaction itself and looks anew afterwards. What the gate asks for each of the `messages` is read in one go."""
    glance = _Glance(unit)
    if messages:
        phones = list(dict.fromkeys(message.address for message in messages))
        asked = [Identity(kind=IdentityKind.PHONE, value=phone) for phone in phones]
        people, bad = unit.customers.having(asked), unit.cursors.many([cursor_name(phone) for phone in phones])
        glance.customers.know("find", {(each,): people.get(each) for each in asked})
        glance.cursors.know("get", {(cursor_name(phone),): bad.get(cursor_name(phone)) for phone in phones})
    for campaign_id in {message.campaign_id for message in messages}:
        theirs = [message.address for message in messages if message.campaign_id == campaign_id]
        lines = {line.address: line for line in unit.campaigns.lines_to(campaign_id, theirs)}
        glance.campaigns.know("line", {(campaign_id, address): lines.get(address) for address in theirs})
    return cast(Unit, glance)


class _Remembering:
    def __init__(self, table: Any, names: frozenset[str]) -> None:
        self._table, self._names = table, names
        self._known: dict[tuple[str, tuple[Any, ...]], Any] = {}

    def know(self, name: str, answers: Mapping[tuple[Any, ...], Any]) -> None:
        """What `name` answers to each of these arguments."""
        self._known.update(((name, key), answer) for key, answer in answers.items())

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._table, name)
        return self._once(name, asked) if name in self._names else asked

    def _once(self, name: str, asked: Callable[..., T]) -> Callable[..., T]:
        def once(*key: Any) -> T:
            if (name, key) not in self._known:
                self._known[name, key] = asked(*key)
            return cast(T, self._known[name, key])

        return once


class _Glance:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.campaigns = _Remembering(unit.campaigns, frozenset({"get", "line"}))
        self.seals = _Remembering(unit.seals, frozenset({"get"}))
        self.customers = _Remembering(unit.customers, frozenset({"find", "get"}))
        self.cursors = _Remembering(unit.cursors, frozenset({"get"}))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)


# ------------------------------------------------------------------

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
        "action",
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
        if effect.kind is EffectKind.ACTION:
            # An agent answers for what they started; what a customer said yes to needs the policy's word, too.
            if effect.authority.rule == BY_AGENT:
                return None
            return self._standing(unit, effect) or refuse_while_paused(unit, effect, now)
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
        opens = follow_up_opens(now, self.policy, customer, effect.target)
        may_not = why_not_ask(unit, self.policy, conversation, customer, effect.channel, max(opens, now))
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
    if effect.channel is not Channel.VOICE:
        return False
    call = unit.calls.get(effect.target)
    return call is not None and call.answered_by_person
