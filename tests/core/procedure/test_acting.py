"""An action as a step: examined, asked about with what it changes, and agreed to by a yes to exactly that."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.local.spoken import CldrSpoken
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.conversation import Role
from core.model.decision import Outcome, Progress
from core.policy import Procedure, ProcedureStep, StepKind
from core.procedure.acting import PROOF_FIRST, Acting
from core.procedure.run import TWO_AT_ONCE, TWO_UNCLEAR, Doing, begin, continue_from
from core.text.action_lines import ACTION_LINES
from tests.core import samples
from tests.core.actions.shop import Asking, Shop

PAY = ProcedureStep(id="pay", kind=StepKind.ACT, name="refund", into="outcome")
CLOSE = ProcedureStep(id="end", kind=StepKind.ACT, name="close", into="closed")
THEN = ProcedureStep(id="then", kind=StepKind.SAY, text="Is there anything else?")
LINES = ACTION_LINES["en"]
QUESTION = "Shall I pay back £20.00 of A-1?"


def steps(*named: ProcedureStep) -> tuple[ProcedureStep, ...]:
    ask = ProcedureStep(id="which", kind=StepKind.ASK, text="Which order?", into="order")
    much = ProcedureStep(id="much", kind=StepKind.ASK, text="How much?", into="amount")
    return (ask, much, *named)


class Talk:
    """A customer in a procedure whose step acts; whether it is proved who they are is `assumed`."""

    def __init__(
        self, store: SqlStore, *named: ProcedureStep, language: str = "en", assumed: bool = True, **changes: Any
    ) -> None:
        self.asking = Asking(store, **changes)
        self.procedure = Procedure(
            name="money", intents=frozenset({"dispute"}), steps=steps(*(named or (PAY,))), language=language
        )
        self.assumed = assumed
        self.now: Progress = begin(self.procedure, self._doing(""))

    def says(self, *words: str) -> Progress:
        for each in words:
            self.now = continue_from(self.procedure, self.now, each, self._doing(each))
        return self.now

    def _doing(self, words: str) -> Doing:
        said = "\n".join(self.now.say) if hasattr(self, "now") else ""
        ours = samples.message(1, role=Role.ASSISTANT, text=said)
        case = samples.case(ours, samples.message(2, text=words or "I want my money back"))
        case = replace(case, proving=replace(case.proving, assumed=self.assumed))
        acting = Acting(self.asking.actions, CldrSpoken(), case)
        return Doing(check=lambda _: "unknown", actions=self.asking.actions.policy.actions, acting=acting)


def test_the_question_shows_what_is_done_and_nothing_is_agreed_to_yet(store: SqlStore) -> None:
    asked = Talk(store).says("A-1", "20")
    assert (asked.say, asked.choices, asked.outcome, asked.at) == ((QUESTION,), ("Yes", "No"), Outcome.WAITING, "pay")
    assert asked.call is None


def test_a_yes_agrees_to_exactly_what_was_asked_with_where_each_word_is_from(store: SqlStore) -> None:
    talk = Talk(store)
    digest = talk.says("A-1", "20").known["pay.digest"]
    done = talk.says("yes please")
    assert done.call is not None
    assert (done.call.digest, done.call.arguments) == (digest, {"order": "A-1", "amount": 20.0})
    assert (done.call.done, done.known["outcome"]) == ("£20.00 of A-1 are paid back.", "yes")
    assert done.say == ("£20.00 of A-1 are paid back.",)
    assert talk.asking.shop.told == [], "it is done later, by the outbox"


@pytest.mark.parametrize("words", ["no", "No, thank you", "2", "no, leave it"])
def test_a_no_leaves_all_as_it_is(store: SqlStore, words: str) -> None:
    talk = Talk(store)
    talk.says("A-1", "20")
    left = talk.says(words)
    assert (left.call, left.say, left.known["outcome"], left.outcome) == (None, (LINES.left,), "no", Outcome.DONE)


@pytest.mark.parametrize(
    "words",
    [
        "Yes, but only 10",
        "yes, but to another card",
        "yes, 25 please",
        "yes for order A-2",
        "Ja, aber nur 5",
        "sí, pero no hoy",
        "What would that change?",
        "maybe",
    ],
)
def test_what_is_not_a_yes_to_exactly_this_is_asked_once_more_and_then_a_persons(store: SqlStore, words: str) -> None:
    talk = Talk(store)
    talk.says("A-1", "20")
    again = talk.says(words)
    assert again.call is None
    if again.outcome is Outcome.WAITING:
        assert again.say == (QUESTION,)
        person = talk.says(words)
        assert (person.call, person.outcome, person.reason) == (None, Outcome.PERSON, TWO_UNCLEAR)


@pytest.mark.parametrize("words", ["yes", "Yes please!", "1", "ok", "yes, pay back the 20 for A-1, thank you"])
def test_a_yes_in_a_customers_own_words_is_one(store: SqlStore, words: str) -> None:
    talk = Talk(store)
    talk.says("A-1", "20")
    assert talk.says(words).call is not None


def test_a_record_that_has_changed_between_question_and_yes_is_asked_about_anew(store: SqlStore) -> None:
    talk = Talk(store, PAY)
    first = talk.says("A-1", "20").known["pay.digest"]
    talk.asking.shop.orders["A-1"]["refunded"] = 5.0
    again = talk.says("yes")
    assert (again.call, again.say, again.at) == (None, (QUESTION,), "pay")
    assert again.known["pay.digest"] != first
    agreed = talk.says("yes")
    assert agreed.call is not None
    assert agreed.call.changes == {"Paid back": ("5.00", "25.00")}


def test_a_record_that_forbids_it_by_then_is_not_acted_on(store: SqlStore) -> None:
    talk = Talk(store)
    talk.says("A-1", "20")
    talk.asking.shop.orders["A-1"]["refunded"] = 45.0
    refused = talk.says("yes")
    assert (refused.call, refused.known["outcome"], refused.outcome) == (None, "left", Outcome.DONE)


def test_a_policy_that_declares_it_otherwise_by_then_is_asked_about_anew(store: SqlStore) -> None:
    talk = Talk(store)
    talk.says("A-1", "20")
    strict = Asking(store, refund={"most": 100})
    talk.asking.actions = replace(talk.asking.actions, policy=strict.actions.policy)
    assert talk.says("yes").call is None
    assert talk.says("yes").call is not None


def test_the_step_keeps_the_rule_that_forbids_it_and_without_a_place_for_it_a_person_has_it(store: SqlStore) -> None:
    kept = Talk(store).says("A-2", "20")
    assert (kept.known["outcome"], kept.outcome, kept.call) == ("own", Outcome.DONE, None)
    person = Talk(store, replace(PAY, into="")).says("A-2", "20")
    assert (person.outcome, person.reason) == (
        Outcome.PERSON,
        "“Refund” is not allowed: It is another customer's (own).",
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [(("A-9", "20"), "there is no order A-9 (record)"), (("../A-1", "20"), "(input)"), (("A-1", "-3"), "(input)")],
)
def test_what_is_no_rule_of_the_policy_is_a_persons_whatever_the_step_keeps(
    store: SqlStore, said: tuple[str, str], why: str
) -> None:
    person = Talk(store).says(*said)
    assert (person.outcome, person.call) == (Outcome.PERSON, None)
    assert why in person.reason


def test_who_is_not_proved_is_asked_nothing(store: SqlStore) -> None:
    asked = Talk(store, assumed=False).says("A-1", "20")
    assert (asked.outcome, asked.say, asked.call, asked.wants) == (Outcome.WAITING, (PROOF_FIRST,), None, ())


@pytest.mark.parametrize("lacking", ["question", "done"])
def test_a_language_without_words_is_a_persons(store: SqlStore, lacking: str) -> None:
    words = {"en": "In English", "de": "Auf Deutsch"}
    other = {"question": "done", "done": "question"}[lacking]
    person = Talk(store, language="de", refund={lacking: {"en": "In English"}, other: words}).says("A-1", "20")
    assert (person.outcome, "no words" in person.reason, person.say) == (Outcome.PERSON, True, ())


def test_without_a_question_it_is_agreed_to_with_the_turn_that_comes_to_it(store: SqlStore) -> None:
    done = Talk(store, refund={"confirm": False}).says("A-1", "20")
    assert done.call is not None


def test_what_an_agent_does_is_handed_over_with_what_it_changes(store: SqlStore) -> None:
    person = Talk(store, refund={"approve": "agent"}).says("A-1", "20")
    assert (person.outcome, person.call) == (Outcome.PERSON, None)
    assert person.reason == "A person does Refund: order A-1, amount 20.00 GBP (Paid back: 0.00 → 20.00)"


def test_a_system_that_does_not_answer_is_a_persons(store: SqlStore) -> None:
    talk = Talk(store)
    talk.asking.actions = replace(talk.asking.actions, systems=Silent())
    person = talk.says("A-1", "20")
    assert (person.outcome, person.reason) == (Outcome.PERSON, "“Refund” could not be looked at: it is silent.")


class Silent(Shop):
    def read(self, *_: Any) -> dict[str, Any]:
        raise TransientError("it is silent")


# ---------------------------------------------------------------- what comes after it


def test_what_is_said_after_it_is_told_with_it(store: SqlStore) -> None:
    talk = Talk(store, PAY, THEN)
    talk.says("A-1", "20")
    assert talk.says("yes").say == ("£20.00 of A-1 are paid back.", "Is there anything else?")


def test_nothing_is_said_after_one_that_waits_for_a_yes(store: SqlStore) -> None:
    """It would be said before anybody knows what came of it."""
    claims = replace(THEN, text="Your money is on its way.")
    talk = Talk(store, PAY, claims, refund={"approve": "supervisor"})
    talk.says("A-1", "20")
    waits = talk.says("yes")
    assert waits.say == (LINES.waiting,)
    assert waits.call is not None
    assert (waits.call.approvers, waits.call.waiting) == (1, LINES.waiting)


def test_a_second_action_is_not_begun_beside_the_first(store: SqlStore) -> None:
    """Of two with one turn the first would be lost, and told as done."""
    talk = Talk(store, PAY, CLOSE, close={"confirm": False})
    talk.says("A-1", "20")
    person = talk.says("yes")
    assert (person.call, person.outcome, person.reason) == (None, Outcome.PERSON, TWO_AT_ONCE)


def test_a_second_one_is_asked_about_when_the_first_is_told(store: SqlStore) -> None:
    talk = Talk(store, PAY, CLOSE)
    talk.says("A-1", "20")
    both = talk.says("yes")
    assert both.call is not None
    assert (both.call.action, both.say, both.at) == (
        "refund",
        ("£20.00 of A-1 are paid back.", "Shall I close A-1?"),
        "end",
    )
