"""All facts of a turn, drawn together: axes, profile, history, course, forecasts, files."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.model.conversation import CaseContext, Message, Role
from core.model.signals import Scored
from core.read.attached import attached
from core.read.automatic import automatic
from core.read.axes import business_risk, complexity, emotional_weight, resolution_pattern
from core.read.clean import LONGEST_MAIL, LONGEST_WORDS
from core.read.course import course
from core.read.courtesy import is_courtesy
from core.read.profile import profile
from core.read.reader import low_satisfaction, sla_breach, upsell
from core.read.repeat_contact import repeat_contact
from core.read.turn_input import Heard
from core.read.words import asks_back, spoken


def facts_of(heard: Heard, promised: timedelta | None = None) -> tuple[Scored, ...]:
    """`promised`: the time within which the company said that it answers; None where it said nothing."""
    case = heard.case
    customer = profile(case.customer)
    again = repeat_contact(case, heard.text, heard.encoder, heard.likeness)
    told = [*history(case), *course(heard), *_some(again)]
    axes = (complexity(heard.text), emotional_weight(heard), business_risk(heard, customer), resolution_pattern(heard))
    forecasts = _some(sla_breach(heard, promised), low_satisfaction(heard, told), upsell(heard))
    others = _some(heard.risk("repeated_question"), bounce_loop(case), cut(heard))
    return (*axes, *customer, *told, *forecasts, *others, *attached(case))


def cut(heard: Heard) -> Scored | None:
    """The fact `cut`: a part of the turn was too long to be read; amount = characters of the messages that were cut."""
    long = [m for m in heard.case.unanswered if len(m.text) > LONGEST_MAIL or len(spoken(m.text)) > LONGEST_WORDS]
    if not long:
        return None
    return Scored(
        value="cut",
        confidence=1.0,
        label="The message is longer than what was read",
        amount=float(sum(len(message.text) for message in long)),
        records=tuple(message.named for message in long),
        made_by="rule:cut",
    )


def _some(*found: Scored | None) -> Iterable[Scored]:
    return [each for each in found if each is not None]


# ------------------------------------------------------------------
# Two machines that write to each other: how many automatic messages came in a row.


def bounce_loop(case: CaseContext) -> Scored | None:
    """The fact `bounce_loop`: amount = the customer side's newest messages in a row that a machine wrote."""
    count, records = 0, []
    for message in reversed(case.timeline):
        if message.role is not Role.CUSTOMER:
            continue
        if not message.automatic and automatic(message.text, "") is None:
            break
        count += 1
        records.append(message.named)
    if not count:
        return None
    return Scored(
        value="bounce_loop",
        confidence=0.95,
        label="Automatic messages in a row",
        amount=float(count),
        records=tuple(records),
        made_by="rule:bounce_loop-1",
    )


# ------------------------------------------------------------------
# What the records tell of earlier times: how often people had to step in, how it ended, how long this takes.


HISTORY = "record:history"
_BAD = ("bad", "bad_with_comment", "badwithcomment")
# A bad rating is the customer's own word; several handoffs only make it likely.
_RATED_BAD = 0.9
_HANDED_OVER = 0.4
_OFTEN = 2
PAUSE = timedelta(hours=1)  # who is silent for so long after an answer has gone


def history(case: CaseContext) -> Iterable[Scored]:
    """`escalation_history`, `prior_dissatisfaction`, `assistant_minutes` and `open_minutes`, each where it is so."""
    escalated = tuple(past.named for past in case.past if past.escalated)
    if escalated:
        yield _fact("escalation_history", 1.0, records=escalated, amount=float(len(escalated)))
    bad = tuple(past.named for past in case.past if past.satisfaction in _BAD)
    if bad or len(escalated) >= _OFTEN:
        confidence = _RATED_BAD if bad else _HANDED_OVER
        label = "Rated an earlier conversation as bad" if bad else "Was handed over before"
        yield _fact("prior_dissatisfaction", confidence, records=bad or escalated, label=label)
    if (minutes := assistant_minutes(case)) is not None:
        yield _fact("assistant_minutes", 1.0, amount=minutes)
    if (minutes := open_minutes(case)) is not None:
        yield _fact("open_minutes", 1.0, amount=minutes)


def assistant_minutes(case: CaseContext) -> float | None:
    """Minutes since the assistant's first word after any person's; None where a person has it or it said nothing, or
    where thanks were the last word.

    After thanks, or a PAUSE after anything we said, nobody was at it any more: then they count from the customer's
    return. Who comes back the next day to answer a question of ours has not spent the night with the assistant."""
    if case.conversation.owner.is_human:
        return None
    first: datetime | None = None
    said: Message | None = None  # what the customer may answer to; None while they wait for us
    done = False
    for message in case.timeline:
        if not message.public or message.unasked or _before_solved(case, message.at):
            continue
        if message.role is Role.AGENT:
            first, said, done = None, None, False
        elif message.role is Role.ASSISTANT:
            first, said = first or message.at, message
        elif message.role is Role.CUSTOMER and said is not None:
            if is_courtesy(spoken(message.text)) and not asks_back(said.text):
                done = True
            elif done or message.at - said.at > PAUSE:
                first, said, done = message.at, None, False
    return None if first is None or done else _handled_minutes(case.now - first)


def open_minutes(case: CaseContext) -> float | None:
    """Minutes since the customer first wrote about the matter (again, after it was solved)."""
    written = [m.at for m in case.timeline if m.role is Role.CUSTOMER and not _before_solved(case, m.at)]
    return _handled_minutes(case.now - written[0]) if written and case.conversation.open else None


def _before_solved(case: CaseContext, at: datetime) -> bool:
    solved_at = case.conversation.solved_at
    return solved_at is not None and at <= solved_at


def _handled_minutes(span: timedelta) -> float:
    return round(max(0.0, span.total_seconds() / 60), 1)


def _fact(
    value: str, confidence: float, *, records: tuple[str, ...] = (), amount: float | None = None, label: str = ""
) -> Scored:
    return Scored(value=value, confidence=confidence, records=records, amount=amount, label=label, made_by=HISTORY)
