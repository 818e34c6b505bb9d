"""What the sidebar posts."""

import json
from typing import Any

from flask import request
from marshmallow import ValidationError


def sent() -> Any:
    """The body's JSON; no body is an empty object."""
    if not request.get_data():
        return {}
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise ValidationError({"body": ["is not JSON"]}) from error
