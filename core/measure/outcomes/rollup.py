"""Keeps the outcome of every matter as it changes: whatever touched one, however late, has it counted again."""

from dataclasses import dataclass

from core.measure.outcomes.judged import NOTHING, Judged, judge
from core.measure.outcomes.outcome import Record, outcome_of
from core.model.ids import ConversationId
from core.model.matter import Matter
from core.ports import Store, Unit

MOST = 200  # marks a run: whoever answers a customer writes in between
EVERYTHING = 1_000_000  # messages of one conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """`sure_from` is how sure an intent has to be to count as one."""

    store: Store
    sure_from: float

    def run(self, most: int = MOST) -> int:
        """Count again what was marked, the oldest marks first; how many matters that were.

        What is read is at least as new as the marks that are taken away afterwards. Where another process took one of
        them meanwhile, one of the two has read the older state: nothing is written, and it is marked once more."""
        with self.store.read() as unit:
            stale = unit.matters.stale(most)
            found = {name: self._counted(unit, name) for name in stale}
        if not stale:
            return 0
        with self.store.begin_lightly() as unit:
            for name, serials in stale.items():
                if unit.matters.settle(name, serials) and unit.conversations.get(name) is not None:
                    matter, judged = found[name]
                    unit.matters.save(name, matter)
                    unit.learning.keep(name, judged.votes, judged.samples)
        return len(stale)

    def _counted(self, unit: Unit, name: ConversationId) -> tuple[Matter | None, Judged]:
        record = record_of(unit, name, self.sure_from)
        if record is None:
            return None, NOTHING
        matter = outcome_of(record)
        return matter, judge(record, matter, unit.learning.reactions(name))

    def catch_up(self) -> int:
        """Until nothing is marked; how many matters that were."""
        done = 0
        while some := self.run():
            done += some
        return done


def matter_of(unit: Unit, conversation_id: ConversationId, sure_from: float) -> Matter | None:
    """From scratch; None where there is no such matter. `recontacted_at` is left to the store."""
    record = record_of(unit, conversation_id, sure_from)
    return None if record is None else outcome_of(record)


def record_of(unit: Unit, conversation_id: ConversationId, sure_from: float) -> Record | None:
    """All that is stored of it; None where there is no such conversation."""
    conversation = unit.conversations.get(conversation_id)
    if conversation is None:
        return None
    decisions = unit.decisions.of_conversation(conversation_id)
    drafts = [decision.draft.id for decision in decisions if decision.draft is not None]
    states = {name: state for name in drafts if (state := unit.decisions.draft_state(name)) is not None}
    return Record(
        conversation=conversation,
        messages=unit.conversations.messages(conversation_id, limit=EVERYTHING),
        decisions=decisions,
        states=states,
        corrections=unit.matters.corrections(conversation_id),
        effects=unit.outbox.of_conversation(conversation_id),
        calls=unit.matters.calls(conversation_id),
        sure_from=sure_from,
    )
