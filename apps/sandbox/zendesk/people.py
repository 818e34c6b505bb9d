"""How users are created and changed, and the events that say so."""

from collections.abc import Mapping
from typing import Any

from apps.sandbox.zendesk.access import STAFF, user_by_email
from apps.sandbox.zendesk.answers import Record, invalid
from apps.sandbox.zendesk.events import publish_user
from apps.sandbox.zendesk.roles import set_role_type
from apps.sandbox.zendesk.state import ZendeskState

ROLES = ("end-user", "agent", "admin")
LOCALE_IDS = {"en-us": 1, "en-gb": 1176, "es": 2, "de": 8, "fr": 16}
PLAIN = (
    "phone",
    "alias",
    "details",
    "notes",
    "external_id",
    "organization_id",
    "locale",
    "verified",
    "suspended",
    "signature",
    "default_group_id",
    "custom_role_id",
    "moderator",
    "only_private_comments",
    "ticket_restriction",
)
# Which change of a user is told under which event.
EVENTS = {
    "name": "name_changed",
    "role": "role_changed",
    "details": "details_changed",
    "notes": "notes_changed",
    "external_id": "external_id_changed",
    "time_zone": "time_zone_changed",
    "tags": "tags_changed",
    "active": "active_changed",
    "suspended": "suspended_changed",
    "email": "identity_changed",
    "phone": "identity_changed",
}

# What Zendesk shows of a customer of whom only the name is known.
UNTOUCHED: Record = {
    "time_zone": "UTC",
    "iana_time_zone": "Etc/UTC",
    "phone": None,
    "shared_phone_number": None,
    "photo": None,
    "locale_id": 1,
    "locale": "en-US",
    "organization_id": None,
    "role": "end-user",
    "verified": False,
    "external_id": None,
    "alias": "",
    "active": True,
    "shared": False,
    "shared_agent": False,
    "last_login_at": None,
    "two_factor_auth_enabled": None,
    "signature": None,
    "details": "",
    "notes": "",
    "role_type": None,
    "custom_role_id": None,
    "moderator": False,
    "ticket_restriction": "requested",
    "only_private_comments": False,
    "restricted_agent": True,
    "suspended": False,
    "default_group_id": None,
    "report_csv": False,
}


def create_user(state: ZendeskState, asked: Mapping[str, Any], actor: Record) -> Record:
    """A new user; 422 without a name or with an address that is taken."""
    name = str(asked.get("name") or "").strip()
    if not name:
        raise invalid("name", "Name: is too short (minimum one character)", "BlankValue")
    email = asked.get("email")
    if email and user_by_email(state, email):
        raise invalid("email", f"Email: {email} is already being used by another user", "DuplicateValue")
    user = _blank(state, name, email, asked.get("id"))
    _fill(state, user, asked)
    state.users.put(user)
    publish_user(state, user, "created", {}, actor)
    return user


def update_user(state: ZendeskState, user: Record, asked: Mapping[str, Any], actor: Record) -> Record:
    """Change a user; one event for each thing that became different."""
    email = asked.get("email")
    owner = user_by_email(state, email) if email else None
    if owner is not None and owner is not user:
        raise invalid("email", f"Email: {email} is already being used by another user", "DuplicateValue")
    before = {**user, "user_fields": dict(user["user_fields"])}
    _fill(state, user, asked)
    user["updated_at"] = state.now()
    state.users.put(user)
    _tell(state, user, before, actor)
    return user


def create_or_update_user(state: ZendeskState, asked: Mapping[str, Any], actor: Record) -> tuple[Record, bool]:
    """The user with this external id or address, changed or made; whether it was made."""
    known = _by_external_id(state, asked.get("external_id"))
    known = known or (user_by_email(state, asked["email"]) if asked.get("email") else None)
    if known is None:
        name = asked.get("name") or str(asked.get("email", "")).partition("@")[0]
        return create_user(state, {**asked, "name": name}, actor), True
    return update_user(state, known, asked, actor), False


def _tell(state: ZendeskState, user: Record, before: Record, actor: Record) -> None:
    for name, event in EVENTS.items():
        if user[name] != before[name]:
            publish_user(state, user, event, {"current": user[name], "previous": before[name]}, actor)
    for key, value in user["user_fields"].items():
        if value != before["user_fields"].get(key):
            told = {"field": {"id": key}, "current": value, "previous": before["user_fields"].get(key)}
            publish_user(state, user, "custom_field_changed", told, actor)


def _by_external_id(state: ZendeskState, external_id: Any) -> Record | None:
    if external_id in (None, ""):
        return None
    users = state.users.rows.values()
    return next((user for user in users if user["external_id"] == str(external_id)), None)


def _fill(state: ZendeskState, user: Record, asked: Mapping[str, Any]) -> None:
    user.update({name: asked[name] for name in PLAIN if name in asked})
    for name in ("name", "email"):
        if asked.get(name):
            user[name] = asked[name]
    if "role" in asked:
        if asked["role"] not in ROLES:
            raise invalid("role", f"Role: {asked['role']} is not a valid role")
        user["role"] = asked["role"]
        user["ticket_restriction"] = None if asked["role"] in STAFF else "requested"
    set_role_type(state, user)
    if asked.get("organization_id") and state.organizations.find(asked["organization_id"]) is None:
        raise invalid("organization", "Organization: does not exist", "RecordNotFound")
    if "time_zone" in asked:
        user["time_zone"] = user["iana_time_zone"] = asked["time_zone"]
    if "tags" in asked:
        user["tags"] = sorted({str(tag).lower() for tag in asked["tags"]})
    user["user_fields"].update(asked.get("user_fields") or {})
    user["locale_id"] = LOCALE_IDS.get(str(user["locale"]).lower(), 1)


def _blank(state: ZendeskState, name: str, email: str | None, key: int | None) -> Record:
    now, key = state.now(), state.new_id("user", key)
    return {
        "id": key,
        "url": state.api_url(f"users/{key}.json"),
        "name": name,
        "email": email,
        "created_at": now,
        "updated_at": now,
        **UNTOUCHED,
        "tags": [],
        "user_fields": {field["key"]: None for field in state.user_fields.rows.values()},
    }
