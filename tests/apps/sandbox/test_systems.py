import sqlite3
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from apps.sandbox.app import build_world, create_app
from apps.sandbox.settings import SandboxSettings

BEARER = {"Authorization": "Bearer fake-systems-token"}


def asked(path: str, headers: dict[str, str] | None = None, **settings: str) -> TestResponse:
    made = SandboxSettings(**settings)  # type: ignore[arg-type]
    world = build_world(made)
    try:
        answer: TestResponse = create_app(made, world).test_client().get(path, headers=headers or BEARER)
        return answer
    finally:
        world.close()


def test_the_crm_knows_a_contact_by_e_mail() -> None:
    contact = asked("/systems/crm/v1/contacts?email=Emma.Clarke@example.com").get_json()["contact"]
    assert (contact["name"], contact["owner"]) == ("Emma Clarke", "Maria Lopez")


def test_billing_knows_an_account_by_the_customer_s_number() -> None:
    account = asked("/systems/billing/v1/accounts/900003").get_json()["account"]
    assert (account["status"], account["invoices"][0]["number"]) == ("overdue", "LI-20790")


def test_whoever_is_not_listed_has_a_plain_record() -> None:
    assert asked("/systems/billing/v1/accounts/900010").get_json()["account"]["invoices"] == []


@pytest.mark.parametrize(
    "path",
    ["/systems/crm/v1/contacts?email=nobody@example.com", "/systems/crm/v1/contacts", "/systems/billing/v1/accounts/7"],
)
def test_strangers_are_not_known(path: str) -> None:
    assert asked(path).status_code == 404


def test_without_the_token_nothing_is_told() -> None:
    assert asked("/systems/billing/v1/accounts/900001", {"Authorization": "Bearer x"}).status_code == 401


def test_the_analytics_are_a_database_that_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "not there yet" / "analytics.db"
    asked("/healthz", analytics_file=str(file))
    with sqlite3.connect(file) as database:
        row = database.execute("SELECT last_error FROM app_usage WHERE email = 'oliver.hartley@example.com'").fetchone()
    database.close()
    assert row == ("E21",)
