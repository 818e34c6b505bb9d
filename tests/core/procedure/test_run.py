"""A procedure goes step by step, asks what it must know, and gives up after two tries."""

from collections.abc import Mapping

import pytest

from core.model.decision import Outcome, Progress
from core.policy import ActionSpec, Procedure, ProcedureStep, StepKind
from core.policy.actions import Limits
from core.procedure.run import TWO_UNCLEAR, Doing, begin, continue_from, version_of


def ask(id: str, text: str, into: str) -> ProcedureStep:
    return ProcedureStep(id=id, kind=StepKind.ASK, text=text, into=into)


def say(id: str, text: str) -> ProcedureStep:
    return ProcedureStep(id=id, kind=StepKind.SAY, text=text)


def branch(id: str, when: str, then: str, otherwise: str = "") -> ProcedureStep:
    return ProcedureStep(id=id, kind=StepKind.BRANCH, when=when, then=then, otherwise=otherwise)


PERSON = ProcedureStep(id="person", kind=StepKind.HANDOFF, text="Restarting did not help")
OFFLINE = Procedure(
    name="offline",
    intents=frozenset({"device_offline"}),
    steps=(
        ask("ring", "Which colour is the ring: green, amber or dark?", "ring"),
        branch("fork", "ring == amber", "internet", "restart"),
        say("internet", "Restart your router."),
        ask("online", "Is it online again?", "works"),
        branch("enough", "works == yes", "done", "restart"),
        say("restart", "Unplug the hub for 30 seconds."),
        ask("again", "Does the app show it now?", "works"),
        branch("end", "works == yes", "done", "person"),
        PERSON,
    ),
)
LIMITS: Mapping[str, ActionSpec] = {
    "refund": ActionSpec(name="refund", limits=Limits(most=50)),
    "voucher": ActionSpec(name="voucher"),
}


def check(name: str) -> str:
    return {"order_status": "delivered"}.get(name, "unknown")


def start(procedure: Procedure = OFFLINE) -> Progress:
    return begin(procedure, Doing(check=check, actions=LIMITS))


def go(progress: Progress, words: str, procedure: Procedure = OFFLINE) -> Progress:
    return continue_from(procedure, progress, words, Doing(check=check, actions=LIMITS))


def test_it_begins_with_its_first_question() -> None:
    first = start()
    assert first.say == ("Which colour is the ring: green, amber or dark?",)
    assert (first.outcome, first.at, first.rounds) == (Outcome.WAITING, "ring", 0)


def test_the_answer_decides_the_way_and_every_step_can_be_seen() -> None:
    second = go(start(), "Amber")
    assert second.say == ("Restart your router.", "Is it online again?")
    assert second.known == {"ring": "amber"}
    steps = [(taken.step, taken.kind) for taken in second.taken]
    assert steps == [
        ("ring", "ask"),
        ("ring", "answer"),
        ("fork", "branch"),
        ("internet", "say"),
        ("online", "ask"),
    ]
    assert second.taken[2].result == "yes, on to internet"


def test_what_helped_ends_it() -> None:
    end = go(go(start(), "amber"), "yes, it is, thank you")
    assert (end.outcome, end.say, end.at) == (Outcome.DONE, (), "")


def test_what_did_not_help_ends_with_a_person() -> None:
    end = go(go(start(), "green"), "no, still nothing")
    assert (end.outcome, end.reason) == (Outcome.PERSON, "Restarting did not help")


def test_after_two_tries_no_third_is_begun() -> None:
    longer = Procedure(
        name="long",
        intents=frozenset({"device_offline"}),
        steps=tuple(
            step
            for n in range(1, 5)
            for step in (
                say(f"fix{n}", f"Fix {n}."),
                ask(f"ask{n}", "Better?", "better"),
                branch(f"b{n}", "better == yes", "done"),
            )
        ),
    )
    one = start(longer)
    two = go(one, "no", longer)
    three = go(two, "no", longer)
    assert [one.rounds, two.rounds, three.rounds] == [1, 2, 2]
    assert (three.outcome, three.say) == (Outcome.PERSON, ())
    assert three.reason == "2 tries did not help."
    assert "fix3" not in {taken.step for taken in three.taken}


def test_an_unclear_answer_is_asked_for_once_more_and_then_a_person_takes_over() -> None:
    asked = go(start(), "amber")
    again = go(asked, "which thermostat do you mean")
    assert (again.say, again.asked_twice, again.outcome) == (("Is it online again?",), True, Outcome.WAITING)
    assert go(again, "yes").outcome is Outcome.DONE
    lost = go(again, "what?")
    assert (lost.outcome, lost.reason) == (Outcome.PERSON, TWO_UNCLEAR)


