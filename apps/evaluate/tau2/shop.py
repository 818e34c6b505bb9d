"""The shop of tau2-bench's retail tasks, in memory: its tools as requests, which check nothing by themselves.

Whatever the policy does not forbid happens here, so that nothing but the rules holds it back.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from core.actions.expressions import cents, fill
from core.errors import RejectedError
from core.policy.actions import ActionRequest

JSON = dict[str, Any]


class Shop:
    """Implements `connectors.actions.systems.System`. `orders`, `users` and `products` are as in the data, each by its
    id, and are changed in place."""

    def __init__(self, database: JSON) -> None:
        self.orders: JSON = database["orders"]
        self.users: JSON = database["users"]
        self.products: JSON = database["products"]
        self.variants: JSON = {
            name: {**variant, "product_id": product["product_id"]}
            for product in self.products.values()
            for name, variant in product["variants"].items()
        }

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> JSON:
        _, kind, name, *what = fill(request.path, facts).split("/")
        if kind == "variants":
            found = {each: self.variants[each] for each in name.split(", ") if each in self.variants}
            return {"variants": deepcopy(found)}
        rows = self.orders if kind == "orders" else self.users
        if name not in rows:
            raise RejectedError(f"there is no {name}", code="404")
        if request.method != "get":
            body = fill(dict(request.body), facts)
            self._change(rows[name], what[0], body)
        return deepcopy(rows[name])

    def _change(self, row: JSON, what: str, body: JSON) -> None:
        match what:
            case "address":
                row["address"] = {"address2": "", **body}
            case "cancel":
                row |= {"status": "cancelled", "cancel_reason": body["reason"]}
                for paid in list(row["payment_history"]):
                    self._pay(row, paid["payment_method_id"], -cents(paid["amount"]))
            case "payment":
                before = row["payment_history"][0]
                self._pay(row, body["payment"], cents(before["amount"]))
                self._pay(row, before["payment_method_id"], -cents(before["amount"]))
            case "items":
                self._pay(row, body["payment"], self._difference(row, body))
                for item, new in zip(body["items"], body["new_items"], strict=True):
                    held = next(each for each in row["items"] if each["item_id"] == item)
                    held |= {each: self.variants[new][each] for each in ("item_id", "price", "options")}
                row["status"] = "pending (item modified)"
            case "return":
                row |= {"status": "return requested", "return_items": sorted(body["items"])}
                row["return_payment_method_id"] = body["payment"]
            case "exchange":
                row |= {"status": "exchange requested", "exchange_items": sorted(body["items"])}
                row["exchange_new_items"] = sorted(body["new_items"])
                row["exchange_price_difference"] = self._difference(row, body) / 100
                row["exchange_payment_method_id"] = body["payment"]

    def _difference(self, order: JSON, body: JSON) -> int:
        held = {each["item_id"]: cents(each["price"]) for each in order["items"]}
        new = sum(cents(self.variants[each]["price"]) for each in body["new_items"])
        return new - sum(held[each] for each in body["items"])

    def _pay(self, order: JSON, method: str, amount: int) -> None:
        """By the customer, or to them where it is less than nothing."""
        kind = "payment" if amount >= 0 else "refund"
        paid = {"transaction_type": kind, "amount": abs(amount) / 100, "payment_method_id": method}
        order["payment_history"].append(paid)
        card = self.users[order["user_id"]]["payment_methods"][method]
        if card["source"] == "gift_card":
            card["balance"] = (cents(card["balance"]) - amount) / 100
