"""The examples for a shop and a CRM, as they are shipped: read by our own reader, and done whole against the sandbox
that plays both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from apps.policy_file import read_policy
from apps.sandbox.app import World
from apps.sandbox.settings import SandboxSettings
from apps.systems_file import read_systems
from connectors.actions.systems import HttpSystem
from connectors.sql.store import SqlStore
from core.errors import RejectedError, UnknownOutcome
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.policy.actions import ActionRequest
from tests.apps.sandbox.running import serving
from tests.connectors.actions.doing import Doing, doing

STARTER = Path("apps/starter")
SETTINGS = SandboxSettings()
WAITING, WHOSE = "LK-10468", "haruto.mori@example.com"  # 33.95, not dispatched
DELIVERED, OTHER = "LK-10412", "piotr.zielinski@example.com"  # 28.95, delivered
PAID_BACK, THIRD = "LK-10416", "ethan.brooks@example.com"  # and all its money went back
ENVIRON = {
    "SHOPIFY_ADMIN_URL": "https://larkfield.myshopify.com/admin/api/2025-10",
    "SHOPIFY_ACCESS_TOKEN": SETTINGS.shopify_token,
    "HUBSPOT_TOKEN": SETTINGS.hubspot_token,
}


def actions_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((STARTER / name / "actions.yaml").read_text(encoding="utf-8"))["actions"]
    return found


@dataclass
class Losing:
    """The system, of whose next change no answer comes back."""

    system: HttpSystem
    world: World
    vendor: str
    lose: bool = False

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        if key and self.lose:
            self.lose = False
            self.world.faults.set(self.vendor, timeout_after_work=1)
        return self.system.ask(request, facts, key, within)


@dataclass
class Place:
    """A shop or a CRM, and the sandbox behind it."""

    doing: Doing
    system: Losing
    world: World
    url: str

    def changes(self) -> list[tuple[str, str]]:
        """What was asked of it, but for looks."""
        asked = self.world.recorder.exchanges(self.system.vendor)
        looks = ("/search", "/calculate.json")
        return [(each.method, each.path) for each in asked if each.method != "GET" and not each.path.endswith(looks)]


def known_by(email: str) -> Iterator[Identity]:
    """A question mark follows an address that nobody has verified."""
    yield Identity(kind=IdentityKind.HELPDESK, value="77")
    if email:
        yield Identity(kind=IdentityKind.EMAIL, value=email.rstrip("?"), verified=not email.endswith("?"))


@pytest.fixture
def place(request: pytest.FixtureRequest, store: SqlStore, tmp_path: Path) -> Iterator[Place]:
    """Of the customer with that e-mail address."""
    vendor, email = request.param
    (told,) = read_systems(STARTER / vendor / "systems.yaml", None, ENVIRON)
    customer = Customer(id=CustomerId("cu_1"), name="A customer", identities=tuple(known_by(email)))
    with serving(seed=SETTINGS.seed) as sandbox:
        base = f"{sandbox.url}/{vendor}" + ("/admin/api/2025-10" if vendor == "shopify" else "")
        headers = {name: value.value for name, value in told.headers.items()}
        made = HttpSystem(told.name, url=base, token=told.token.value, headers=headers, private=True)
        system = Losing(system=made, world=sandbox.world, vendor=vendor)
        did = doing(store, tmp_path, actions_of(vendor), {told.name: system}, customer)
        yield Place(doing=did, system=system, world=sandbox.world, url=base)


def at(vendor: str, email: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", [(vendor, email)], indirect=True, ids=[vendor])


def refused(place: Place, action: str, **given: Any) -> list[str]:
    return [each.rule for each in place.doing.examine(action, **given).refused]


@pytest.mark.parametrize("vendor", ["shopify", "hubspot"])
def test_the_starting_policy_takes_an_examples_actions(vendor: str, tmp_path: Path) -> None:
    policy = (STARTER / "policy.yaml").read_text(encoding="utf-8")
    section = (STARTER / vendor / "actions.yaml").read_text(encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(f"{policy}\n{section}", encoding="utf-8")
    read = read_policy(tmp_path / "policy.yaml")
    (system,) = read_systems(STARTER / vendor / "systems.yaml", None, ENVIRON)
    for spec in read.actions.values():
        assert spec.call
        assert {spec.call.system, *(each.system for each in spec.reads.values())} == {system.name}


# ---------------------------------------------------------------- Shopify


@at("shopify", WHOSE)
def test_an_order_is_cancelled_its_money_goes_back_and_it_is_read_back(place: Place) -> None:
    run = place.doing.agree("cancel_order", order=WAITING)
    place.doing.courier.carry(run)
    (order,) = place.world.shopify.named(WAITING)
    assert (order["cancel_reason"], order["financial_status"]) == ("customer", "refunded")
    assert [each["amount"] for each in order["transactions"]] == ["33.95", "33.95"]
    assert "not_cancelled" in refused(place, "cancel_order", order=WAITING)


@at("shopify", WHOSE)
def test_of_a_cancellation_without_an_answer_the_order_tells(place: Place) -> None:
    run = place.doing.agree("cancel_order", order=WAITING)
    place.system.lose = True
    with pytest.raises(UnknownOutcome):
        place.doing.courier.carry(run)
    assert place.doing.courier.find(run) is not None
    assert len(place.changes()) == 1


@at("shopify", OTHER)
def test_a_part_is_paid_back_to_the_payment_that_shopify_names(place: Place) -> None:
    run = place.doing.agree("refund", order=DELIVERED, amount="8.95")
    place.doing.courier.carry(run)
    (order,) = place.world.shopify.named(DELIVERED)
    (refund,) = order["refunds"]
    assert refund["note"] == f"Handrail {run}"
    assert [(each["amount"], each["parent_id"]) for each in refund["transactions"]] == [
        ("8.95", order["transactions"][0]["id"])
    ]
    assert order["financial_status"] == "partially_refunded"
    # The next one may come to what is left and no more.
    assert refused(place, "refund", order=DELIVERED, amount="20.01") == ["not_too_much"]
    place.doing.courier.carry(place.doing.agree("refund", order=DELIVERED, amount="20.00"))
    assert place.world.shopify.named(DELIVERED)[0]["financial_status"] == "refunded"


@at("shopify", OTHER)
def test_of_a_refund_without_an_answer_its_note_tells_and_nothing_is_paid_twice(place: Place) -> None:
    run = place.doing.agree("refund", order=DELIVERED, amount="5.00")
    place.system.lose = True
    with pytest.raises(UnknownOutcome):
        place.doing.courier.carry(run)
    assert place.doing.courier.find(run) is not None
    assert place.doing.courier.carry(run) is not None  # not even when told once more
    assert len(place.changes()) == 1
    assert [each["note"] for each in place.world.shopify.named(DELIVERED)[0]["refunds"]] == [f"Handrail {run}"]


@at("shopify", OTHER)
def test_a_refund_that_never_arrived_is_not_made_again_by_itself(place: Place) -> None:
    run = place.doing.agree("refund", order=DELIVERED, amount="5.00")
    assert place.doing.courier.find(run) is None
    assert place.changes() == []


@at("shopify", THIRD)
def test_what_went_back_already_is_not_paid_back_again(place: Place) -> None:
    assert "one_payment" in refused(place, "refund", order=PAID_BACK, amount="1.00")


@at("shopify", WHOSE)
def test_an_order_is_sent_elsewhere_and_an_old_second_line_does_not_stay(place: Place) -> None:
    found = place.doing.examine("change_address", order=WAITING, line1="7 New Road", city="York", postcode="YO1 7HH")
    assert found.call.changes["Goes to"] == ("1 High Street, LS1 4AP Leeds", "7 New Road, YO1 7HH York")
    run = place.doing.agree("change_address", order=WAITING, line1="7 New Road", city="York", postcode="YO1 7HH")
    place.doing.courier.carry(run)
    address = place.world.shopify.named(WAITING)[0]["shipping_address"]
    assert (address["address1"], address["address2"], address["zip"]) == ("7 New Road", "", "YO1 7HH")
    assert address["country"] == "United Kingdom"


@at("shopify", WHOSE)
@pytest.mark.parametrize(
    ("action", "order", "rules"),
    [
        ("cancel_order", DELIVERED, {"own_order", "not_dispatched"}),
        ("refund", WAITING, {"dispatched"}),
        ("cancel_order", "LK-1046", {"record"}),  # the beginning of a number is no number
        ("cancel_order", "none", {"record"}),
    ],
)
def test_what_shopifys_record_does_not_allow_is_refused(place: Place, action: str, order: str, rules: set[str]) -> None:
    given = {"amount": "1.00"} if action == "refund" else {}
    assert set(refused(place, action, order=order, **given)) == rules


@pytest.mark.parametrize(
    "place", [("shopify", ""), ("shopify", f"{WHOSE}?")], indirect=True, ids=["none", "unverified"]
)
def test_an_order_is_nobodys_whose_address_is_not_verified(place: Place) -> None:
    for action in ("cancel_order", "change_address"):
        given = {} if action == "cancel_order" else {"line1": "7 New Road", "city": "York", "postcode": "YO1 7HH"}
        assert refused(place, action, order=WAITING, **given) == ["own_order"]


@at("shopify", WHOSE)
def test_an_order_that_is_being_packed_is_not_cancelled(place: Place) -> None:
    def pack(order: dict[str, Any]) -> dict[str, Any]:
        order["fulfillment_orders"][0] |= {"status": "in_progress", "request_status": "submitted"}
        return {}

    run = place.doing.agree("cancel_order", order=WAITING)
    place.world.shopify.change(place.world.shopify.named(WAITING)[0]["id"], pack)
    assert refused(place, "cancel_order", order=WAITING) == ["not_dispatched"]
    with pytest.raises(RejectedError, match="not_dispatched"):
        place.doing.courier.carry(run)  # nor one that was agreed to before
    assert place.changes() == []


@at("shopify", WHOSE)
def test_the_sandboxs_shop_refuses_what_shopify_does(place: Place) -> None:
    token = {"X-Shopify-Access-Token": SETTINGS.shopify_token}
    number = place.world.shopify.named(DELIVERED)[0]["id"]
    assert requests.get(f"{place.url}/orders/{number}.json", timeout=5).status_code == 401
    assert requests.get(f"{place.url}/orders/17.json", headers=token, timeout=5).json() == {"errors": "Not Found"}
    sale = number * 10 + 1
    for payment in (
        {"parent_id": 1, "amount": 1},
        {"parent_id": sale, "amount": 99},
        {"parent_id": sale, "amount": -1},
    ):
        body = {"refund": {"transactions": [{"kind": "refund", **payment}]}}
        found = requests.post(f"{place.url}/orders/{number}/refunds.json", json=body, headers=token, timeout=5)
        assert found.status_code == 422, payment
    cancelled = requests.post(f"{place.url}/orders/{number}/cancel.json", json={}, headers=token, timeout=5)
    assert cancelled.status_code == 422  # it has left
    assert place.world.shopify.named(DELIVERED)[0]["refunds"] == []


# ---------------------------------------------------------------- HubSpot


def crm(place: Place, kind: str, **told: str) -> list[dict[str, str | None]]:
    """The properties of what a search finds, without its lag."""
    filters = [{"propertyName": name, "operator": "EQ", "value": value} for name, value in told.items()]
    return [each.properties for each in place.world.hubspot.search(kind, [{"filters": filters}])]


@at("hubspot", WHOSE)
def test_a_contacts_number_is_changed_and_read_back(place: Place) -> None:
    place.doing.courier.carry(place.doing.agree("update_contact", phone="+44 7700 900999"))
    assert crm(place, "contacts", email=WHOSE)[0]["phone"] == "+44 7700 900999"
    assert refused(place, "update_contact", phone="+44 7700 900999") == ["another"]


@at("hubspot", WHOSE)
def test_of_a_change_without_an_answer_the_contact_tells(place: Place) -> None:
    run = place.doing.agree("update_contact", phone="+44 7700 900999")
    place.system.lose = True
    with pytest.raises(UnknownOutcome):
        place.doing.courier.carry(run)
    assert place.doing.courier.find(run) is not None
    assert len(place.changes()) == 1


@at("hubspot", WHOSE)
def test_a_ticket_is_opened_for_the_contact_and_no_second_one_after_a_lost_answer(place: Place) -> None:
    run = place.doing.agree("open_ticket", subject="Leaking valve", content="It drips since Monday.")
    place.system.lose = True
    with pytest.raises(UnknownOutcome):
        place.doing.courier.carry(run)
    assert place.doing.courier.find(run) is not None
    assert place.doing.courier.carry(run) is not None
    (ticket,) = crm(place, "tickets", handrail_run=run)
    assert ticket["subject"] == "Leaking valve"
    assert len(place.changes()) == 1


@at("hubspot", WHOSE)
def test_hubspot_itself_refuses_a_second_ticket_of_one_run(place: Place) -> None:
    told = {"subject": "A", "hs_pipeline_stage": "1", "handrail_run": "ac_7"}
    place.world.hubspot.make("tickets", told, [])
    token = {"Authorization": f"Bearer {SETTINGS.hubspot_token}"}
    again = requests.post(f"{place.url}/crm/v3/objects/tickets", json={"properties": told}, headers=token, timeout=5)
    assert (again.status_code, again.json()["category"]) == (409, "CONFLICT")
    assert requests.get(f"{place.url}/crm/v3/objects/tickets/ac_7", timeout=5).status_code == 401


@at("hubspot", WHOSE)
def test_a_note_lands_at_the_contact_once(place: Place) -> None:
    run = place.doing.agree("crm_note", text="Solved: the pump was blocked.")
    place.doing.courier.carry(run)
    assert place.doing.courier.find(run) is not None
    (note,) = place.world.hubspot.search("notes", [{"filters": []}])
    assert note.properties["hs_note_body"] == f"Solved: the pump was blocked. (Handrail {run})"
    assert note.contacts == [place.world.hubspot.get("contacts", WHOSE, "email").id]
    assert len(place.changes()) == 1


@at("hubspot", WHOSE)
def test_a_note_that_the_search_does_not_show_yet_is_found_by_a_later_look(place: Place) -> None:
    run = place.doing.agree("crm_note", text="Solved.")
    place.world.hubspot.lag = timedelta(hours=1)
    with pytest.raises(UnknownOutcome):
        place.doing.courier.carry(run)
    assert place.doing.courier.find(run) is None
    place.world.hubspot.lag = timedelta()
    assert place.doing.courier.find(run) is not None
    assert len(place.changes()) == 1


@at("hubspot", "nobody@example.com")
def test_of_whom_the_crm_does_not_know_nothing_is_written(place: Place) -> None:
    assert refused(place, "crm_note", text="Solved.") == ["record"]
    assert place.changes() == []


@at("hubspot", f"{WHOSE}?")
def test_a_contact_is_not_changed_for_an_address_that_is_not_verified(place: Place) -> None:
    assert refused(place, "update_contact", phone="+44 7700 900999") == ["verified"]
    assert place.doing.examine("crm_note", text="Solved.").allowed


@at("hubspot", "")
def test_without_an_address_no_contact_is_found(place: Place) -> None:
    assert refused(place, "crm_note", text="Solved.") == ["record"]
