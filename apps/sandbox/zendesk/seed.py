"""Fills the account from the company's folder: people, help centre, past tickets.

The rows keep the ids they have in the files, so that orders and signals can point at them.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import markdown

from apps.sandbox.company_rows import read_yaml
from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.fields import SYSTEM_FIELDS, add_ticket_field, add_user_field
from apps.sandbox.zendesk.help_center import add_article, add_category, add_section, add_translation, add_user_segment
from apps.sandbox.zendesk.macros import add_macro, rate
from apps.sandbox.zendesk.state import ZendeskState, moment_of, stamp
from apps.sandbox.zendesk.teams import add_group, add_organization, join_group, set_staff
from apps.sandbox.zendesk.tickets import create_ticket, update_ticket
from apps.sandbox.zendesk.triggers import add_trigger
from apps.sandbox.zendesk.users import create_user, role_id

# What every account has before anybody works in it: brand, system fields, segments, Zendesk's own triggers.

TITLES = {"tickettype": "Type"}
USER_FIELDS = (
    ("tier", "Tier", "dropdown", ("standard", "plus", "business")),
    ("region", "Region", "text", ()),
    ("customer_since", "Customer since", "date", ()),
    ("devices", "Devices", "textarea", ()),
    ("consents", "Consents", "textarea", ()),
    ("renews_on", "Renews on", "date", ()),
    ("churn_risk", "Churn risk", "text", ()),
)
# Zendesk's own triggers: title, conditions that must all hold, and the mail's subject and text.
TRIGGERS = (
    (
        "Notify requester of received request",
        (("update_type", "is", "Create"), ("current_user", "is", "requester_id")),
        "[Request received] {{ticket.title}}",
        "Your request ({{ticket.id}}) has been received and is being looked at by our team.",
    ),
    (
        "Notify requester of comment update",
        (("comment_is_public", "is", "true"), ("current_user", "is_not", "requester_id")),
        "[{{ticket.id}}] {{ticket.title}}",
        "{{ticket.latest_public_comment}}",
    ),
)


def set_up(state: ZendeskState, brand: str) -> None:
    """Fill an empty account with what Zendesk itself puts there."""
    add_brand(state, brand, state.account.subdomain)
    for kind in SYSTEM_FIELDS:
        add_ticket_field(state, {"type": kind, "title": TITLES.get(kind, kind.capitalize())})
    for key, title, kind, options in USER_FIELDS:
        add_user_field(state, key, title, kind, list(options))
    add_user_segment(state, "Signed-in users", "signed_in_users")
    add_user_segment(state, "Agents and admins", "staff")
    add_user_segment(state, "Plus and Business customers", "signed_in_users", ("plus", "business"))
    for title, conditions, subject, text in TRIGGERS:
        needed = [{"field": field, "operator": operator, "value": value} for field, operator, value in conditions]
        mail = {"field": "notification_user", "value": ["requester_id", subject, text]}
        add_trigger(state, {"title": title, "conditions": {"all": needed}, "actions": [mail]})


AUDIENCES = {"internal": "Agents and admins", "plus_business": "Plus and Business customers"}


def segment_id(state: ZendeskState, audience: str) -> int | None:
    """The segment that may read pages for this audience; None means everybody. KeyError for an unknown one."""
    if audience == "public":
        return None
    rows = state.user_segments.rows.values()
    return next(int(row["id"]) for row in rows if row["name"] == AUDIENCES[audience])


def add_brand(state: ZendeskState, name: str, subdomain: str) -> Record:
    """A brand with a Help Center of its own; the first one is the account's own."""
    now, key = state.now(), state.new_id("brand")
    return state.brands.put(
        {
            "id": key,
            "url": state.api_url(f"brands/{key}.json"),
            "name": name,
            "brand_url": f"https://{subdomain}.zendesk.com",
            "subdomain": subdomain,
            "has_help_center": True,
            "help_center_state": "enabled",
            "active": True,
            "default": not state.brands.rows,
            "is_deleted": False,
            "ticket_form_ids": [5_500_001],
            "signature_template": "{{agent.signature}}",
            "created_at": now,
            "updated_at": now,
        }
    )


# Loads the help centre: Markdown files with a YAML head, a folder per section.

Page = tuple[Record, str]


def seed_articles(state: ZendeskState, folder: Path, found: Record) -> None:
    """Every article under `articles/`; translations join the article they translate."""
    for row in found.get("categories", []):
        add_category(state, row["name"], key=row.get("id"))
    for row in found.get("sections", []):
        add_section(state, row["name"], row["category_id"], key=row.get("id"), position=row.get("position", 0))
    pages = [read_page(path) for path in sorted((folder / "articles").glob("*/*.md"))]
    # Sources first: a translation needs the article it belongs to.
    for head, body in sorted(pages, key=lambda page: bool(page[0].get("translation_of"))):
        _seed_article(state, head, body)


