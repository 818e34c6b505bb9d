"""What is known of each turn by now: the decision, what an agent did with its draft, what followed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.measure.replay import Remembered, decisions_of
from core.model.conversation import CaseContext
from core.model.customer import Channel
from core.model.decision import Action, Decision
from core.model.ids import ConversationId, DecisionId
from core.model.outbound import OutboxRow
from core.ports import Unit

REOPENED_WITHIN = timedelta(days=7)
PORTION = 500
COMPARED = frozenset({"used", "edited", "ignored"})
ESCALATED = "agent_escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What was sent instead of a draft: `used`, `edited` or `ignored`, the words that differ, and how alike the two
    are (0 to 1)."""

    state: str
    words: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One turn. `intent` is empty where none was recognised; `passed_on`: an agent escalated the conversation after it;
    `reopened`: the customer came back with it within seven days of a solution; `next` is what was decided on the
    customer's next words."""

    turn: Remembered
    channel: Channel
    intent: str
    adopted: Adopted | None = None
    passed_on: bool = False
    reopened: bool = False
    next: Decision | None = None

    @property
    def decision(self) -> Decision:
        return self.turn.decision


def observe_since(unit: Unit, serial: int, sure_from: float) -> list[Observed]:
    """Every turn after the decision with this serial, conversation by conversation."""
    new: dict[DecisionId, ConversationId] = {}
    while portion := unit.decisions.since(serial, PORTION):
        new |= {decision.id: decision.conversation_id for _, decision in portion}
        serial = portion[-1][0]
    turns = observe(unit, list(dict.fromkeys(new.values())), sure_from)
    return [turn for turn in turns if turn.decision.id in new]


def observe(unit: Unit, conversations: Collection[ConversationId], sure_from: float) -> Iterator[Observed]:
    """Every turn of these conversations, oldest first in each; one whose channel is not known any more is left out.
    An intent less sure than `sure_from` counts as none."""
    for conversation_id in conversations:
        turns = list(decisions_of(unit, conversation_id))
        effects = unit.outbox.of_conversation(conversation_id)
        for place, turn in enumerate(turns):
            channel = _channel(turn)
            if channel is not None:
                after = turns[place + 1].decision if place + 1 < len(turns) else None
                yield _observed(unit, turn, channel, effects, after, sure_from)


def replay_turn(decision: Decision, case: CaseContext, sure_from: float) -> Observed | None:
    """A turn of a conversation from before Handrail, decided now; nothing followed. None without a word of the
    customer."""
    turn = Remembered(decision=decision, case=case, led=decision.procedure)
    channel = _channel(turn)
    return Observed(turn=turn, channel=channel, intent=_intent(decision, sure_from)) if channel else None


def _observed(
    unit: Unit, turn: Remembered, channel: Channel, effects: Sequence[OutboxRow], after: Decision | None, sure: float
) -> Observed:
    decision = turn.decision
    rows = unit.decisions.feedback(decision.draft.id) if decision.draft else []
    return Observed(
        turn=turn,
        channel=channel,
        intent=_intent(decision, sure),
        adopted=_adopted(rows),
        passed_on=any(_escalates(row) and row.effect.created_at >= decision.at for row in effects),
        reopened=_reopened(decision),
        next=after,
    )


def _intent(decision: Decision, sure_from: float) -> str:
    intent = decision.signals.intent
    return intent.value if intent.confidence >= sure_from else ""


def _channel(turn: Remembered) -> Channel | None:
    newest = turn.case.latest if turn.case else None
    return newest.channel if newest else None


def _escalates(row: OutboxRow) -> bool:
    return row.effect.authority.rule == ESCALATED


def _adopted(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Adopted | None:
    """By the last comparison of the draft with what was sent."""
    kept = [(kind, detail) for kind, detail in rows if kind in COMPARED]
    if not kept:
        return None
    state, detail = kept[-1]
    words, alike = detail.get("distance") or 0, detail.get("similarity") or 0.0
    return Adopted(state=state, words=int(words), similarity=float(alike))


def _reopened(decision: Decision) -> bool:
    """Words after a solution that somebody has to deal with; thanks are none."""
    then = decision.circumstances
    if then is None or then.solved_at is None or decision.disposition.action is Action.SILENT:
        return False
    return timedelta(0) <= decision.at - then.solved_at <= REOPENED_WITHIN
