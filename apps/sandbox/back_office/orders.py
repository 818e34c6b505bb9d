"""The order system: an order as it stands, and what may be done with it."""

from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal

from apps.sandbox.back_office.customers import address_at, card_ends
from apps.sandbox.back_office.office import BackOffice, OfficeError, Records, address_of, amount_of, text_of
from apps.sandbox.company_rows import Row, company_rows, company_table, orders_of

NOT_DISPATCHED = ("placed", "packed", "processing")
REOPEN_WITHIN = timedelta(hours=1)
USUAL_STOCK = 20
DELIVERY_DAYS = timedelta(days=5)


class OrderDesk:
    """Every method is for `BackOffice.read` or `BackOffice.write`, which hand in the records; OfficeError is a no."""

    def __init__(self, office: BackOffice) -> None:
        self._office = office

    def of_customer(self, records: Records, customer_id: str) -> list[Row]:
        """As the folder lists them, with what was written, and then the orders that were made since."""
        made = [record["row"] for (kind, _), record in records.items() if kind == "order" and record["row"]]
        rows = orders_of(self._office.seed, customer_id, self._office.now())
        rows += [row for row in made if str(row["customer_id"]) == customer_id]
        return [row | _record(records, row["id"])["changed"] for row in rows]

    def order(self, records: Records, order_id: str) -> Row:
        row, record = self._row(records, order_id), _record(records, order_id)
        customer_id = str(row["customer_id"])
        payment = {"kind": "card", "ends": card_ends(self._office.seed, customer_id)}
        refunds = [*_earlier_refunds(row, payment), *record["refunds"]]
        paid = _exact(row.get("total"))
        refunded = sum((_exact(each["amount"]) for each in refunds if each["state"] == "done"), Decimal())
        return row | {
            "items": row.get("items", []),
            "currency": row.get("currency", "GBP"),
            "paid": float(paid),
            "refunded": float(refunded),
            "refundable": float(paid - refunded),
            "payment": payment,
            "address": record["address"] or address_at(self._office, customer_id),
            "dispatched_at": row.get("shipped_at"),
            "version": record["version"],
            "refunds": refunds,
            "returns": [*_earlier_returns(row), *record["returns"]],
            "reshipments": record["reshipments"],
        }

    def refund(self, records: Records, order_id: str, refund_id: str) -> Row:
        for refund in self.order(records, order_id)["refunds"]:
            if refund["id"] == refund_id:
                return dict(refund)
        raise OfficeError(404, "no such refund")

    def cancel(self, records: Records, order_id: str, body: Row) -> Row:
        order, reason = self._undispatched(records, order_id), text_of(body, "reason")
        record = _changed(records, order_id)
        record["changed"]["status"] = "cancelled"
        refunds = [self._refund(order, _exact(order["refundable"]), reason)] if order["refundable"] else []
        record["refunds"] += refunds
        record["cancelled"] = {"at": self._now(), "version": record["version"], "refunds": [r["id"] for r in refunds]}
        return self.order(records, order_id)

    def reopen(self, records: Records, order_id: str, _: Row) -> Row:
        """A cancellation is taken back, its refund as well, while it is fresh and the last thing that happened."""
        self._row(records, order_id)
        done = _record(records, order_id)["cancelled"]
        if not done:
            raise OfficeError(409, "not_cancelled")
        if self._office.now() - datetime.fromisoformat(done["at"]) >= REOPEN_WITHIN:
            raise OfficeError(409, "too_late")
        if _record(records, order_id)["version"] != done["version"]:
            raise OfficeError(409, "changed_since")
        record = _changed(records, order_id)
        del record["changed"]["status"]
        record["cancelled"] = None
        for refund in record["refunds"]:
            if refund["id"] in done["refunds"]:
                refund["state"] = "reversed"
        return self.order(records, order_id)

    def move(self, records: Records, order_id: str, body: Row) -> Row:
        self._undispatched(records, order_id)
        _changed(records, order_id)["address"] = address_of(body)
        return self.order(records, order_id)

    def pay_back(self, records: Records, order_id: str, body: Row) -> Row:
        order, amount, reason = self.order(records, order_id), amount_of(body), text_of(body, "reason")
        if amount > _exact(order["refundable"]):
            raise OfficeError(409, "too_much")
        refund = self._refund(order, amount, reason)
        _changed(records, order_id)["refunds"].append(refund)
        return refund

    def take_back(self, records: Records, order_id: str, body: Row) -> Row:
        order, reason = self.order(records, order_id), text_of(body, "reason")
        skus = _skus_of(body, order)
        if order["status"] != "delivered":
            raise OfficeError(409, "not_delivered")
        ref = self._office.new_id("RT")
        label = f"https://labels.larkfield.example/{ref}.pdf"
        made = {"id": ref, "order": order_id, "items": skus, "label_url": label, "state": "open"}
        made |= {"reason": reason, "at": self._now()}
        _changed(records, order_id)["returns"].append(made)
        return made

    def send_again(self, records: Records, order_id: str, body: Row) -> Row:
        """A new order of these items, which costs nothing."""
        order, reason = self.order(records, order_id), text_of(body, "reason")
        skus = _skus_of(body, order)
        for sku in skus:
            available = self.stock(records, sku)["available"]
            if not available:
                raise OfficeError(409, "out_of_stock", sku=sku)
            records["stock", sku] = {"available": available - 1}
        new = self._office.new_id(f"{order_id}-R")
        records["order", new] = deepcopy(UNTOUCHED) | {"row": self._free_order(order, new, skus)}
        made = {"id": self._office.new_id("RS"), "order": order_id, "new_order": new, "items": skus}
        made |= {"reason": reason, "at": self._now()}
        _changed(records, order_id)["reshipments"].append(made)
        return made

    def stock(self, records: Records, sku: str) -> Row:
        seeded = company_table(self._office.seed, "office", "stock")
        sold = {item["sku"] for row in company_rows(self._office.seed, "orders") for item in row.get("items", ())}
        if sku not in sold | seeded.keys() and ("stock", sku) not in records:
            raise OfficeError(404, "no such sku")
        written = records.get(("stock", sku)) or {"available": seeded.get(sku, USUAL_STOCK)}
        return {"sku": sku, "available": written["available"]}

    def _row(self, records: Records, order_id: str) -> Row:
        buyers = [str(row["customer_id"]) for row in company_rows(self._office.seed, "orders") if row["id"] == order_id]
        made = _record(records, order_id)["row"]
        buyers += [str(made["customer_id"])] if made else []
        for row in self.of_customer(records, buyers[0]) if buyers else ():
            if row["id"] == order_id:
                return row
        raise OfficeError(404, "no such order")

    def _undispatched(self, records: Records, order_id: str) -> Row:
        order = self.order(records, order_id)
        if order["status"] == "cancelled":
            raise OfficeError(409, "already_cancelled")
        if order["status"] not in NOT_DISPATCHED:
            raise OfficeError(409, "already_dispatched")
        return order

    def _refund(self, order: Row, amount: Decimal, reason: str) -> Row:
        refund = {"id": self._office.new_id("RF"), "order": order["id"], "amount": float(amount)}
        refund |= {"currency": order["currency"], "state": "done", "to": _told(order["payment"])}
        return refund | {"reason": reason, "at": self._now()}

    def _free_order(self, order: Row, new: str, skus: list[str]) -> Row:
        known = {item["sku"]: item for item in order["items"]}
        items = [{**known[sku], "quantity": skus.count(sku), "unit_price": 0.0} for sku in dict.fromkeys(skus)]
        now = self._office.now()
        promised = (now + DELIVERY_DAYS).date().isoformat()
        fresh = {"items": items, "delivery_charge": 0.0, "total": 0.0, "currency": order["currency"]}
        fresh |= {"status": "processing", "placed_at": now.isoformat(), "shipped_at": None, "promised_on": promised}
        fresh |= {"delivered_at": None, "carrier": order.get("carrier"), "tracking": None}
        return {"id": new, "customer_id": order["customer_id"], **fresh}

    def _now(self) -> str:
        return self._office.now().isoformat()


