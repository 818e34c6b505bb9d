"""The back office over HTTP: what it reads, does and refuses, once for each key, and how it misbehaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import yaml
from flask import Flask
from flask.testing import FlaskClient

from apps.sandbox.back_office.api import add_office, order_system, systems
from apps.sandbox.back_office.office import BackOffice
from apps.sandbox.calendar import Devices
from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import company_table, orders_of
from apps.sandbox.faults import Faults, install_faults
from apps.sandbox.page_api import page_blueprint
from apps.sandbox.settings import SandboxSettings
from tests.apps.sandbox.running import Sandbox, serving

SETTINGS = SandboxSettings()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # the day as of which the folder is written
CUSTOMERS = yaml.safe_load((SETTINGS.seed / "customers.yaml").read_text(encoding="utf-8"))["customers"]
WAITING, WHOSE = "LK-10468", "900019"  # one battery pack and its delivery: 33.95, not dispatched
UNDERWAY, HANDED_OVER = "LK-10461", "LK-10311"
OUT_OF_STOCK = "LK-10469"  # with LW-120
PLUS, BUSINESS, STANDARD = "900001", "900003", "900002"
WHY = {"reason": "changed their mind"}
HOME = {"line1": "7 New Road", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB"}


class Story(Clock):
    """A clock that a test puts on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return NOON + self.ahead


