"""Shopify's Admin REST API: the company's orders as a shop there has them, with payments, refunds and fulfilment.

Every route is **unverified**: there is no contract of Shopify's to hold it against. Names, places and states are those
of the public reference (shopify.dev, Admin REST, resources Order, Refund, Transaction and FulfillmentOrder).
"""

import hmac
import threading
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Any

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import Row, company_rows, orders_of
from apps.sandbox.settings import SandboxSettings

Answer = Response | tuple[Response, int]
GATEWAY = "shopify_payments"
NOT_DISPATCHED = frozenset({"placed", "packed", "processing", "awaiting_check"})
REASONS = frozenset({"customer", "inventory", "fraud", "declined", "other"})
FIRST_ID = 5_000_000_000_000


class ShopError(Exception):
    """The shop says no: `status` is that of the answer, `told` what stands under `errors`."""

    def __init__(self, status: int, told: Any) -> None:
        super().__init__(told)
        self.status, self.told = status, told


class Shopify:
    """Thread-safe; what was written lies in memory. It knows no idempotency keys: asked twice it does it twice."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self._seed, self._now, self._turn, self._numbers = settings.seed, clock.now, threading.Lock(), count(1)
        self._changed: dict[int, Row] = {}

    def named(self, name: str) -> list[Row]:
        """The orders of this name, with or without its mark."""
        rows = company_rows(self._seed, "orders")
        found = [FIRST_ID + number for number, row in enumerate(rows) if name in (row["id"], f"#{row['id']}")]
        return [self.order(each) for each in found]

    def order(self, order_id: int) -> Row:
        with self._turn:
            return deepcopy(self._order(order_id))

    def change(self, order_id: int, work: Callable[[Row], Row]) -> Row:
        """What `work` answers; the order as it left it is kept. Raises ShopError, and then nothing is changed."""
        with self._turn:
            order = deepcopy(self._order(order_id))
            answer = work(order)
            order["updated_at"] = self._now().isoformat()
            self._changed[order_id] = order
            return deepcopy(answer)

    def cancel(self, order: Row, body: Row) -> Row:
        if order["cancelled_at"]:
            raise ShopError(422, {"base": ["Order is already canceled"]})
        if order["fulfillment_status"]:
            raise ShopError(422, {"base": ["Cannot cancel a fulfilled order"]})
        if body.get("reason", "other") not in REASONS:
            raise ShopError(422, {"reason": ["is not included in the list"]})
        if body.get("amount") is not None:
            sale = order["transactions"][0]
            self._pay_back(order, [{"parent_id": sale["id"], "amount": body["amount"], "kind": "refund"}], None)
        order |= {"cancelled_at": self._now().isoformat(), "cancel_reason": body.get("reason", "other")}
        order["fulfillment_orders"] = [each | {"status": "cancelled"} for each in order["fulfillment_orders"]]
        return {"order": _shown(order)}

    def calculate(self, order: Row, refund: Row) -> Row:
        """What may go back, by payment; nothing is kept of it."""
        shipping, left = refund.get("shipping") or {}, _left(order)
        wanted = order["shipping_price"] if shipping.get("full_refund") else str(shipping.get("amount") or "0.00")
        sale = order["transactions"][0]
        suggested = {"order_id": order["id"], "kind": "suggested_refund", "gateway": GATEWAY, "parent_id": sale["id"]}
        suggested |= {"amount": wanted, "currency": order["currency"], "maximum_refundable": f"{left:.2f}"}
        told: Row = {"shipping": {"amount": wanted, "tax": "0.00", "maximum_refundable": order["shipping_price"]}}
        told |= {"refund_line_items": [], "transactions": [suggested] if left else [], "currency": order["currency"]}
        return {"refund": told}

    def refund(self, order: Row, refund: Row) -> Row:
        return {"refund": self._pay_back(order, refund.get("transactions") or [], refund.get("note"))}

    def readdress(self, order: Row, given: Row) -> Row:
        """Only what is given changes."""
        order["shipping_address"] = order["shipping_address"] | (given.get("shipping_address") or {})
        return {"order": _shown(order)}

    def _pay_back(self, order: Row, wanted: list[Row], note: Any) -> Row:
        made: list[Row] = []
        for each in wanted:
            amount = _sum(each.get("amount"))
            if each.get("kind") != "refund" or each.get("parent_id") != order["transactions"][0]["id"]:
                raise ShopError(422, {"transactions": ["parent_id is not a payment of this order"]})
            if amount > _left(order):
                raise ShopError(422, {"base": ["Refund amount is more than what was paid"]})
            payment = {"id": self._number(), "order_id": order["id"], "kind": "refund", "gateway": GATEWAY}
            payment |= {"status": "success", "amount": f"{amount:.2f}", "currency": order["currency"]}
            made.append(payment | {"parent_id": each["parent_id"], "created_at": self._now().isoformat()})
            order["transactions"].append(made[-1])
        left = _left(order)
        order["financial_status"] = "partially_refunded" if left else "refunded"
        refund = {"id": self._number(), "order_id": order["id"], "created_at": self._now().isoformat(), "note": note}
        refund |= {"refund_line_items": [], "transactions": made}
        order["refunds"].append(refund)
        return refund

    def _number(self) -> int:
        return FIRST_ID * 2 + next(self._numbers)

    def _order(self, order_id: int) -> Row:
        rows, place = company_rows(self._seed, "orders"), order_id - FIRST_ID
        if order_id in self._changed:
            return self._changed[order_id]
        if not 0 <= place < len(rows):
            raise ShopError(404, "Not Found")
        buyer = next(row for row in company_rows(self._seed, "customers") if row["id"] == rows[place]["customer_id"])
        dated = orders_of(self._seed, str(buyer["id"]), self._now())
        return _as_order(order_id, next(row for row in dated if row["id"] == rows[place]["id"]), buyer)


def _as_order(order_id: int, row: Row, buyer: Row) -> Row:
    waits = row["status"] in NOT_DISPATCHED
    back = (row.get("return") or {}).get("refund_amount") if (row.get("return") or {}).get("refund_sent_at") else None
    total, name = f"{row['total']:.2f}", buyer["name"]
    payment = {"order_id": order_id, "gateway": GATEWAY, "status": "success", "currency": row["currency"]}
    sale = {**payment, "id": order_id * 10 + 1, "kind": "sale", "amount": total, "parent_id": None}
    earlier = {
        **payment,
        "id": order_id * 10 + 2,
        "kind": "refund",
        "amount": f"{back or 0:.2f}",
        "parent_id": sale["id"],
    }
    refund: Row = {"id": order_id * 10 + 3, "order_id": order_id, "note": None, "refund_line_items": []}
    town = {"address1": "1 High Street", "address2": None, "city": "Leeds", "zip": "LS1 4AP", "province": None}
    order: Row = {"id": order_id, "name": row["id"], "email": buyer.get("email") or "", "currency": row["currency"]}
    order |= {"customer": {"id": buyer["id"], "email": buyer.get("email")}, "total_price": total, "note": None}
    order |= {
        "created_at": row["placed_at"],
        "updated_at": row["placed_at"],
        "cancelled_at": None,
        "cancel_reason": None,
    }
    order |= {"shipping_address": {"name": name, **town, "country": "United Kingdom", "country_code": "GB"}}
    order |= {"fulfillment_status": None if waits else "fulfilled", "financial_status": "paid"}
    order |= {"line_items": [_line(order_id, number, each) for number, each in enumerate(row["items"])]}
    order |= {"refunds": [refund | {"transactions": [earlier]}] if back else []}
    order |= {"transactions": [sale, earlier] if back else [sale], "shipping_price": f"{row['delivery_charge']:.2f}"}
    if back:
        order["financial_status"] = "partially_refunded" if _left(order) else "refunded"
    parcel = {"id": order_id * 10 + 4, "order_id": order_id, "status": "success"}
    parcel |= {"tracking_company": row.get("carrier"), "tracking_number": row.get("tracking")}
    parcels = {"id": order_id * 10 + 5, "order_id": order_id, "request_status": "unsubmitted"}
    order |= {"fulfillment_orders": [parcels | {"status": "open" if waits else "closed"}]}
    return order | {"fulfillments": [] if waits else [parcel]}


def _line(order_id: int, number: int, item: Row) -> Row:
    line = {"id": order_id * 100 + number, "sku": item["sku"], "title": item["name"], "quantity": item["quantity"]}
    return line | {"price": f"{item['unit_price']:.2f}"}


def _shown(order: Row) -> Row:
    """Payments, fulfilment orders and the price of delivery have places of their own."""
    return {name: value for name, value in order.items() if name not in OWN_PLACES}


OWN_PLACES = ("transactions", "fulfillment_orders", "shipping_price")


def _left(order: Row) -> Decimal:
    """What was paid and has not gone back."""
    signs = {"sale": 1, "refund": -1}
    return sum((signs[each["kind"]] * Decimal(each["amount"]) for each in order["transactions"]), Decimal())


def _sum(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
        if found.is_finite() and found > 0:
            return found
    except InvalidOperation:
        pass
    raise ShopError(422, {"amount": ["is not a number over 0"]})


def shopify_blueprint(shop: Shopify, token: str) -> Blueprint:
    """Behind the header `X-Shopify-Access-Token`; any version is taken."""
    pages, at = Blueprint("shopify", __name__), "/admin/api/<version>/orders"

    @pages.before_request
    def refuse_strangers() -> Answer | None:
        given = request.headers.get("X-Shopify-Access-Token", "")
        told = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return None if hmac.compare_digest(given.encode(), token.encode()) else (jsonify(errors=told), 401)

    @pages.errorhandler(ShopError)
    def not_possible(error: ShopError) -> Answer:
        return jsonify(errors=error.told), error.status

    @pages.get(f"{at}.json")
    def orders(version: str) -> Answer:
        found = shop.named(request.args.get("name", ""))
        wanted = request.args.get("status", "open")  # a cancelled one is in no list of open ones
        return jsonify(orders=[_shown(each) for each in found if wanted == "any" or not each["cancelled_at"]])

    @pages.get(f"{at}/<int:order_id>.json")
    def one(version: str, order_id: int) -> Answer:
        return jsonify(order=_shown(shop.order(order_id)))

    for part in ("transactions", "refunds", "fulfillments", "fulfillment_orders"):
        pages.add_url_rule(f"{at}/<int:order_id>/{part}.json", f"list {part}", _lister(shop, part), methods=["GET"])
    writes: dict[tuple[str, str], tuple[str, Callable[[Row, Row], Row], int]] = {
        ("PUT", ""): ("order", shop.readdress, 200),
        ("POST", "/cancel"): ("", shop.cancel, 200),
        ("POST", "/refunds"): ("refund", shop.refund, 201),
    }
    for (method, place), how in writes.items():
        pages.add_url_rule(f"{at}/<int:order_id>{place}.json", f"write {place}", _writer(shop, *how), methods=[method])

    @pages.post(f"{at}/<int:order_id>/refunds/calculate.json")
    def calculated(version: str, order_id: int) -> Answer:
        return jsonify(shop.calculate(shop.order(order_id), _body("refund")))

    return pages


def _lister(shop: Shopify, part: str) -> Callable[..., Answer]:
    return lambda version, order_id: jsonify({part: shop.order(order_id)[part]})


def _writer(shop: Shopify, name: str, work: Callable[[Row, Row], Row], status: int) -> Callable[..., Answer]:
    def write(version: str, order_id: int) -> Answer:
        body = _body(name)
        return jsonify(shop.change(order_id, lambda order: work(order, body))), status

    return write


def _body(name: str) -> Row:
    """What stands under the name, or the body itself. Raises ShopError."""
    body: Any = request.get_json(silent=True) if request.get_data() else {}
    found = body.get(name) if name and isinstance(body, dict) else body
    if not isinstance(found, dict):
        raise ShopError(400, {name or "base": ["Required parameter missing or invalid"]})
    return found
