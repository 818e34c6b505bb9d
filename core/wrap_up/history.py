"""A customer's earlier matters in a few lines: what is not settled, newest first, each line with its source."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.model.action import ActionRun
from core.model.conversation import Conversation
from core.model.ids import ConversationId
from core.ports import Unit
from core.wrap_up.summary import Part, SummaryLine, cut, summarise

BACK = timedelta(days=365)
CONVERSATIONS = 12  # that are looked into
MESSAGES = 40  # of each, the newest
MOST_LINES = 8
LONGEST = 200


def earlier_matters(unit: Unit, here: Conversation, now: datetime) -> list[Conversation]:
    recent = unit.conversations.recent(here.customer_id, now - BACK)
    return [each for each in recent if each.id != here.id][:CONVERSATIONS]


def history_of(unit: Unit, here: Conversation, others: Sequence[Conversation]) -> tuple[str, ...]:
    """At most `MOST_LINES` about the `others`, newest first; how many of them are settled, or did not fit, is told in
    the last line."""
    if not others:
        return ()
    said = unit.conversations.last_words([each.id for each in others], MESSAGES)
    runs = unit.actions.of_customer(here.customer_id, limit=50)
    lines: list[str] = []
    settled = left = 0
    for other in others:
        made = summarise(said.get(other.id, ()), runs=_of(runs, other.id))
        told = list(_told(other, made))
        if not told:
            settled += 1
        elif len(lines) + len(told) < MOST_LINES:
            lines += told
        else:
            left += 1
    counted = [f"{settled} earlier settled" if settled else "", f"{left} more not settled" if left else ""]
    rest = ", ".join(each for each in counted if each)
    return (*lines, rest) if rest else tuple(lines)


def _told(other: Conversation, made: Sequence[SummaryLine]) -> Iterator[str]:
    """Nothing of a matter that is settled: closed, with nothing to come, and nobody unhappy about it."""
    remains = [line for line in made if line.part is Part.REMAINS]
    if not other.open and not remains and other.satisfaction != "bad":
        return
    matter = _named(other)
    first = {line.part: f"{cut(line.text, LONGEST)} ({line.source})" for line in reversed(made)}
    if Part.WANTED in first:
        yield f"{matter}, wanted: {first[Part.WANTED]}"
    if Part.DONE in first:
        yield f"{matter}, done: {first[Part.DONE]}"
    if Part.REMAINS in first:
        yield f"{matter}, remains: {first[Part.REMAINS]}"


def _named(other: Conversation) -> str:
    named = f"ticket {other.ticket_id}" if other.ticket_id else "conversation"
    state = "still open" if other.open else "closed"
    return f"{named} ({state}, rated {other.satisfaction})" if other.satisfaction else f"{named} ({state})"


def _of(runs: Sequence[ActionRun], name: ConversationId) -> list[ActionRun]:
    return [run for run in runs if run.conversation_id == name]
