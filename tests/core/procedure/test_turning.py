"""Back to the question before; the word afterwards that it did not help; choices; checks of the company's systems."""

from collections.abc import Mapping

import pytest

from core.errors import TransientError
from core.model.customer import Customer
from core.model.decision import Outcome, Progress
from core.policy import Procedure, ProcedureStep, StepKind
from core.procedure.answered import choices, expand_choice
from core.procedure.guide import checks
from core.procedure.run import Doing, begin, continue_from, did_not_help, step_of
from tests.core.people import customer
from tests.core.procedure.test_run import LIMITS, OFFLINE, check, go, start
from tests.core.samples import case


@pytest.mark.parametrize("words", ["back", "Go back please", "zurück", "atrás", "retour", "voltar", "戻る"])
def test_back_asks_the_question_before_once_more_and_forgets_its_answer(words: str) -> None:
    second = go(start(), "amber")
    assert second.at == "online"
    back = go(second, words)
    assert (back.at, back.say, back.outcome) == (
        "ring",
        ("Which colour is the ring: green, amber or dark?",),
        Outcome.WAITING,
    )
    assert "ring" not in back.known
    assert go(back, "dark").say == ("Unplug the hub for 30 seconds.", "Does the app show it now?")


def test_back_at_the_first_question_stays_there() -> None:
    assert go(start(), "back").say == start().say
    assert go(start(), "back").at == "ring"


def test_back_in_a_sentence_is_an_answer_and_no_turn() -> None:
    assert go(go(start(), "amber"), "it is back online").outcome is Outcome.DONE


def done() -> Progress:
    return go(go(start(), "amber"), "yes")


@pytest.mark.parametrize(
    "words",
    [
        "That did not help",
        "it doesn't work",
        "It happens again",
        "Das hat leider nicht geholfen",
        "No ha servido",
        "Cela n'a pas aidé",
        "não ajudou",
        "解決しません",
    ],
)
def test_who_says_afterwards_that_it_did_not_help_gets_a_person_with_all_that_was_done(words: str) -> None:
    over = did_not_help(done(), words)
    assert over is not None
    assert (over.outcome, over.taken) == (Outcome.PERSON, done().taken)
    assert "did not help after all" in over.reason


@pytest.mark.parametrize("words", ["thanks a lot", "It works now", "Where is my order?"])
def test_other_words_afterwards_are_another_matter(words: str) -> None:
    assert did_not_help(done(), words) is None
    assert did_not_help(start(), "that did not help") is None


def test_a_question_of_yes_and_no_may_be_tapped_in_its_language() -> None:
    assert go(start(), "amber").choices == ("Yes", "No")
    german = Procedure(name="x", intents=OFFLINE.intents, steps=OFFLINE.steps, language="de")
    assert choices(german, step_of(german, "online")) == ("Ja", "Nein")


def test_what_the_question_lists_may_be_tapped_too() -> None:
    assert start().choices == ("Amber", "Green", "Dark")


def test_a_question_whose_answer_is_free_or_a_number_has_no_choices() -> None:
    free = Procedure(
        name="x",
        intents=frozenset({"i"}),
        steps=(
            ProcedureStep(id="serial", kind=StepKind.ASK, text="What is the serial number?", into="serial"),
            ProcedureStep(id="tries", kind=StepKind.ASK, text="How often: one, two?", into="tries"),
            ProcedureStep(id="fork", kind=StepKind.BRANCH, when="tries >= 2", then="serial"),
        ),
    )
    assert choices(free, free.steps[0]) == ()
    assert choices(free, free.steps[1]) == ()


def test_a_bare_number_stands_for_the_choice_with_that_place() -> None:
    assert expand_choice("2", ("Yes", "No")) == "No"
    assert expand_choice("3", ("Yes", "No")) == "3"
    assert expand_choice("2 lights", ("Yes", "No")) == "2 lights"
    assert go(go(start(), "1"), "1").outcome is Outcome.DONE  # amber, then yes


class Systems:
    """Implements `core.ports.Probe`."""

    def __init__(self, known: Mapping[str, str], *, away: bool = False) -> None:
        self.known, self.away, self.asked = known, away, 0

    def look(self, name: str, customer: Customer) -> str | None:
        self.asked += 1
        if self.away:
            raise TransientError("no answer")
        return self.known.get(name)


def test_a_check_asks_the_companys_systems_once_a_turn() -> None:
    systems = Systems({"hub_online": "Yes"})
    look = checks(case(), None, systems)
    assert (look("hub_online"), look("hub_online"), systems.asked) == ("yes", "yes", 1)


def test_the_profile_comes_before_the_systems_and_what_nobody_knows_is_unknown() -> None:
    known = case(customer=customer(attributes={"hub_online": "no"}))
    assert checks(known, None, Systems({"hub_online": "yes"}))("hub_online") == "no"
    assert checks(case(), None, Systems({}))("hub_online") == "unknown"
    assert checks(case(), None, Systems({}, away=True))("hub_online") == "unknown"
    assert checks(case(), None)("hub_online") == "unknown"


def test_an_automatic_check_leads_past_the_question_that_it_answers() -> None:
    checked = Procedure(
        name="x",
        intents=frozenset({"i"}),
        steps=(
            ProcedureStep(id="look", kind=StepKind.CHECK, name="hub_online", into="hub"),
            ProcedureStep(id="fork", kind=StepKind.BRANCH, when="hub == yes", then="dial"),
            ProcedureStep(id="ask", kind=StepKind.ASK, text="Is the hub's ring green?", into="hub"),
            ProcedureStep(id="dial", kind=StepKind.ASK, text="Press the dial. Does it wake up?", into="works"),
        ),
    )
    online = begin(checked, Doing(check=checks(case(), None, Systems({"hub_online": "yes"})), actions=LIMITS))
    assert online.say == ("Press the dial. Does it wake up?",)
    assert begin(checked, Doing(check=check, actions=LIMITS)).say == ("Is the hub's ring green?",)
    assert ("look", "hub_online", "yes") in [(t.step, t.what, t.result) for t in online.taken]
    assert continue_from(checked, online, "yes", Doing(check=check, actions=LIMITS)).outcome is Outcome.DONE
