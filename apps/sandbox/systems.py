"""The company's other systems, each behind its own bearer token: a CRM, billing, orders, and product analytics."""

import hmac
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import Row, company_rows, company_table, orders_of
from apps.sandbox.settings import SandboxSettings

Answer = Response | tuple[Response, int]


def system_blueprint(name: str, token: str) -> Blueprint:
    """A system of the company, which answers only a request that carries its bearer token."""
    system = Blueprint(name, __name__)

    @system.before_request
    def refuse_strangers() -> Answer | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return None if hmac.compare_digest(given.encode(), token.encode()) else (jsonify(error="unauthorized"), 401)

    return system


# The systems.

TIERS = {"plus": "Plus", "business": "Business"}


def systems(settings: SandboxSettings, clock: Clock) -> Blueprint:
    """`/systems/crm/v1/contacts?email=…` and `/systems/billing/v1/accounts/{customer id}`, both behind one bearer
    token."""
    pages = system_blueprint("systems", settings.systems_token)

    @pages.get("/crm/v1/contacts")
    def contacts() -> Answer:
        email = request.args.get("email", "").lower()
        return _answer_row(_by(settings, "email", email), lambda row: _crm(settings, row, clock))

    @pages.get("/billing/v1/accounts/<customer_id>")
    def accounts(customer_id: str) -> Answer:
        return _answer_row(_by(settings, "id", customer_id), lambda row: _billing(settings, row, clock))

    return pages


def write_analytics(settings: SandboxSettings, clock: Clock) -> None:
    """The analytics database as of now, where one is wanted: a SQLite file that anybody may read."""
    if not settings.analytics_file:
        return
    path = Path(settings.analytics_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE app_usage (email TEXT PRIMARY KEY, app_version TEXT, last_seen TEXT, devices_online INTEGER,"
            " devices_offline INTEGER, last_error TEXT, phone_model TEXT, measured_at TEXT)"
        )
        customers = (row for row in company_rows(settings.seed, "customers") if row.get("email"))
        rows = [_usage(settings, row, clock.now()) for row in customers]
        database.executemany("INSERT INTO app_usage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    database.close()


def _by(settings: SandboxSettings, key: str, value: str) -> Row | None:
    rows = company_rows(settings.seed, "customers")
    return next((row for row in rows if value and str(row.get(key) or "").lower() == value), None)


def _answer_row(row: Row | None, told: Callable[[Row], Row]) -> Answer:
    return (jsonify(error="not found"), 404) if row is None else jsonify(told(row))


def _read_system_row(settings: SandboxSettings, system: str, row: Row) -> Row:
    """What the folder says of the customer in this system; empty where it says nothing."""
    return dict(company_table(settings.seed, "systems", system).get(row["id"]) or {})


def _crm(settings: SandboxSettings, row: Row, clock: Clock) -> Row:
    known = _read_system_row(settings, "crm", row)
    usual = {"owner": "Customer care", "segment": "household", "lifetime_value": 60, "renewal_on": None, "notes": []}
    since = row.get("since")
    return {
        "contact": {"id": f"crm-{row['id']}", "name": row["name"], "since": since, **usual, **known},
        "updated_at": clock.now().isoformat(),
    }


def _billing(settings: SandboxSettings, row: Row, clock: Clock) -> Row:
    plan = TIERS.get(str(row.get("tier")), "Standard")
    usual: Row = {"plan": plan, "status": "none", "balance": "0.00", "currency": "GBP", "invoices": []}
    usual["card_ends"] = None
    account = {"customer": str(row["id"]), **usual, **_read_system_row(settings, "billing", row)}
    return {"account": account, "as_of": clock.now().isoformat()}


def _usage(settings: SandboxSettings, row: Row, now: datetime) -> tuple[object, ...]:
    usual: Row = {
        "app_version": "6.2.0",
        "last_seen_minutes_ago": 1440,
        "devices_online": len(row.get("devices") or []),
        "devices_offline": 0,
        "last_error": None,
        "phone_model": None,
    }
    known = usual | _read_system_row(settings, "usage", row)
    seen = now - timedelta(minutes=int(known["last_seen_minutes_ago"]))
    names = ("devices_online", "devices_offline", "last_error", "phone_model")
    return (row["email"], known["app_version"], seen.isoformat(), *(known[name] for name in names), now.isoformat())


def order_system(settings: SandboxSettings, clock: Clock) -> Blueprint:
    """The company's order system, which asks for its own bearer token."""
    orders = system_blueprint("orders", settings.orders_token)

    @orders.get("/v1/customers/<customer_id>/orders")
    def of_customer(customer_id: str) -> Answer:
        found = orders_of(settings.seed, customer_id, clock.now())
        if not found and not any(str(row["id"]) == customer_id for row in company_rows(settings.seed, "customers")):
            return jsonify(error="no such customer"), 404
        return jsonify(orders=found)

    return orders