def test_a_check_asks_the_companys_systems() -> None:
    parcel = Procedure(
        name="parcel",
        intents=frozenset({"order_status"}),
        steps=(
            ProcedureStep(id="look", kind=StepKind.CHECK, name="order_status", into="status"),
            branch("there", "status in delivered, collected", "here", "person"),
            PERSON,
            say("here", "The carrier says that it was delivered."),
        ),
    )
    end = start(parcel)
    assert (end.outcome, end.say) == (Outcome.DONE, ("The carrier says that it was delivered.",))
    assert end.taken[0].result == "delivered"


def test_an_action_is_prepared_for_a_person_with_its_limit() -> None:
    refund = Procedure(
        name="refund", intents=frozenset({"refund"}), steps=(ProcedureStep(id="pay", kind=StepKind.ACT, name="refund"),)
    )
    end = start(refund)
    assert end.outcome is Outcome.PERSON
    assert end.wants == ("Refund, at most 50, with a supervisor's approval",)
    assert "“Refund”" in end.reason


def test_a_loop_without_a_question_comes_to_a_person() -> None:
    circle = Procedure(
        name="circle",
        intents=frozenset({"x"}),
        steps=(say("a", "Again."), branch("b", "nothing == unknown", "a")),
    )
    end = start(circle)
    assert end.outcome is Outcome.PERSON
    assert "without a question" in end.reason


def test_another_wording_is_another_version() -> None:
    other = Procedure(name="offline", intents=OFFLINE.intents, steps=(say("a", "b"), *OFFLINE.steps))
    assert version_of(other) != version_of(OFFLINE)
    with pytest.raises(ValueError, match="no step"):
        go(Progress(procedure="offline", version="", outcome=Outcome.WAITING, at="gone"), "yes")


@pytest.mark.parametrize("words", ["Amber.", "It's amber", "the ring is AMBER I think", "amber!!"])
def test_the_values_of_the_branches_are_found_in_the_answer(words: str) -> None:
    on = go(start(), words)
    assert on.known == {"ring": "amber"}
    assert on.say[0] == "Restart your router."


def test_another_value_goes_the_other_way_and_a_question_back_goes_none() -> None:
    assert go(start(), "green").say[0] == "Unplug the hub for 30 seconds."
    for words in ("What do you mean by ring?", "it is not amber", "amber or green?"):
        again = go(start(), words)
        assert (again.asked_twice, again.outcome) == (True, Outcome.WAITING), words


def test_a_number_is_taken_out_of_the_answer() -> None:
    counted = Procedure(
        name="counted",
        intents=frozenset({"x"}),
        steps=(
            ask("n", "How many lights blink?", "n"),
            branch("b", "n >= 3", "person", "few"),
            PERSON,
            say("few", "Fine."),
        ),
    )
    assert go(start(counted), "there are 4 of them", counted).outcome is Outcome.PERSON
    assert go(start(counted), "I count 2", counted).say == ("Fine.",)
    assert go(start(counted), "3 or 4", counted).asked_twice


def test_what_is_asked_besides_the_answer_is_never_dropped() -> None:
    waiting = go(start(), "amber. How do I cancel my subscription?")
    assert (waiting.outcome, waiting.say) == (Outcome.PERSON, ())
    assert "How do I cancel my subscription?" in waiting.reason
    asked = go(start(), "amber")
    done = go(asked, "Yes it is. Please send me the invoice for March as well.")
    assert (done.outcome, done.beside) == (Outcome.DONE, "Please send me the invoice for March as well.")
    assert go(asked, "Yes, it is. Thank you so much!").beside == ""


def test_the_same_question_over_and_over_comes_to_a_person() -> None:
    loop = Procedure(
        name="loop",
        intents=frozenset({"x"}),
        steps=(ask("w", "Does it work?", "w"), branch("b", "w == yes", "done", "w")),
    )
    progress = start(loop)
    for _ in range(2):
        progress = go(progress, "no", loop)
        assert progress.outcome is Outcome.WAITING
    assert go(progress, "no", loop).outcome is Outcome.PERSON


def test_what_was_never_sent_is_not_recorded_as_said() -> None:
    promised = Procedure(
        name="promised",
        intents=frozenset({"x"}),
        steps=(say("v", "We send you a voucher today."), ProcedureStep(id="a", kind=StepKind.ACT, name="voucher")),
    )
    end = start(promised)
    assert (end.outcome, end.say) == (Outcome.PERSON, ())
    assert end.taken[0].result == "not said: a person takes over"


def test_more_than_a_message_holds_is_not_begun() -> None:
    long = Procedure(
        name="long", intents=frozenset({"x"}), steps=(say("a", "word " * 300), ask("b", "Does it work?", "w"))
    )
    assert start(long).outcome is Outcome.PERSON


def test_what_was_found_out_stands_in_what_is_said() -> None:
    steps = (
        ProcedureStep(id="which", kind=StepKind.CHECK, name="order_status", into="status"),
        say("told", "Your order is {status}; {nobody} knows more."),
    )
    told = start(Procedure(name="status", intents=frozenset(), steps=steps))
    assert told.say == ("Your order is delivered; {nobody} knows more.",)
    assert told.taken[-1].what == told.say[0]
