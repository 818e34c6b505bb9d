from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.knowledge.numerals import numbers
from core.model.draft import SentenceKind
from core.model.order import Item, Order
from core.scenarios.compute import Condition, Rule, Rules, Scenario, Sum, of_orders, scenarios

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ORDER = Order(
    id="LK-1",
    items=(
        Item(name="Hub", quantity=1, unit_price=Decimal("59.99")),
        Item(name="Sensor", quantity=3, unit_price=Decimal("29.50")),
    ),
    currency="GBP",
    status="delivered",
    placed_at=NOW - timedelta(days=15),
    delivered_at=NOW - timedelta(days=10),
    delivery_charge=Decimal("4.99"),
)
SAYS = {
    "en": ("Return {order} until {until}.", "We refund {amount}.", "The label costs {deducted}."),
    "de": ("Bis zum {until}.", "Wir erstatten {amount}."),
}


class Plain:
    def money(self, amount: Decimal, currency: str, language: str) -> str:
        return f"{amount} {currency}"

    def day(self, day: date, language: str) -> str:
        return day.isoformat()


def rule(pays: Sum | None = None, when: Condition | None = None, **more: Any) -> Rule:
    fields: dict[str, Any] = {
        "name": "return",
        "label": "Refund",
        "intents": frozenset({"return_item"}),
        "says": SAYS,
        "condition": when or Condition(statuses=frozenset({"delivered"}), most_days=30),
        "pays": pays or Sum(percent=Decimal(100), delivery=True, deducted={"US": Decimal("6.00")}),
    }
    return Rule(**fields | more)


def one(order: Order = ORDER, of: Rule | None = None, country: str = "GB", language: str = "en") -> Scenario:
    (found,) = scenarios(order, [of or rule()], country=country, language=language, now=NOW, spoken=Plain())
    return found


def test_the_sum_is_the_goods_and_the_delivery() -> None:
    assert one().amount == Decimal("153.48")  # 59.99 + 3 × 29.50 + 4.99
    assert [(step.label, step.amount) for step in one().steps] == [
        ("Items", Decimal("148.49")),
        ("Delivery", Decimal("4.99")),
    ]


def test_a_country_pays_for_its_label() -> None:
    assert one(country="US").amount == Decimal("147.48")
    assert [s.text for s in one(country="US").sentences][-1] == "The label costs 6.00 GBP."


def test_a_sentence_with_nothing_to_say_is_left_out() -> None:
    assert [s.text for s in one().sentences] == ["Return LK-1 until 2026-12-10.", "We refund 153.48 GBP."]


def test_a_share_is_rounded_to_the_cent_once() -> None:
    half = rule(pays=Sum(percent=Decimal("33.3")))
    assert one(of=half).amount == Decimal("49.45")  # 148.49 × 0.333 = 49.447…


@pytest.mark.parametrize(("days", "open_"), [(30, True), (31, False)])
def test_the_last_day_counts(days: int, open_: bool) -> None:
    order = replace(ORDER, delivered_at=NOW - timedelta(days=days))
    assert (one(order).closed == "") is open_
    if not open_:
        assert one(order).closed == "delivered 31 days ago, 30 are allowed"
        assert one(order).sentences == ()
        assert one(order).amount is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "refund_sent"}, "the order is refund sent"),
        ({"delivered_at": None}, "no day of delivery"),
    ],
)
def test_a_way_that_is_not_open_says_why(change: Mapping[str, Any], said: str) -> None:
    assert said in one(replace(ORDER, **change)).closed


def test_an_unknown_country_names_no_sum_that_depends_on_it() -> None:
    assert "country" in one(country="").closed
    assert one(of=rule(pays=Sum(percent=Decimal(100))), country="").closed == ""


def test_a_deduction_never_turns_a_refund_into_a_bill() -> None:
    cheap = replace(ORDER, items=(Item(name="Glue", quantity=1, unit_price=Decimal(1)),), delivery_charge=Decimal(0))
    assert one(cheap, country="US").closed == "nothing would be left to pay"


def test_a_fixed_sum_is_for_the_currencies_that_have_one() -> None:
    voucher = rule(pays=Sum(fixed={"GBP": Decimal("5.00")}), when=Condition())
    assert one(of=voucher).amount == Decimal("5.00")
    assert one(replace(ORDER, currency="USD"), of=voucher).closed == "no sum is set in USD"


def test_above_the_limit_somebody_is_asked() -> None:
    limited = rule(alone_up_to={"GBP": Decimal("153.48")})
    assert one(of=limited).approval == ""
    assert "ask the lead" in one(of=rule(alone_up_to={"GBP": Decimal("153.47")})).approval
    assert "no limit is set in USD" in one(replace(ORDER, currency="USD"), of=limited).approval


def test_the_sentences_stand_on_the_record() -> None:
    for sentence in one().sentences:
        assert sentence.kind is SentenceKind.RECORD
        assert sentence.record is not None
        for word in ("LK-1", "153.48 GBP", "2026-12-10", "3 × Sensor"):
            assert word in sentence.record


def test_the_customers_language_is_spoken_where_the_rule_has_it() -> None:
    assert one(language="de").sentences[1].text == "Wir erstatten 153.48 GBP."
    assert one(language="fr").sentences[1].text == "We refund 153.48 GBP."


def test_open_ways_come_first_and_the_newest_order_before_older_ones() -> None:
    older = replace(ORDER, id="LK-0", placed_at=NOW - timedelta(days=60))
    late = rule(name="late", when=Condition(most_days=3))
    other = rule(name="other", intents=frozenset({"cancel_order"}))
    found = of_orders(
        [older, ORDER],
        Rules(version="1", rules=(late, rule(), other)),
        frozenset({"return_item"}),
        country="GB",
        language="en",
        now=NOW,
        spoken=Plain(),
    )
    assert [(s.order_id, s.rule) for s in found] == [
        ("LK-1", "return"),
        ("LK-1", "late"),
        ("LK-0", "return"),
        ("LK-0", "late"),
    ]


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_has_a_figure_that_the_record_has_not(language: str) -> None:
    for scenario in (one(language=language), one(country="US", language=language)):
        for sentence in scenario.sentences:
            assert sentence.record is not None
            assert numbers(sentence.text) <= numbers(sentence.record), sentence.text
