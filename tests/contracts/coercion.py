"""Texts of a query or a form, as the types their schema names."""

import re
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
SIMPLE: dict[str, Callable[[str], Any]] = {"integer": int, "number": float}


def coerced(schema: Schema, value: Any, resolve: Callable[[Schema], Schema]) -> Any:
    """`value` as the schema would have it in JSON; unchanged where it cannot be. `resolve` follows a `$ref`."""
    for alternative in schema.get("oneOf") or schema.get("anyOf") or []:
        changed = coerced(resolve(alternative), value, resolve)
        if changed is not value:
            return changed
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if isinstance(value, dict):
        if "properties" not in schema:
            return value
        known = {name: resolve(each) for name, each in schema.get("properties", {}).items()}
        return {name: coerced(known.get(name, {}), each, resolve) for name, each in value.items()}
    if "array" in kinds:
        items = resolve(schema.get("items", {}))
        return [coerced(items, each, resolve) for each in (value if isinstance(value, list) else [value])]
    if "boolean" in kinds and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    for name, cast in SIMPLE.items():
        if name in kinds and re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            return cast(value)
    return value
