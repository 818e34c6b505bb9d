"""A decision with everything needed to explain it later, and how long each step took."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TypeVar

from core.answer.answered import Answered
from core.decide.circumstances import circumstances_of
from core.handoff.card import handoff_card
from core.handoff.offer import history_of, options
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision, Disposition
from core.model.ids import DecisionId, EventId, MessageId, derive_id
from core.model.signals import Signals
from core.policy import Policy
from core.ports import Orders

OFFER = "trigger:upsell"
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Stopwatch:
    """Milliseconds per step, in the order of the steps."""

    milliseconds: dict[str, float] = field(default_factory=dict)
    tick: Callable[[], float] = perf_counter

    def timed(self, step: str, act: Callable[[], T]) -> T:
        started = self.tick()
        result = act()
        self.milliseconds[step] = round((self.tick() - started) * 1000, 3)
        return result


def record_decision(
    event_id: EventId,
    case: CaseContext,
    signals: Signals,
    answered: Answered,
    disposition: Disposition,
    before: Decision | None,
    policy: Policy,
    orders: Orders | None = None,
) -> Decision:
    """One record of the turn. Its id follows from the message, so the same turn is always the same decision."""
    message_id = case.latest.id if case.latest else MessageId("none")
    moods = signals.moods or (*((before.signals.mood,) if before else ()), signals.mood)
    card = None
    if disposition.action is Action.HANDOFF:
        card = handoff_card(case, signals, answered.draft, disposition, moods, policy)
    if card is not None and disposition.rule == OFFER:
        card = replace(card, options=options(answered.draft), history=history_of(case.customer, orders))
    return Decision(
        id=DecisionId(derive_id("de", message_id)),
        event_id=event_id,
        conversation_id=case.conversation.id,
        message_id=message_id,
        signals=signals,
        disposition=disposition,
        policy_version=policy.version,
        at=case.now,
        draft=answered.draft,
        handoff=card,
        abstained=answered.abstained,
        gap=None if disposition.action is Action.SILENT else answered.gap,
        costs=answered.costs,
        retrieved=tuple(hit.passage.id for hit in answered.hits),
        circumstances=circumstances_of(case),
        tier_before=before.tier if before else None,
    )
