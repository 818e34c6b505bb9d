"""What the company's other systems have in common, the bearer token, and its product analytics."""

import hmac
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import Row, company_rows, system_row
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


def _usage(settings: SandboxSettings, row: Row, now: datetime) -> tuple[object, ...]:
    usual: Row = {
        "app_version": "6.2.0",
        "last_seen_minutes_ago": 1440,
        "devices_online": len(row.get("devices") or []),
        "devices_offline": 0,
        "last_error": None,
        "phone_model": None,
    }
    known = usual | system_row(settings.seed, "usage", row)
    seen = now - timedelta(minutes=int(known["last_seen_minutes_ago"]))
    names = ("devices_online", "devices_offline", "last_error", "phone_model")
    return (row["email"], known["app_version"], seen.isoformat(), *(known[name] for name in names), now.isoformat())
