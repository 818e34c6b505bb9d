from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.errors import TransientError
from core.model.order import Item, Order
from core.model.signals import Scored
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import decision

WHERE = f"tickets/{TICKET}/scenarios"


def wants_to_return(desk: Desk) -> None:
    signals = decision(1).signals
    intent = Scored(value="return_item", confidence=0.8)
    desk.decide(1, signals=replace(signals, intents=(intent,)))


def order(desk: Desk, days: int = 5, price: str = "40.00") -> Order:
    return Order(
        id="LK-1",
        items=(Item(name="Hub", quantity=1, unit_price=Decimal(price)),),
        currency="GBP",
        status="delivered",
        placed_at=desk.clock() - timedelta(days=days + 3),
        delivered_at=desk.clock() - timedelta(days=days),
    )


def offered(desk: Desk) -> list[dict[str, Any]]:
    answer = desk.get(WHERE)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["scenarios"]
    return found


def chosen_in_ledger(desk: Desk) -> int:
    with desk.store.read() as unit:
        assert unit.ledger.verify() is None
    with desk.store.writer.connect() as connection:
        return len(connection.exec_driver_sql("SELECT 1 FROM ledger WHERE kind = 'scenario_chosen'").all())


def test_a_way_out_comes_with_its_sum_and_its_words(desk: Desk) -> None:
    wants_to_return(desk)
    desk.orders.known = [order(desk)]
    (found,) = offered(desk)
    assert (found["label"], found["amount"], found["closed"]) == ("Refund on return", "40.00 GBP", "")
    assert found["text"].endswith("We refund £40.00.")
    assert found["steps"] == [{"label": "Items", "amount": "40.00 GBP"}]


def test_a_closed_way_says_why_and_has_no_words(desk: Desk) -> None:
    wants_to_return(desk)
    desk.orders.known = [order(desk, days=31)]
    (found,) = offered(desk)
    assert found["closed"] == "delivered 31 days ago, 30 are allowed"
    assert found["text"] == ""


def test_an_intent_without_rules_asks_no_order_system(desk: Desk) -> None:
    desk.decide(1)
    desk.orders.error = TransientError("nobody should ask")
    assert offered(desk) == []


def test_what_the_agent_takes_is_written_down_with_its_sum(desk: Desk) -> None:
    wants_to_return(desk)
    desk.orders.known = [order(desk, price="90.00")]
    assert "ask the lead" in offered(desk)[0]["approval"]
    assert desk.post(f"{WHERE}/LK-1/return/chosen").status_code == 204
    assert chosen_in_ledger(desk) == 1


def test_what_is_not_open_any_more_cannot_be_taken(desk: Desk) -> None:
    wants_to_return(desk)
    desk.orders.known = [order(desk, days=31)]
    assert desk.post(f"{WHERE}/LK-1/return/chosen").status_code == 404
    assert desk.post(f"{WHERE}/LK-9/return/chosen").status_code == 404
    assert chosen_in_ledger(desk) == 0


def test_an_order_system_that_is_away_is_said(desk: Desk) -> None:
    wants_to_return(desk)
    desk.orders.error = TransientError("the order system does not answer")
    answer = desk.get(WHERE)
    assert answer.status_code == 503
    assert "does not answer just now" in answer.get_json()["error"]["message"]
