"""What the sidebar posts."""

import json
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

# Of a name, so nothing that no database and no helpdesk could hold.
PRINTABLE = validate.Predicate("isprintable")
LONGEST_NAME = 100  # characters


def sent() -> Any:
    """The body's JSON; no body is an empty object."""
    if not request.get_data():
        return {}
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise ValidationError({"body": ["is not JSON"]}) from error


def sent_name(field: str) -> str:
    """The one name that the body holds under `field`.

    Raises:
        ValidationError: it holds none, or one that is too long or no single line.
    """
    name = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_NAME), PRINTABLE])
    return str(Schema.from_dict({field: name})(unknown=EXCLUDE).load(sent())[field])
