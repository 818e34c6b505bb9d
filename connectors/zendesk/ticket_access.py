"""Which tickets an agent may read, by Zendesk's own word: `core.ports.TicketAccess`.

Zendesk tells it of nobody directly. It follows from the agent's role: `ticket_access` of a custom role, else
`ticket_restriction` of the user (https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles
and …/ticketing/users/users), with the ticket's group, organisation, assignee and requester."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from connectors.faults import MalformedAnswerError, json_of
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.ids import TicketId

KEPT = timedelta(minutes=1)
KEPT_WHILE_AWAY = timedelta(minutes=15)  # what Zendesk said last, while it does not answer
MOST_KEPT = 10_000
CUSTOM_ROLES = "/api/v2/custom_roles.json"
# A user's `ticket_restriction` as the `ticket_access` of a custom role that is the same.
RESTRICTIONS = {
    None: "all",
    "": "all",
    "groups": "within-groups",
    "organization": "within-organization",
    "assigned": "assigned-only",
}
BY_GROUP = frozenset({"within-groups", "within-groups-and-public-groups"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an agent may read: `access` as Zendesk names it, with the ids that it goes by."""

    agent_id: str
    access: str
    groups: frozenset[str] = frozenset()
    organization: str | None = None


class ZendeskTicketAccess:
    """What Zendesk said is kept for a minute, in this process. Threads may share it."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._lock = Lock()
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}

    def may_read(self, agent_id: str, ticket_id: TicketId) -> bool:
        """As the port says. An agent whose role opens every ticket costs one request a minute, whatever they open."""
        reach = self._once(("agent", agent_id), lambda: self._reach(agent_id))
        if reach.access == "all":
            return True
        return self._once(("ticket", agent_id, ticket_id), lambda: self._in_reach(reach, ticket_id))

    def _once(self, name: Hashable, read: Callable[[], T]) -> T:
        now = self._api.now()
        with self._lock:
            known = self._kept.get(name)
        if known is not None and now - known[0] < KEPT:
            return known[1]  # type: ignore[no-any-return]
        try:
            found = read()
        except TransientError:
            if known is not None and now - known[0] < KEPT_WHILE_AWAY:
                return known[1]  # type: ignore[no-any-return]
            raise
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[name] = (now, found)
        return found

    def _reach(self, agent_id: str) -> Reach:
        action = f"read what user {agent_id} may see"
        if not (agent_id.isascii() and agent_id.isdigit()):
            raise RejectedError(f"{action}: this is no id of a user")
        with self._api.reading(action):
            user = self._one(f"/api/v2/users/{agent_id}.json", "user")
            role = records.words(user, "role")
            access = "all" if role == "admin" else self._access(user)
            groups = self._groups(agent_id) if access in BY_GROUP else frozenset[str]()
        if role not in ("admin", "agent") or user.get("suspended") or not user.get("active", True):
            raise RejectedError(f"{action}: not of the staff, or suspended")
        organization = records.reference(user, "organization_id")
        return Reach(agent_id=agent_id, access=access, groups=groups, organization=organization)

    def _access(self, user: Record) -> str:
        custom = records.reference(user, "custom_role_id")
        told = self._once("roles", self._roles).get(custom, "") if custom else ""
        restriction = user.get("ticket_restriction")
        return told or RESTRICTIONS.get(restriction, "assigned-only")

    def _roles(self) -> dict[str, str]:
        """`ticket_access` by role; only the larger plans have roles of the company's own."""
        try:
            rows = Pages(self._api).all(CUSTOM_ROLES, "custom_roles")
        except (ConfigurationError, RejectedError):
            return {}
        found = {records.number(row, "id"): row.get("configuration") for row in rows}
        return {key: records.words(each, "ticket_access") for key, each in found.items() if isinstance(each, dict)}

    def _groups(self, agent_id: str) -> frozenset[str]:
        path = f"/api/v2/users/{agent_id}/group_memberships.json?per_page=100"
        return frozenset(records.number(row, "group_id") for row in Pages(self._api).all(path, "group_memberships"))

    def _in_reach(self, reach: Reach, ticket_id: TicketId) -> bool:
        action = f"read whose ticket {ticket_id} is"
        if not (ticket_id.isascii() and ticket_id.isdigit()):
            raise RejectedError(f"{action}: this is no number of a ticket")
        with self._api.reading(action):
            ticket = self._one(f"/api/v2/tickets/{ticket_id}.json", "ticket")
            theirs = {records.reference(ticket, name) for name in ("assignee_id", "requester_id")}
            if reach.agent_id in theirs:
                return True
            if reach.access == "within-organization":
                organization = records.reference(ticket, "organization_id")
                return organization is not None and organization == reach.organization
            group = records.reference(ticket, "group_id")
            if reach.access in BY_GROUP and group in reach.groups:
                return True
            return reach.access == "within-groups-and-public-groups" and self._is_public(group)

    def _is_public(self, group: str | None) -> bool:
        """A ticket without a group is open to whoever sees the public ones."""
        return group is None or self._one(f"/api/v2/groups/{group}.json", "group").get("is_public") is not False

    def _one(self, path: str, name: str) -> Record:
        body = json_of(self._api.get(path))
        found = body.get(name) if isinstance(body, dict) else None
        if not isinstance(found, dict):
            raise MalformedAnswerError(f"the answer has no {name}")
        return found
