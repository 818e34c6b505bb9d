"""What an agent is told about their own words: while they write, and after the matter has ended.

It is made by rules from what is stored, when the agent looks. Nothing of it is kept, counted or shown to anybody else;
it has no mark and no place among colleagues. How good a whole conversation was is another matter
(`core.measure.quality`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.assist.case import TurnSources
from core.assist.scripts import Line, holds_line
from core.handoff.card import quote_line
from core.measure.reasked import list_reasked
from core.model.conversation import Message, Role
from core.model.customer import Channel
from core.model.draft import Finding, Severity
from core.model.ids import MessageId
from core.model.quality import Score, Scored

WHOLE = 60  # characters from which a text counts as an answer that may lack a line
MOST = 6  # hints of an ended matter
CHANGE = 0.4  # of the mood, on its scale from -1 to 1, that is told
TYPED = MessageId("typed")
_OF_MISSING = ("missing_disclaimer", "missing_phrase")  # what is due is told with the lines
_BINDING = ("risky_promise", "policy_breach")

Review = Callable[[str], Sequence[Finding]]


class HintKind(StrEnum):
    """PROMISE: words that bind the company beyond its articles or its limits. RULE: what must not leave as it stands.
    ASKED_AGAIN: a question for what the customer has told. DUE: a line that must be said and was not. OPEN: a question
    of the customer's without an answer. FELL, ROSE: how their mood went."""

    PROMISE = "promise"
    RULE = "rule"
    ASKED_AGAIN = "asked_again"
    DUE = "due"
    OPEN = "open"
    FELL = "fell"
    ROSE = "rose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """`words` are what it is about: the agent's own, the line to say, what the customer told or asked. `text` says what
    is wrong with them, and which matter asks for the line; `remedy` what to do. `about` is the message that it is found
    in, None for a text that is still being written, and for what is no message's."""

    kind: HintKind
    text: str = ""
    words: str = ""
    remedy: str = ""
    about: MessageId | None = None


def while_writing(text: str, case: TurnSources, lines: Sequence[Line], found: Sequence[Finding]) -> tuple[Hint, ...]:
    """The gravest first. `lines` are those of the matter (`core.assist.scripts`), `found` is what the style card and
    the guard say of the text."""
    typed = Message(
        id=TYPED,
        conversation_id=case.conversation.id,
        channel=case.conversation.channel,
        role=Role.AGENT,
        author="",
        text=text,
        at=case.now,
        vendor_ref="",
    )
    return (
        *_faults(text, found, None),
        *_asked_again([*case.timeline, typed], {TYPED}, written=False),
        *(_due(lines, text) if len(text.strip()) >= WHOLE else ()),
        *_falling(case),
    )


def afterwards(
    author: str,
    case: TurnSources,
    lines: Sequence[Line],
    review: Review,
    complete: Scored,
    moods: Mapping[MessageId, float],
) -> tuple[Hint, ...] | None:
    """What the one agent could do better another time, and what went well; six hints at most. None for who did not
    answer the customer in public, and while the matter is open. `author` is the name that they write under; `complete`
    tells which questions stayed open, `moods` what was read of the customer's messages, from -1 to 1."""
    mine = [message for message in case.timeline if is_mine(message, author)]
    if case.conversation.open or not mine:
        return None
    written = [
        message for message in mine if message.channel is not Channel.VOICE
    ]  # of calls we have a transcript's words
    found = [
        *(hint for message in written for hint in _faults(message.text, review(message.text), message.id)),
        *_asked_again(case.timeline, {message.id for message in mine}, written=True),
        *(Hint(kind=HintKind.DUE, text=line.because, words=line.text) for line in lines if _unsaid(line)),
        *_left_open(complete, case.timeline),
        *_course(case.timeline, mine, moods),
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def is_mine(message: Message, author: str) -> bool:
    """Whether who writes under this name said it to the customer."""
    return message.public and message.role is Role.AGENT and message.author.strip().casefold() == author.casefold()


def of_whole_matter(case: TurnSources) -> TurnSources:
    """As it was before it ended: an end begins a new count of what has to be said."""
    return replace(case, conversation=replace(case.conversation, solved_at=None))


def _faults(text: str, found: Iterable[Finding], about: MessageId | None) -> Iterator[Hint]:
    for finding in found:
        if finding.severity is Severity.BLOCK and finding.rule not in _OF_MISSING:
            kind = HintKind.PROMISE if finding.rule in _BINDING else HintKind.RULE
            words = text[slice(*finding.span)] if finding.span else ""
            yield Hint(kind=kind, text=finding.text, words=words, remedy=finding.remedy, about=about)


def _asked_again(timeline: Sequence[Message], mine: set[MessageId], *, written: bool) -> Iterator[Hint]:
    for again in list_reasked(timeline):
        if again.asked_in in mine:
            yield Hint(kind=HintKind.ASKED_AGAIN, words=again.told, about=again.asked_in if written else None)


def _due(lines: Sequence[Line], text: str) -> Iterator[Hint]:
    """The agent's own text stands in the place of the draft, whatever that says."""
    for line in lines:
        if line.must_say and not line.said_by and not holds_line(line.text, text):
            yield Hint(kind=HintKind.DUE, text=line.because, words=line.text)


def _unsaid(line: Line) -> bool:
    return line.must_say and not line.said_by


def _falling(case: TurnSources) -> Iterator[Hint]:
    """Only where the message that it was read in still waits."""
    fell = case.decision.signals.fact("mood_drop")
    if fell is not None and any(message.id == case.decision.about for message in case.unanswered):
        yield Hint(kind=HintKind.FELL, about=case.decision.about)


def _left_open(complete: Scored, timeline: Sequence[Message]) -> Iterator[Hint]:
    if complete.score is Score.FAULTY:
        open_in = {ground.message_id for ground in complete.grounds}
        for message in timeline:
            if message.id in open_in:
                yield Hint(kind=HintKind.OPEN, words=quote_line(message.text), about=message.id)


def _course(timeline: Sequence[Message], mine: Sequence[Message], moods: Mapping[MessageId, float]) -> Iterator[Hint]:
    """From the customer's last words before the agent's first answer to their last ones after it."""
    before = [m for m in timeline if m.role is Role.CUSTOMER and m.id in moods and m.at <= mine[0].at]
    after = [m for m in timeline if m.role is Role.CUSTOMER and m.id in moods and m.at > mine[0].at]
    if not before or not after:
        return
    change = moods[after[-1].id] - moods[before[-1].id]
    if abs(change) >= CHANGE:
        yield Hint(kind=HintKind.ROSE if change > 0 else HintKind.FELL, about=after[-1].id)
