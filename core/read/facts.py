"""All facts of a turn, drawn together: axes, profile, history, course, forecasts, files."""

from collections.abc import Iterable
from datetime import timedelta

from core.model.signals import Scored
from core.read.attached import attached
from core.read.axes import business_risk, complexity, emotional_weight, resolution_pattern
from core.read.bounce import bounce_loop
from core.read.clean import LONGEST_MAIL, LONGEST_WORDS
from core.read.course import course
from core.read.forecast import low_satisfaction, sla_breach, upsell
from core.read.history import history
from core.read.profile import profile
from core.read.repeat_contact import repeat_contact
from core.read.turn_input import Heard
from core.read.words import spoken


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
