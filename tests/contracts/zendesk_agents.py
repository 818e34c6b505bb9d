"""Agent availability and skills as Zendesk's reference pages describe them; they are in none of its OpenAPI documents.

Written here from the pages of the Agent Availability API (agent availabilities, channels, work items) and of
skill-based routing, as read in November 2026: names, types and what must be there."""

from typing import Any

from tests.contracts.contract import Contract

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}


def thing(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}


def query(name: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema or TEXT}


REFERENCE = thing(("id", "type"), id=TEXT, type=TEXT)
STATUS = thing(("id", "name"), id=NUMBER, name=TEXT, reason=TEXT, updated_at=MOMENT)
AVAILABILITY = thing(
    ("attributes", "id", "links", "type"),
    id={"type": "string", "pattern": r"^agent_availabilities\|\d+$"},
    type={"type": "string", "enum": ["agent_availabilities"]},
    attributes=thing(
        ("agent_id", "version"),
        agent_id=NUMBER,
        agent_status=STATUS,
        group_ids=many(NUMBER),
        skills=many(thing(("id",), id=TEXT)),
        version=NUMBER,
    ),
    relationships=thing((), channels=thing(("data",), data=many(REFERENCE))),
    links={"type": "object"},
)
CHANNEL = thing(
    ("attributes", "id", "type"),
    id={"type": "string", "pattern": r"^agent_availabilities\|\d+\|channels\|\w+$"},
    type={"type": "string", "enum": ["channels"]},
    attributes=thing(
        ("name", "work_item_count"),
        name=TEXT,
        status=TEXT,
        max_capacity=NUMBER,
        work_item_count=NUMBER,
        updated_at=MOMENT,
    ),
)
REASONS = [
    "UNKNOWN_ADD",
    "ASSIGNED",
    "OFFERED",
    "ACCEPTED",
    "MANUAL_ASSIGNED",
    "REOPENED",
    "ASSIGNED_TRANSFER",
    "CHANNEL_CHANGE",
    "OFFER_MISSED",
    "OFFER_OBSOLETED",
]
WORK_ITEM = thing(
    ("attributes", "id", "type"),
    id=TEXT,
    type={"type": "string", "enum": ["work_items"]},
    attributes=thing(("reason",), added_at=MOMENT, reason={"type": "string", "enum": REASONS}),
)
INCLUDED = {"oneOf": [CHANNEL, WORK_ITEM]}
ATTRIBUTE = thing(("id", "name"), id=TEXT, name=TEXT, url=TEXT, created_at=MOMENT, updated_at=MOMENT)
INSTANCE_VALUE = thing(
    ("agent_id", "attribute_id", "attribute_value_id", "id", "name"),
    agent_id=NUMBER,
    agent_skill_priority=TEXT,
    attribute_id=TEXT,
    attribute_value_id=TEXT,
    id=TEXT,
    name=TEXT,
    created_at=MOMENT,
    updated_at=MOMENT,
)
PAGING = (query("page[size]", type="integer", maximum=100), query("page[after]"), query("page[before]"))


def document() -> dict[str, Any]:
    listed = thing(
        ("data", "included", "links", "meta"),
        data=many(AVAILABILITY),
        included=many(INCLUDED),
        links={"type": "object"},
        meta=thing(("has_more",), has_more={"type": "boolean"}),
    )
    return {
        "openapi": "3.0.3",
        "components": {"schemas": {}},
        "paths": {
            "/api/v2/agent_availabilities": {
                "get": {"parameters": [query("filter[channel_status]"), *PAGING], "responses": answer(listed)}
            },
            "/api/v2/routing/attributes": {
                "get": {
                    "parameters": [query("include")],
                    "responses": answer(thing(("attributes",), attributes=many(ATTRIBUTE))),
                }
            },
            "/api/v2/routing/agents/instance_values": {
                "get": {
                    "parameters": [query("filter[agent_ids]", required=True), *PAGING],
                    "responses": answer(thing(("instance_values",), instance_values=many(INSTANCE_VALUE))),
                }
            },
        },
    }


def contract() -> Contract:
    return Contract(document())
