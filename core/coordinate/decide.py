"""Who should act on this turn: one pure function over a table of rules, first match wins."""

from collections.abc import Callable
from dataclasses import dataclass

from core.answer.contract.across import TRANSLATED
from core.coordinate.policy import AUTOMATIC_WAYS, OwnerRow, Policy, Trigger, Way
from core.model.conversation import ASSISTANT, CaseContext, Owner, OwnerKind, Role
from core.model.customer import Channel
from core.model.decision import Action, Disposition
from core.model.draft import Draft
from core.model.signals import Signals
from core.sense.courtesy import is_courtesy
from core.sense.words import customer_words, said_before

MESSAGING = frozenset({Channel.SMS, Channel.WHATSAPP, Channel.WEB})
SPECIALISTS = 2  # the tier from which a trigger is passed on even by a person who has the conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """All that a rule may look at."""

    case: CaseContext
    signals: Signals
    draft: Draft | None
    policy: Policy
    asks: bool = True

    @property
    def channel(self) -> Channel:
        latest = self.case.latest
        return latest.channel if latest else self.case.conversation.channel

    @property
    def row(self) -> OwnerRow:
        intent = self.signals.intent
        known = intent.confidence >= self.policy.confidence_intent
        return self.policy.owner_of(intent.value) if known else self.policy.default_owner

    @property
    def owned_by_person(self) -> bool:
        return self.case.conversation.owner.is_human


Rule = Callable[[Turn], Disposition | None]


def decide(
    case: CaseContext, signals: Signals, draft: Draft | None, policy: Policy, *, asks: bool = True
) -> Disposition:
    """The disposition of a turn. Total: when no rule fires, an agent gets the draft. Where the message `asks` nothing
    that an article could answer, there is no draft and none is missing."""
    turn = Turn(case=case, signals=signals, draft=draft, policy=policy, asks=asks)
    for rule in RULES:
        disposition = rule(turn)
        if disposition is not None:
            return disposition
    return Disposition(
        action=Action.SUGGEST,
        owner=case.conversation.owner,
        rule="suggest",
        reason="An agent answers with this draft.",
    )


def _silent(turn: Turn, rule: str, reason: str) -> Disposition:
    return Disposition(action=Action.SILENT, owner=turn.case.conversation.owner, rule=rule, reason=reason)


def _hand_over(turn: Turn, rule: str, reason: str, group: str, tier: int, *, alert: bool = False) -> Disposition:
    return Disposition(
        action=Action.HANDOFF,
        owner=Owner(kind=OwnerKind.TEAM, id=group, name=group),
        rule=rule,
        reason=reason,
        tier=tier,
        notify_customer=turn.channel in MESSAGING - turn.policy.shadow.channels and not turn.owned_by_person,
        alert=alert,
    )


def automatic_mail(turn: Turn) -> Disposition | None:
    """An out-of-office note is never answered: two machines would write to each other for ever."""
    if turn.signals.risk("auto_reply"):
        return _silent(turn, "automatic_mail", "This is an automatic reply, nobody is waiting for an answer.")
    return None


def opted_out(turn: Turn) -> Disposition | None:
    if turn.signals.risk("opt_out"):
        return _silent(turn, "opted_out", "The customer asked for no more messages; this is recorded.")
    return None


def triggered(turn: Turn) -> Disposition | None:
    """The first trigger, in the policy's own order, for which the message gives evidence."""
    for name, trigger in turn.policy.triggers.items():
        risk = turn.signals.risk(name)
        if risk is None or _in_good_hands(turn, trigger):
            continue
        words = f" (“{risk.evidence[0].words}”)" if risk.evidence else ""
        return _hand_over(
            turn, f"trigger:{name}", f"{trigger.why}{words}", trigger.group, trigger.tier, alert=trigger.alert
        )
    return None


def _in_good_hands(turn: Turn, trigger: Trigger) -> bool:
    """Whoever asks for a person, or asks again, while a person has it, is not passed round."""
    owner = turn.case.conversation.owner
    return owner.is_human and (trigger.tier < SPECIALISTS or owner.id == trigger.group)


def owned(turn: Turn) -> Disposition | None:
    """While a person has the conversation the assistant only whispers to them."""
    if not turn.owned_by_person:
        return None
    owner = turn.case.conversation.owner
    return Disposition(
        action=Action.SUGGEST,
        owner=owner,
        rule="owned_by_person",
        reason=f"{owner.name or 'A person'} has this conversation; the assistant is silent to the customer.",
    )


