"""What a customer is told of their orders: every state, every language, and nothing of anybody else's."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.model.order import Item, Order
from core.policy import PolicyError
from core.procedure.guide import checks
from core.procedure.order_status import STATES, OrderState, is_disputed, is_number_alone, summarize_orders
from core.text.order_lines import ORDER_LINES, OrderLines
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import case, message

NOW_DAY = NOW.date()


def order(key: str = "LK-10461", status: str = "shipped", day: int = 1, **told: Any) -> Order:
    item = Item(name="Hub", quantity=1, unit_price=Decimal(89))
    made = Order(id=key, items=(item,), currency="EUR", status=status, placed_at=NOW.replace(day=day))
    return replace(made, **told)


def said(words: str, *orders: Order, language: str = "en") -> str | None:
    return summarize_orders(case(message(text=words)), orders, language)


@pytest.mark.parametrize(
    ("status", "told", "line"),
    [
        ("placed", {}, "has been placed"),
        ("Awaiting shipment", {}, "has not been shipped yet"),
        ("processing", {"carrier": "Hasenpost"}, "has not been shipped yet."),
        ("in-transit", {"carrier": "Hasenpost", "tracking": "HP 1"}, "tracking number HP 1"),
        ("shipped", {"carrier": "Hasenpost"}, "The carrier is Hasenpost."),
        ("shipped", {"promised_on": date(NOW_DAY.year, 12, 24)}, "arrive on 24 December"),
        ("shipped", {"promised_on": date(NOW_DAY.year - 1, 12, 24)}, "It was due on 24 December"),
        ("delayed", {"promised_on": date(NOW_DAY.year, 12, 24)}, "is delayed."),
        ("delivered", {"delivered_at": NOW.replace(day=3)}, "was delivered on 3 "),
        ("delivered", {}, "was delivered."),
        ("refunded", {}, "has been returned"),
        ("canceled", {}, "was cancelled."),
    ],
)
def test_every_state_has_its_words(status: str, told: dict[str, Any], line: str) -> None:
    assert line in str(said("where is it", order(status=status, **told)))


def test_what_is_delayed_is_not_promised_for_the_old_day() -> None:
    assert "arrive" not in str(said("where", order(status="delayed", promised_on=date(NOW_DAY.year + 1, 1, 4))))


@pytest.mark.parametrize("language", ORDER_LINES)
@pytest.mark.parametrize("state", OrderState)
def test_every_state_is_said_in_every_language_with_its_number(state: OrderState, language: str) -> None:
    told = said("where is it", order(status=state, carrier="DHL", tracking="T1"), language=language)
    assert told is not None
    assert "LK-10461" in told
    assert "{" not in told


def test_no_language_lacks_a_place_that_english_fills() -> None:
    english = ORDER_LINES["en"]
    for lines in ORDER_LINES.values():
        for line in fields(OrderLines):
            mine, theirs = getattr(lines, line.name), getattr(english, line.name)
            assert mine
            for place in ("{order}", "{on}", "{carrier}", "{tracking}"):
                assert (place in mine) == (place in theirs), (line.name, mine)


def test_a_state_of_the_order_system_that_says_nothing_to_us_is_not_told() -> None:
    assert said("where is it", order(status="zone 7 recheck")) is None
    assert len(STATES) == len(set(STATES))


def test_a_number_that_is_none_of_theirs_is_not_found_whosever_it_is() -> None:
    assert said("Where is LK-10394?", order()) == ORDER_LINES["en"].not_found
    assert said("where is it?") == ORDER_LINES["en"].none


def test_without_a_number_all_open_orders_are_told_the_newest_first() -> None:
    over = order("LK-1", "delivered", 9)
    told = str(said("where is my order", order("LK-2", "shipped", 2), over, order("LK-3", "processing", 5)))
    assert told.index("LK-3") < told.index("LK-2")
    assert "LK-1 " not in told
    many = [order(f"LK-10{number}", "shipped", number) for number in range(1, 7)]
    assert str(said("where are my orders", *many)).count("Your order") == 3


def test_who_says_that_nothing_came_is_not_told_that_it_was_delivered() -> None:
    delivered = [order(status="delivered")]
    for words in (
        "It says delivered but LK-10461 never arrived",
        "LK-10461 has not arrived",
        "Mein Paket LK-10461 ist nicht angekommen",
        "No me ha llegado el pedido LK-10461",
        "Je n'ai rien reçu pour LK-10461",
    ):
        assert is_disputed(case(message(text=words)), delivered), words
    assert not is_disputed(case(message(text="Where is LK-10461?")), delivered)
    assert not is_disputed(case(message(text="LK-10461 has not arrived")), [order()])


def test_a_number_alone_is_enough_and_another_one_is_not() -> None:
    assert is_number_alone("LK-10461?", [order()])
    assert is_number_alone("wheres lk10461", [order()])
    assert not is_number_alone("E14", [order()])
    assert not is_number_alone("I want to send LK-10461 back to you because it is broken", [order()])


def test_the_summary_is_in_the_customers_language_where_the_words_have_none() -> None:
    class Bought:
        def of_customer(self, customer: object) -> list[Order]:
            return [order()]

    asked = case(message(text="LK-10461"))
    german = replace(asked, customer=replace(asked.customer, locale="de-DE"))
    assert "unterwegs" in checks(german, Bought(), language="unknown")("order_summary")
    assert "on its way" in checks(german, Bought(), language="it")("order_summary")


def test_a_procedure_for_any_language_has_no_words_of_its_own() -> None:
    steps = [{"id": "look", "check": "order_summary", "into": "told"}, {"id": "say", "say": "Here it is: {told}"}]
    with pytest.raises(PolicyError, match="for any language"):
        policy(procedures={"status": {"intents": ["order_status"], "language": "any", "steps": steps}})
