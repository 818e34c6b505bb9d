"""What a rule may look at, and the dispositions that rules give."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.context.ownership import team
from core.model.conversation import CaseContext, Message, MessageKind, Owner, OwnerKind, Role
from core.model.customer import DIRECT, Channel
from core.model.decision import Action, Disposition, Progress
from core.model.draft import Draft
from core.model.signals import COURTESY, Scored, Signals
from core.policy import OwnerRow, Policy, Way
from core.read.turn_input import asked_before, customer_words, is_courtesy
from core.text.verification import asks_for_proof

MESSAGING = DIRECT | {Channel.WEB}  # the customer waits, and nobody may be looking at a ticket
SPECIALISTS = 2  # the tier from which a trigger is passed on even by a person who has the conversation
YES = frozenset({"true", "yes", "1"})
# Drafts that are no answers leave under a standing approval of their own.
OF_COMPOSER = {
    "clarify": "clarifying_question",
    "receipt": "receipt",
    "verification": "verification_code",
    "instruction": "instruction",
    "contact_choice": "handoff_notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """All that a rule may look at. `asks`: whether there was anything that an article could answer; `led`: how far a
    procedure has come with this turn, None where none has to do with it."""

    case: CaseContext
    signals: Signals
    draft: Draft | None
    policy: Policy
    asks: bool = True
    led: Progress | None = None

    @property
    def channel(self) -> Channel:
        latest = self.case.latest
        return latest.channel if latest else self.case.conversation.channel

    @property
    def kind(self) -> MessageKind:
        latest = self.case.latest
        return latest.kind if latest else MessageKind.WORDS

    @property
    def owner(self) -> Owner:
        return self.case.conversation.owner

    @property
    def owned_by_person(self) -> bool:
        return self.owner.is_human

    @property
    def recognised(self) -> list[Scored]:
        """The intents that are sure enough, likeliest first: a message may have several. Whoever answers a question of
        a procedure is still about what the procedure is for, whatever the few words sound like."""
        if self.led is not None and any(taken.kind == "answer" for taken in self.led.taken):
            procedure = self.policy.procedures.get(self.led.procedure)
            return [Scored(value=name, confidence=1.0) for name in sorted(procedure.intents if procedure else ())]
        return [intent for intent in self.signals.intents if intent.confidence >= self.policy.confidence_intent]

    @property
    def row(self) -> OwnerRow:
        """The line of the owner table for the likeliest intent."""
        known = self.recognised
        return self.policy.owner_of(known[0].value) if known else self.policy.default_owner

    @property
    def closing(self) -> tuple[Scored | None, OwnerRow]:
        """The intent that needs a person most, and its line: who pays a bill and disputes one, disputes one."""
        rows = [(intent, self.policy.owner_of(intent.value)) for intent in self.recognised]
        for way in (Way.HUMAN, Way.HYBRID):
            for intent, row in rows:
                if row.way is way:
                    return intent, row
        return rows[0] if rows else (None, self.policy.default_owner)

    @property
    def least_confidence(self) -> float:
        """What a draft must have to be sent by itself: the strictest of what its intents ask for."""
        asked = [self.policy.automatic_from(intent.value) for intent in self.recognised]
        return max(asked, default=self.policy.automatic_from(""))

    @property
    def shadowed(self) -> str:
        """Why there are drafts only, in plain words; empty where the policy does not say so."""
        shadow = self.policy.shadow
        if self.channel in shadow.channels:
            return f"the channel {self.channel}"
        if self.case.brand and self.case.brand in shadow.brands:
            return f"the brand {self.case.brand}"
        # The likeliest intent counts even where it is not sure: a draft too few does no harm here.
        candidates = {intent.value for intent in (*self.signals.intents[:1], *self.recognised)}
        intents = sorted(candidates & shadow.intents)
        return f"the intent {intents[0]}" if intents else ""

    @property
    def important(self) -> str:
        """Why the policy calls the customer important, in plain words; empty where it does not."""
        vip, customer = self.policy.vip, self.case.customer
        if customer.tier in vip.tiers:
            return f"a {customer.tier} customer"
        worth = self.signals.fact("lifetime_value")
        if vip.lifetime_value is not None and worth and (worth.amount or 0.0) >= vip.lifetime_value:
            return f"a customer worth {worth.amount:,.0f} (the policy's mark is {vip.lifetime_value:,.0f})"
        flag = self.flag
        return f"a customer flagged “{flag}”" if flag else ""

    @property
    def flag(self) -> str:
        """The first of the policy's flags that the customer's profile carries."""
        flags = self.policy.vip.flags
        if not flags:
            return ""
        set_ = {name for name, value in self.case.customer.attributes.items() if value.casefold() in YES}
        read = {fact.label for fact in self.signals.facts if fact.value == "vip"}
        return min(flags & (set_ | read), default="")

    @property
    def replies(self) -> int:
        """How often the assistant has answered since the matter was last solved or in a person's hands. A notice goes
        before a person's turn, a question whether all is well follows an answer, and what we wrote first answers
        nothing: none counts."""
        answers, before = 0, Role.SYSTEM
        for message in self._said_here():
            if message.role is Role.AGENT:
                answers = 0
            elif message.unasked:
                continue
            elif message.role is Role.ASSISTANT and before is Role.CUSTOMER and not asks_for_proof(message.text):
                answers += 1
            before = message.role
        return answers

    def _said_here(self) -> Iterator[Message]:
        """What was said in public since the assistant has had it, or since it was solved."""
        conversation = self.case.conversation
        given = conversation.owner_since if self.owner.kind is OwnerKind.ASSISTANT else None
        since = max((at for at in (conversation.solved_at, given) if at is not None), default=None)
        said = (m for m in self.case.timeline if m.public and m.role is not Role.SYSTEM)
        # What the customer wrote just before is what the first answer here answers.
        return (m for m in said if since is None or m.role is Role.CUSTOMER or m.at >= since)

    @property
    def standing(self) -> str:
        """Under which standing approval the draft would leave by itself."""
        if self.led is not None and self.led.say:
            if self.led.call is not None:
                return "action"
            return "appointment" if self.led.booking is not None else "procedure"
        return OF_COMPOSER.get(self.draft.composer, "automatic_reply") if self.draft else "automatic_reply"

    @property
    def ends_politely(self) -> bool:
        """Thanks, first word or later one, and no answer to a question of ours: nobody waits for anything."""
        return self.wants_nothing and not asked_before(self.case)

    @property
    def wants_nothing(self) -> bool:
        """Thanks, a greeting and the like, to which there is nothing to say but hello."""
        return not self.asks and (self.draft is None or self.standing == "clarifying_question") and self.courteous

    @property
    def courteous(self) -> bool:
        """Thanks, a greeting and the like, and nothing besides."""
        return is_courtesy(customer_words(self.case).strip()) or self.signals.fact(COURTESY) is not None


def silent(turn: Turn, rule: str, reason: str, *, owner: Owner | None = None) -> Disposition:
    return Disposition(action=Action.SILENT, owner=owner or turn.owner, rule=rule, reason=reason)


def suggestion(turn: Turn, rule: str, reason: str) -> Disposition:
    return Disposition(action=Action.SUGGEST, owner=turn.owner, rule=rule, reason=reason)


def handing_over(
    turn: Turn, rule: str, reason: str, group: str, tier: int, *, alert: bool = False, first: bool = False
) -> Disposition:
    """A person takes over. The customer is told where they are texting with us, not while a person has it anyway."""
    return Disposition(
        action=Action.HANDOFF,
        owner=team(group),
        rule=rule,
        reason=reason,
        tier=tier,
        notify_customer=turn.channel in MESSAGING and not turn.shadowed and not turn.owned_by_person,
        alert=alert,
        first=first,
    )


def to_the_row(turn: Turn, rule: str, reason: str, *, alert: bool = False) -> Disposition:
    """To the group that the owner table names for what the customer wants."""
    return handing_over(turn, rule, reason, turn.row.group, max(turn.row.tier, 1), alert=alert)
