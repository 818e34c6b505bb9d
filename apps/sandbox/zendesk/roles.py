"""The account's roles of staff: Zendesk's own, and those that the company made (larger plans have them)."""

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, not_found
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.state import ZendeskState

# id → name, type (0 made by the company, 1 light agent, 3 contributor, 4 admin, 5 billing admin), what it is for
ROLES: dict[int, tuple[str, int, str]] = {
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
    return {title: key for key, (title, _, _) in ROLES.items()}[name]


def set_role_type(state: ZendeskState, user: Record) -> None:
    """Admins have a role of Zendesk's own; whoever has a role of the company's is told to have it."""
    if not state.account.custom_roles:
        return
    if user["role"] == "admin" and user["custom_role_id"] is None:
        user["custom_role_id"] = role_id("Administrator")
    known = ROLES.get(user["custom_role_id"] or 0)
    user["role_type"] = known[1] if known and user["role"] != "end-user" else None


def _role(state: ZendeskState, key: int) -> Record:
    name, kind, description = ROLES[key]
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


def _list(call: Call) -> Answer:
    if not call.state.account.custom_roles:
        raise not_found()
    return paged(call, "custom_roles", [_role(call.state, key) for key in ROLES])


def _show(call: Call, role: int) -> Answer:
    if not call.state.account.custom_roles or role not in ROLES:
        raise not_found()
    return Answer(body={"custom_role": _role(call.state, role)})


ROUTES = (
    Route("GET", "/api/v2/custom_roles", _list),
    Route("GET", "/api/v2/custom_roles/<int:role>", _show),
)
