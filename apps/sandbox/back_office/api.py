"""The back office over HTTP, and for the page."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, jsonify, request

from apps.sandbox.back_office.customers import CustomerDesk
from apps.sandbox.back_office.office import BackOffice, OfficeError, Wish
from apps.sandbox.back_office.orders import OrderDesk
from apps.sandbox.calendar import Devices
from apps.sandbox.company_rows import Row, company_rows
from apps.sandbox.page_api import Answer, PageError, read_body
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.systems import system_blueprint

# By the place of a request: what the answer is called, and what tells it; for a write also its name in the journal
# and its status. What tells it takes the records, what the place names, and the body of a write.
Reads = Mapping[str, tuple[str, Callable[..., Row]]]
Writes = Mapping[tuple[str, str], tuple[str, str, Callable[..., Row], int]]


def order_system(office: BackOffice, settings: SandboxSettings) -> Blueprint:
    """Orders, what is done with them, and stock, with the order system's own bearer token."""
    pages, desk, at = system_blueprint("orders", settings.orders_token), OrderDesk(office), "/v1/orders/<order_id>"

    @pages.get("/v1/customers/<customer_id>/orders")
    def of_customer(customer_id: str) -> Answer:
        found = office.read(lambda records: desk.of_customer(records, customer_id))
        if not found and not any(str(row["id"]) == customer_id for row in company_rows(office.seed, "customers")):
            return jsonify(error="no such customer"), 404
        return jsonify(orders=found)

    reads: Reads = {
        at: ("order", desk.order),
        f"{at}/refunds/<refund_id>": ("refund", desk.refund),
        "/v1/stock/<sku>": ("stock", desk.stock),
    }
    writes: Writes = {
        ("POST", f"{at}/cancel"): ("order.cancel", "order", desk.cancel, 200),
        ("POST", f"{at}/reopen"): ("order.reopen", "order", desk.reopen, 200),
        ("PUT", f"{at}/address"): ("order.address", "order", desk.move, 200),
        ("POST", f"{at}/refunds"): ("order.refund", "refund", desk.pay_back, 201),
        ("POST", f"{at}/returns"): ("order.return", "return", desk.take_back, 201),
        ("POST", f"{at}/reshipments"): ("order.reship", "reshipment", desk.send_again, 201),
    }
    return _serve(pages, office, reads, writes)


def systems(office: BackOffice, devices: Devices, settings: SandboxSettings) -> Blueprint:
    """CRM, billing, access and devices, all behind one bearer token."""
    pages, desk = system_blueprint("systems", settings.systems_token), CustomerDesk(office, devices)

    @pages.get("/crm/v1/contacts")
    def listed() -> Answer:
        email = request.args.get("email", "").lower()
        rows = [row for row in company_rows(office.seed, "customers") if str(row.get("email") or "").lower() == email]
        if not email or not rows:
            raise OfficeError(404, "not found")
        told = office.read(lambda records: desk.listed_contact(records, rows[0]))
        return jsonify(contact=told, updated_at=office.now().isoformat())

    @pages.get("/billing/v1/accounts/<customer_id>")
    def account(customer_id: str) -> Answer:
        told = office.read(lambda records: desk.account(records, customer_id))
        return jsonify(account=told, as_of=office.now().isoformat())

    contact, billing = "/crm/v1/contacts/<customer_id>", "/billing/v1/accounts/<customer_id>"
    access, devices_of = "/access/v1/accounts/<customer_id>", "/devices/v1/customers/<customer_id>/diagnostics"
    reads: Reads = {
        contact: ("contact", desk.contact),
        access: ("access", desk.access),
        f"{devices_of}/<report_id>": ("report", desk.report),
    }
    block, unblock = partial(desk.block, blocked=True), partial(desk.block, blocked=False)
    lock, unlock = partial(desk.lock, locked=True), partial(desk.lock, locked=False)
    writes: Writes = {
        ("PUT", f"{contact}/address"): ("contact.address", "contact", desk.move, 200),
        ("POST", f"{contact}/notes"): ("contact.note", "note", desk.note, 201),
        ("POST", f"{billing}/plan"): ("account.plan", "account", desk.change_plan, 200),
        ("POST", f"{billing}/subscription/cancel"): ("account.cancel", "account", desk.cancel_subscription, 200),
        ("POST", f"{billing}/subscription/resume"): ("account.resume", "account", desk.resume_subscription, 200),
        ("POST", f"{billing}/credits"): ("account.credit", "credit", desk.credit, 201),
        ("DELETE", f"{billing}/credits/<credit_id>"): ("account.uncredit", "credit", desk.take_credit_back, 200),
        ("POST", f"{access}/lock"): ("access.lock", "access", lock, 200),
        ("POST", f"{access}/unlock"): ("access.unlock", "access", unlock, 200),
        ("POST", f"{access}/cards/<ends>/block"): ("card.block", "access", block, 200),
        ("POST", f"{access}/cards/<ends>/unblock"): ("card.unblock", "access", unblock, 200),
        ("POST", devices_of): ("devices.diagnose", "report", desk.diagnose, 201),
    }
    return _serve(pages, office, reads, writes)


