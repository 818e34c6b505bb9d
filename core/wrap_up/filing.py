"""How a matter is filed when it ends: summary, disposition, outcome, what remains."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.model.action import RunState
from core.model.conversation import Conversation, Message, MessageKind, Role
from core.model.decision import Action, Decision
from core.model.signals import NO_INTENT
from core.policy import Policy
from core.ports import Unit
from core.wrap_up.summary import Part, SummaryLine, is_ours, summarise

OTHER = "other"  # the disposition where the policy names none for what it was about
UNSUCCESSFUL = frozenset({RunState.UNCLEAR, RunState.REFUSED, RunState.REJECTED, RunState.EXPIRED, RunState.AWAITING})


class Ended(StrEnum):
    """How a matter ended."""

    ANSWERED = "answered"
    DONE = "done"
    HANDED_OVER = "handed_over"
    NOT_SOLVED = "not_solved"


WORDS: Mapping[Ended, str] = {
    Ended.ANSWERED: "answered",
    Ended.DONE: "done",
    Ended.HANDED_OVER: "handed over, and no person has answered on it",
    Ended.NOT_SOLVED: "not solved",
}
TITLES: Mapping[Part, str] = {
    Part.WANTED: "Wanted",
    Part.FOUND: "Found out and told",
    Part.DONE: "Done",
    Part.REMAINS: "Remains",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """`about` is what the customer wanted, in the words of the intents; `next_step` is empty where nothing remains."""

    lines: tuple[SummaryLine, ...]
    about: str
    disposition: str
    outcome: Ended
    next_step: str

    @property
    def text(self) -> str:
        """The summary as it is shown, edited and written: every line with its source."""
        parts = [(part, [line for line in self.lines if line.part is part]) for part in Part]
        rows = (
            [f"{TITLES[part]}:", *(f"- {line.text} ({line.source})" for line in lines)]
            for part, lines in parts
            if lines
        )
        return "\n".join(row for group in rows for row in group)


def wrap_up_of(unit: Unit, conversation: Conversation, policy: Policy) -> WrapUp:
    """Built from the record alone, nothing is guessed."""
    messages = unit.conversations.messages(conversation.id)
    decisions = unit.decisions.of_conversation(conversation.id)
    runs = [run for run in unit.actions.of_conversation(conversation.id) if run.call.action != policy.wrap_up.note]
    lines = summarise(messages, decisions, runs)
    label, code = disposition_of(abouts(decisions, policy.confidence_intent), policy)
    remaining = [line for line in lines if line.part is Part.REMAINS]
    return WrapUp(
        lines=lines,
        about=label,
        disposition=code,
        outcome=_outcome(conversation, messages, decisions, lines, [run.state for run in runs]),
        next_step=remaining[0].quote or remaining[0].text if remaining else "",
    )


def abouts(decisions: Sequence[Decision], least: float) -> list[tuple[str, str]]:
    """(intent, label) of what was decided about, the newest first."""
    found = [decision.signals.intent for decision in reversed(decisions)]
    return [(each.value, each.label) for each in found if each is not NO_INTENT and each.confidence >= least]


def disposition_of(found: Iterable[tuple[str, str]], policy: Policy) -> tuple[str, str]:
    """(label, code) of the last that there is a code for: who asks for a person has not told what it is about."""
    found = list(found)
    value, label = next((each for each in found if each[0] in policy.dispositions), found[0] if found else ("", ""))
    return label, policy.dispositions.get(value, OTHER)


def last_word_of(messages: Sequence[Message]) -> Message | None:
    """What the customer or we said last. Outreach and ratings come after a matter, and begin none."""
    spoken = (m for m in reversed(messages) if is_ours(m) or (m.role is Role.CUSTOMER and m.public))
    return next((m for m in spoken if m.kind is MessageKind.WORDS), None)


def _outcome(
    conversation: Conversation,
    messages: Sequence[Message],
    decisions: Sequence[Decision],
    lines: Sequence[SummaryLine],
    states: Sequence[RunState],
) -> Ended:
    handed = max((d.at for d in decisions if d.disposition.action is Action.HANDOFF), default=None)
    by_person = max((m.at for m in messages if is_ours(m) and m.role is Role.AGENT), default=None)
    if handed is not None and (by_person is None or by_person < handed):
        return Ended.HANDED_OVER
    done = RunState.DONE in states
    if not any(is_ours(m) for m in messages) or (not done and not UNSUCCESSFUL.isdisjoint(states)):
        return Ended.NOT_SOLVED
    # A question that nobody answered, theirs or ours.
    if conversation.satisfaction == "bad" or any(line.quote.endswith(("?", "？")) for line in _remaining(lines)):
        return Ended.NOT_SOLVED
    return Ended.DONE if done or any(line.part is Part.DONE for line in lines) else Ended.ANSWERED


def _remaining(lines: Sequence[SummaryLine]) -> list[SummaryLine]:
    return [line for line in lines if line.part is Part.REMAINS]
