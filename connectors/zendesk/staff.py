"""Who works in the account, and as what: `core.ports.Staff`, asked of Zendesk itself."""

from collections.abc import Collection
from datetime import datetime, timedelta
from threading import Lock

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.pages import Pages
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.agent import Colleague, role_of

ROLES_KEPT = timedelta(minutes=5)
FAILURE_KEPT = timedelta(seconds=20)  # while Zendesk is down, whoever opens a ticket does not wait for it
MOST_KEPT = 5_000
CUSTOM_ROLES = "/api/v2/custom_roles.json"


class ZendeskStaff:
    """What Zendesk said is kept for five minutes, in this process. Threads may share it.

    `leads` are the names of custom roles whose members lead a team."""

    def __init__(self, api: ZendeskApi, leads: Collection[str] = ()) -> None:
        self._api, self._leads = api, frozenset(leads)
        self._lock = Lock()
        self._known: dict[str, Colleague] = {}
        self._names: tuple[datetime, dict[str, str]] | None = None
        self._failed: tuple[datetime, str] | None = None

    def colleague(self, person_id: str) -> Colleague:
        """As `core.ports.Staff`; ConfigurationError where Zendesk does not let the integration user read it."""
        now = self._api.now()
        with self._lock:
            known, failed = self._known.get(person_id), self._failed
        if known is not None and now - known.read_at < ROLES_KEPT:
            return known
        if failed is not None and now - failed[0] < FAILURE_KEPT:
            raise TransientError(failed[1])
        try:
            return self._kept(self._read(person_id, now))
        except TransientError as error:
            self._failed = (now, str(error))
            raise
        except RejectedError:
            with self._lock:
                self._known.pop(person_id, None)
            raise

    def _kept(self, colleague: Colleague) -> Colleague:
        with self._lock:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[colleague.id] = colleague
        return colleague

    def _read(self, person_id: str, now: datetime) -> Colleague:
        action = f"read the role of user {person_id}"
        if not (person_id.isascii() and person_id.isdigit()):
            raise RejectedError(f"{action}: this is no id of a user")
        with self._api.reading(action):
            body = self._api.get(f"/api/v2/users/{person_id}.json").json()
            user = body.get("user") if isinstance(body, dict) else None
            if not isinstance(user, dict):
                raise MalformedAnswerError("the answer has no user")
            name, role = records.words(user, "name"), self._role(user, now)
        if role is None or user.get("suspended") or not user.get("active", True):
            raise RejectedError(f"{action}: not of the staff, or suspended")
        return Colleague(id=person_id, name=name or "Agent", role=role, read_at=now)

    def _role(self, user: Record, now: datetime) -> str | None:
        custom = records.reference(user, "custom_role_id")
        # An admin has a custom role too, which says nothing new.
        asked = custom and self._leads and user.get("role") == "agent"
        name = self._custom_roles(now).get(str(custom), "") if asked else ""
        return role_of(records.words(user, "role"), name, self._leads)

    def _custom_roles(self, now: datetime) -> dict[str, str]:
        """Names by id. Only the larger plans have them: elsewhere nobody leads by role."""
        if self._names is None or now - self._names[0] >= ROLES_KEPT:
            self._names = (now, self._read_custom_roles())
        return self._names[1]

    def _read_custom_roles(self) -> dict[str, str]:
        try:
            rows = Pages(self._api).all(CUSTOM_ROLES, "custom_roles")
        except (ConfigurationError, RejectedError):
            return {}
        return {records.number(row, "id"): records.words(row, "name") for row in rows}
