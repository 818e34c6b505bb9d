"""What the messaging app remembers, and how the API shows it."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# The API's errors: a status, a code and a title.


class SunshineError(Exception):
    """An answer other than 2xx."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(title)
        self.status, self.code, self.title = status, code, title

    def body(self) -> dict[str, Any]:
        return {"errors": [{"code": self.code, "title": self.title}]}


def unknown(kind: str) -> SunshineError:
    return SunshineError(404, f"{kind}_not_found", f"{kind.capitalize()} not found")


def bad(title: str) -> SunshineError:
    return SunshineError(400, "bad_request", title)


# People and conversations.

Row = dict[str, Any]

APP_ID = "app" + "5" * 21
KEY_ID = "app_" + "6" * 24
INTEGRATION_ID = "1" * 24  # the custom integration made for Handrail
WORKSPACE_ID = "2" * 24  # Zendesk's own
MESSENGER_ID = "3" * 24
WEB_ID = "4" * 24
SOURCES = {"web": WEB_ID, "messenger": MESSENGER_ID}

# Our place in the switchboard answers first; the agents' workspace follows.
SWITCHBOARD: tuple[Row, ...] = (
    {"id": "7" * 24, "name": "handrail", "integrationId": INTEGRATION_ID, "integrationType": "custom"},
    {
        "id": "8" * 24,
        "name": "zd-agentWorkspace",
        "integrationId": WORKSPACE_ID,
        "integrationType": "zd:agentWorkspace",
    },
)
FIRST, AGENTS = SWITCHBOARD


def new_id() -> str:
    return secrets.token_hex(12)


def stamp(moment: datetime) -> str:
    """Milliseconds in UTC, as the API writes them."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(slots=True, kw_only=True)
class Person:
    """A messaging user. `page_id` is who plays them on the page; `zendesk_id` their user in Support."""

    id: str
    page_id: str
    name: str
    external_id: str = ""
    zendesk_id: str = ""
    email: str = ""
    authenticated: bool = False
    signed_up_at: datetime

    def shown(self) -> Row:
        given, _, surname = self.name.partition(" ")
        profile = {"givenName": given or None, "surname": surname or None, "locale": "en", "localeOrigin": "apiRequest"}
        mail = [{"type": "email", "value": self.email, "verification": "embed"}] if self.email else []
        return {
            "id": self.id,
            "authenticated": self.authenticated,
            **({"externalId": self.external_id} if self.external_id else {}),
            **({"zendeskId": self.zendesk_id} if self.zendesk_id else {}),
            "signedUpAt": stamp(self.signed_up_at),
            "profile": {name: value for name, value in profile.items() if value},
            "metadata": {},
            "identities": mail if self.authenticated else [],
        }


@dataclass(slots=True, kw_only=True)
class Thread:
    """One messaging conversation. `active` is the place in the switchboard that has control; `statuses` are how far
    each of the business's messages got, by its id; `typing` is until when somebody is shown to be writing."""

    id: str
    person: Person
    source: str
    created_at: datetime
    active: Row | None = None
    metadata: Row = field(default_factory=dict)
    messages: list[Row] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    ticket_id: int | None = None
    read_at: datetime | None = None
    typing_until: datetime | None = None

    def brief(self) -> Row:
        """As webhooks name it."""
        return {
            "id": self.id,
            "type": "personal",
            **({"metadata": self.metadata} if self.metadata else {}),
            **({"activeSwitchboardIntegration": self.active} if self.active else {}),
        }

    def shown(self) -> Row:
        last = self.messages[-1]["received"] if self.messages else stamp(self.created_at)
        return {**self.brief(), "isDefault": True, "lastUpdatedAt": last, "createdAt": stamp(self.created_at)}
