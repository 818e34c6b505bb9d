"""Users, organizations and groups of the account."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from zenpy.lib.exception import RecordNotFoundException

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from core.model.helpdesk import Person, Team

TEAMS_KEPT = timedelta(minutes=5)
NAMES_KEPT = 10_000  # organizations that are remembered; they hardly change


class People:
    """The reading of people; nothing here writes."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._organizations: dict[str, tuple[str, dict[str, str]]] = {}
        self._teams: tuple[datetime, list[Team]] | None = None

    def one(self, person_id: str) -> Person:
        with self._api.reading(f"read user {person_id}") as zendesk:
            return self._person(zendesk, records.plain(zendesk.users(id=person_id)))

    def teams(self) -> list[Team]:
        """As they were at most five minutes ago: it takes a request for each group to read them."""
        now = self._api.now()
        if self._teams is None or now - self._teams[0] >= TEAMS_KEPT:
            self._teams = (now, self._read_teams())
        return list(self._teams[1])

    def _read_teams(self) -> list[Team]:
        with self._api.reading("read the groups") as zendesk:
            groups = [group for group in records.every(zendesk.groups()) if not group.get("deleted")]
            return [records.team(group, self._members(zendesk, group)) for group in groups]

    def changed(self, cursor: str | None) -> tuple[list[Person], str]:
        """Customers changed since `cursor`. Zendesk holds back the last minute; the cursor picks it up later."""
        with self._api.reading("read the changed users") as zendesk:
            since: dict[str, Any] = {"cursor": cursor} if cursor else {"start_time": 0}
            export = zendesk.users.incremental(**since)
            customers = [user for user in records.every(export) if user.get("role") == "end-user"]
            found = [self._person(zendesk, user) for user in customers]
            return found, getattr(export, "after_cursor", None) or cursor or ""

    def _members(self, zendesk: Any, group: Mapping[str, Any]) -> list[Person]:
        found = zendesk.groups.users(int(records.number(group, "id")))
        return [self._person(zendesk, user) for user in records.every(found)]

    def _person(self, zendesk: Any, record: Mapping[str, Any]) -> Person:
        name, fields = self._organization(zendesk, records.reference(record, "organization_id"))
        return records.person(record, name or None, fields)

    def _organization(self, zendesk: Any, organization_id: str | None) -> tuple[str, dict[str, str]]:
        """Its name, and its fields and tags; they are asked for once."""
        if organization_id is None:
            return "", {}
        if organization_id not in self._organizations:
            if len(self._organizations) >= NAMES_KEPT:
                self._organizations.clear()
            self._organizations[organization_id] = self._read_organization(zendesk, organization_id)
        return self._organizations[organization_id]

    def _read_organization(self, zendesk: Any, organization_id: str) -> tuple[str, dict[str, str]]:
        try:
            record = records.plain(zendesk.organizations(id=organization_id))
        except RecordNotFoundException:
            return "", {}  # deleted since: no reason to lose the person
        return records.text(record, "name"), records.organization_fields(record)
