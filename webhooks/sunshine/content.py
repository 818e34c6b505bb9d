"""What a customer's message says, whatever kind it is of, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 500  # characters of an address, a name or a type
MOST_FIELDS = 40
FILES = frozenset({"image", "file"})
MAP = "https://maps.google.com/maps?q={lat},{long}"


def text_of(content: Mapping[str, Any]) -> str:
    """The words; of what has none, what was sent, in brackets."""
    kind, said = str(content.get("type") or "text"), str(content.get("text") or "")
    if kind == "location":
        return _location(content) or said
    if kind == "formResponse":
        return "\n".join(_fields(content.get("fields"))) or said
    if said:
        return said
    return "(sent a picture or file)" if kind in FILES else f"(sent a {kind})"


def files_of(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """The file of a message, as its event tells it; nothing is fetched."""
    address = str(content.get("mediaUrl") or "")
    if content.get("type") not in FILES or not address:
        return []
    name = str(content.get("altText") or "")
    told = {"ref": address, "type": str(content.get("mediaType") or ""), "name": name}
    return [{key: value[:LONGEST] for key, value in told.items() if value}]


def _location(content: Mapping[str, Any]) -> str:
    where, place = content.get("coordinates"), content.get("location")
    if not isinstance(where, Mapping):
        return ""
    named = [str(place.get(key) or "") for key in ("name", "address")] if isinstance(place, Mapping) else []
    point = MAP.format(lat=where.get("lat"), long=where.get("long"))
    return ", ".join([*filter(None, named), point])


def _fields(rows: Any) -> list[str]:
    """A filled-in form, a line a field."""
    listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []
    return [f"{row.get('label') or row.get('name')}: {_answer(row)}" for row in listed[:MOST_FIELDS]]


def _answer(row: Mapping[str, Any]) -> str:
    chosen = row.get("select")
    if isinstance(chosen, list):
        return ", ".join(str(each.get("label") or "") for each in chosen if isinstance(each, Mapping))
    return str(row.get("text") or row.get("email") or "")
