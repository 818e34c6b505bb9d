"""What people do at the helpdesk, as plain methods for the sandbox's page: write mails, answer tickets, look."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.apps import signed_app_token
from apps.sandbox.zendesk.fields import DONE
from apps.sandbox.zendesk.macros import apply_macro
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.tickets import create_ticket, update_ticket
from apps.sandbox.zendesk.users import create_user, user_by_email

MESSAGING = "native_messaging"
WEB = {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}


class Desk:
    """The account as its people see it. Raises `RefusedError` where the API would answer an error.

    What is returned are copies: the records themselves change only under the account's lock.
    """

    def __init__(self, state: ZendeskState, commented: Callable[..., None] | None = None) -> None:
        """`commented` is told of each comment that an agent writes here: on a messaging ticket it is a message."""
        self.state, self._commented = state, commented

    def receive_email(
        self,
        from_email: str,
        subject: str,
        body: str,
        name: str | None = None,
        in_reply_to_ticket: int | None = None,
    ) -> Record:
        """Zendesk's mail channel: the ticket the mail made or was added to.

        An unknown sender becomes a user. A reply reopens a solved ticket; a reply to a closed or
        unknown one makes a new ticket.
        """
        with self.state.lock:
            sender = self._sender(from_email, name)
            via = _mail_via(sender, self.state.account.subdomain)
            ticket = self.state.tickets.find(in_reply_to_ticket)
            if ticket is None or ticket["status"] == "closed":
                asked = {"subject": subject, "comment": {"body": body}}
                return deepcopy(create_ticket(self.state, asked, sender, via).ticket)
            edit = update_ticket(self.state, ticket, {"comment": {"body": body}}, sender, via)
            return deepcopy(edit.ticket)

    def agent_comment(
        self, ticket_id: int, agent_id: int, body: str, public: bool, status: str | None = None
    ) -> Record:
        """An agent writes on a ticket, as in the agent workspace; returns the comment."""
        with self.state.lock:
            ticket, agent = self.state.tickets.get(ticket_id), self.state.users.get(agent_id)
            asked: Record = {"comment": {"body": body, "public": public, "author_id": agent_id}}
            if ticket["assignee_id"] is None and public:
                asked["assignee_id"] = agent_id
            if status:
                asked["status"] = status
            update_ticket(self.state, ticket, asked, agent, self._via(ticket))
            made = deepcopy(self.state.comments[ticket_id][-1])
            name = str(agent["name"])
        if self._commented is not None:
            self._commented(ticket_id, name, body, public=public, status=status or "")
        return made

    def _via(self, ticket: Record) -> Record:
        """Answers on a ticket of messaging go through messaging."""
        messaging = ticket["via"]["channel"] == MESSAGING
        return {**WEB, "channel": MESSAGING} if messaging else dict(WEB)

    def agent_update(self, ticket_id: int, agent_id: int, changes: Record) -> Record:
        """An agent changes fields of a ticket (`status`, `assignee_id`, `group_id`, `tags` …)."""
        with self.state.lock:
            ticket, agent = self.state.tickets.get(ticket_id), self.state.users.get(agent_id)
            return deepcopy(update_ticket(self.state, ticket, changes, agent, dict(WEB)).ticket)

    def tickets_view(self, include_done: bool = False, limit: int = 100) -> list[Record]:
        """The agents' list: newest change first."""
        with self.state.lock:
            rows = [each for each in self.state.tickets.rows.values() if self._is_shown(each, include_done)]
            rows.sort(key=lambda each: (each["updated_at"], each["id"]), reverse=True)
            return deepcopy([self._row(ticket) for ticket in rows[:limit]])

    def apply_macro(self, ticket_id: int, macro_id: int, agent_id: int) -> Record:
        """What a ticket would become by a macro, as the agent workspace asks for it."""
        with self.state.lock:
            ticket, macro = self.state.tickets.get(ticket_id), self.state.macros.get(macro_id)
            return apply_macro(self.state, ticket, macro, self.state.users.get(agent_id))

    def ticket_view(self, ticket_id: int) -> Record:
        """One ticket with its people, comments and audits, as plain JSON values. 404 as `RefusedError`."""
        with self.state.lock:
            ticket = self.state.tickets.get(ticket_id)
            view = {
                **self._row(ticket),
                "description": ticket["description"],
                "custom_fields": self._custom(ticket),
                "requester": self._person(ticket["requester_id"]),
                "comments": [self._comment(each) for each in self.state.comments[ticket_id]],
                "audits": self.state.audits[ticket_id],
            }
            return deepcopy(view)

    def agents(self) -> list[Record]:
        """The staff: id, name, role, group."""
        with self.state.lock:
            staff = [user for user in self.state.users.rows.values() if user["role"] != "end-user"]
            return [self._agent(user) for user in staff]

    def mails_to(self, email: str) -> list[Record]:
        """The mails the account sent to this address, oldest first."""
        with self.state.lock:
            return [mail for mail in self.state.mails if mail["to"].lower() == email.lower()]

    def signed_app_token(self, ticket_id: int | None, agent_id: int, query: str = "") -> str:
        """The token with which the account opens the app's page for this agent at this ticket, or in the navigation."""
        with self.state.lock:
            return signed_app_token(self.state, ticket_id, agent_id, query)

    def _sender(self, email: str, name: str | None) -> Record:
        known = user_by_email(self.state, email)
        if known:
            return known
        return create_user(self.state, {"name": name or email.partition("@")[0], "email": email}, {})

    def _is_shown(self, ticket: Record, include_done: bool) -> bool:
        return include_done or ticket["status"] not in DONE

    def _row(self, ticket: Record) -> Record:
        names = ("id", "subject", "status", "priority", "type", "tags", "created_at", "updated_at")
        group = self.state.groups.find(ticket["group_id"]) or {}
        return {
            **{name: ticket[name] for name in names},
            "channel": ticket["via"]["channel"],
            "requester": self._person(ticket["requester_id"]),
            "assignee": self._person(ticket["assignee_id"]),
            "group": group.get("name"),
        }

    def _person(self, user_id: int | None) -> Record | None:
        user = self.state.users.find(user_id)
        if user is None:
            return None
        names = ("id", "name", "email", "phone", "role", "locale", "time_zone", "tags", "user_fields")
        return {name: user[name] for name in names}

    def _agent(self, user: Record) -> Record:
        group = self.state.groups.find(user["default_group_id"]) or {}
        names = ("id", "name", "email", "role")
        return {**{name: user[name] for name in names}, "group": group.get("name")}

    def _comment(self, comment: Record) -> Record:
        author: dict[str, Any] = self.state.users.find(comment["author_id"]) or {}
        shown = ("id", "body", "html_body", "public", "created_at", "via", "author_id")
        person = {name: author.get(name) for name in ("id", "name", "role")}
        files = deepcopy(comment.get("attachments") or [])
        return {**{name: comment[name] for name in shown}, "author": person, "attachments": files}

    def _custom(self, ticket: Record) -> list[Record]:
        titles = {field["id"]: field["title"] for field in self.state.ticket_fields.rows.values()}
        return [{**each, "title": titles.get(each["id"])} for each in ticket["custom_fields"]]


def _mail_via(sender: Record, subdomain: str) -> Record:
    sent_from = {"address": sender["email"], "name": sender["name"]}
    sent_to = {"address": f"support@{subdomain}.example", "name": "Customer care"}
    return {"channel": "email", "source": {"from": sent_from, "to": sent_to, "rel": None}}
