"""Replays past tickets through the account's own writing, so that their audits and times are real."""

from datetime import datetime, timedelta

from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.fields import ticket_field
from apps.sandbox.zendesk.macros import rate
from apps.sandbox.zendesk.state import ZendeskState, moment_of
from apps.sandbox.zendesk.writing import create_ticket, update_ticket

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
    reason = ticket_field(state, {"title": "Contact reason", "type": "text"})["id"]
    outcome = ticket_field(state, {"title": "Outcome", "type": "text"})["id"]
    for row in sorted(rows, key=lambda row: str(row["created_at"])):
        _seed_one(state, row, shift, {reason: row.get("intent"), outcome: row.get("outcome")})


def _seed_one(state: ZendeskState, row: Record, shift: timedelta, custom: dict[int, str | None]) -> None:
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
