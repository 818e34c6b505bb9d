"""Groups, their members, and organizations."""

import uuid
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from apps.sandbox.zendesk.answers import Answer, Record, RefusedError, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, answer_page, id_of, list_all, show_one, sideload
from apps.sandbox.zendesk.state import STAFF, ZendeskState

ORGANIZATION_FIELDS = ("name", "details", "notes", "external_id", "domain_names", "tags", "organization_fields")


def add_group(
    state: ZendeskState, name: str, description: str = "", default: bool = False, key: int | None = None
) -> Record:
    now, key = state.now(), state.new_id("group", key)
    return state.groups.put(
        {
            "id": key,
            "url": state.api_url(f"groups/{key}.json"),
            "name": name,
            "description": description,
            "is_public": True,
            "default": default,
            "deleted": False,
            "created_at": now,
            "updated_at": now,
        }
    )


def join_group(state: ZendeskState, user: Record, joined: Record) -> Record:
    """Make an agent a member of a group; the first one becomes the default."""
    now, key = state.now(), state.new_id("membership")
    first = user["default_group_id"] in (None, joined["id"])
    if first:
        user["default_group_id"] = joined["id"]
        state.users.put(user)
    return state.memberships.put(
        {
            "id": key,
            "url": state.api_url(f"group_memberships/{key}.json"),
            "user_id": user["id"],
            "group_id": joined["id"],
            "default": first,
            "created_at": now,
            "updated_at": now,
        }
    )


def add_organization(state: ZendeskState, asked: Record) -> Record:
    """A new organization; 422 without a name or with one that is taken."""
    name = str(asked.get("name") or "").strip()
    if not name:
        raise invalid("name", "Name: cannot be blank", "BlankValue")
    if any(each["name"].lower() == name.lower() for each in state.organizations.rows.values()):
        raise invalid("name", f"Name: {name} has already been taken", "DuplicateValue")
    now, key = state.now(), state.new_id("organization", asked.get("id"))
    return state.organizations.put(
        {
            "id": key,
            "url": state.api_url(f"organizations/{key}.json"),
            "name": name,
            "shared_tickets": False,
            "shared_comments": False,
            "external_id": asked.get("external_id"),
            "created_at": now,
            "updated_at": now,
            "domain_names": asked.get("domain_names", []),
            "details": asked.get("details", ""),
            "notes": asked.get("notes", ""),
            "group_id": None,
            "tags": asked.get("tags", []),
            "organization_fields": asked.get("organization_fields", {}),
        }
    )


def _create_group(call: Call) -> Answer:
    asked = call.part("group")
    if not asked.get("name"):
        raise invalid("name", "Name: cannot be blank", "BlankValue")
    made = add_group(call.state, asked["name"], asked.get("description", ""))
    return Answer(status=201, body={"group": made}, headers={"Location": made["url"]})


def _list_memberships(call: Call, group_id: int | None = None, user_id: int | None = None) -> Answer:
    rows = call.state.memberships.listed()
    rows = [each for each in rows if group_id in (None, each["group_id"]) and user_id in (None, each["user_id"])]
    page = answer_page(call, "group_memberships", rows)
    return Answer(body={**page.body, **sideload(call, page.body["group_memberships"])})


def _list_members(call: Call, group_id: int) -> Answer:
    call.state.groups.get(group_id)
    joined = {each["user_id"] for each in call.state.memberships.listed() if each["group_id"] == group_id}
    members = [user for user in call.state.users.listed() if user["id"] in joined and user["role"] in STAFF]
    return answer_page(call, "users", members)


def _create_organization(call: Call) -> Answer:
    made = add_organization(call.state, call.part("organization"))
    return Answer(status=201, body={"organization": made}, headers={"Location": made["url"]})


def _update_organization(call: Call, organization_id: int) -> Answer:
    found, asked = call.state.organizations.get(organization_id), call.part("organization")
    found.update({name: asked[name] for name in ORGANIZATION_FIELDS if name in asked})
    found["updated_at"] = call.state.now()
    return Answer(body={"organization": call.state.organizations.put(found)})


def _search_organizations(call: Call) -> Answer:
    rows = call.state.organizations.listed()
    for name in ("external_id", "name"):
        if name in call.query:
            rows = [each for each in rows if str(each[name] or "").lower() == call.query[name].lower()]
    return answer_page(call, "organizations", rows)


def _show_many_organizations(call: Call) -> Answer:
    wanted = {int(part) for part in call.query.get("ids", "").split(",") if part.strip().isdigit()}
    rows = [each for each in call.state.organizations.rows.values() if each["id"] in wanted]
    return answer_page(call, "organizations", rows)


