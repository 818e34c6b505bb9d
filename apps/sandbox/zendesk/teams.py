"""Groups, their members, and organizations."""

from apps.sandbox.zendesk.access import STAFF
from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, invalid
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.sideloads import sideloaded
from apps.sandbox.zendesk.state import ZendeskState

ORGANIZATION_FIELDS = ("name", "details", "notes", "external_id", "domain_names", "tags", "organization_fields")


def group(
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


def join(state: ZendeskState, user: Record, joined: Record) -> Record:
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


def organization(state: ZendeskState, asked: Record) -> Record:
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


def _list_groups(call: Call) -> Answer:
    return paged(call, "groups", call.state.groups.listed())


def _show_group(call: Call, group_id: int) -> Answer:
    return Answer(body={"group": call.state.groups.get(group_id)})


def _create_group(call: Call) -> Answer:
    asked = call.part("group")
    if not asked.get("name"):
        raise invalid("name", "Name: cannot be blank", "BlankValue")
    made = group(call.state, asked["name"], asked.get("description", ""))
    return Answer(status=201, body={"group": made}, headers={"Location": made["url"]})


def _list_memberships(call: Call, group_id: int | None = None) -> Answer:
    rows = call.state.memberships.listed()
    rows = [each for each in rows if group_id in (None, each["group_id"])]
    page = paged(call, "group_memberships", rows)
    return Answer(body={**page.body, **sideloaded(call, page.body["group_memberships"])})


def _list_members(call: Call, group_id: int) -> Answer:
    call.state.groups.get(group_id)
    joined = {each["user_id"] for each in call.state.memberships.listed() if each["group_id"] == group_id}
    members = [user for user in call.state.users.listed() if user["id"] in joined and user["role"] in STAFF]
    return paged(call, "users", members)


def _list_organizations(call: Call) -> Answer:
    return paged(call, "organizations", call.state.organizations.listed())


def _show_organization(call: Call, organization_id: int) -> Answer:
    return Answer(body={"organization": call.state.organizations.get(organization_id)})


def _create_organization(call: Call) -> Answer:
    made = organization(call.state, call.part("organization"))
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
    return paged(call, "organizations", rows)


def _show_many_organizations(call: Call) -> Answer:
    wanted = {int(part) for part in call.query.get("ids", "").split(",") if part.strip().isdigit()}
    rows = [each for each in call.state.organizations.rows.values() if each["id"] in wanted]
    return paged(call, "organizations", rows)


ROUTES = (
    Route("GET", "/api/v2/groups", _list_groups),
    Route("POST", "/api/v2/groups", _create_group),
    Route("GET", "/api/v2/groups/assignable", _list_groups),
    Route("GET", "/api/v2/groups/<int:group_id>", _show_group),
    Route("GET", "/api/v2/groups/<int:group_id>/memberships", _list_memberships),
    Route("GET", "/api/v2/groups/<int:group_id>/memberships/assignable", _list_memberships),
    Route("GET", "/api/v2/groups/<int:group_id>/users", _list_members),
    Route("GET", "/api/v2/group_memberships", _list_memberships),
    Route("GET", "/api/v2/group_memberships/assignable", _list_memberships),
    Route("GET", "/api/v2/organizations", _list_organizations),
    Route("POST", "/api/v2/organizations", _create_organization),
    Route("GET", "/api/v2/organizations/search", _search_organizations),
    Route("GET", "/api/v2/organizations/show_many", _show_many_organizations),
    Route("GET", "/api/v2/organizations/<int:organization_id>", _show_organization),
    Route("PUT", "/api/v2/organizations/<int:organization_id>", _update_organization),
)
