"""What a step of a procedure can find out, and a procedure that only tells it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.errors import TransientError
from core.model.conversation import CaseContext, Role
from core.model.customer import Customer
from core.model.decision import Outcome, Progress
from core.model.order import Item, Order
from core.policy import ARTICLES, Policy, Procedure, ProcedureStep, StepKind
from core.procedure.guide import checks, draft_of, guide_turn
from core.procedure.run import Doing
from tests.core.people import NOW, customer
from tests.core.rules import policy
from tests.core.samples import case, message, scored, signals


class Bought:
    """An order system with these orders, or one that does not answer."""

    def __init__(self, *orders: Order, away: bool = False) -> None:
        self.orders, self.away, self.asked = list(orders), away, 0

    def of_customer(self, customer: Customer) -> list[Order]:
        self.asked += 1
        if self.away:
            raise TransientError("away")
        return self.orders


def order(key: str, status: str, days: int) -> Order:
    item = Item(name="Larkfield Hub", quantity=1, unit_price=Decimal(89))
    return Order(id=key, items=(item,), currency="EUR", status=status, placed_at=NOW.replace(day=days))


def test_a_check_looks_at_the_order_that_is_named_else_at_the_newest() -> None:
    orders = Bought(order("LK-1", "Delivered", 1), order("LK-2", "Shipped", 5))
    named = checks(case(message(text="where is lk-1?")), orders)
    assert (named("order_status"), named("order_delivered")) == ("delivered", "no")
    assert checks(case(), orders)("order_status") == "shipped"
    assert checks(case(), Bought())("order_status") == "none"
    assert orders.asked == 2


def test_what_nobody_can_say_is_unknown() -> None:
    assert checks(case(), None)("order_status") == "unknown"
    assert checks(case(), Bought(away=True))("order_status") == "unknown"
    assert checks(case(), None)("blood_type") == "unknown"
    known = case(customer=customer(tier="plus", attributes={"region": "north"}))
    assert (checks(known, None)("account_tier"), checks(known, None)("region")) == ("plus", "north")


def test_an_order_system_that_does_not_answer_is_not_waited_for_twice() -> None:
    away = Bought(away=True)
    check = checks(case(), away)
    assert [check(name) for name in ("order_number", "order_status", "order_expected")] == ["unknown"] * 3
    assert away.asked == 1


def status(orders: Bought, words: str, *before: str, language: str = "en") -> tuple[str, str]:
    """(number, status) of the order that somebody means who says this."""
    said = [message(number, text=text) for number, text in enumerate((*before, words), 1)]
    if before:
        said.insert(-1, message(9, role=Role.ASSISTANT, text="We look."))
    check = checks(case(*said), orders, language=language)
    return check("order_number"), check("order_status")


def test_of_an_order_that_is_none_of_theirs_nothing_is_told() -> None:
    orders = Bought(order("LK-10458", "shipped", 5))
    assert status(orders, "Where is LK-10458?") == ("LK-10458", "shipped")
    assert status(orders, "Where is lk 10458?") == ("LK-10458", "shipped")
    assert status(orders, "Where is LK-10499?") == ("none", "none")
    assert status(orders, "Where is LK-1045?") == ("none", "none")
    # What looks like no order's number says nothing of which order it is.
    assert status(orders, "Error E14: where is my order?") == ("LK-10458", "shipped")


def test_the_number_may_have_been_given_before() -> None:
    orders = Bought(order("LK-10458", "processing", 5), order("LK-10460", "shipped", 9))
    assert status(orders, "Has it been sent?", "I ordered a hub, LK-10458.") == ("LK-10458", "processing")
    assert status(orders, "And LK-10460?", "I ordered a hub, LK-10458.") == ("LK-10460", "shipped")


def test_an_order_that_is_under_way_comes_before_a_newer_one_that_is_over() -> None:
    orders = Bought(order("LK-1", "shipped", 1), order("LK-2", "Delivered", 5), order("LK-3", "cancelled", 6))
    assert status(orders, "Where is my order?") == ("LK-1", "shipped")


def told(name: str, found: Order, language: str = "en") -> str:
    return checks(case(message(text="Where is it?")), Bought(found), language=language)(name)


def test_when_and_with_whom_it_comes() -> None:
    later = replace(order("LK-1", "shipped", 1), promised_on=date(2026, 11, 25), carrier="Hasenpost", tracking="HP 86")
    assert later.promised_on is not None
    assert later.promised_on >= NOW.date()
    assert (told("order_carrier", later), told("order_tracking", later)) == ("Hasenpost", "HP 86")
    assert (told("order_expected", later), told("order_expected", later, "de")) == ("on 25 November", "am 25. November")
    assert told("order_expected", replace(later, promised_on=date(2026, 1, 4))) == "unknown"
    plain = order("LK-1", "shipped", 1)
    names = ("order_expected", "order_carrier", "order_tracking")
    assert [told(name, plain) for name in names] == ["unknown"] * 3


# ---------------------------------------------------------------- a procedure that only tells

PARCEL = Procedure(
    name="parcel",
    intents=frozenset({"order_status"}),
    steps=(
        ProcedureStep(id="which", kind=StepKind.CHECK, name="order_number", into="order"),
        ProcedureStep(id="look", kind=StepKind.CHECK, name="order_status", into="status"),
        ProcedureStep(id="fork", kind=StepKind.BRANCH, when="status == shipped", then="told", otherwise=ARTICLES),
        ProcedureStep(id="told", kind=StepKind.SAY, text="Your order {order} is on its way."),
    ),
)
TELLING: Policy = replace(policy(), procedures={"parcel": PARCEL})
ASKED = signals(intents=(scored("order_status"),), language=scored("en"))


def led(found: CaseContext, orders: Bought, before: Progress | None = None) -> Progress:
    progress = guide_turn(found, ASKED, before, TELLING, Doing(check=checks(found, orders)))
    assert progress is not None
    return progress


def test_what_was_looked_up_is_said_with_where_it_comes_from() -> None:
    asked = case(message(text="Where is LK-1?"))
    progress = led(asked, Bought(order("LK-1", "shipped", 1)))
    assert (progress.outcome, progress.say) == (Outcome.DONE, ("Your order LK-1 is on its way.",))
    draft = draft_of(progress, asked, ASKED, "v7")
    assert draft is not None
    assert draft.sentences[0].record == "procedure parcel, policy v7; order number: LK-1"


@pytest.mark.parametrize("orders", [Bought(), Bought(away=True), Bought(order("LK-1", "returned", 1))])
def test_where_it_has_nothing_to_say_the_articles_answer(orders: Bought) -> None:
    asked = case(message(text="Where is my order?"))
    progress = led(asked, orders)
    assert (progress.outcome, progress.say) == (Outcome.LEFT, ())
    assert [taken.kind for taken in progress.taken] == ["check", "check", "branch"]
    assert draft_of(progress, asked, ASKED, "v7") is None


def test_what_only_tells_is_told_again_of_another_order() -> None:
    orders = Bought(order("LK-1", "shipped", 1), order("LK-2", "shipped", 2))
    before = led(case(message(text="Where is LK-1?")), orders)
    after = led(case(message(text="And where is LK-2?")), orders, before)
    assert after.say == ("Your order LK-2 is on its way.",)


def test_of_an_order_that_is_named_an_agent_gets_the_state_however_unsure_the_matter_is() -> None:
    telling = ProcedureStep(id="look", kind=StepKind.CHECK, name="order_summary", into="told")
    say = ProcedureStep(id="tell", kind=StepKind.SAY, text="{told}")
    status = replace(PARCEL, name="status", language="any", steps=(telling, say))
    rules, orders = replace(policy(), procedures={"status": status}), Bought(order("LK-10437", "delayed", 1))
    guess = signals(intents=(scored("order_status", 0.24), scored("warranty", 0.01)))
    named, unnamed = (
        case(message(text=f"I ordered a doorbell{number} and I would like to know my options."))
        for number in (", LK-10437,", "")
    )
    progress = guide_turn(named, guess, None, rules, Doing(check=checks(named, orders)))
    assert progress is not None
    draft = draft_of(progress, named, guess, "v7", rules.confidence_intent)
    assert draft is not None
    assert "LK-10437 is delayed" in draft.body
    assert draft.confidence == 0.24
    assert guide_turn(unnamed, guess, None, rules, Doing(check=checks(unnamed, orders))) is None
    both = signals(intents=(scored("cancel", 0.99), scored("order_status", 0.94)))
    assert guide_turn(named, both, None, rules, Doing(check=checks(named, orders))) is not None
    assert guide_turn(unnamed, both, None, rules, Doing(check=checks(unnamed, orders))) is None
