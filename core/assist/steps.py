"""What the agent would best do next: read off the signals, the policy, the procedure and what is still open.

Nothing here is guessed: each step names the record or the words that it rests on, and no step is done by itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.assist.case import TurnSources, unanswered_messages
from core.decide.turn import SPECIALISTS
from core.handoff.card import quote_line
from core.handoff.notice import span_words
from core.model.conversation import ticket_named
from core.model.decision import Action, Outcome
from core.model.ids import TicketId
from core.policy import Way

MOST = 6
LONGEST = 160  # characters of a question that is searched for
_WITHIN = re.compile(r"^\s*(\d{1,4})\s*(minute|hour|day|minuten?|stunden?|tage?n?)s?\s*$", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "s": timedelta(hours=1), "d": timedelta(days=1)}
_UNITS["t"] = _UNITS["d"]
_QUOTES = "“”\"' "


class Doing(StrEnum):
    """What one click does."""

    ESCALATE = "escalate"
    SEARCH = "search"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`to`: the group, the words, the ticket."""

    doing: Doing
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`kind` names what is to be done, `about` what it is done with, `why` the record it rests on in plain words;
    `evidence` are the customer's own words or the records that show it. `by`: until when, where that was promised."""

    kind: str
    about: str = ""
    why: str = ""
    evidence: tuple[str, ...] = ()
    act: Act | None = None
    by: datetime | None = None


Rule = Callable[[TurnSources], Iterator[Step]]


def next_steps(case: TurnSources) -> tuple[Step, ...]:
    """The likeliest first; each thing once, and no more than an agent reads. What the panel shows in a place of its own
    (the draft with its faults, what must be said, what a handoff leaves open) is not told again."""
    found: dict[tuple[str, str], Step] = {}
    for step in (step for rule in RULES for step in rule(case)):
        found.setdefault(_name(step), step)
    return tuple(found.values())[:MOST]


def _name(step: Step) -> tuple[str, str]:
    """Steps that do the same are one."""
    return step.kind, step.act.to if step.act else step.about


def suggest_promised(case: TurnSources) -> Iterator[Step]:
    """The customer was told when a person answers. Whoever was told nothing is promised nothing here either."""
    card = case.decision.handoff
    if card is None or card.reply is None or case.answered:
        return
    told, policy = card.reply, case.policy.reply_within(card.group)
    said = span_words(told.minutes, "en") if told.minutes is not None else told.promise
    span = time_span(said)
    if said:
        due = told.by or (case.decision.at + span if span else None)
        why = f"groups.{card.group}.reply_within: {policy}" if policy else told.grounds
        yield Step(kind="reply_by", about=said, why=why, by=due)


def elsewhere(case: TurnSources) -> Iterator[Step]:
    """A grave trigger of the policy names another team than the one that has it."""
    for risk in case.risks if _is_for_another(case) else ():
        trigger = case.policy.triggers.get(risk.value)
        if trigger is None or trigger.tier < SPECIALISTS or trigger.group in case.held_by:
            continue
        yield Step(
            kind="escalate",
            about=trigger.group,
            why=trigger.why or f"triggers.{risk.value}: {trigger.group}, tier {trigger.tier}",
            evidence=tuple(evidence.words for evidence in risk.evidence) or risk.records,
            act=Act(doing=Doing.ESCALATE, to=trigger.group),
        )


def a_persons_work(case: TurnSources) -> Iterator[Step]:
    """The owner table gives the matter to specialists who do not have it."""
    for intent in case.recognised if _is_for_another(case) else ():
        row = case.policy.owner_of(intent.value)
        if row.way is not Way.HUMAN or row.tier < SPECIALISTS or row.group in case.held_by:
            continue
        yield Step(
            kind="escalate",
            about=row.group,
            why=f"owners.intents.{intent.value}: {row.group}{f' ({row.why})' if row.why else ''}",
            evidence=tuple(evidence.words for evidence in intent.evidence),
            act=Act(doing=Doing.ESCALATE, to=row.group),
        )


def _is_for_another(case: TurnSources) -> bool:
    """What was handed over just now went where the policy wants it, all its triggers weighed."""
    return case.decision.disposition.action is not Action.HANDOFF and not case.answered


