"""Statuspage's public incidents: `/api/v2/incidents.json`, or the open ones in `/api/v2/summary.json`."""

import json
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from core.errors import RejectedError
from core.model.outreach import Incident, Update

NEWEST = 50
_ID = validate.Length(min=1, max=100)


class _Loose(Schema):
    class Meta:
        unknown = EXCLUDE


class UpdateSchema(_Loose):
    id = fields.String(required=True, validate=_ID)
    status = fields.String(load_default="")
    body = fields.String(load_default="", allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    display_at = fields.AwareDateTime(load_default=None, allow_none=True)


class ComponentSchema(_Loose):
    name = fields.String(required=True)


class IncidentSchema(_Loose):
    id = fields.String(required=True, validate=_ID)
    name = fields.String(required=True)
    impact = fields.String(load_default="", allow_none=True)
    shortlink = fields.String(load_default="", allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    started_at = fields.AwareDateTime(load_default=None, allow_none=True)
    components = fields.List(fields.Nested(ComponentSchema), load_default=list, allow_none=True)
    incident_updates = fields.List(fields.Nested(UpdateSchema), load_default=list)


class PageSchema(_Loose):
    incidents = fields.List(fields.Nested(IncidentSchema), required=True)


PAGE = PageSchema()


def incidents_of_json(body: bytes) -> tuple[Incident, ...]:
    """RejectedError where it is something else."""
    try:
        rows = PAGE.load(json.loads(body))["incidents"]
    except (ValueError, RecursionError, ValidationError) as error:
        told = "is not as Statuspage writes it" if isinstance(error, ValidationError) else "is not JSON"
        raise RejectedError(f"its answer {told}", code="malformed_answer") from error
    return tuple(_incident(row) for row in rows[:NEWEST] if row["incident_updates"])


def _incident(row: dict[str, Any]) -> Incident:
    updates = [
        Update(
            id=each["id"], state=each["status"], text=each["body"] or "", at=each["display_at"] or each["created_at"]
        )
        for each in row["incident_updates"]
    ]
    return Incident(
        id=row["id"],
        title=row["name"],
        updates=tuple(sorted(updates, key=lambda update: update.at, reverse=True)),
        started_at=row["started_at"] or row["created_at"],
        components=tuple(each["name"] for each in row["components"] or ()),
        impact=row["impact"] or "",
        url=row["shortlink"] or "",
    )
