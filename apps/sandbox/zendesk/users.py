"""Users over HTTP."""

from datetime import timedelta

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, invalid
from apps.sandbox.zendesk.events import publish_user
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.people import create_or_update_user, create_user, update_user
from apps.sandbox.zendesk.sideloads import sideloaded

UPDATES_PER_MINUTE = 5


def _list(call: Call) -> Answer:
    roles = set(call.query.getlist("role[]") + call.query.getlist("role"))
    rows = [user for user in call.state.users.listed() if not roles or user["role"] in roles]
    page = paged(call, "users", rows)
    return Answer(body={**page.body, **sideloaded(call, page.body["users"])})


def _show(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    return Answer(body={"user": user, **sideloaded(call, [user])})


def _me(call: Call) -> Answer:
    return Answer(body={"user": call.actor})


def _show_many(call: Call) -> Answer:
    wanted = {part.strip() for part in call.query.get("ids", call.query.get("external_ids", "")).split(",")}
    name = "id" if "ids" in call.query else "external_id"
    rows = [user for user in call.state.users.rows.values() if str(user[name]) in wanted]
    return paged(call, "users", rows)


def _search(call: Call) -> Answer:
    """By external id, or by words of the name, address or number; behind the records like all searches."""
    rows = call.state.users.listed()
    if "external_id" in call.query:
        rows = [user for user in rows if user["external_id"] == call.query["external_id"]]
    else:
        rows = [user for user in rows if _found(user, call.query.get("query", ""))]
    return paged(call, "users", rows)


def _found(user: Record, query: str) -> bool:
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
    user.update(active=False, email=None, phone=None, updated_at=call.state.now())
    call.state.users.put(user)
    publish_user(call.state, user, "deleted", {}, call.actor)
    return Answer(body={"user": user})


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
    return paged(call, "tags", call.state.users.get(user_id)["tags"])


def _add_tags(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    tags = [*user["tags"], *(call.body.get("tags") or [])]
    return Answer(body={"tags": update_user(call.state, user, {"tags": tags}, call.actor)["tags"]})


def _groups(call: Call, user_id: int) -> Answer:
    call.state.users.get(user_id)
    joined = {each["group_id"] for each in call.state.memberships.listed() if each["user_id"] == user_id}
    return paged(call, "groups", [group for group in call.state.groups.listed() if group["id"] in joined])


def _identities(call: Call, user_id: int) -> Answer:
    user = call.state.users.get(user_id)
    values = [("email", user["email"]), ("phone_number", user["phone"])]
    rows = [_identity(call, user, kind, value) for kind, value in values if value]
    return paged(call, "identities", rows)


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
    Route("GET", "/api/v2/users", _list),
    Route("POST", "/api/v2/users", _create),
    Route("GET", "/api/v2/users/me", _me),
    Route("GET", "/api/v2/users/search", _search),
    Route("GET", "/api/v2/users/show_many", _show_many),
    Route("POST", "/api/v2/users/create_or_update", _create_or_update),
    Route("GET", "/api/v2/users/<int:user_id>", _show),
    Route("PUT", "/api/v2/users/<int:user_id>", _update),
    Route("DELETE", "/api/v2/users/<int:user_id>", _delete),
    Route("GET", "/api/v2/users/<int:user_id>/tags", _tags),
    Route("PUT", "/api/v2/users/<int:user_id>/tags", _add_tags),
    Route("GET", "/api/v2/users/<int:user_id>/compliance_deletion_statuses", _deletion_statuses),
    Route("GET", "/api/v2/users/<int:user_id>/groups", _groups),
    Route("GET", "/api/v2/users/<int:user_id>/identities", _identities),
)
