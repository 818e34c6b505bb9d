"""What a language model worded waits for a person; the same in the sources' own words may go out instead."""

from dataclasses import replace

from core.answer.answer import Answered
from core.answer.contract.own_words import REWORDED
from core.decide.evaluation import Evaluation, conclude
from core.model.decision import Action
from core.model.draft import Draft, Finding, Severity
from tests.core import samples
from tests.core.rules import policy

OTHER_WORDS = Finding(rule=REWORDED, severity=Severity.WARN, text="Other words than the source has.", sentence=1)
QUOTED = samples.draft(confidence=0.9)
WORDED = replace(QUOTED, composer="model", findings=(OTHER_WORDS,))
CASE = samples.case(samples.message(text="How do I reset it?"))


def concluded(worded: Draft, quoted: Draft | None) -> Evaluation:
    return conclude(CASE, samples.signals(), policy(), Answered(draft=worded, abstained=None, quoted=quoted))


def test_the_sources_own_words_are_sent_where_a_models_may_not() -> None:
    made = concluded(WORDED, QUOTED)
    assert (made.disposition.action, made.answered.draft) == (Action.AUTO_REPLY, QUOTED)


def test_an_agent_gets_the_models_words_where_neither_may() -> None:
    unsure = replace(QUOTED, confidence=0.1)
    made = concluded(replace(WORDED, confidence=0.1), unsure)
    assert made.disposition.action is Action.HANDOFF
    assert made.answered.draft is not None
    assert made.answered.draft.composer == "model"


def test_a_models_words_that_are_the_sources_own_go_as_they_are() -> None:
    own = replace(WORDED, findings=())
    made = concluded(own, QUOTED)
    assert (made.disposition.action, made.answered.draft) == (Action.AUTO_REPLY, own)
