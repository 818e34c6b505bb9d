"""Where a vendor's document is wrong about the vendor, and why we think so."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Exemption:
    """Changes `schema` (a name under components/schemas, or a path into one) of a document."""

    schema: str
    change: dict[str, Any]
    reason: str

    def apply(self, document: dict[str, Any]) -> None:
        found: Any = document["components"]["schemas"]
        for part in self.schema.split("/"):
            found = found[int(part)] if isinstance(found, list) else found[part]
        found.update(self.change)


NULL = {"nullable": True}

VALUES = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]

CHUNK = "CreateChatCompletionStreamResponse/properties/choices/items/properties"

EXCEPTIONS: dict[str, tuple[Exemption, ...]] = {
    "zendesk.json": (
        Exemption(
            "TicketFieldValueInput/properties/value",
            {"oneOf": [*VALUES, {"type": "string", "enum": [None], "nullable": True}]},
            "a custom field nobody filled in is null",
        ),
        Exemption("UserForAdmin/properties/last_login_at", NULL, "null for who never signed in"),
        Exemption("UserForAdmin/properties/default_group_id", NULL, "null for customers: only staff have groups"),
        Exemption("UserForAdmin/properties/email", NULL, "null for who is known by a phone number only"),
        Exemption("UserForAdmin/properties/signature", NULL, "null until an agent writes one"),
        Exemption("TicketObject/properties/forum_topic_id", NULL, "null on every ticket not made from a forum"),
        Exemption("TicketObject/properties/recipient", NULL, "null on tickets that no mail opened"),
        Exemption(
            "TicketObject/properties/type",
            {"enum": ["problem", "incident", "question", "task"], "nullable": True},
            "a ticket without a type shows null",
        ),
        Exemption(
            "AuditObject/properties/events/items/properties/value",
            {"oneOf": [*VALUES, {"type": "string", "enum": [None], "nullable": True}]},
            "tags are told as a list, a cleared field as null",
        ),
        Exemption("TriggerObject", {"required": ["title"]}, "a trigger may be changed without naming its actions"),
    ),
    # The document is of OpenAPI 3.1, where `nullable` says nothing; it means it as 3.0 did.
    "openai.json": (
        Exemption(f"{CHUNK}/logprobs", {"type": ["object", "null"]}, "nullable, and null unless it was asked for"),
        Exemption(f"{CHUNK}/finish_reason", {"type": ["string", "null"]}, "nullable, and null but in the last piece"),
    ),
}
