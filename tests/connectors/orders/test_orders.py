from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses

from connectors.orders.orders import HttpOrders
from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId

URL = "http://orders.example"
WHERE = f"{URL}/v1/customers/77/orders"
CUSTOMER = Customer(
    id=CustomerId("c"), name="Ana", identities=(Identity(kind=IdentityKind.HELPDESK, value="77", verified=True),)
)
ROW: dict[str, Any] = {
    "id": "LK-1",
    "items": [{"name": "Hub", "quantity": 2, "unit_price": 59.1, "sku": "LH"}],
    "currency": "GBP",
    "status": "delivered",
    "placed_at": "2026-11-01T10:00:00Z",
    "delivered_at": "2026-11-03T12:00:00Z",
    "carrier": "Parcelwren",
}


def orders() -> HttpOrders:
    return HttpOrders(url=f"{URL}/", token="fake", timeout=timedelta(seconds=1))


@responses.activate
def test_orders_are_read_with_exact_sums() -> None:
    responses.get(WHERE, json={"orders": [ROW]})
    (order,) = orders().of_customer(CUSTOMER)
    assert (order.id, order.goods, order.delivery_charge) == ("LK-1", Decimal("118.20"), Decimal(0))
    assert order.delivered_at == datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert responses.calls[0].request.headers["Authorization"] == "Bearer fake"


@responses.activate
def test_a_customer_whom_it_does_not_know_has_no_orders() -> None:
    responses.get(WHERE, json={"error": "no such customer"}, status=404)
    assert orders().of_customer(CUSTOMER) == []


def test_a_customer_without_a_helpdesk_id_is_not_asked_for() -> None:
    assert orders().of_customer(Customer(id=CustomerId("c"), name="Ana")) == []


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, "{}", ConfigurationError),
        (429, "{}", TransientError),
        (503, "{}", TransientError),
        (302, "{}", RejectedError),
        (200, "<html>", RejectedError),
        (200, '{"orders": [{"id": "LK-1"}]}', RejectedError),
        (200, '{"orders": 3}', RejectedError),
    ],
)
@responses.activate
def test_whatever_it_answers_is_one_of_our_errors(status: int, body: str, kind: type[HandrailError]) -> None:
    responses.get(WHERE, body=body, status=status)
    with pytest.raises(kind):
        orders().of_customer(CUSTOMER)


@responses.activate
def test_a_silent_order_system_may_answer_later() -> None:
    responses.get(WHERE, body=requests.ConnectTimeout())
    with pytest.raises(TransientError, match="does not answer"):
        orders().of_customer(CUSTOMER)
