"""Which turn begins a procedure, goes on with it or leaves it."""

from dataclasses import replace

import pytest

from core.model.conversation import CaseContext, Role
from core.model.decision import Outcome, Progress
from core.model.draft import SentenceKind
from core.model.signals import Signals
from core.policy import Policy, Procedure, ProcedureStep, StepKind
from core.policy.actions import ActionSpec
from core.procedure.guide import article_of_code, checks, draft_of, guide_turn
from core.procedure.run import Doing, version_of
from tests.core.procedure.test_run import OFFLINE
from tests.core.rules import policy
from tests.core.samples import case, message, scored, signals

RING = "Which colour is the ring: green, amber or dark?"
GUIDED: Policy = replace(policy(), procedures={"offline": replace(OFFLINE, codes={"E14": "a-14", "E2": "a-2"})})
OFFLINE_NOW = signals(intents=(scored("device_offline"),), language=scored("en"))


def turn(
    case: CaseContext, read: Signals = OFFLINE_NOW, before: Progress | None = None, policy: Policy = GUIDED
) -> Progress | None:
    return guide_turn(case, read, before, policy, Doing(check=checks(case, None), actions=policy.actions))


def answering(words: str, question: str = f"Hello Emma,\n\n{RING}\n\nYour virtual assistant") -> CaseContext:
    return case(message(1), message(2, role=Role.ASSISTANT, text=question), message(3, text=words))


def begun() -> Progress:
    progress = turn(case())
    assert progress is not None
    return progress


def test_an_intent_of_a_procedure_begins_it() -> None:
    assert begun().say == (RING,)


def test_an_intent_that_is_not_sure_or_another_or_another_language_begins_none() -> None:
    assert turn(case(), signals(intents=(scored("device_offline", 0.1),))) is None
    assert turn(case(), signals(intents=(scored("order_status"),))) is None
    assert turn(case(), signals(intents=(scored("device_offline"),), language=scored("de"))) is None


def test_a_second_matter_keeps_it_from_beginning_when_it_is_sure_and_not_when_it_is_half_heard() -> None:
    def both(confidence: float) -> Signals:
        return signals(intents=(scored("device_offline"), scored("return_item", confidence)), language=scored("en"))

    assert turn(case(), both(0.66)) is not None
    assert turn(case(), both(0.9)) is None


def test_the_answer_to_the_question_goes_on_whatever_it_sounds_like() -> None:
    on = turn(answering("amber"), signals(intents=()), begun())
    assert on is not None
    assert on.say[0] == "Restart your router."


def test_what_was_never_sent_is_not_answered() -> None:
    assert turn(answering("amber", "Hello, this is Maria. What happened?"), OFFLINE_NOW, begun()) is None


def test_another_matter_leaves_the_procedure() -> None:
    order = signals(intents=(scored("order_status", 0.8),), language=scored("en"))
    assert turn(answering("And where is my order?"), order, begun()) is None
    assert turn(answering("no"), order, begun()) is not None


PARCEL = Procedure(
    name="parcel",
    intents=frozenset({"order_status"}),
    steps=(ProcedureStep(id="told", kind=StepKind.SAY, text="It is on its way."),),
)
BOTH = replace(GUIDED, procedures={**GUIDED.procedures, "parcel": PARCEL})
ORDER = signals(intents=(scored("order_status", 0.8),), language=scored("en"))


def test_whoever_leaves_a_procedure_for_another_matter_is_led_through_the_procedure_of_that() -> None:
    led = turn(answering("And where is my order?"), ORDER, begun(), BOTH)
    assert led is not None
    assert (led.procedure, led.say) == ("parcel", ("It is on its way.",))


def test_a_question_that_was_left_open_keeps_no_other_procedure_from_beginning_later() -> None:
    later = answering("Where is my order?", "Hello, this is Maria. Anything else I can do for you?")
    led = turn(later, ORDER, begun(), BOTH)
    assert led is not None
    assert led.procedure == "parcel"
    assert turn(later, OFFLINE_NOW, begun(), BOTH) is None  # the same one is not begun again