class Caller:
    """Asks the office as the company's other systems do."""

    def __init__(self, client: FlaskClient, clock: Story, faults: Faults) -> None:
        self._client, self.clock, self.faults = client, clock, faults

    def ask(self, method: str, path: str, body: object = None, *, key: str = "", status: int = 200) -> Any:
        token = SETTINGS.orders_token if path.startswith("/orders") else SETTINGS.systems_token
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        answer = self._client.open(path, method=method, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def order(self, ref: str = WAITING) -> Any:
        return self.ask("GET", f"/orders/v1/orders/{ref}")["order"]

    def on_order(self, ref: str, what: str, body: object = None, *, key: str = "", status: int = 200) -> Any:
        return self.ask("POST", f"/orders/v1/orders/{ref}/{what}", body, key=key, status=status)

    def listed(self, customer: str = WHOSE) -> Any:
        return self.ask("GET", f"/orders/v1/customers/{customer}/orders")["orders"]

    def account(self, customer: str) -> Any:
        return self.ask("GET", f"/systems/billing/v1/accounts/{customer}")["account"]

    def page(self, method: str, path: str, body: object = None, status: int = 200) -> Any:
        return self.ask(method, f"/sandbox/api/{path}", body, status=status)

    def done(self) -> list[tuple[str, str]]:
        """What the journal says was really done."""
        return [(row["what"], row["record"]) for row in self.page("GET", "office/journal")["journal"]]


@pytest.fixture
def office() -> Caller:
    clock, faults, app = Story(), Faults(), Flask(__name__)
    kept, page = BackOffice(SETTINGS, clock, faults), page_blueprint()
    devices = Devices(company_table(SETTINGS.seed, "calendar", "checks"))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    install_faults(app, faults)
    app.register_blueprint(order_system(kept, SETTINGS), url_prefix="/orders")
    app.register_blueprint(systems(kept, devices, SETTINGS), url_prefix="/systems")
    add_office(page, kept)
    app.register_blueprint(page, url_prefix="/sandbox/api")
    return Caller(app.test_client(), clock, faults)


@pytest.fixture
def served() -> Iterator[Sandbox]:
    with serving(seed=SETTINGS.seed) as running:
        yield running


# What is read.


@pytest.mark.parametrize("row", CUSTOMERS, ids=lambda row: str(row["id"]))
def test_as_long_as_nobody_wrote_a_customer_reads_as_the_folder_says(office: Caller, row: dict[str, Any]) -> None:
    customer = str(row["id"])
    assert office.listed(customer) == orders_of(SETTINGS.seed, customer, NOON)
    own = {name: company_table(SETTINGS.seed, "systems", name).get(row["id"], {}) for name in ("crm", "billing")}
    contact = {"id": f"crm-{customer}", "name": row["name"], "since": row["since"], "owner": "Customer care"}
    contact |= {"segment": "household", "lifetime_value": 60, "renewal_on": None, "notes": []} | own["crm"]
    said = office.ask("GET", f"/systems/crm/v1/contacts?email={row['email'].upper()}")
    assert said == {"contact": contact, "updated_at": NOON.isoformat()}
    plan = {"plus": "Plus", "business": "Business", "standard": "Standard"}[row["tier"]]
    account = {"customer": customer, "plan": plan, "status": "none", "balance": "0.00", "currency": "GBP"}
    account |= {"invoices": [], "card_ends": None} | own["billing"] | {"credits": []}
    assert office.account(customer) == account


def test_an_order_has_what_the_list_says_and_its_money_address_and_history(office: Caller) -> None:
    order = office.order()
    (listed,) = [row for row in office.listed() if row["id"] == WAITING]
    assert order | listed == order
    assert [item["sku"] for item in order["items"]] == ["LD-210"]
    assert (order["customer_id"], order["paid"], order["refunded"], order["refundable"]) == (900019, 33.95, 0.0, 33.95)
    assert (order["payment"]["kind"], len(order["payment"]["ends"])) == ("card", 4)
    assert set(order["address"]) == {"line1", "city", "postcode", "country"}
    assert (order["dispatched_at"], order["version"]) == (None, 1)
    assert order["refunds"] == order["returns"] == order["reshipments"] == []


def test_every_order_of_the_folder_adds_up(office: Caller) -> None:
    orders = [office.order(row["id"]) for customer in CUSTOMERS for row in office.listed(str(customer["id"]))]
    assert len(orders) > 100
    for order in orders:
        assert order["paid"] == order["total"]
        assert order["refundable"] == round(order["paid"] - order["refunded"], 2) >= 0
        assert (order["dispatched_at"] is None) == (order["status"] == "processing")


def test_a_card_is_the_one_that_billing_knows_and_the_address_the_crms(office: Caller) -> None:
    order = office.order("LK-10321")
    assert order["payment"]["ends"] == office.account(PLUS)["card_ends"] == "4417"
    assert order["address"] == office.ask("GET", f"/systems/crm/v1/contacts/{PLUS}")["contact"]["address"]


def test_what_the_folder_says_was_refunded_is_refunded(office: Caller) -> None:
    order = office.order("LK-10385")
    assert (order["paid"], order["refunded"], order["refundable"]) == (28.0, 9.0, 19.0)
    assert [(row["amount"], row["to"]) for row in order["refunds"]] == [(9.0, "card ending 4417")]
    assert [(row["items"], row["state"]) for row in order["returns"]] == [(["LD-220"], "received")]


@pytest.mark.parametrize(
    "path",
    [
        "/orders/v1/orders/LK-0",
        "/orders/v1/orders/LK-10468/refunds/RF-0",
        "/orders/v1/stock/XX-1",
        "/orders/v1/customers/7/orders",
        "/systems/crm/v1/contacts/7",
        "/systems/access/v1/accounts/7",
        "/systems/devices/v1/customers/900001/diagnostics/DG-0",
    ],
)
def test_what_is_not_there_is_404(office: Caller, path: str) -> None:
    assert office.ask("GET", path, status=404)["error"]


def test_without_its_token_neither_system_reads_or_writes(served: Sandbox) -> None:
    wrong = {"Authorization": f"Bearer {SETTINGS.systems_token}"}
    cancel, access = f"/orders/v1/orders/{WAITING}/cancel", f"/systems/access/v1/accounts/{PLUS}"
    assert requests.post(served.url + cancel, json=WHY, headers=wrong, timeout=5).status_code == 401
    assert requests.get(served.url + access, timeout=5).status_code == 401
    assert served.world.office.journal() == []


# Orders.


def test_a_cancelled_order_is_refunded_whole_and_listed_as_cancelled(office: Caller) -> None:
    order = office.on_order(WAITING, "cancel", WHY)["order"]
    assert (order["status"], order["refunded"], order["refundable"], order["version"]) == ("cancelled", 33.95, 0.0, 2)
    assert [(row["amount"], row["reason"], row["state"]) for row in order["refunds"]] == [
        (33.95, WHY["reason"], "done")
    ]
    assert order["refunds"][0]["to"] == f"card ending {order['payment']['ends']}"
    assert [row["status"] for row in office.listed() if row["id"] == WAITING] == ["cancelled"]
    assert office.page("GET", f"office/orders/{WAITING}")["order"] == office.order() == order
    listed = office.page("GET", f"orders?customer={WHOSE}")["orders"]
    assert [row["status"] for row in listed if row["id"] == WAITING] == ["cancelled"]


def test_a_cancellation_refunds_only_what_was_not_refunded_before(office: Caller) -> None:
    office.on_order(WAITING, "refunds", {"amount": 3.95} | WHY, status=201)
    assert [row["amount"] for row in office.on_order(WAITING, "cancel", WHY)["order"]["refunds"]] == [3.95, 30.0]


@pytest.mark.parametrize("ref", [UNDERWAY, HANDED_OVER])
def test_what_was_dispatched_is_neither_cancelled_nor_sent_elsewhere(office: Caller, ref: str) -> None:
    assert office.on_order(ref, "cancel", WHY, status=409) == {"error": "already_dispatched"}
    said = office.ask("PUT", f"/orders/v1/orders/{ref}/address", HOME, status=409)
    assert said == {"error": "already_dispatched"}
    assert office.done() == []


def test_a_cancellation_is_taken_back_and_its_refund_too(office: Caller) -> None:
    before = office.order()
    office.on_order(WAITING, "cancel", WHY)
    order = office.on_order(WAITING, "reopen")["order"]
    assert (order["status"], order["refundable"]) == (before["status"], before["refundable"])
    assert [row["state"] for row in order["refunds"]] == ["reversed"]
    assert office.listed() == orders_of(SETTINGS.seed, WHOSE, NOON)
    assert office.on_order(WAITING, "cancel", WHY)["order"]["refunded"] == 33.95


def test_only_a_fresh_cancellation_that_nothing_followed_is_taken_back(office: Caller) -> None:
    assert office.on_order(WAITING, "reopen", status=409) == {"error": "not_cancelled"}
    office.on_order(WAITING, "cancel", WHY)
    assert office.on_order(WAITING, "cancel", WHY, status=409) == {"error": "already_cancelled"}
    office.clock.ahead = timedelta(minutes=59, seconds=59)
    office.on_order(WAITING, "reopen")
    office.on_order(WAITING, "cancel", WHY)
    office.clock.ahead += timedelta(hours=1)
    assert office.on_order(WAITING, "reopen", status=409) == {"error": "too_late"}


def test_a_cancellation_that_something_followed_stays(office: Caller) -> None:
    office.on_order(WAITING, "cancel", WHY)
    office.on_order(WAITING, "reshipments", {"items": ["LD-210"]} | WHY, status=201)
    assert office.on_order(WAITING, "reopen", status=409) == {"error": "changed_since"}


def test_an_order_goes_to_another_address_alone(office: Caller) -> None:
    contact = office.ask("GET", f"/systems/crm/v1/contacts/{WHOSE}")
    assert office.ask("PUT", f"/orders/v1/orders/{WAITING}/address", HOME)["order"]["address"] == HOME
    assert office.order()["address"] == HOME
    assert office.ask("GET", f"/systems/crm/v1/contacts/{WHOSE}") == contact


@pytest.mark.parametrize("change", [{"city": ""}, {"postcode": None}, {"line1": 7}])
def test_an_address_that_lacks_something_is_refused(office: Caller, change: dict[str, Any]) -> None:
    for path in (f"/orders/v1/orders/{WAITING}/address", f"/systems/crm/v1/contacts/{PLUS}/address"):
        assert office.ask("PUT", path, HOME | change, status=422)["field"] in change


def test_refunds_go_to_where_the_money_came_from_until_none_is_left(office: Caller) -> None:
    refund = office.on_order(HANDED_OVER, "refunds", {"amount": "100.05"} | WHY, status=201)["refund"]
    assert (refund["order"], refund["amount"], refund["currency"]) == (HANDED_OVER, 100.05, "GBP")
    assert (refund["state"], refund["to"][:12]) == ("done", "card ending ")
    assert office.ask("GET", f"/orders/v1/orders/{HANDED_OVER}/refunds/{refund['id']}")["refund"] == refund
    assert office.order(HANDED_OVER)["refundable"] == 53.95
    assert office.on_order(HANDED_OVER, "refunds", {"amount": 53.96} | WHY, status=409) == {"error": "too_much"}
    office.on_order(HANDED_OVER, "refunds", {"amount": 53.95} | WHY, status=201)
    assert (office.order(HANDED_OVER)["refunded"], office.order(HANDED_OVER)["refundable"]) == (154.0, 0.0)


@pytest.mark.parametrize("amount", [0, -1, 1.005, "1.234", "much", None, True, [1], "NaN", "1e999999", float("inf")])
def test_an_amount_that_is_none_is_refused(office: Caller, amount: object) -> None:
    wrong = {"error": "invalid", "field": "amount"}
    assert office.on_order(WAITING, "refunds", {"amount": amount} | WHY, status=422) == wrong
    assert (
        office.ask("POST", f"/systems/billing/v1/accounts/{PLUS}/credits", {"amount": amount} | WHY, status=422)
        == wrong
    )


def test_a_delivered_order_gets_a_return_with_a_label(office: Caller) -> None:
    made = office.on_order(HANDED_OVER, "returns", {"items": ["LD-230"]} | WHY, status=201)["return"]
    assert (made["order"], made["items"], made["state"]) == (HANDED_OVER, ["LD-230"], "open")
    assert made["label_url"].startswith("https://")
    assert office.order(HANDED_OVER)["returns"] == [made]
    assert office.on_order(UNDERWAY, "returns", {"items": ["LD-210"]} | WHY, status=409) == {"error": "not_delivered"}


@pytest.mark.parametrize("items", [["LW-100"], [], None, "LD-230", [{}], ["LD-230", "LW-100"]])
@pytest.mark.parametrize("what", ["returns", "reshipments"])
def test_only_what_is_in_an_order_comes_back_or_goes_out_again(office: Caller, what: str, items: object) -> None:
    said = office.on_order(HANDED_OVER, what, {"items": items} | WHY, status=422)
    assert said == {"error": "invalid", "field": "items"}


def test_a_reshipment_is_an_order_of_its_own_that_costs_nothing_and_takes_from_the_stock(office: Caller) -> None:
    before = office.ask("GET", "/orders/v1/stock/LD-230")["stock"]
    made = office.on_order(HANDED_OVER, "reshipments", {"items": ["LD-230"]} | WHY, status=201)["reshipment"]
    assert made["order"] == HANDED_OVER
    new = office.order(made["new_order"])
    assert (new["status"], new["paid"], new["refundable"], new["version"]) == ("processing", 0.0, 0.0, 1)
    assert [(item["sku"], item["quantity"]) for item in new["items"]] == [("LD-230", 1)]
    assert made["new_order"] in [row["id"] for row in office.listed(STANDARD)]
    assert office.order(HANDED_OVER)["reshipments"] == [made]
    assert before == {"sku": "LD-230", "available": 20}
    assert office.ask("GET", "/orders/v1/stock/LD-230")["stock"]["available"] == 19
    cancelled = office.on_order(made["new_order"], "cancel", WHY)["order"]
    assert (cancelled["status"], cancelled["refunds"]) == ("cancelled", [])


def test_nothing_is_sent_again_that_is_not_in_stock(office: Caller) -> None:
    both = {"items": ["LW-110", "LW-120"]} | WHY
    said = office.on_order(OUT_OF_STOCK, "reshipments", both, status=409)
    assert said == {"error": "out_of_stock", "sku": "LW-120"}
    assert office.ask("GET", "/orders/v1/stock/LW-110")["stock"]["available"] == 20
    assert office.page("PUT", "office/stock/LW-120", {"available": 1})["stock"] == {"sku": "LW-120", "available": 1}
    office.on_order(OUT_OF_STOCK, "reshipments", both, status=201)
    assert office.on_order(OUT_OF_STOCK, "reshipments", both, status=409)["sku"] == "LW-120"


# CRM, billing, access, devices.


def test_the_crm_keeps_an_address_and_notes(office: Caller) -> None:
    at = f"/systems/crm/v1/contacts/{PLUS}"
    assert office.ask("PUT", f"{at}/address", HOME)["contact"]["address"] == HOME
    note = office.ask("POST", f"{at}/notes", {"text": "Prefers the morning."}, status=201)["note"]
    contact = office.ask("GET", at)["contact"]
    assert contact["address"] == HOME
    assert [each["text"] for each in contact["notes"]][:1] == ["moved flat in spring"]
    assert contact["notes"][-1] == note
    listed = office.ask("GET", "/systems/crm/v1/contacts?email=emma.clarke@example.com")["contact"]
    assert (listed["address"], listed["notes"][-1]) == (HOME, "Prefers the morning.")
    assert office.ask("POST", f"{at}/notes", {"text": " "}, status=422)["field"] == "text"


def test_a_plan_is_changed_and_changed_back(office: Caller) -> None:
    at, before = f"/systems/billing/v1/accounts/{BUSINESS}", office.account(BUSINESS)
    standard = office.ask("POST", f"{at}/plan", {"plan": "Standard"})["account"]
    assert (standard["plan"], standard["status"]) == ("Standard", "none")
    assert office.ask("POST", f"{at}/plan", {"plan": "Business"})["account"] == office.account(BUSINESS) == before
    assert office.ask("POST", f"{at}/plan", {"plan": "Gold"}, status=422) == {"error": "invalid", "field": "plan"}
    begun = office.ask("POST", f"/systems/billing/v1/accounts/{STANDARD}/plan", {"plan": "Plus"})["account"]
    assert (begun["plan"], begun["status"]) == ("Plus", "paid")


def test_a_subscription_is_cancelled_and_resumed(office: Caller) -> None:
    at, before = f"/systems/billing/v1/accounts/{PLUS}", office.account(PLUS)
    assert office.ask("POST", f"{at}/subscription/resume", status=409) == {"error": "not_cancelled"}
    assert office.ask("POST", f"{at}/subscription/cancel", WHY)["account"]["status"] == "cancelled"
    assert office.ask("POST", f"{at}/subscription/cancel", WHY, status=409) == {"error": "already_cancelled"}
    assert office.ask("POST", f"{at}/plan", {"plan": "Standard"}, status=409) == {"error": "cancelled"}
    assert office.ask("POST", f"{at}/subscription/resume")["account"] == office.account(PLUS) == before
    none = f"/systems/billing/v1/accounts/{STANDARD}/subscription/cancel"
    assert office.ask("POST", none, WHY, status=409) == {"error": "no_subscription"}


def test_a_credit_is_given_and_taken_back(office: Caller) -> None:
    at = f"/systems/billing/v1/accounts/{PLUS}/credits"
    credit = office.ask("POST", at, {"amount": 5} | WHY, status=201)["credit"]
    assert (credit["amount"], credit["currency"]) == (5.0, "GBP")
    assert office.account(PLUS)["credits"] == [credit]
    assert office.ask("DELETE", f"{at}/{credit['id']}")["credit"] == credit
    assert office.account(PLUS)["credits"] == []
    assert office.ask("DELETE", f"{at}/{credit['id']}", status=404)["error"]


def test_an_account_is_locked_at_the_page_and_unlocked_by_a_request(office: Caller) -> None:
    at = f"/systems/access/v1/accounts/{PLUS}"
    assert office.ask("GET", at)["access"] == {
        "locked": False,
        "locked_reason": None,
        "cards": [{"ends": "4417", "blocked": False}],
    }
    office.page("PUT", f"office/access/{PLUS}", {"locked": True, "reason": "five wrong passwords"})
    locked = office.ask("GET", at)["access"]
    assert (locked["locked"], locked["locked_reason"]) == (True, "five wrong passwords")
    unlocked = office.ask("POST", f"{at}/unlock")["access"]
    assert (unlocked["locked"], unlocked["locked_reason"]) == (False, None)
    assert office.ask("POST", f"{at}/lock", {"reason": "stolen phone"})["access"]["locked_reason"] == "stolen phone"
    assert office.done() == [("access.unlock", PLUS), ("access.lock", PLUS)]


def test_a_card_is_blocked_and_unblocked(office: Caller) -> None:
    at = f"/systems/access/v1/accounts/{PLUS}"
    assert office.ask("POST", f"{at}/cards/4417/block")["access"]["cards"] == [{"ends": "4417", "blocked": True}]
    assert office.ask("GET", at)["access"]["cards"][0]["blocked"]
    assert not office.ask("POST", f"{at}/cards/4417/unblock")["access"]["cards"][0]["blocked"]
    assert office.ask("POST", f"{at}/cards/0000/block", status=404)["error"]


def test_a_report_has_the_devices_as_they_are_and_lines_that_name_people(office: Caller) -> None:
    at = f"/systems/devices/v1/customers/{STANDARD}/diagnostics"
    report = office.ask("POST", at, status=201)["report"]
    assert report["taken_at"] == NOON.isoformat()
    assert [(each["name"], each["online"], each["firmware"]) for each in report["devices"]] == [
        ("Larkfield Door", True, "4.1.7"),
        ("Larkfield Chime", False, "1.3.1"),
    ]
    assert report["devices"][0]["signal"] < 0
    assert report["devices"][1]["signal"] is None
    log = "\n".join(report["log"])
    assert all(word in log for word in ("oliver.hartley@example.com", "LHD55655089", "E21"))
    assert office.ask("GET", f"{at}/{report['id']}")["report"] == report
    assert office.ask("GET", f"/systems/devices/v1/customers/{PLUS}/diagnostics/{report['id']}", status=404)


def test_a_device_that_the_page_switched_off_is_off_in_the_report(served: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {SETTINGS.systems_token}"}
    requests.put(f"{served.url}/sandbox/api/checks/{PLUS}/hub_online", json={"value": "no"}, timeout=5)
    url = f"{served.url}/systems/devices/v1/customers/{PLUS}/diagnostics"
    devices = requests.post(url, headers=headers, timeout=5).json()["report"]["devices"]
    assert [each["online"] for each in devices if each["name"] == "Larkfield Hub"] == [False]


# What a write may look like.

WRITES: list[tuple[str, str, Any, int]] = [
    ("POST", f"/orders/v1/orders/{WAITING}/cancel", WHY, 200),
    ("PUT", f"/orders/v1/orders/{WAITING}/address", HOME, 200),
    ("POST", f"/orders/v1/orders/{WAITING}/refunds", {"amount": 1.5} | WHY, 201),
    ("POST", f"/orders/v1/orders/{HANDED_OVER}/returns", {"items": ["LD-230"]} | WHY, 201),
    ("POST", f"/orders/v1/orders/{HANDED_OVER}/reshipments", {"items": ["LD-230"]} | WHY, 201),
    ("PUT", f"/systems/crm/v1/contacts/{PLUS}/address", HOME, 200),
    ("POST", f"/systems/crm/v1/contacts/{PLUS}/notes", {"text": "Hi"}, 201),
    ("POST", f"/systems/billing/v1/accounts/{PLUS}/plan", {"plan": "Business"}, 200),
    ("POST", f"/systems/billing/v1/accounts/{PLUS}/subscription/cancel", WHY, 200),
    ("POST", f"/systems/billing/v1/accounts/{PLUS}/credits", {"amount": 5} | WHY, 201),
    ("POST", f"/systems/access/v1/accounts/{PLUS}/lock", WHY, 200),
    ("POST", f"/systems/access/v1/accounts/{PLUS}/unlock", None, 200),
    ("POST", f"/systems/access/v1/accounts/{PLUS}/cards/4417/block", None, 200),
    ("POST", f"/systems/devices/v1/customers/{PLUS}/diagnostics", None, 201),
]
EVERY = pytest.mark.parametrize(("method", "path", "body", "status"), WRITES, ids=[each[1] for each in WRITES])
BARE = [("POST", f"/orders/v1/orders/{WAITING}/reopen", None, 200)]
BARE += [("POST", f"/systems/billing/v1/accounts/{PLUS}/subscription/resume", None, 200)]
BARE += [("DELETE", f"/systems/billing/v1/accounts/{PLUS}/credits/CR-1", None, 200)]


def everything(office: Caller) -> list[Any]:
    """All that can be read of the customers and orders that the writes are about."""
    paths = [f"/orders/v1/orders/{ref}" for ref in (WAITING, HANDED_OVER)]
    paths += [f"/orders/v1/customers/{customer}/orders" for customer in (WHOSE, STANDARD)]
    paths += ["/orders/v1/stock/LD-230", f"/systems/crm/v1/contacts/{PLUS}", f"/systems/access/v1/accounts/{PLUS}"]
    return [*(office.ask("GET", path) for path in paths), office.account(PLUS)]


@EVERY
def test_the_same_key_gives_the_first_answer_and_does_nothing_twice(
    office: Caller, method: str, path: str, body: Any, status: int
) -> None:
    first = office.ask(method, path, body, key="k-1", status=status)
    stands = everything(office)
    office.clock.ahead = timedelta(minutes=5)
    assert office.ask(method, path, body, key="k-1", status=status) == first
    assert everything(office) == stands
    assert len(office.done()) == 1
    assert office.ask(method, path, {"other": "words"}, key="k-1", status=422) == {"error": "idempotency_key_reused"}


@pytest.mark.parametrize(("method", "path", "body", "status"), BARE)
def test_what_takes_something_back_does_it_once_for_a_key(
    office: Caller, method: str, path: str, body: Any, status: int
) -> None:
    office.ask("POST", f"/systems/billing/v1/accounts/{PLUS}/credits", {"amount": 5} | WHY, status=201)
    office.ask("POST", f"/systems/billing/v1/accounts/{PLUS}/subscription/cancel", WHY)
    office.on_order(WAITING, "cancel", WHY)
    first = office.ask(method, path, body, key="k-1", status=status)
    assert office.ask(method, path, body, key="k-1", status=status) == first
    assert len(office.done()) == 4


def test_a_key_is_for_one_request_wherever_it_is_used_again(office: Caller) -> None:
    office.on_order(WAITING, "cancel", WHY, key="k-1")
    office.on_order(HANDED_OVER, "cancel", WHY, key="k-1", status=422)
    assert office.done() == [("order.cancel", WAITING)]


def test_what_was_refused_is_kept_under_no_key(office: Caller) -> None:
    body = {"items": ["LW-120"]} | WHY
    office.on_order(OUT_OF_STOCK, "reshipments", body, key="k-1", status=409)
    office.page("PUT", "office/stock/LW-120", {"available": 3})
    office.on_order(OUT_OF_STOCK, "reshipments", body, key="k-1", status=201)


@EVERY
def test_without_a_key_it_is_asked_anew(office: Caller, method: str, path: str, body: Any, status: int) -> None:
    office.ask(method, path, body, status=status)
    again = 409 if path.endswith("/cancel") else status
    office.ask(method, path, body, status=again)
    assert len(office.done()) == 1 + (again == status)


@pytest.mark.parametrize("body", [[], "text", 7])
def test_a_body_that_is_no_object_is_refused(office: Caller, body: object) -> None:
    assert office.on_order(WAITING, "cancel", body, status=422)["error"] == "invalid"


def test_a_reason_is_asked_for(office: Caller) -> None:
    for path, body in (("cancel", {}), ("refunds", {"amount": 1})):
        assert office.on_order(WAITING, path, body, status=422) == {"error": "invalid", "field": "reason"}


def test_the_journal_says_what_was_done_with_which_key_and_words(office: Caller) -> None:
    office.on_order(WAITING, "cancel", WHY, key="k-1")
    (row,) = office.page("GET", "office/journal")["journal"]
    assert row == {"at": NOON.isoformat(), "what": "order.cancel", "record": WAITING, "key": "k-1", "body": WHY}


@pytest.mark.parametrize(
    ("path", "body"), [("stock/LW-120", {"available": -1}), ("stock/LW-120", {}), (f"access/{PLUS}", {"locked": "yes"})]
)
def test_the_page_is_told_what_it_may_set(office: Caller, path: str, body: object) -> None:
    assert office.page("PUT", f"office/{path}", body, 400)["error"]["message"]
    assert office.page("PUT", "office/access/7", {"locked": True}, 404)["error"]["message"]
    assert office.page("GET", "office/orders/LK-0", status=404)["error"]["message"]


# Many at once, over a connection of its own each.


def post(served: Sandbox, path: str, body: object, key: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {SETTINGS.orders_token}"} | ({"Idempotency-Key": key} if key else {})
    return requests.post(f"{served.url}/orders/v1/orders/{path}", json=body, headers=headers, timeout=10)


def test_twenty_threads_with_one_key_have_one_effect_and_one_answer(served: Sandbox) -> None:
    with ThreadPoolExecutor(20) as threads:
        told = list(threads.map(lambda _: post(served, f"{WAITING}/refunds", {"amount": 5} | WHY, "k-1"), range(20)))
    assert {each.status_code for each in told} == {201}
    assert len({each.text for each in told}) == 1
    assert len(served.world.office.journal()) == 1


def test_twenty_threads_with_keys_of_their_own_never_refund_more_than_was_paid(served: Sandbox) -> None:
    with ThreadPoolExecutor(20) as threads:
        told = list(threads.map(lambda n: post(served, f"{WAITING}/refunds", {"amount": 5} | WHY, f"k-{n}"), range(20)))
    assert sorted(each.status_code for each in told) == [201] * 6 + [409] * 14


# How it misbehaves.


@EVERY
def test_an_office_that_only_says_yes_answers_as_if_done(
    office: Caller, method: str, path: str, body: Any, status: int
) -> None:
    before = everything(office)
    office.faults.set("office", says_yes=1)
    lie = office.ask(method, path, body, key="k-1", status=status)
    assert everything(office) == before
    assert office.done() == []
    truth = office.ask(method, path, body, key="k-1", status=status)
    assert len(office.done()) == 1
    assert [set(row) for row in truth.values()] == [set(row) for row in lie.values()]


def test_the_lie_has_the_values_that_were_asked_for(office: Caller) -> None:
    office.faults.set("office", says_yes=3)
    assert office.on_order(WAITING, "cancel", WHY)["order"]["status"] == "cancelled"
    refund = office.on_order(WAITING, "refunds", {"amount": 5} | WHY, status=201)["refund"]
    assert refund["amount"] == 5.0
    office.ask("GET", f"/orders/v1/orders/{WAITING}/refunds/{refund['id']}", status=404)
    assert office.on_order(UNDERWAY, "cancel", WHY, status=409)["error"]
    assert office.faults.of("office").says_yes == 1


def test_an_office_that_forgets_its_key_does_it_twice(office: Caller) -> None:
    body = {"amount": 5} | WHY
    office.faults.set("office", forgets_key=1)
    for _ in range(3):
        office.on_order(WAITING, "refunds", body, key="k-1", status=201)
    assert office.order()["refunded"] == 10.0
    office.faults.set("office", forgets_key=1)
    office.on_order(WAITING, "refunds", body, key="k-1", status=201)
    assert office.done() == [("order.refund", WAITING)] * 3


def test_an_odd_answer_lacks_fields_and_has_other_types_though_it_was_done(office: Caller) -> None:
    office.faults.set("office", odd_answer=1)
    body = {"amount": 5} | WHY
    odd = office.on_order(WAITING, "refunds", body, key="k-1", status=201)["refund"]
    assert "id" not in odd
    assert "amount" not in odd
    assert odd["currency"] == ["GBP"]
    assert office.on_order(WAITING, "refunds", body, key="k-1", status=201)["refund"] == odd
    assert office.order()["refunded"] == 5.0
    assert "id" in office.on_order(WAITING, "refunds", body, key="k-2", status=201)["refund"]


@pytest.mark.parametrize("switch", [{"lost": 1}, {"rate_limited": 1}, {"error_5xx": 1}])
def test_what_is_refused_or_lost_on_the_way_was_not_done(served: Sandbox, switch: dict[str, Any]) -> None:
    served.world.faults.set("office", **switch)
    try:
        assert post(served, f"{WAITING}/cancel", WHY, "k-1").status_code in (429, 503)
    except requests.ConnectionError:
        assert "lost" in switch
    assert served.world.office.journal() == []
    assert post(served, f"{WAITING}/cancel", WHY, "k-1").status_code == 200


def test_an_answer_lost_after_the_work_is_given_again_for_its_key(served: Sandbox) -> None:
    served.world.faults.set("office", timeout_after_work=1)
    with pytest.raises(requests.ConnectionError):
        post(served, f"{WAITING}/cancel", WHY, "k-1")
    assert post(served, f"{WAITING}/cancel", WHY, "k-1").json()["order"]["status"] == "cancelled"
    assert [row["what"] for row in served.world.office.journal()] == ["order.cancel"]


def test_the_page_switches_both_systems_as_one_vendor(served: Sandbox) -> None:
    requests.put(f"{served.url}/sandbox/api/faults", json={"office": {"error_5xx": 2}}, timeout=5)
    for path in (f"/orders/v1/orders/{WAITING}", f"/systems/access/v1/accounts/{PLUS}"):
        assert requests.get(served.url + path, timeout=5).status_code == 503
    assert [each.vendor for each in served.world.recorder.exchanges("office")] == ["office", "office"]