def read_page(path: Path) -> Page:
    """The YAML head and the Markdown body of one file; raises ValueError when there is no head."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return dict(read_yaml(head)), body.strip()


@cache
def html_of_markdown(body: str) -> str:
    return markdown.markdown(body, extensions=["tables", "sane_lists"])


def _seed_article(state: ZendeskState, head: Record, body: str) -> None:
    author_id = next(int(user["id"]) for user in state.users.rows.values() if user["role"] == "admin")
    asked = {
        "id": head.get("id"),
        "title": head["title"],
        "locale": head.get("locale", state.account.locales[0]),
        "body": html_of_markdown(body),
        "draft": bool(head.get("draft", False)),
        "label_names": [str(label) for label in head.get("labels") or []],
        "user_segment_id": segment_id(state, str(head.get("audience", "public"))),
        "updated_at": _read_updated_at(head.get("updated_at")) or state.now(),
    }
    source = state.articles.find(head.get("translation_of"))
    if source is not None:
        add_translation(state, source, asked, author_id)
    else:
        add_article(state, asked, _section_id(state, str(head["section"])), author_id)


def _read_updated_at(value: Any) -> str | None:
    if isinstance(value, datetime):
        return stamp(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return stamp(datetime.combine(value, time(9), UTC))
    return str(value) if value else None


def _section_id(state: ZendeskState, name: str) -> int:
    """The section of this name, made when no file declared it."""
    known = next((row for row in state.sections.rows.values() if row["name"] == name), None)
    if known is None:
        shelf = next(iter(state.categories.rows.values()), None) or add_category(state, "Help")
        known = add_section(state, name, shelf["id"])
    return int(known["id"])


# Replays past tickets through the account's own writing, so that their audits and times are real.

# How long Zendesk leaves a solved ticket open to be reopened.
CLOSED_AFTER = timedelta(days=28)
CHANNELS = {"email": "email", "web": "web", "sms": "sms", "whatsapp": "whatsapp"}


def seed_tickets(state: ZendeskState, found: Record) -> None:
    """Every past ticket, its dates moved so that the file's `as_of` becomes now.

    Raises RefusedError when a row points at somebody the account does not know.
    """
    rows = found.get("tickets", [])
    if not rows:
        return
    shift = state.clock.now() - moment_of(found["as_of"]) if "as_of" in found else timedelta(0)
    reason = add_ticket_field(state, {"title": "Contact reason", "type": "text"})["id"]
    outcome = add_ticket_field(state, {"title": "Outcome", "type": "text"})["id"]
    for row in sorted(rows, key=lambda row: str(row["created_at"])):
        _seed_ticket(state, row, shift, {reason: row.get("intent"), outcome: row.get("outcome")})


def _seed_ticket(state: ZendeskState, row: Record, shift: timedelta, custom: dict[int, str | None]) -> None:
    customer, agent = state.users.get(row["requester_id"]), state.users.get(row["assignee_id"])
    via = {"channel": CHANNELS.get(row["channel"], "web"), "source": {"from": {}, "to": {}, "rel": None}}
    first, *more = row["comments"]
    with state.at(_when(row["created_at"], shift)):
        ticket = create_ticket(state, _opening(row, first, custom), customer, via).ticket
    for comment in more:
        author = customer if comment["by"] == "customer" else agent
        with state.at(_when(comment["at"], shift)):
            update_ticket(state, ticket, {"comment": {"body": comment["text"]}}, author, via)
    _finish(state, row, ticket, agent, _when(row["solved_at"], shift))


def _opening(row: Record, first: Record, custom: dict[int, str | None]) -> Record:
    return {
        "id": row["id"],
        "subject": row["subject"],
        "comment": {"body": first["text"]},
        "priority": row["priority"],
        "tags": row["tags"],
        "group_id": row["group_id"],
        "custom_fields": [{"id": key, "value": value} for key, value in custom.items()],
    }


def _finish(state: ZendeskState, row: Record, ticket: Record, agent: Record, solved_at: datetime) -> None:
    with state.at(solved_at):
        update_ticket(state, ticket, {"status": "solved", "assignee_id": agent["id"]}, agent, ticket["via"])
        if row.get("csat"):
            rate(state, ticket, row["csat"])
    closed_at = solved_at + CLOSED_AFTER
    if closed_at < state.clock.now():
        with state.at(closed_at):
            update_ticket(state, ticket, {"status": "closed"}, agent, {**ticket["via"], "channel": "rule"})


def _when(text: str, shift: timedelta) -> datetime:
    return moment_of(str(text)) + shift


# The company's folder: its people, then everything in order.

BRAND = "Larkfield Home"
INTEGRATION: Record = {"name": "Handrail", "email": "integration@larkfield.example", "role": "admin"}
NOBODY: Record = {}


def seed(state: ZendeskState, folder: Path) -> None:
    """Load everything found in `folder`; a file that is absent adds nothing.

    Nothing is sent to anybody for it, and lists and searches know all of it at once.
    """
    with state.lock:
        set_up(state, BRAND)
        _seed_agents(state, read_file(folder, "agents"))
        for row in read_file(folder, "organizations").get("organizations", []):
            _seed_organization(state, row)
        for row in read_file(folder, "customers").get("customers", []):
            _seed_customer(state, row)
        seed_articles(state, folder, read_file(folder, "sections"))
        seed_tickets(state, read_file(folder, "tickets"))
        for row in read_file(folder, "macros").get("macros", []):
            add_macro(state, row["title"], [{"field": "comment_value", "value": row["reply"]}])
        state.mails.clear()
        state.settle()


def read_file(folder: Path, name: str) -> Record:
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
        add_group(state, row["name"], topics, default=not state.groups.rows, key=row.get("id"))
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
        join_group(state, user, state.groups.get(group_id))
    if not row.get("is_bot") and row is not INTEGRATION:
        set_staff(state, user, row)


def _seed_organization(state: ZendeskState, row: Record) -> None:
    asked: Record = {name: row[name] for name in ("id", "name", "domain_names", "notes") if name in row}
    details = f"{row.get('sites', 1)} sites in {row.get('country', 'unknown')}"
    add_organization(state, asked | {"details": details, "tags": ["vip"] if row.get("vip") else []})


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