def test_an_error_code_instead_of_an_answer_is_told_its_article() -> None:
    assert turn(answering("E14"), signals(intents=()), begun()) is None
    assert turn(answering("it says E14"), signals(intents=()), begun()) is None
    assert turn(answering("amber, E14"), signals(intents=()), begun()) is not None


def test_a_procedure_that_was_changed_meanwhile_is_not_gone_on_with() -> None:
    changed = replace(GUIDED, procedures={"offline": replace(OFFLINE, cycles=1)})
    assert turn(answering("amber"), OFFLINE_NOW, begun(), changed) is None
    assert turn(answering("amber"), OFFLINE_NOW, begun(), replace(GUIDED, procedures={})) is None


def test_a_procedure_that_came_to_its_end_is_not_begun_again() -> None:
    ended = replace(begun(), outcome=Outcome.PERSON, at="")
    assert turn(case(), OFFLINE_NOW, ended) is None


def test_each_line_says_which_procedure_and_policy_bear_it_out() -> None:
    on = turn(answering("amber"), OFFLINE_NOW, begun())
    assert on is not None
    draft = draft_of(on, answering("amber"), OFFLINE_NOW, "abc123")
    assert draft is not None
    assert draft.states
    assert draft.body == "Restart your router.\n\nIs it online again?"
    assert {(s.kind, s.record) for s in draft.sentences} == {(SentenceKind.RECORD, "procedure offline, policy abc123")}
    assert draft.confidence == 1.0


def test_the_first_question_is_as_sure_as_the_intent() -> None:
    draft = draft_of(begun(), case(), OFFLINE_NOW, "abc123")
    assert draft is not None
    assert draft.confidence == pytest.approx(0.9)
    assert draft_of(replace(begun(), say=()), case(), OFFLINE_NOW, "abc123") is None


def test_an_error_code_names_its_article() -> None:
    assert article_of_code("It shows e14 again", GUIDED) == ("E14", "a-14")
    assert article_of_code("E2, then E14", GUIDED) == ("E2", "a-2")
    assert article_of_code("E145 or THE2", GUIDED) is None


def test_a_check_decides_the_way() -> None:
    parcel = Procedure(
        name="parcel",
        intents=frozenset({"order_status"}),
        steps=(
            ProcedureStep(id="look", kind=StepKind.CHECK, name="account_tier", into="tier"),
            ProcedureStep(id="fork", kind=StepKind.BRANCH, when="tier == standard", then="plain", otherwise="person"),
            ProcedureStep(id="person", kind=StepKind.HANDOFF, text="A Plus customer"),
            ProcedureStep(id="plain", kind=StepKind.SAY, text="It is on its way."),
        ),
    )
    read = signals(intents=(scored("order_status"),), language=scored("en"))
    led = turn(case(), read, None, replace(GUIDED, procedures={"parcel": parcel}))
    assert led is not None
    assert led.say == ("It is on its way.",)


def test_a_matter_that_is_rather_another_one_is_left_to_the_articles_where_the_rules_do_not_fit() -> None:
    """Nobody is handed over because the order of a question that is about no order cannot be found."""
    look = ProcedureStep(id="look", kind=StepKind.CHECK, name="account_tier", into="tier")
    person = ProcedureStep(id="person", kind=StepKind.HANDOFF, text="The rules do not fit")

    def led(confidence: float, *steps: ProcedureStep) -> Progress | None:
        read = signals(intents=(scored("device_offline", confidence),), language=scored("en"))
        odd = Procedure(name="odd", intents=frozenset({"device_offline"}), steps=steps)
        return turn(case(), read, None, replace(GUIDED, procedures={"odd": odd}))

    assert led(0.45, look, person) is None
    for certain, steps in ((0.55, (look, person)), (0.45, (person,))):
        found = led(certain, *steps)
        assert found is not None
        assert found.outcome is Outcome.PERSON, "a policy that wants a person at once gets one"


