"""Fills the account from the company's folder: people, help centre, past tickets.

The rows keep the ids they have in the files, so that orders and signals can point at them.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from apps.sandbox.company_rows import read_yaml
from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.macros import macro
from apps.sandbox.zendesk.new_account import set_up
from apps.sandbox.zendesk.people import create_user
from apps.sandbox.zendesk.roles import role_id
from apps.sandbox.zendesk.seed_articles import seed_articles
from apps.sandbox.zendesk.seed_tickets import seed_tickets
from apps.sandbox.zendesk.staff import set_staff
from apps.sandbox.zendesk.state import ZendeskState, moment_of
from apps.sandbox.zendesk.teams import group, join, organization

BRAND = "Larkfield Home"
INTEGRATION: Record = {"name": "Handrail", "email": "integration@larkfield.example", "role": "admin"}
NOBODY: Record = {}


def seed(state: ZendeskState, folder: Path) -> None:
    """Load everything found in `folder`; a file that is absent adds nothing.

    Nothing is sent to anybody for it, and lists and searches know all of it at once.
    """
    with state.lock:
        set_up(state, BRAND)
        _seed_agents(state, read(folder, "agents"))
        for row in read(folder, "organizations").get("organizations", []):
            _seed_organization(state, row)
        for row in read(folder, "customers").get("customers", []):
            _seed_customer(state, row)
        seed_articles(state, folder, read(folder, "sections"))
        seed_tickets(state, read(folder, "tickets"))
        for row in read(folder, "macros").get("macros", []):
            macro(state, row["title"], [{"field": "comment_value", "value": row["reply"]}])
        state.mails.clear()
        state.settle()


def read(folder: Path, name: str) -> Record:
    """What is in `name.yaml`, a bare list under its own name; empty when there is no such file."""
    path = folder / f"{name}.yaml"
    loaded: Any = read_yaml(path.read_text(encoding="utf-8")) if path.exists() else {}
    return loaded if isinstance(loaded, dict) else {name: loaded or []}


def moment(value: Any) -> datetime:
    """A YAML date, time or text as an aware moment; a bare day means nine in the morning."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(9), UTC)
    return moment_of(value if "T" in value else f"{value}T09:00:00Z")


def _seed_agents(state: ZendeskState, found: Record) -> None:
    for row in found.get("groups", []):
        topics = ", ".join(row.get("topics", []))
        group(state, row["name"], topics, default=not state.groups.rows, key=row.get("id"))
    rows = list(found.get("agents", []))
    if not any(row["email"] == INTEGRATION["email"] for row in rows):
        rows.append(INTEGRATION)
    for row in rows:
        _seed_agent(state, row)


def _seed_agent(state: ZendeskState, row: Record) -> None:
    asked: Record = {name: row[name] for name in ("id", "name", "email", "role", "time_zone") if name in row}
    spoken = [f"speaks_{language}" for language in row.get("languages", [])]
    tags = [*([row["seniority"]] if "seniority" in row else []), *spoken]
    if "custom_role" in row:
        asked["custom_role_id"] = role_id(row["custom_role"])
    user = create_user(state, {**asked, "tags": tags, "verified": True}, NOBODY)
    first = row.get("default_group_id")
    for group_id in sorted(row.get("group_ids", []), key=lambda key: key != first):
        join(state, user, state.groups.get(group_id))
    if not row.get("is_bot") and row is not INTEGRATION:
        set_staff(state, user, row)


def _seed_organization(state: ZendeskState, row: Record) -> None:
    asked: Record = {name: row[name] for name in ("id", "name", "domain_names", "notes") if name in row}
    details = f"{row.get('sites', 1)} sites in {row.get('country', 'unknown')}"
    organization(state, asked | {"details": details, "tags": ["vip"] if row.get("vip") else []})


def _seed_customer(state: ZendeskState, row: Record) -> None:
    known = ("id", "name", "email", "phone", "locale", "time_zone", "organization_id", "notes")
    asked = {name: row[name] for name in known if row.get(name) is not None}
    tier = str(row.get("tier", "standard"))
    fields = {
        "tier": tier,
        "region": row.get("region"),
        "customer_since": str(row["since"])[:10] if row.get("since") else None,
        "devices": "\n".join(", ".join(map(str, device.values())) for device in row.get("devices") or []),
        "consents": "\n".join(_consent(each) for each in row.get("consents") or []),
        "renews_on": _day_from_now(state, row.get("renews_in_days")),
        "churn_risk": row.get("churn_risk"),
    }
    more = {"external_id": str(row["id"]), "tags": [tier], "user_fields": fields, "verified": True}
    with state.at(moment(row["since"]) if row.get("since") else state.clock.now()):
        create_user(state, {**asked, **more}, NOBODY)


def _day_from_now(state: ZendeskState, days: int | None) -> str | None:
    return (state.clock.now() + timedelta(days=days)).date().isoformat() if days is not None else None


def _consent(row: Record) -> str:
    """One line that a person and a program can read: channel, purpose, when, where from, the words shown."""
    names = ("channel", "purpose", "granted_at", "source", "wording")
    return " | ".join(str(row.get(name, "")) for name in names)