def important_customer(turn: Turn) -> Disposition | None:
    tier = turn.case.customer.tier
    if tier not in turn.policy.vip.tiers:
        return None
    return _hand_over(turn, "vip", f"A {tier} customer is served by a person first.", turn.policy.vip.group, 2)


def human_work(turn: Turn) -> Disposition | None:
    if turn.row.way is not Way.HUMAN:
        return None
    label = turn.signals.intent.label or turn.signals.intent.value
    why = f" ({turn.row.why})" if turn.row.why else ""
    return _hand_over(
        turn,
        f"owner:{turn.signals.intent.value}",
        f"{label} is a person's work{why}.",
        turn.row.group,
        turn.row.tier,
    )


def upset(turn: Turn) -> Disposition | None:
    if turn.signals.mood > turn.policy.mood_floor or turn.channel not in MESSAGING:
        return None
    reason = f"The customer is very unhappy (mood {turn.signals.mood:+.2f})."
    return _hand_over(turn, "upset", reason, turn.row.group, max(turn.row.tier, 1), alert=True)


def going_in_circles(turn: Turn) -> Disposition | None:
    replies = sum(m.role is Role.ASSISTANT and m.public for m in turn.case.timeline)
    if turn.channel not in MESSAGING or replies < turn.policy.max_turns:
        return None
    reason = f"The assistant has answered {replies} times; a person looks at it now."
    return _hand_over(turn, "max_turns", reason, turn.row.group, max(turn.row.tier, 1))


def nothing_asked(turn: Turn) -> Disposition | None:
    """Thanks end a conversation and a greeting opens one: nobody has to take over. Whoever writes anything else, a
    picture without words or the answer to a question of ours, does wait for somebody."""
    if turn.asks or turn.draft is not None:
        return None
    words, ours = customer_words(turn.case).strip(), said_before(turn.case)
    if not is_courtesy(words):
        reason = "There are no words in this message that an article could answer."
        return _hand_over(turn, "no_words", reason, turn.row.group, max(turn.row.tier, 1))
    if "?" in ours:
        reason = "The customer answers a question of ours; a person goes on from there."
        return _hand_over(turn, "answers_us", reason, turn.row.group, max(turn.row.tier, 1))
    if ours:
        return _silent(turn, "nothing_asked", "The customer asks nothing more; nobody is waiting for an answer.")
    return Disposition(
        action=Action.SUGGEST,
        owner=turn.case.conversation.owner,
        rule="nothing_asked",
        reason="The customer has not asked anything yet.",
    )


def nothing_to_say(turn: Turn) -> Disposition | None:
    if turn.draft is not None:
        return None
    return _hand_over(turn, "no_source", "No article answers this.", turn.row.group, max(turn.row.tier, 1))


def blocked_draft(turn: Turn) -> Disposition | None:
    if turn.draft is None or not turn.draft.blocked or turn.channel not in MESSAGING:
        return None
    return _hand_over(
        turn, "blocked_draft", "The draft did not pass the checks.", turn.row.group, max(turn.row.tier, 1)
    )


def automatic_reply(turn: Turn) -> Disposition | None:
    allowed = turn.channel in turn.policy.automatic and turn.channel not in turn.policy.shadow.channels
    if not allowed or turn.draft is None or turn.draft.blocked or turn.row.way not in AUTOMATIC_WAYS:
        return None
    if turn.draft.confidence < turn.policy.confidence_automatic or not turn.draft.states:
        return None
    if any(finding.rule == TRANSLATED for finding in turn.draft.findings):
        return None  # its words were compared with no source: a person reads it first
    return Disposition(
        action=Action.AUTO_REPLY,
        owner=ASSISTANT,
        rule="automatic_reply",
        reason=f"An article covers it (confidence {turn.draft.confidence:.2f}).",
        tier=0,
    )


def unsure(turn: Turn) -> Disposition | None:
    """Where nobody watches a sidebar, a doubtful draft goes to a person instead of waiting unseen."""
    if turn.channel not in MESSAGING:
        return None
    reason = "The draft is not sure enough to go out by itself, or this matter needs a person."
    return _hand_over(turn, "low_confidence", reason, turn.row.group, max(turn.row.tier, 1))


RULES: tuple[Rule, ...] = (
    automatic_mail,
    opted_out,
    triggered,
    owned,
    important_customer,
    human_work,
    upset,
    nothing_asked,
    going_in_circles,
    nothing_to_say,
    blocked_draft,
    automatic_reply,
    unsure,
)