# What omnichannel routing knows of the agents: who is at work, how much they have in hand, what they can do.
# An account may have none of it (`Account.omnichannel`): these addresses then answer as if they were not there.

STATUSES = {1: "online", 2: "away", 3: "transfers_only", 4: "offline"}
ATTRIBUTES = ("Skill", "Language")
IN_HAND = ("new", "open")  # statuses of tickets that count as work items
CHANNEL = "support"
MOST_AGENTS = 100
SPACE = uuid.UUID("5b0cbb51-2a2e-4d6f-8f0f-2b6a3c6b6f10")


def set_staff(state: ZendeskState, user: Record, row: Record) -> None:
    """Take over from the company's file what it says of one agent: `skills`, `languages`, `status`, `capacity`."""
    state.staff[user["id"]] = {
        "status": row.get("status", "online"),
        "capacity": row.get("capacity", 6),
        "updated_at": state.now(),
        "Skill": [str(skill) for skill in row.get("skills", [])],
        "Language": [LANGUAGES.get(str(code), str(code)) for code in row.get("languages", [])],
    }


LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi"}


def _check_access(call: Call) -> None:
    if not call.state.account.omnichannel:
        raise not_found()
    if call.actor["role"] != "admin":
        raise RefusedError(403, {"errors": [{"code": "Forbidden", "title": "You do not have access"}]})


def _agents(state: ZendeskState) -> list[Record]:
    return [user for user in state.users.listed() if user["role"] in STAFF and user["id"] in state.staff]


def _availabilities(call: Call) -> Answer:
    _check_access(call)
    rows = [_availability(call.state, user) for user in _agents(call.state)]
    wanted = call.query.get("filter[channel_status]", "")
    rows = [row for row in rows if not wanted or _has_status(call.state, row, wanted)]
    by_cursor = replace(call, query=MultiDict({"page[size]": str(MOST_AGENTS)} | call.query.to_dict()))
    page: Record = answer_page(by_cursor, "data", rows).body
    included = [each for row in page["data"] for each in _include_channel(call.state, row)]
    return Answer(body={**page, "included": included})


def _one_availability(call: Call, user_id: int) -> Answer:
    _check_access(call)
    user = next((each for each in _agents(call.state) if each["id"] == user_id), None)
    if user is None:
        raise not_found()
    row = _availability(call.state, user)
    return Answer(body={"data": row, "included": _include_channel(call.state, row)})


def _has_status(state: ZendeskState, row: Record, wanted: str) -> bool:
    name, _, status = wanted.partition(":")
    return name == CHANNEL and bool(state.staff[row["attributes"]["agent_id"]]["status"] == status)


def _availability(state: ZendeskState, user: Record) -> Record:
    known, key = state.staff[user["id"]], f"agent_availabilities|{user['id']}"
    number = next((number for number, name in STATUSES.items() if name == known["status"]), 4)
    status = {"id": number, "name": known["status"], "reason": "UNKNOWN", "updated_at": known["updated_at"]}
    return {
        "id": key,
        "type": "agent_availabilities",
        "attributes": {
            "agent_id": user["id"],
            "agent_status": status,
            "group_ids": sorted(m["group_id"] for m in state.memberships.listed() if m["user_id"] == user["id"]),
            "skills": [{"id": _value_id(kind, name)} for kind in ATTRIBUTES for name in known[kind]],
            "version": 1,
        },
        "relationships": {"channels": {"data": [{"id": f"{key}|channels|{CHANNEL}", "type": "channels"}]}},
        "links": {"self": state.api_url(f"agent_availabilities/{user['id']}")},
    }


def _include_channel(state: ZendeskState, row: Record) -> list[Record]:
    agent_id = row["attributes"]["agent_id"]
    known, key = state.staff[agent_id], f"{row['id']}|channels|{CHANNEL}"
    tickets = [each for each in state.tickets.listed() if each["assignee_id"] == agent_id]
    items = [_work_item(key, ticket) for ticket in tickets if ticket["status"] in IN_HAND]
    channel = {
        "id": key,
        "type": "channels",
        "attributes": {
            "name": CHANNEL,
            "status": known["status"],
            "max_capacity": known["capacity"],
            "work_item_count": len(items),
            "updated_at": known["updated_at"],
        },
        "relationships": {"work_items": {"data": [{"id": item["id"], "type": "work_items"} for item in items]}},
    }
    return [channel, *items]


def _work_item(channel_key: str, ticket: Record) -> Record:
    attributes = {"added_at": ticket["updated_at"], "reason": "ASSIGNED"}
    return {"id": f"{channel_key}|work_items|{ticket['id']}", "type": "work_items", "attributes": attributes}