# What was written of an order: fields that stand instead of the listed ones, and what was added.

UNTOUCHED: Row = {"row": None, "changed": {}, "version": 1, "address": None, "cancelled": None}
UNTOUCHED |= {"refunds": [], "returns": [], "reshipments": []}


def _record(records: Records, order_id: str) -> Row:
    return records.get(("order", order_id), UNTOUCHED)


def _changed(records: Records, order_id: str) -> Row:
    record = records.setdefault(("order", order_id), deepcopy(UNTOUCHED))
    record["version"] += 1
    return record


def _exact(number: object) -> Decimal:
    return Decimal(str(number or 0))


def _told(payment: Row) -> str:
    return f"{payment['kind']} ending {payment['ends']}"


def _skus_of(body: Row, order: Row) -> list[str]:
    known = {item["sku"] for item in order["items"]}
    skus = body.get("items")
    if not isinstance(skus, list) or not skus or not all(isinstance(sku, str) and sku in known for sku in skus):
        raise OfficeError(422, "invalid", field="items")
    return list(skus)


def _earlier_refunds(row: Row, payment: Row) -> list[Row]:
    """What the folder says was refunded for a return."""
    back = row.get("return") or {}
    if not back.get("refund_sent_at"):
        return []
    told = {"currency": row["currency"], "state": "done", "to": _told(payment)}
    refund = {"id": f"RF-{row['id']}", "order": row["id"], "amount": float(back["refund_amount"]), **told}
    return [refund | {"reason": back["reason"], "at": back["refund_sent_at"]}]


def _earlier_returns(row: Row) -> list[Row]:
    back = row.get("return")
    if not back:
        return []
    items = back.get("items") or [item["sku"] for item in row["items"]]
    state = "received" if back["received_at"] else "open"
    made = {"id": f"RT-{row['id']}", "order": row["id"], "items": items, "label_url": None, "state": state}
    return [made | {"reason": back["reason"], "at": back["requested_at"]}]
