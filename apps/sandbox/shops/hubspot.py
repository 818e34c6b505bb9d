"""HubSpot's CRM API v3: the company's customers as contacts, with notes and tickets.

Every route is **unverified**: there is no contract of HubSpot's to hold it against. Names, places and refusals are
those of the public reference (developers.hubspot.com, CRM objects, search and properties). Of custom properties it has
`handrail_run`, of tickets, which was set up to take each value once.
"""

import hmac
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask import Blueprint, Response, jsonify, request

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import Row, company_rows
from apps.sandbox.settings import SandboxSettings

Answer = Response | tuple[Response, int]
# What each kind of object may have, what must be there when it is made, and what no two of them may share.
KNOWN = {
    "contacts": {"email", "firstname", "lastname", "phone", "address", "city", "zip", "country"},
    "tickets": {"subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority", "handrail_run"},
    "notes": {"hs_note_body", "hs_timestamp", "hubspot_owner_id"},
}
NEEDED = {"contacts": {"email"}, "tickets": {"subject", "hs_pipeline_stage"}, "notes": {"hs_timestamp"}}
UNIQUE = {"contacts": {"email"}, "tickets": {"handrail_run"}, "notes": set()}
OWN = ("createdate", "hs_lastmodifieddate", "hs_object_id")
TO_CONTACT = {"tickets": (16, "ticket_to_contact"), "notes": (202, "note_to_contact")}


class CrmError(Exception):
    """The CRM says no: `status` is that of the answer."""

    def __init__(self, status: int, category: str, message: str) -> None:
        super().__init__(message)
        self.status, self.told = status, {"status": "error", "message": message, "category": category}


@dataclass(slots=True, kw_only=True)
class Record:
    id: str
    made: datetime
    changed: datetime
    properties: dict[str, str | None]
    contacts: list[str] = field(default_factory=list)


