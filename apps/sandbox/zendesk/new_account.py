"""What every account has before anybody works in it: brand, system fields, segments, Zendesk's own triggers."""

from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.articles import user_segment
from apps.sandbox.zendesk.fields import SYSTEM_FIELDS, ticket_field, user_field
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.triggers import trigger

TITLES = {"tickettype": "Type"}
USER_FIELDS = (
    ("tier", "Tier", "dropdown", ("standard", "plus", "business")),
    ("region", "Region", "text", ()),
    ("customer_since", "Customer since", "date", ()),
    ("devices", "Devices", "textarea", ()),
    ("consents", "Consents", "textarea", ()),
    ("renews_on", "Renews on", "date", ()),
    ("churn_risk", "Churn risk", "text", ()),
)
RECEIVED: Record = {
    "title": "Notify requester of received request",
    "conditions": {
        "all": [
            {"field": "update_type", "operator": "is", "value": "Create"},
            {"field": "current_user", "operator": "is", "value": "requester_id"},
        ]
    },
    "actions": [
        {
            "field": "notification_user",
            "value": [
                "requester_id",
                "[Request received] {{ticket.title}}",
                "Your request ({{ticket.id}}) has been received and is being looked at by our team.",
            ],
        }
    ],
}
COMMENTED: Record = {
    "title": "Notify requester of comment update",
    "conditions": {
        "all": [
            {"field": "comment_is_public", "operator": "is", "value": "true"},
            {"field": "current_user", "operator": "is_not", "value": "requester_id"},
        ]
    },
    "actions": [
        {
            "field": "notification_user",
            "value": ["requester_id", "[{{ticket.id}}] {{ticket.title}}", "{{ticket.latest_public_comment}}"],
        }
    ],
}


def set_up(state: ZendeskState, brand: str) -> None:
    """Fill an empty account with what Zendesk itself puts there."""
    add_brand(state, brand, state.account.subdomain)
    for kind in SYSTEM_FIELDS:
        ticket_field(state, {"type": kind, "title": TITLES.get(kind, kind.capitalize())})
    for key, title, kind, options in USER_FIELDS:
        user_field(state, key, title, kind, list(options))
    user_segment(state, "Signed-in users", "signed_in_users")
    user_segment(state, "Agents and admins", "staff")
    user_segment(state, "Plus and Business customers", "signed_in_users", ("plus", "business"))
    trigger(state, RECEIVED)
    trigger(state, COMMENTED)


AUDIENCES = {"internal": "Agents and admins", "plus_business": "Plus and Business customers"}


def segment_id(state: ZendeskState, audience: str) -> int | None:
    """The segment that may read pages for this audience; None means everybody. KeyError for an unknown one."""
    if audience == "public":
        return None
    rows = state.user_segments.rows.values()
    return next(int(row["id"]) for row in rows if row["name"] == AUDIENCES[audience])


def add_brand(state: ZendeskState, name: str, subdomain: str) -> Record:
    """A brand with a Help Center of its own; the first one is the account's own."""
    now, key = state.now(), state.new_id("brand")
    return state.brands.put(
        {
            "id": key,
            "url": state.api_url(f"brands/{key}.json"),
            "name": name,
            "brand_url": f"https://{subdomain}.zendesk.com",
            "subdomain": subdomain,
            "has_help_center": True,
            "help_center_state": "enabled",
            "active": True,
            "default": not state.brands.rows,
            "is_deleted": False,
            "ticket_form_ids": [5_500_001],
            "signature_template": "{{agent.signature}}",
            "created_at": now,
            "updated_at": now,
        }
    )
