"""Which component of the status page is which service in which region: a small file that a person writes."""

import json
from pathlib import Path

from marshmallow import Schema, ValidationError, fields, validate

from core.errors import ConfigurationError
from core.model.outreach import Place


class PlaceSchema(Schema):
    component = fields.String(required=True, validate=validate.Length(min=1, max=200))
    service = fields.String(load_default="", validate=validate.Length(max=100))
    region = fields.String(load_default="", validate=validate.Length(max=100))


class PlacesSchema(Schema):
    components = fields.List(fields.Nested(PlaceSchema), required=True, validate=validate.Length(min=1, max=1000))


def read_places(path: Path) -> tuple[Place, ...]:
    """ConfigurationError, with what is wrong and where, for a file that is none."""
    try:
        rows = PlacesSchema().load(json.loads(path.read_text(encoding="utf-8")))["components"]
    except (OSError, UnicodeDecodeError, ValueError, ValidationError) as error:
        raise ConfigurationError(f"HANDRAIL_STATUS_PLACES, {path.name}: {error}") from error
    return tuple(Place(**row) for row in rows)