class HubSpot:
    """Thread-safe; what was written lies in memory. Searches are `lag` behind what is written."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self._now, self.lag, self._turn = clock.now, timedelta(seconds=settings.lag_seconds), threading.Lock()
        self._numbers = count(60_001)
        self._records: dict[str, dict[str, Record]] = {kind: {} for kind in KNOWN}
        for row in company_rows(settings.seed, "customers"):
            if row.get("email"):
                first, _, last = str(row["name"]).partition(" ")
                told = {"email": row["email"], "firstname": first, "lastname": last, "phone": row.get("phone")}
                self._keep("contacts", told, self._now() - self.lag)

    def get(self, kind: str, name: str, by: str) -> Record:
        with self._turn:
            return self._found(kind, name, by)

    def make(self, kind: str, properties: Row, links: list[Row]) -> Record:
        with self._turn:
            told = self._checked(kind, properties)
            if missing := sorted(NEEDED[kind] - told.keys()):
                raise CrmError(
                    400, "VALIDATION_ERROR", f"Error creating {kind}: required properties not set: {missing}"
                )
            contacts = [self._linked(kind, each) for each in links]
            record = self._keep(kind, told, self._now())
            record.contacts = contacts
            return record

    def change(self, kind: str, name: str, by: str, properties: Row) -> Record:
        with self._turn:
            record = self._found(kind, name, by)
            record.properties |= self._checked(kind, properties, but=record)
            record.changed = self._now()
            return record

    def search(self, kind: str, groups: list[Row]) -> list[Record]:
        """Every filter of one of the groups fits."""
        with self._turn:
            indexed = [each for each in self._records[kind].values() if each.changed <= self._now() - self.lag]
        return [each for each in indexed if any(all(_fits(each, one) for one in group["filters"]) for group in groups)]

    def _found(self, kind: str, name: str, by: str) -> Record:
        for each in self._records[kind].values():
            told = each.properties.get(by) if by in UNIQUE[kind] else each.id
            if told is not None and told.casefold() == name.casefold():
                return each
        raise CrmError(404, "OBJECT_NOT_FOUND", "resource not found")

    def _checked(self, kind: str, properties: Row, but: Record | None = None) -> dict[str, str | None]:
        for name, value in properties.items():
            if name not in KNOWN[kind]:
                raise CrmError(400, "VALIDATION_ERROR", f'Property "{name}" does not exist')
            others = (each for each in self._records[kind].values() if each is not but)
            if name in UNIQUE[kind] and any(each.properties.get(name) == value for each in others):
                raise CrmError(409, "CONFLICT", f"{value} is already the {name} of another of the {kind}")
        return {name: None if value is None else str(value) for name, value in properties.items()}

    def _linked(self, kind: str, link: Row) -> str:
        types = [each.get("associationTypeId") for each in link.get("types") or ()]
        contact = str((link.get("to") or {}).get("id"))
        if kind not in TO_CONTACT or types != [TO_CONTACT[kind][0]]:
            raise CrmError(400, "VALIDATION_ERROR", f"No association type {types} from {kind} to contacts")
        return self._found("contacts", contact, "").id

    def _keep(self, kind: str, properties: dict[str, str | None], at: datetime) -> Record:
        record = Record(id=str(next(self._numbers)), made=at, changed=at, properties=properties)
        self._records[kind][record.id] = record
        return record


def _fits(record: Record, one: Row) -> bool:
    told, value = record.properties.get(str(one.get("propertyName"))), str(one.get("value"))
    if told is None:
        return False
    match one.get("operator"):
        case "EQ":
            return told.casefold() == value.casefold()
        case "CONTAINS_TOKEN":
            return set(_tokens(value)) <= set(_tokens(told))
    raise CrmError(400, "VALIDATION_ERROR", f"There was a problem with the request: operator {one.get('operator')}")


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def hubspot_blueprint(crm: HubSpot, token: str) -> Blueprint:
    """Behind a bearer token."""
    pages, at = Blueprint("hubspot", __name__), "/crm/v3/objects/<any(contacts, tickets, notes):kind>"

    @pages.before_request
    def refuse_strangers() -> Answer | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), token.encode()):
            return None
        refused = CrmError(401, "INVALID_AUTHENTICATION", "Authentication credentials not found")
        return jsonify(refused.told), 401

    @pages.errorhandler(CrmError)
    def not_possible(error: CrmError) -> Answer:
        return jsonify(error.told), error.status

    @pages.get(f"{at}/<name>")
    def one(kind: str, name: str) -> Answer:
        record = crm.get(kind, name, request.args.get("idProperty", ""))
        wanted = request.args.get("properties", "").split(",")
        told = _shown(record, set(filter(None, wanted)))
        if kind in TO_CONTACT and "contacts" in request.args.get("associations", "").split(",") and record.contacts:
            links = [{"id": each, "type": TO_CONTACT[kind][1]} for each in record.contacts]
            told["associations"] = {"contacts": {"results": links}}
        return jsonify(told)

    @pages.post(at)
    def make(kind: str) -> Answer:
        body = _body()
        record = crm.make(kind, body.get("properties") or {}, body.get("associations") or [])
        return jsonify(_shown(record, set(record.properties))), 201

    @pages.patch(f"{at}/<name>")
    def change(kind: str, name: str) -> Answer:
        given = _body().get("properties") or {}
        return jsonify(_shown(crm.change(kind, name, request.args.get("idProperty", ""), given), set(given)))

    @pages.post(f"{at}/search")
    def search(kind: str) -> Answer:
        body = _body()
        found = crm.search(kind, body.get("filterGroups") or [])
        wanted = set(body.get("properties") or ())
        shown = found[: int(body.get("limit") or 10)]
        return jsonify(total=len(found), results=[_shown(each, wanted) for each in shown])

    return pages


def _shown(record: Record, wanted: set[str]) -> Row:
    made, changed = (
        each.isoformat(timespec="milliseconds").replace("+00:00", "Z") for each in (record.made, record.changed)
    )
    properties = {name: record.properties.get(name) for name in sorted(wanted)}
    properties |= dict(zip(OWN, (made, changed, record.id), strict=True))
    return {"id": record.id, "properties": properties, "createdAt": made, "updatedAt": changed, "archived": False}


def _body() -> Row:
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise CrmError(400, "VALIDATION_ERROR", "Invalid input JSON")
    return body