def unproven(case: TurnSources) -> Iterator[Step]:
    """Nobody has shown that they are who they say."""
    card = case.decision.handoff
    if card is None or card.identity == "verified" or case.answered:
        return
    known = tuple(f"{i.kind}: {i.value}" for i in case.customer.identities if i.verified)
    yield Step(kind="verify", about=case.customer.name, why=card.identity, evidence=known)


def suggest_procedure(case: TurnSources) -> Iterator[Step]:
    """What a procedure leaves to a person, or what it waits for."""
    progress = case.decision.procedure
    if progress is None:
        return
    done = tuple(f"{taken.what} → {taken.result}" if taken.result else taken.what for taken in progress.taken[-3:])
    # A question that only stands in a draft was not asked yet.
    asked = case.decision.disposition.action is Action.AUTO_REPLY
    for wish in () if asked else progress.wants:
        yield Step(kind="do", about=wish, why=progress.reason, evidence=done)
    if progress.outcome is Outcome.WAITING and progress.taken and asked:
        yield Step(kind="wait", about=quote_line(progress.taken[-1].what), why=f"procedures.{progress.procedure}")


def unread(case: TurnSources) -> Iterator[Step]:
    """A file that nothing but a person can look at."""
    for attachment in case.files:
        if not attachment.is_seen:
            yield Step(kind="look", about=attachment.name, evidence=(attachment.type,))


def suggest_passed_over(case: TurnSources) -> Iterator[Step]:
    """What the customer asked on another channel just before a message that the assistant answered by itself."""
    if case.decision.disposition.action is not Action.AUTO_REPLY or case.answered:
        return
    ids = [message.id for message in case.timeline]
    if case.decision.about not in ids:
        return
    place = ids.index(case.decision.about)
    for message in unanswered_messages(case.timeline[:place]):
        if message.channel is not case.timeline[place].channel:
            yield _to_be_answered(message.text)


def still_open(case: TurnSources) -> Iterator[Step]:
    """Questions that the draft does not answer. Where it is handed over, its card's next line tells them."""
    draft = case.decision.draft
    if draft is None or case.decision.handoff is not None or case.answered:
        return
    for question in dict.fromkeys(line.strip(_QUOTES) for line in draft.unknown):
        yield _to_be_answered(question)


def _to_be_answered(question: str) -> Step:
    words = quote_line(question, LONGEST)
    return Step(kind="answer", about=f"“{words}”", act=Act(doing=Doing.SEARCH, to=words))


def other_tickets(case: TurnSources) -> Iterator[Step]:
    """The same customer waits elsewhere too, or has asked before."""
    here = case.conversation.ticket_id
    for other in case.others:
        if other.open and other.ticket_id and other.ticket_id != here:
            yield _look_at("other_open", other.ticket_id, other.subject)
    again = case.decision.signals.fact("repeat_contact")
    told = again.records if again else ()
    for other in case.others:
        if other.ticket_id and not other.open and any(_is_of(each, other.id, other.ticket_id) for each in told):
            yield _look_at("earlier", other.ticket_id, other.subject)
            return


def _is_of(record: str, conversation: str, ticket: TicketId) -> bool:
    """Whether a record names this conversation; decisions of earlier versions name it by an id."""
    known = (f"conversation:{conversation}", f"ticket:{ticket}")
    return record in known or record.startswith(f"{ticket_named(ticket)} of ")


def _look_at(kind: str, ticket: str, subject: str) -> Step:
    return Step(kind=kind, about=f"“{subject}”" if subject else ticket, act=Act(doing=Doing.OPEN, to=ticket))


RULES: tuple[Rule, ...] = (
    suggest_promised,
    elsewhere,
    a_persons_work,
    unproven,
    suggest_passed_over,
    suggest_procedure,
    unread,
    other_tickets,
    still_open,
)


def time_span(said: str) -> timedelta | None:
    """`30 minutes`, `2 hours`, `1 Tag`; None for words that say no such thing."""
    found = _WITHIN.match(said)
    return int(found[1]) * _UNITS[found[2][0].casefold()] if found else None
