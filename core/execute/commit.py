"""The one transaction in which a turn becomes true: decision, owner and effects, or none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.alerts.raising import add_or_count
from core.consent.reachable import restore, withdraw
from core.context.ownership import UNTIL_THEY_WRITE, hold
from core.context.ownership import withdraw as withdraw_words
from core.control.passing import opening
from core.decide.silence import BADLY_RATED, RATED
from core.errors import ConflictError
from core.execute.actions import commit_run
from core.execute.planning import expect
from core.model.action import ActionRun
from core.model.conversation import CaseContext, Conversation, Message, MessageKind, Owner, OwnerKind, Role
from core.model.customer import Customer
from core.model.decision import Action, Decision
from core.model.draft import DraftState
from core.model.outbound import Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.read.non_requests import BAD, GOOD, question_of, rating_of, recommendation_of

RATED_WITHIN = timedelta(days=14)  # of the solving
SPEAKING = frozenset({Action.AUTO_REPLY, Action.HANDOFF})
STOPPED = frozenset({"opted_out", "bounce_loop", "spam"})  # rules by which nothing more is said, not even what waits


def keep_rating(unit: Unit, case: CaseContext, now: datetime) -> None:
    """Keep what the customer said about the conversation that our question was about, or came after."""
    recommends, asked = recommendation_of(case), question_of(case, MessageKind.RECOMMENDING)
    if recommends is not None and asked is not None:
        after = _asked_about(unit, case.customer, asked)
        told = {"score": recommends, "conversation": after.id if after else "", "answer_in": case.conversation.id}
        unit.ledger.append("recommendation", told, now)
        current = unit.conversations.get(after.id) if after else None
        if current is not None:
            unit.conversations.save(replace(current, recommends=recommends))
        return
    score, asked = rating_of(case), question_of(case)
    if score is None or asked is None:
        return
    about = _asked_about(unit, case.customer, asked)
    facts = {"score": score, "conversation": about.id if about else "", "answer_in": case.conversation.id}
    unit.ledger.append("satisfaction", facts, now)
    word = "good" if score >= GOOD else "bad" if score <= BAD else ""
    if about is None:
        return
    # The one that this turn saves itself, or has saved a moment ago, is read again for its version.
    current = unit.conversations.get(about.id)
    if current is not None:
        unit.conversations.save(replace(current, satisfaction=word or current.satisfaction, rating=score))


def _asked_about(unit: Unit, customer: Customer, asked: Message) -> Conversation | None:
    """The one that was solved last when we asked."""
    recent = unit.conversations.recent(customer.id, asked.at - RATED_WITHIN)
    solved = [each for each in recent if each.solved_at is not None and each.solved_at <= asked.at]
    return max(solved, key=lambda each: each.solved_at or asked.at, default=None)


# By rule, what is kept of a customer's word that is no question.
SAID: Mapping[str, Callable[[Unit, CaseContext, datetime], object]] = {
    "opted_out": withdraw,
    "opted_in": restore,
    RATED: keep_rating,
    BADLY_RATED: keep_rating,
}


def commit(
    unit: Unit,
    case: CaseContext,
    decision: Decision,
    effects: Sequence[Effect],
    now: datetime,
    run: ActionRun | None = None,
    policy: Policy | None = None,
) -> list[Effect]:
    """Store the turn, with the action of the `policy` that the customer said yes to; the effects that are new.

    Raises:
        ConflictError: a newer message or another owner came in between, the ticket that this belongs on is only
            being opened, or the customer's limit for the action was used up. The event is read again and decided anew.
    """
    _check(unit, case, effects)
    if not unit.decisions.add(decision):
        return []
    if decision.gap is not None:
        unit.gaps.add(decision.gap)
    disposition = decision.disposition
    if disposition.owner != case.conversation.owner or disposition.action in SPEAKING:
        # Saved even where the owner stays: whoever took the conversation meanwhile is not talked over.
        # From the decision on: what it says bears that time, and is said while its owner has the conversation.
        unit.conversations.save(replace(_owned(case.conversation, decision, min(now, decision.at)), updated_at=now))
    if disposition.rule in SAID:
        SAID[disposition.rule](unit, case, now)
    if disposition.action is Action.AUTO_REPLY and decision.draft is not None:
        unit.decisions.set_draft_state(decision.draft.id, DraftState.SENT)
    for rule in UNTIL_THEY_WRITE:
        unit.outbox.cancel(case.conversation.id, rule, "the customer has written", now)
    if disposition.action is Action.HANDOFF or disposition.rule in STOPPED:
        withdraw_words(unit, case.conversation, disposition.reason, now, drafts=False)
    unit.ledger.append("decision", _facts(decision), now)
    if decision.moved:
        unit.ledger.append("tier_moved", _movement(decision), now)
    acting = commit_run(unit, run, case.customer.tier, policy, now) if run is not None and policy is not None else []
    return _added(unit, [*effects, *acting])


def _added(unit: Unit, effects: Sequence[Effect]) -> list[Effect]:
    fresh = [each for effect in effects for each in add_or_count(unit, effect)]
    for effect in fresh:
        expect(unit, effect)
    return fresh


def _check(unit: Unit, case: CaseContext, effects: Sequence[Effect]) -> None:
    seen = {message.id for message in case.timeline}
    if any(_turn(m) and m.id not in seen for m in unit.conversations.messages(case.conversation.id)):
        raise ConflictError("somebody wrote while this turn was being decided")
    if any(effect.kind is EffectKind.TICKET_CREATE for effect in effects) and opening(unit, case.conversation):
        raise ConflictError("a ticket is being opened for this conversation; this belongs on it")


def _owned(conversation: Conversation, decision: Decision, now: datetime) -> Conversation:
    """By the team, and within it by the agent whom the route names."""
    by_team = hold(conversation, decision.disposition.owner, now)
    routed = decision.routed
    if routed is None or not routed.agent_id:
        return by_team
    return hold(by_team, Owner(kind=OwnerKind.AGENT, id=routed.agent_id, name=routed.agent), now)


def _turn(message: Message) -> bool:
    return message.public and message.role in (Role.CUSTOMER, Role.AGENT)


def _facts(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.id,
        "message": decision.message_id,
        "action": decision.disposition.action,
        "rule": decision.disposition.rule,
        "policy": decision.policy_version,
        "tier": decision.tier,
        "group": decision.routed.group if decision.routed else "",
        "agent": decision.routed.agent_id if decision.routed else "",
        "draft": decision.draft.id if decision.draft else None,
        "sources": list(dict.fromkeys(c.passage.id for c in decision.draft.cited)) if decision.draft else [],
    }


def _movement(decision: Decision) -> dict[str, object]:
    """From tier to tier, by which rule and to whom: what routing is judged by later."""
    return {
        "conversation": decision.conversation_id,
        "decision": decision.id,
        "from": decision.tier_before,
        "to": decision.tier,
        "rule": decision.disposition.rule,
        "group": decision.disposition.owner.name,
        "agent": decision.routed.agent_id if decision.routed else "",
    }
