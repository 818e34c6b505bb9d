"""A decision with everything needed to explain it later, and how long each step took."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

from core.answer.answer import Answered
from core.handoff.card import handoff_card
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision, Disposition
from core.model.ids import DecisionId, EventId, MessageId, derived
from core.model.signals import Signals

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


def explained(
    event_id: EventId,
    case: CaseContext,
    signals: Signals,
    answered: Answered,
    disposition: Disposition,
    before: Decision | None,
    policy_version: str,
) -> Decision:
    """One record of the turn. Its id follows from the message, so the same turn is always the same decision."""
    message_id = case.latest.id if case.latest else MessageId("none")
    moods = (*((before.signals.mood,) if before else ()), signals.mood)
    handing_over = disposition.action is Action.HANDOFF
    return Decision(
        id=DecisionId(derived("de", message_id)),
        event_id=event_id,
        conversation_id=case.conversation.id,
        message_id=message_id,
        signals=signals,
        disposition=disposition,
        policy_version=policy_version,
        at=case.now,
        draft=answered.draft,
        handoff=handoff_card(case, signals, answered.draft, disposition, moods) if handing_over else None,
        abstained=answered.abstained,
        gap=None if disposition.action is Action.SILENT else answered.gap,
        retrieved=tuple(hit.passage.id for hit in answered.hits),
    )