def _serve(pages: Blueprint, office: BackOffice, reads: Reads, writes: Writes) -> Blueprint:
    @pages.errorhandler(OfficeError)
    def not_possible(error: OfficeError) -> Answer:
        return jsonify(error.told), error.status

    def read(name: str, tell: Callable[..., Row], **place: str) -> Answer:
        return jsonify({name: office.read(lambda records: tell(records, *place.values()))})

    def write(what: str, name: str, work: Callable[..., Row], status: int, **place: str) -> Answer:
        wish = _wish(what, list(place.values()))
        answer = office.write(wish, lambda records: {name: work(records, *place.values(), wish.body)})
        return jsonify(answer), status

    for rule, (name, tell) in reads.items():
        pages.add_url_rule(rule, f"read {rule}", partial(read, name, tell), methods=["GET"])
    for (method, rule), how in writes.items():
        pages.add_url_rule(rule, how[0].replace(".", " "), partial(write, *how), methods=[method])
    return pages


def _wish(what: str, place: list[str]) -> Wish:
    """The write that this request asks for. Raises OfficeError."""
    body: Any = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise OfficeError(422, "invalid", field="")
    asked = f"{request.method} {request.path} {json.dumps(body, sort_keys=True)}"
    key = request.headers.get("Idempotency-Key", "")
    return Wish(what=what, record="/".join(place), key=key, asked=asked, body=body)


def add_office(page: Blueprint, office: BackOffice) -> None:
    """For the page: an order as it stands, every write that was really done, and a stock or a lock as wanted."""
    desk = OrderDesk(office)

    @page.errorhandler(OfficeError)
    def not_there(error: OfficeError) -> Answer:
        return jsonify(error={"message": str(error)}), error.status

    @page.get("/orders")
    def orders() -> Answer:
        return jsonify(orders=office.read(lambda records: desk.of_customer(records, request.args.get("customer", ""))))

    @page.get("/office/orders/<order_id>")
    def order(order_id: str) -> Answer:
        return jsonify(order=office.read(lambda records: desk.order(records, order_id)))

    @page.get("/office/journal")
    def journal() -> Answer:
        return jsonify(journal=office.journal())

    @page.put("/office/stock/<sku>")
    def stock(sku: str) -> Answer:
        available = read_body().get("available")
        if isinstance(available, bool) or not isinstance(available, int) or available < 0:
            raise PageError(400, "available must be a whole number, zero or more.")
        office.arrange(("stock", sku), available=available)
        return jsonify(stock=office.read(lambda records: desk.stock(records, sku)))

    @page.put("/office/access/<customer_id>")
    def access(customer_id: str) -> Answer:
        given = read_body()
        locked = given.get("locked")
        if not isinstance(locked, bool):
            raise PageError(400, "locked must be true or false.")
        office.customer(customer_id)
        said = {"locked": locked, "locked_reason": given.get("reason") if locked else None}
        office.arrange(("access", customer_id), **said)
        return jsonify(access=said)
