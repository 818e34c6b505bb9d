from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from core.decide.evaluation import TurnEvaluator
from core.errors import TransientError
from core.handoff.card import note_text
from core.handoff.offer import MOST, NOT_READ, history_of, options, purchases
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.ids import EventId
from core.model.order import Item, Order
from core.model.signals import Signals
from core.policy import Trigger
from core.read.reader import Sense
from tests.core import samples
from tests.core.container import PlainAnswer
from tests.core.people import NOW, customer
from tests.core.rules import policy


class Shop:
    """An order system that knows three orders, or is away."""

    def __init__(self, *, away: bool = False) -> None:
        self.away, self.asked = away, 0

    def of_customer(self, customer: Customer) -> list[Order]:
        self.asked += 1
        if self.away:
            raise TransientError("no answer")
        return [order(1), order(3, "Larkfield Hub"), order(2)]


def order(number: int, name: str = "Larkfield Door") -> Order:
    item = Item(name=name, quantity=number, unit_price=Decimal("89.00"))
    placed = NOW + timedelta(days=number)
    return Order(id=f"LK-{number}", items=(item,), currency="EUR", status="delivered", placed_at=placed)


class Eager(Sense):
    """Hears that the customer could use more."""

    def __init__(self, heard: str) -> None:
        self.heard = heard

    def read(self, case: object, reading: object = None) -> Signals:
        return samples.signals(risks=(samples.risk(self.heard),))


def decided(shop: Shop | None, heard: str = "upsell") -> Decision:
    offers = Trigger(group="Customer care", tier=1, why="The customer could use more")
    rules = replace(policy(), triggers={"upsell": offers, "fraud": offers})
    evaluator = TurnEvaluator(sense=Eager(heard), answer=PlainAnswer(), policy=rules, orders=shop)
    return evaluator.decide(EventId("ev_one"), samples.case(samples.message(1, text="How do I reset two of them?")))


def test_purchases_are_told_newest_first_and_not_endlessly() -> None:
    assert purchases([order(1), order(3, "Larkfield Hub")]) == (
        "2026-03-13: 3 × Larkfield Hub, 267.00 EUR, delivered (order LK-3)",
        "2026-03-11: 1 × Larkfield Door, 89.00 EUR, delivered (order LK-1)",
    )
    assert len(purchases([order(n) for n in range(1, 10)])) == MOST


def test_options_are_the_articles_own_words() -> None:
    assert options(samples.draft()) == ("Resetting your thermostat: “Hold the button for ten seconds.”",)
    assert options(None) == ()


def test_an_order_system_that_is_away_is_said_and_stops_nothing() -> None:
    assert history_of(customer(), Shop(away=True)) == (NOT_READ,)
    assert history_of(customer(), None) == ()


def test_the_card_of_an_offer_has_options_and_history_and_the_note_shows_them() -> None:
    made = decided(Shop())
    card = made.handoff
    assert card is not None
    assert (made.disposition.rule, len(card.options), len(card.history)) == ("trigger:upsell", 1, 3)
    note = note_text(card, samples.case(), "v1", made.disposition.rule)
    assert "Could be offered: Resetting your thermostat" in note
    assert "Bought: 2026-03-13: 3 × Larkfield Hub" in note


def test_for_anything_else_the_order_system_is_not_asked() -> None:
    shop = Shop()
    card = decided(shop, "fraud").handoff
    assert card is not None
    assert (card.options, card.history, shop.asked) == ((), (), 0)
