"""Users: how they are created and changed, the events that say so, their roles, and both over HTTP."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, answer_page, sideload
from apps.sandbox.zendesk.events import publish_user
from apps.sandbox.zendesk.state import STAFF, ZendeskState

# The account's roles of staff: Zendesk's own, and those that the company made (larger plans have them).

# id → name, type (0 made by the company, 1 light agent, 3 contributor, 4 admin, 5 billing admin), what it is for
CUSTOM_ROLES: dict[int, tuple[str, int, str]] = {
    860_001: ("Staff", 0, "Works on tickets of their groups"),
    860_002: ("Team lead", 0, "Works on all tickets and looks after a team"),
    860_003: ("Light agent", 1, "Reads tickets and writes internal notes"),
    860_004: ("Contributor", 3, "Writes internal notes"),
    860_005: ("Administrator", 4, "Manages the account"),
    860_006: ("Billing administrator", 5, "Manages the account and its subscription"),
}
MADE = "2024-02-01T09:00:00Z"


def role_id(name: str) -> int:
    """KeyError for a name that no role has."""
    return {title: key for key, (title, _, _) in CUSTOM_ROLES.items()}[name]


def set_role_type(state: ZendeskState, user: Record) -> None:
    """Admins have a role of Zendesk's own; whoever has a role of the company's is told to have it."""
    if not state.account.custom_roles:
        return
    if user["role"] == "admin" and user["custom_role_id"] is None:
        user["custom_role_id"] = role_id("Administrator")
    known = CUSTOM_ROLES.get(user["custom_role_id"] or 0)
    user["role_type"] = known[1] if known and user["role"] != "end-user" else None


def _custom_role(state: ZendeskState, key: int) -> Record:
    name, kind, description = CUSTOM_ROLES[key]
    members = [user for user in state.users.rows.values() if user["custom_role_id"] == key and user["active"]]
    return {
        "id": key,
        "name": name,
        "description": description,
        "role_type": kind,
        "team_member_count": len(members),
        "configuration": {"ticket_access": "all", "ticket_editing": kind in (0, 4, 5)},
        "created_at": MADE,
        "updated_at": MADE,
    }


def _list_custom_roles(call: Call) -> Answer:
    if not call.state.account.custom_roles:
        raise not_found()
    return answer_page(call, "custom_roles", [_custom_role(call.state, key) for key in CUSTOM_ROLES])


def _show_custom_role(call: Call, role: int) -> Answer:
    if not call.state.account.custom_roles or role not in CUSTOM_ROLES:
        raise not_found()
    return Answer(body={"custom_role": _custom_role(call.state, role)})


# How users are created and changed, and the events that say so.

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
    _publish_changes(state, user, before, actor)
    return user


def create_or_update_user(state: ZendeskState, asked: Mapping[str, Any], actor: Record) -> tuple[Record, bool]:
    """The user with this external id or address, changed or made; whether it was made."""
    known = _by_external_id(state, asked.get("external_id"))
    known = known or (user_by_email(state, asked["email"]) if asked.get("email") else None)
    if known is None:
        name = asked.get("name") or str(asked.get("email", "")).partition("@")[0]
        return create_user(state, {**asked, "name": name}, actor), True
    return update_user(state, known, asked, actor), False


def _publish_changes(state: ZendeskState, user: Record, before: Record, actor: Record) -> None:
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


def user_by_email(state: ZendeskState, email: str) -> Record | None:
    wanted = email.strip().lower()
    return next((user for user in state.users.rows.values() if (user["email"] or "").lower() == wanted), None)


# The endpoints.

UPDATES_PER_MINUTE = 5


def _list_users(call: Call) -> Answer:
    roles = set(call.query.getlist("role[]") + call.query.getlist("role"))
    rows = [user for user in call.state.users.listed() if not roles or user["role"] in roles]
    page = answer_page(call, "users", rows)
    return Answer(body={**page.body, **sideload(call, page.body["users"])})


def _show_user(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    return Answer(body={"user": user, **sideload(call, [user])})


def _me(call: Call) -> Answer:
    return Answer(body={"user": call.actor})


def _show_many(call: Call) -> Answer:
    wanted = {part.strip() for part in call.query.get("ids", call.query.get("external_ids", "")).split(",")}
    name = "id" if "ids" in call.query else "external_id"
    rows = [user for user in call.state.users.rows.values() if str(user[name]) in wanted]
    return answer_page(call, "users", rows)


def _search(call: Call) -> Answer:
    """By external id, or by words of the name, address or number; behind the records like all searches."""
    rows = call.state.users.listed()
    if "external_id" in call.query:
        rows = [user for user in rows if user["external_id"] == call.query["external_id"]]
    else:
        rows = [user for user in rows if _matches(user, call.query.get("query", ""))]
    return answer_page(call, "users", rows)


def _matches(user: Record, query: str) -> bool:
    name, _, value = query.partition(":")
    if value and name in ("email", "phone", "name", "role", "external_id"):
        return value.strip('"').lower() == str(user[name] or "").lower()
    text = f"{user['name']} {user['email']} {user['phone']}".lower()
    return bool(query.strip()) and all(word in text for word in query.strip('"').lower().split())


def _create(call: Call) -> Answer:
    user = create_user(call.state, call.part("user"), call.actor)
    return Answer(status=201, body={"user": user}, headers={"Location": user["url"]})


def _create_or_update(call: Call) -> Answer:
    user, made = create_or_update_user(call.state, call.part("user"), call.actor)
    return Answer(status=201 if made else 200, body={"user": user}, headers={"Location": user["url"]})


def _update(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    call.state.limits.spend(f"user:{user_id}", UPDATES_PER_MINUTE, timedelta(minutes=1), f"updates of user {user_id}")
    return Answer(body={"user": update_user(call.state, user, call.part("user"), call.actor)})


def _delete(call: Call, user_id: int) -> Answer:
    """A deleted user stays to be read by id, inactive and without an address."""
    user = call.state.users.get(user_id)
    if user is call.actor:
        raise invalid("base", "You cannot delete yourself")
    if any(t["requester_id"] == user_id and t["status"] != "closed" for t in call.state.tickets.rows.values()):
        raise invalid("base", "The user has tickets that are not closed")
    user.update(active=False, email=None, phone=None, updated_at=call.state.now())
    call.state.users.put(user)
    publish_user(call.state, user, "deleted", {}, call.actor)
    return Answer(body={"user": user})


def _delete_for_good(call: Call, user_id: int) -> Answer:
    """Only who was deleted before; what they said stays, of nobody. No contract describes this route: it is as the SDK
    and public clients call it."""
    user = call.state.users.get(user_id)
    if user["active"]:
        raise not_found()
    gone: Record = {
        name: None for name in ("alias", "details", "notes", "signature", "photo", "external_id") if name in user
    }
    user.update(gone, name="Permanently deleted user", user_fields={}, tags=[], permanently_deleted=True)
    call.state.users.put(user)
    return Answer(body={"deleted_user": {"id": user_id, "name": user["name"], "active": False}})


def _deletion_statuses(call: Call, user_id: int) -> Answer:
    """How far the erasure of a deleted user has come; here it is done at once."""
    user = call.state.users.get(user_id)
    if user["active"]:
        return Answer(body={"compliance_deletion_statuses": []})
    told = {"account_subdomain": call.state.account.subdomain, "executer_id": call.actor["id"], "user_id": user_id}
    steps = [("request_deletion", "all"), ("started_deletion", "support"), ("complete_deletion", "support")]
    rows = [{"action": step, "application": name, "created_at": user["updated_at"], **told} for step, name in steps]
    return Answer(body={"compliance_deletion_statuses": rows})


def _tags(call: Call, user_id: int) -> Answer:
    return answer_page(call, "tags", call.state.users.get(user_id)["tags"])


def _add_tags(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    tags = [*user["tags"], *(call.body.get("tags") or [])]
    return Answer(body={"tags": update_user(call.state, user, {"tags": tags}, call.actor)["tags"]})


def _groups(call: Call, user_id: int) -> Answer:
    call.state.users.get(user_id)
    joined = {each["group_id"] for each in call.state.memberships.listed() if each["user_id"] == user_id}
    return answer_page(call, "groups", [group for group in call.state.groups.listed() if group["id"] in joined])


def _identities(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    values = [("email", user["email"]), ("phone_number", user["phone"])]
    rows = [_identity(call, user, kind, value) for kind, value in values if value]
    return answer_page(call, "identities", rows)


def _identity(call: Call, user: Record, kind: str, value: str) -> Record:
    key = user["id"] * 10 + (kind == "phone_number")
    return {
        "id": key,
        "url": call.state.api_url(f"users/{user['id']}/identities/{key}.json"),
        "user_id": user["id"],
        "type": kind,
        "value": value,
        "verified": user["verified"],
        "primary": kind == "email",
        "created_at": user["created_at"],
        "updated_at": user["updated_at"],
    }


ROUTES = (
    Route("GET", "/api/v2/custom_roles", _list_custom_roles),
    Route("GET", "/api/v2/custom_roles/<int:role>", _show_custom_role),
    Route("GET", "/api/v2/users", _list_users),
    Route("POST", "/api/v2/users", _create),
    Route("GET", "/api/v2/users/me", _me),
    Route("GET", "/api/v2/users/search", _search),
    Route("GET", "/api/v2/users/show_many", _show_many),
    Route("POST", "/api/v2/users/create_or_update", _create_or_update),
    Route("GET", "/api/v2/users/<int:user_id>", _show_user),
    Route("PUT", "/api/v2/users/<int:user_id>", _update),
    Route("DELETE", "/api/v2/users/<int:user_id>", _delete),
    Route("DELETE", "/api/v2/deleted_users/<int:user_id>", _delete_for_good),
    Route("GET", "/api/v2/users/<int:user_id>/tags", _tags),
    Route("PUT", "/api/v2/users/<int:user_id>/tags", _add_tags),
    Route("GET", "/api/v2/users/<int:user_id>/compliance_deletion_statuses", _deletion_statuses),
    Route("GET", "/api/v2/users/<int:user_id>/groups", _groups),
    Route("GET", "/api/v2/users/<int:user_id>/identities", _identities),
)