def _statuses(call: Call) -> Answer:
    _check_access(call)
    rows = [{"id": str(number), "type": "agent_statuses", "attributes": {"name": n}} for number, n in STATUSES.items()]
    return Answer(body={"data": rows})


def _set_status(call: Call, user_id: int) -> Answer:
    _check_access(call)
    if user_id not in call.state.staff:
        raise not_found()
    name = STATUSES.get(id_of(call.body.get("id")))
    if name is None:
        raise invalid("id", "Agent status: does not exist")
    call.state.staff[user_id].update(status=name, updated_at=call.state.now())
    return Answer(body={"data": {"id": str(call.body["id"]), "type": "agent_statuses", "attributes": {"name": name}}})


def _attributes(call: Call) -> Answer:
    _check_access(call)
    rows = [_attribute(call.state, name) for name in ATTRIBUTES]
    return Answer(body={"attributes": rows, "count": len(rows), "next_page": None, "previous_page": None})


def _attribute(state: ZendeskState, name: str) -> Record:
    key, at = _attribute_id(name), state.now()
    url = state.api_url(f"routing/attributes/{key}.json")
    return {"id": key, "name": name, "url": url, "created_at": at, "updated_at": at}


def _instance_values(call: Call) -> Answer:
    _check_access(call)
    asked = [part.strip() for part in call.query.get("filter[agent_ids]", "").split(",") if part.strip()]
    if not asked or len(asked) > MOST_AGENTS:
        message = "You passed an invalid value for the filter attribute. Invalid parameter: filter must be present"
        raise RefusedError(400, {"error": {"title": "Invalid attribute", "message": message}})
    rows = [
        _instance_value(call.state, user["id"], kind, name)
        for user in _agents(call.state)
        if str(user["id"]) in asked
        for kind in ATTRIBUTES
        for name in call.state.staff[user["id"]][kind]
    ]
    return answer_page(call, "instance_values", rows)


def _instance_value(state: ZendeskState, agent_id: int, kind: str, name: str) -> Record:
    at = state.staff[agent_id]["updated_at"]
    return {
        "id": str(uuid.uuid5(SPACE, f"{agent_id}/{kind}/{name}")),
        "agent_id": agent_id,
        "agent_skill_priority": "NORMAL",
        "attribute_id": _attribute_id(kind),
        "attribute_value_id": _value_id(kind, name),
        "name": name,
        "created_at": at,
        "updated_at": at,
    }


def _attribute_id(kind: str) -> str:
    return str(uuid.uuid5(SPACE, kind))


def _value_id(kind: str, name: str) -> str:
    return str(uuid.uuid5(SPACE, f"{kind}/{name}"))


ROUTES = (
    Route("GET", "/api/v2/groups", list_all("groups")),
    Route("POST", "/api/v2/groups", _create_group),
    Route("GET", "/api/v2/groups/assignable", list_all("groups")),
    Route("GET", "/api/v2/groups/<int:group_id>", show_one("groups", "group")),
    Route("GET", "/api/v2/groups/<int:group_id>/memberships", _list_memberships),
    Route("GET", "/api/v2/groups/<int:group_id>/memberships/assignable", _list_memberships),
    Route("GET", "/api/v2/groups/<int:group_id>/users", _list_members),
    Route("GET", "/api/v2/group_memberships", _list_memberships),
    Route("GET", "/api/v2/users/<int:user_id>/group_memberships", _list_memberships),
    Route("GET", "/api/v2/group_memberships/assignable", _list_memberships),
    Route("GET", "/api/v2/organizations", list_all("organizations")),
    Route("POST", "/api/v2/organizations", _create_organization),
    Route("GET", "/api/v2/organizations/search", _search_organizations),
    Route("GET", "/api/v2/organizations/show_many", _show_many_organizations),
    Route("GET", "/api/v2/organizations/<int:organization_id>", show_one("organizations", "organization")),
    Route("PUT", "/api/v2/organizations/<int:organization_id>", _update_organization),
    Route("GET", "/api/v2/agent_availabilities", _availabilities),
    Route("GET", "/api/v2/agent_availabilities/<int:user_id>", _one_availability),
    Route("GET", "/api/v2/agent_availabilities/agent_statuses", _statuses),
    Route("PUT", "/api/v2/agent_availabilities/agent_statuses/agents/<int:user_id>", _set_status),
    Route("GET", "/api/v2/routing/attributes", _attributes),
    Route("GET", "/api/v2/routing/agents/instance_values", _instance_values),
)