def test_two_matters_at_once_begin_no_procedure() -> None:
    both = signals(intents=(scored("device_offline", 0.8), scored("cancel_plan", 0.75)), language=scored("en"))
    assert turn(case(), both) is None


def test_an_error_code_is_answered_before_any_procedure() -> None:
    assert turn(case(message(text="offline, it shows E14"))) is None
    assert article_of_code("My order number is E14-2231", GUIDED) is None


def test_a_check_at_the_beginning_makes_nothing_surer() -> None:
    looked = Procedure(
        name="looked",
        intents=frozenset({"device_offline"}),
        steps=(
            ProcedureStep(id="look", kind=StepKind.CHECK, name="account_tier", into="tier"),
            ProcedureStep(id="ask", kind=StepKind.ASK, text="Is it plugged in?", into="plug"),
        ),
    )
    led = turn(case(), OFFLINE_NOW, None, replace(GUIDED, procedures={"looked": looked}))
    assert led is not None
    draft = draft_of(led, case(), OFFLINE_NOW, "abc")
    assert draft is not None
    assert draft.confidence == pytest.approx(0.9)


def test_after_the_article_of_a_code_that_did_not_help_come_the_checks_and_it_counts_as_tried() -> None:
    told = "E14 means that the hub has no uplink.\n\nhttps://help.larkfield.example/articles/a-14-e14"
    after = case(message(1), message(2, role=Role.ASSISTANT, text=told), message(3, text="It still shows E14"))
    failed = replace(OFFLINE_NOW, facts=(scored("failed_cycles", amount=1.0),))
    going_on = turn(after, failed)
    assert going_on is not None
    assert (going_on.say, going_on.rounds) == ((RING,), 1)
    assert turn(after, OFFLINE_NOW) is None  # nothing failed: the article is told
    assert turn(case(message(1, text="It still shows E14")), failed) is None  # no article was told


# ------------------------------------------------------------------
# "Shall I …?", answered with another one.

ACTION = ActionSpec(name="cancel_order")
CANCEL = Procedure(
    name="cancel",
    intents=frozenset({"cancel_order"}),
    steps=(
        ProcedureStep(id="which", kind=StepKind.CHECK, name="order_told", into="order"),
        ProcedureStep(id="do", kind=StepKind.ACT, name="cancel_order"),
    ),
)
CANCELS = replace(GUIDED, procedures={"cancel": CANCEL})
SHALL_I = "Shall I cancel your order LK-10478?"
ASKED = Progress(
    procedure="cancel",
    version=version_of(CANCEL),
    outcome=Outcome.WAITING,
    at="do",
    say=(SHALL_I,),
    known={"order": "LK-10478"},
)


def answered_with(words: str) -> Progress | None:
    """Nothing can be acted in here, so whoever is led to the act gets a person."""
    read = signals(intents=(scored("cancel_order"),), language=scored("en"))
    doing = Doing(check=lambda _: "LK-10474", actions={"cancel_order": replace(ACTION, name="cancel_order")})
    return guide_turn(answering(words, SHALL_I), read, ASKED, CANCELS, doing)


@pytest.mark.parametrize("words", ["Actually cancel LK-10474 instead", "No, LK-10474 please"])
def test_another_order_in_place_of_a_yes_is_asked_about_instead(words: str) -> None:
    led = answered_with(words)
    assert led is not None
    assert led.known == {"order": "LK-10474"}


def test_a_yes_with_another_order_beside_it_is_for_a_person_and_nothing_is_done() -> None:
    led = answered_with("Yes, and LK-10474 too")
    assert led is not None
    assert (led.outcome, led.call, "LK-10474" in led.reason) == (Outcome.PERSON, None, True)
    assert led.known == {"order": "LK-10478"}


def test_a_number_that_is_no_order_of_theirs_is_no_other_order() -> None:
    led = answered_with("Yes, my postcode is 10013")
    assert led is not None
    assert led.known == {"order": "LK-10478"}
    assert "besides" not in led.reason
