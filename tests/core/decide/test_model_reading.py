"""A turn that a language model reads and judges besides, from the message to the decision."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from core.answer.answer import Answered
from core.answer.question import Part
from core.decide.evaluation import TurnEvaluator
from core.errors import TransientError
from core.model.conversation import CaseContext
from core.model.customer import Channel
from core.model.decision import Action, Decision
from core.model.ids import ArticleId, EventId
from core.model.reading import MODEL_READ, ReaderRole
from core.model.signals import Signals
from core.read.model_reader import ModelReader
from core.read.reader import Sense
from tests.core import samples
from tests.core.answer.compose.models import Clock, Model, patience
from tests.core.answer.test_read_back import BACK, back
from tests.core.answer.test_read_back import draft as german_draft
from tests.core.container import PlainAnswer
from tests.core.read.test_reader import Alarms, Reader
from tests.core.rules import policy

TEXT = "How do I reset it?"
READ: Mapping[str, Any] = {
    "language": "en",
    "asks": True,
    "questions": [{"quote": TEXT, "plain": "How do I reset the Hub?", "search": "reset Hub", "intent": "order_status"}],
    "triggers": [],
    "emotions": [],
    "said": [],
    "wanted": [],
}
YES, NO = {"lacking": "", "answers": True}, {"lacking": "for which device", "answers": False}


def decided(*replies: object, role: ReaderRole = ReaderRole.JUDGE, mode: str = "lead") -> tuple[Decision, Model]:
    model, reader = Model(*replies), Reader()
    sense = Sense(reader, reader, reader, triggers=Alarms())
    reading = ModelReader(
        model=model, role=lambda: role, intents={"order_status": "Where it is"}, patience=patience(Clock())
    )
    rules = policy(models={"reader": {"default": mode}})
    evaluator = TurnEvaluator(sense=sense, answer=PlainAnswer(), policy=rules, reader=reading)
    case = samples.case(samples.message(1, text=TEXT, channel=Channel.SMS))
    return evaluator.decide(EventId("ev_1"), case), model


def test_what_is_read_and_judged_alike_is_sent() -> None:
    decision, model = decided(READ, YES)
    assert decision.disposition.action is Action.AUTO_REPLY
    assert len(model.prompts) == 2
    assert set(decision.timings) >= {"model_read", "judge"}


def test_what_a_judge_finds_lacking_goes_to_a_person_who_is_told_what() -> None:
    decision, _ = decided(READ, NO)
    assert (decision.disposition.action, decision.disposition.rule) == (Action.HANDOFF, "blocked_draft")
    assert decision.draft is not None
    assert "for which device" in decision.draft.findings[-1].text


@pytest.mark.parametrize(("role", "mode"), [(ReaderRole.READER, "lead"), (ReaderRole.JUDGE, "assist")])
def test_who_has_not_shown_it_or_does_not_lead_is_not_asked_to_judge(role: ReaderRole, mode: str) -> None:
    decision, model = decided(READ, NO, role=role, mode=mode)
    assert decision.disposition.action is Action.AUTO_REPLY
    assert len(model.prompts) == 1


def test_an_alarm_that_only_a_leading_model_hears_stops_the_answer_and_is_told() -> None:
    heard = {**READ, "triggers": [{"name": "fraud", "quote": "reset it"}]}
    decision, _ = decided(heard)
    assert decision.disposition.rule == "trigger:fraud"
    assert decision.disposition.reason == "Possible fraud (“reset it”)"
    beside, _ = decided(heard, mode="assist")
    assert beside.disposition.rule == "readers_differ"
    assert beside.disposition.reason == "Only the language model hears fraud. A person answers."


def test_a_model_that_is_away_changes_nothing_and_the_decision_says_so() -> None:
    decision, _ = decided(TransientError("away"))
    assert decision.disposition.action is Action.AUTO_REPLY
    told = decision.signals.fact(MODEL_READ)
    assert told is not None
    assert told.label == "The language model did not answer in time."


class Searching(PlainAnswer):
    """Lets the model answer once the articles have been searched."""

    def __init__(self, searched: Event) -> None:
        super().__init__()
        self.searched = searched

    def parts(self, case: CaseContext, signals: Signals) -> list[Part]:
        self.searched.set()
        return []


class Waiting(Model):
    def __init__(self, searched: Event, *replies: object) -> None:
        super().__init__(*replies)
        self.searched, self.saw = searched, False

    def stream(self, **asked: Any) -> Iterator[str]:
        self.saw = self.searched.wait(10)
        yield from super().stream(**asked)


def test_the_articles_are_searched_while_the_model_reads() -> None:
    searched, reader = Event(), Reader()
    model = Waiting(searched, READ)
    evaluator = TurnEvaluator(
        sense=Sense(reader, reader, reader),
        answer=Searching(searched),
        policy=policy(),
        reader=ModelReader(model=model, role=lambda: ReaderRole.REWRITER, patience=patience(Clock())),
    )
    decision = evaluator.decide(EventId("ev_1"), samples.case(samples.message(1, text=TEXT, channel=Channel.SMS)))
    assert model.saw
    assert set(decision.timings) >= {"sense", "search_ahead", "model_read", "sense_beside"}


class Translating(PlainAnswer):
    """Drafts in German from an English article."""

    def draft(
        self, case: CaseContext, signals: Signals, only: ArticleId | None = None, most_asked: int = 2, known: str = ""
    ) -> Answered:
        return Answered(draft=replace(german_draft(), confidence=0.99), abstained=None)


@pytest.mark.parametrize(
    ("allowed", "told", "action"),
    [(True, BACK, Action.AUTO_REPLY), (True, BACK[:1], Action.HANDOFF), (False, BACK, Action.HANDOFF)],
)
def test_a_translated_answer_leaves_only_where_the_policy_says_so_and_it_says_the_same_read_back(
    allowed: bool, told: tuple[str, ...], action: Action
) -> None:
    model, reader = Model(READ, back(*told), YES), Reader()
    evaluator = TurnEvaluator(
        sense=Sense(reader, reader, reader),
        answer=Translating(),
        policy=policy(models={"reader": {"default": "lead"}}, answers={"send_translated": allowed}),
        reader=ModelReader(
            model=model, role=lambda: ReaderRole.JUDGE, intents={"order_status": "Where"}, patience=patience(Clock())
        ),
    )
    decision = evaluator.decide(EventId("ev_1"), samples.case(samples.message(1, text=TEXT, channel=Channel.SMS)))
    assert decision.disposition.action is action, decision.disposition
    assert len(model.prompts) == (3 if action is Action.AUTO_REPLY else 2 if allowed else 1)
