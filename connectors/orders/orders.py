"""Orders by customer: `GET {url}/v1/customers/{id}/orders`, with a bearer token.

The id is the customer's id at the helpdesk. The answer is `{"orders": […]}`; an order has `id`, `items` (`name`,
`quantity`, `unit_price`), `currency`, `status`, `placed_at`, `delivered_at` and `delivery_charge`, and, where they
are known, `promised_on`, `carrier` and `tracking`. A company whose system speaks otherwise puts a small translator in
between.
"""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import requests
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from connectors.faults import certificate_refused, json_of
from connectors.guarded import own_session, path_part
from connectors.moments import Moment
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.customer import Customer, IdentityKind
from core.model.order import Item, Order

TIMEOUT = timedelta(seconds=5)
MOST_BYTES = 2_000_000


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


class ItemSchema(_Loose):
    name = fields.String(required=True)
    quantity = fields.Integer(required=True, validate=validate.Range(min=1))
    unit_price = fields.Decimal(required=True, places=2, validate=validate.Range(min=0))


class OrderSchema(_Loose):
    id = fields.String(required=True, validate=validate.Length(min=1))
    items = fields.List(fields.Nested(ItemSchema), required=True)
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))
    status = fields.String(required=True)
    placed_at = Moment(required=True, default_timezone=UTC)
    delivered_at = Moment(load_default=None, allow_none=True, default_timezone=UTC)
    delivery_charge = fields.Decimal(load_default=Decimal(0), places=2, validate=validate.Range(min=0))
    promised_on = fields.Date(load_default=None, allow_none=True)
    carrier = fields.String(load_default="", allow_none=True)
    tracking = fields.String(load_default="", allow_none=True)


class AnswerSchema(_Loose):
    orders = fields.List(fields.Nested(OrderSchema), required=True)


ANSWER = AnswerSchema()  # made once: an agent waits


class HttpOrders:
    """Implements `core.ports.Orders`."""

    def __init__(self, *, url: str, token: str, timeout: timedelta = TIMEOUT) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout.total_seconds()
        self._session = own_session(self._url, token, system="orders")

    def of_customer(self, customer: Customer) -> list[Order]:
        """None for a customer whom the order system does not know. Raises the errors of `core.errors`."""
        number = customer.current(IdentityKind.HELPDESK)
        if number is None:
            return []
        try:
            answer = self._session.get(
                f"{self._url}/v1/customers/{path_part(number)}/orders",
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if certificate_refused(error):
                raise ConfigurationError(f"the order system's certificate is refused: {error}") from error
            raise TransientError(f"the order system does not answer: {type(error).__name__}") from error
        return [] if answer.status_code == 404 else _orders(answer)


def _orders(answer: requests.Response) -> list[Order]:
    status = answer.status_code
    if status in (401, 403):
        raise ConfigurationError(f"the order system refuses the token (HTTP {status}); set HANDRAIL_ORDERS_TOKEN")
    if status == 429 or status >= 500:
        raise TransientError(f"the order system is busy or broken (HTTP {status})")
    if status != 200 or len(answer.content) > MOST_BYTES:
        raise RejectedError(f"the order system answered with HTTP {status} and {len(answer.content):,} bytes")
    try:
        rows = ANSWER.load(json_of(answer))["orders"]
    except (ValueError, ValidationError) as error:
        raise RejectedError(f"the order system's answer cannot be read: {error}", code="malformed_answer") from error
    return [_order(row) for row in rows]


def _order(row: dict[str, Any]) -> Order:
    known = {name: value for name, value in row.items() if value is not None}
    return Order(**{**known, "items": tuple(Item(**item) for item in row["items"])})
