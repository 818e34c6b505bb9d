"""Reads the company's folder, and brings its dates up to the present."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, Any]

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


# The C parser takes a tenth of the time; some builds of the package lack it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Plain values from YAML, and nothing else."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506 - both loaders are the safe one


@cache
def _load(path: Path) -> Any:
    return read_yaml(path.read_text(encoding="utf-8")) if path.exists() else None


def company_rows(folder: Path, name: str, key: str = "") -> list[Row]:
    """The rows of `name.yaml`, under `key` or the file's own name; none when there is no such file."""
    loaded = _load(folder / f"{name}.yaml") or []
    return list((loaded.get(key or name) or []) if isinstance(loaded, dict) else loaded)


def company_table(folder: Path, name: str, key: str) -> dict[Any, Any]:
    """The table under `key` in `name.yaml`; empty when there is none."""
    loaded = _load(folder / f"{name}.yaml")
    return dict(loaded.get(key) or {}) if isinstance(loaded, dict) else {}


def system_row(folder: Path, system: str, customer: Row) -> Row:
    """What the folder says of the customer in this system; empty where it says nothing."""
    return dict(company_table(folder, "systems", system).get(customer["id"]) or {})


def orders_of(folder: Path, customer_id: str, now: datetime) -> list[Row]:
    """One customer's orders, with their dates moved so that the file's `as_of` is today."""
    loaded = _load(folder / "orders.yaml")
    stamp = loaded.get("as_of") if isinstance(loaded, dict) else None
    shift = timedelta(days=(now - datetime.fromisoformat(stamp)).days) if stamp else timedelta()
    rows = company_rows(folder, "orders")
    return [_shift_dates(row, shift) for row in rows if str(row.get("customer_id")) == customer_id]


def _shift_dates(value: Any, shift: timedelta) -> Any:
    if isinstance(value, dict):
        return {name: _shift_dates(each, shift) for name, each in value.items()}
    if isinstance(value, list):
        return [_shift_dates(each, shift) for each in value]
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return (datetime.fromisoformat(value) + shift).isoformat().replace("+00:00", "Z")
    if isinstance(value, str) and DAY.fullmatch(value):
        return (date.fromisoformat(value) + shift).isoformat()
    return value


def make_times_absolute(row: Row, now: datetime) -> Row:
    """The event with its relative times (`…_minutes_ago`, `…_in_minutes`, `…_in_days`) made absolute, and `…_numbered`
    with the number of this moment."""
    turned: Row = {}
    for name, value in row.items():
        if name.endswith("_minutes_ago"):
            turned[f"{name.removesuffix('_minutes_ago')}_at"] = (now - timedelta(minutes=value)).isoformat()
        elif name.endswith("_in_minutes"):
            turned[f"{name.removesuffix('_in_minutes')}_at"] = (now + timedelta(minutes=value)).isoformat()
        elif name.endswith("_numbered"):
            turned[name.removesuffix("_numbered")] = f"{value}-{now:%d%H%M}"
        elif name.endswith("_in_days"):
            turned[f"{name.removesuffix('_in_days')}_on"] = (now + timedelta(days=value)).date().isoformat()
        else:
            turned[name] = value
    return turned


def status_events(folder: Path, now: datetime) -> list[Row]:
    """The company's status events as of `now`; one that is about orders or people says who they are, by e-mail, each
    with what is their own."""
    rows = company_rows(folder, "status_events", "events")
    return [make_times_absolute(row | _find_concerned(folder, row), now) for row in rows]


def _find_concerned(folder: Path, event: Row) -> Row:
    buyers = {row["id"]: row["customer_id"] for row in company_rows(folder, "orders")}
    emails = {row["id"]: row["email"] for row in company_rows(folder, "customers") if row.get("email")}
    rows = [
        *({"customer_id": each} for each in event.get("customer_ids", ())),
        *({"customer_id": buyers.get(name), "order": name} for name in event.get("order_ids", ())),
        *event.get("people", ()),
    ]
    people = {
        emails[row["customer_id"]]: {name: value for name, value in row.items() if name != "customer_id"}
        for row in reversed(rows)
        if row["customer_id"] in emails
    }
    return {"people": [{"customer": email, **own} for email, own in reversed(people.items())]} if people else {}


def signal_of(event: Row) -> Row:
    """A status event as the company's systems report it: its kind, and plain facts.

    Ids in a list become one text with commas, a moment a time of day that is true in every country; the event's own
    sentences become the fact `statement`.
    """
    facts = dict(_state_fact(n, v) for n, v in event.items() if n not in {"id", "kind", "facts", "customer_ids"})
    plain = {
        name: ",".join(map(str, value)) if isinstance(value, list) and name != "people" else value
        for name, value in facts.items()
    }
    said = event.get("facts") or []
    return {"kind": event["kind"], "facts": plain | ({"statement": " ".join(said)} if said else {})}


def _state_fact(name: str, value: Any) -> tuple[str, Any]:
    if not name.endswith("_at"):
        return name, value
    return name.removesuffix("_at"), f"{datetime.fromisoformat(value).astimezone(UTC):%H:%M} UTC"
