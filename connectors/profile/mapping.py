"""The mapping file of a company's own system: at which address a customer is asked for, and where in the answer each
fact stands."""

import json
import re
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from core.errors import ConfigurationError
from core.model.customer import Customer, IdentityKind
from core.model.profile import FactSource


def keys_of(customer: Customer) -> dict[str, str]:
    """`email`, `phone`, `helpdesk`, `external`: the newest verified one of each."""
    return {
        kind.value: next(i.value for i in reversed(customer.identities) if i.kind is kind and i.verified)
        for kind in IdentityKind
        if any(i.kind is kind and i.verified for i in customer.identities)
    }


# Where a fact stands in an answer: `plan.name`, `invoices.0.status`, `seats.#` for how many there are.

COUNT = "#"
LONGEST = 300  # characters of a value


def value_at(answer: Any, path: str) -> str:
    """The plain value at a path, as text; empty where there is none or where it is not plain."""
    found = answer
    for step in path.split("."):
        if step == COUNT and isinstance(found, list | dict):
            found = len(found)
        elif isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and re.fullmatch(r"-?\d{1,9}", step, re.ASCII):
            place = int(step)
            found = found[place] if -len(found) <= place < len(found) else None
        else:
            return ""
    return _plain(found)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return " ".join(str(value).split())[:LONGEST]
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ", ".join(map(str, value))[:LONGEST]
    return ""


PLACES = frozenset({"email", "phone", "helpdesk", "external"})
NAME = validate.Regexp(r"[a-z][a-z0-9_]{0,59}\Z")


class SystemSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    source = fields.String(required=True, validate=validate.OneOf([source.value for source in FactSource]))
    path = fields.String(required=True, validate=validate.Regexp(r"/"))
    at = fields.String(load_default="")
    facts = fields.Dict(
        keys=fields.String(validate=NAME), values=fields.String(validate=validate.Length(min=1)), required=True
    )


class MappingSchema(Schema):
    systems = fields.List(fields.Nested(SystemSchema), required=True, validate=validate.Length(min=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One system. `path` has places for what the customer is looked up by; `facts` maps a name to where it stands,
    `at` says where the time stands that the facts are of."""

    name: str
    source: FactSource
    path: str
    facts: dict[str, str]
    at: str = ""

    @property
    def places(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.path) if name is not None)


def read_mapping(path: Path) -> list[Mapping]:
    """ConfigurationError, with what is wrong and where, for a file that is none."""
    try:
        rows = MappingSchema().load(json.loads(path.read_text(encoding="utf-8")))["systems"]
    except (OSError, UnicodeDecodeError, ValueError, ValidationError) as error:
        raise ConfigurationError(f"HANDRAIL_PROFILE_MAPPING, {path.name}: {error}") from error
    return [_mapping(row, path.name) for row in rows]


def _mapping(row: dict[str, Any], file: str) -> Mapping:
    try:
        made = Mapping(**{**row, "source": FactSource(row["source"])})
        places = made.places
    except ValueError as error:
        raise ConfigurationError(f"HANDRAIL_PROFILE_MAPPING, {file}: path {row['path']!r}: {error}") from error
    if not places or places - PLACES:
        known = ", ".join(f"{{{place}}}" for place in sorted(PLACES))
        raise ConfigurationError(f"HANDRAIL_PROFILE_MAPPING, {file}: path {row['path']!r} needs one of {known}")
    return made
