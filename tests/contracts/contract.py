"""Checks HTTP requests and answers against a vendor's OpenAPI document.

    contract = Contract.load("twilio.json")          # pytest.skip when the documents are absent
    contract.check_request("POST", "/2010-04-01/...", {"Page": "0"}, headers, b"From=...&To=...")
    contract.check_response("POST", "/2010-04-01/...", 201, {"sid": ...})

Both raise `ContractError` with every fault found, and when the document does not know the operation.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator, OAS31Validator, oas30_format_checker, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from tests.contracts.coercion import coerced
from tests.contracts.exceptions import EXCEPTIONS, Exemption

BASE = "urn:contract"
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ContractError(AssertionError):
    """What was sent or answered is not what the document says."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, with the values its path parameters have here."""

    template: str
    method: str
    values: Mapping[str, str]


def _without_addresses(known: FormatChecker) -> FormatChecker:
    """Both Twilio and Slack call "uri" what their answers give as a path, or as nothing."""
    checker = FormatChecker(formats=())
    checker.checkers = {name: check for name, check in known.checkers.items() if name != "uri"}
    return checker


def contracts_folder() -> Path | None:
    """The folder with the documents: under `HANDRAIL_SHARED`, or `shared` beside the checkout."""
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    folder = Path(os.environ.get("HANDRAIL_SHARED") or beside) / "contracts"
    return folder if folder.is_dir() else None


class Contract:
    """One document, with the exemptions that are written down for it."""

    def __init__(self, document: dict[str, Any], exemptions: tuple[Exemption, ...] = ()) -> None:
        for exemption in exemptions:
            exemption.apply(document)
        _let_nullable_enums_be_null(document)
        self.document = document
        newer = str(document.get("openapi", "")).startswith("3.1")
        self._validator = OAS31Validator if newer else OAS30Validator
        self._formats = _without_addresses(oas31_format_checker if newer else oas30_format_checker)
        resource = Resource.from_contents(document, default_specification=DRAFT202012 if newer else DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(BASE, resource)
        self._patterns = [(_pattern(path), path) for path in sorted(document["paths"], key=_looseness)]

    @classmethod
    def load(cls, name: str) -> "Contract":
        """The document of this file name; skips the running test where the documents are absent."""
        folder = contracts_folder()
        if folder is None or not (folder / name).exists():
            pytest.skip(f"the vendors' API documents are not here ({name}); set HANDRAIL_SHARED")
        return _loaded(folder / name)

    def operation(self, method: str, path: str) -> Operation | None:
        """Which operation a concrete path belongs to; None when the document has none."""
        for pattern, template in self._patterns:
            match = pattern.match(path)
            if match and method.lower() in self.document["paths"][template]:
                operation = Operation(template, method.lower(), match.groupdict())
                if self._names_fit(operation):
                    return operation
        return None

    def _names_fit(self, operation: Operation) -> bool:
        """A word where the path wants a number is another path, of which the document says nothing."""
        numbers = [each for _, each in self._parameters(operation) if each.get("schema", {}).get("type") == "integer"]
        given = [operation.values.get(_group(each["name"]), "0") for each in numbers if each["in"] == "path"]
        return all(value.lstrip("-").isdigit() for value in given)

    def knows(self, method: str, path: str) -> bool:
        return self.operation(method, path) is not None

    def check_request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> None:
        """`query` maps names to a text or a list of texts; `body` is raw (bytes, text) or parsed JSON."""
        operation = self._find(method, path)
        faults = [*self._parameter_faults(operation, query or {}, headers or {})]
        faults += self._body_faults(operation, headers or {}, body)
        _raise(f"request {method} {path}", faults)

    def check_response(self, method: str, path: str, status: int, body: Any = None) -> None:
        """`body` is parsed JSON, or None where the answer has none."""
        operation = self._find(method, path)
        responses = self._at(operation)["responses"]
        key = next((each for each in (str(status), f"{status // 100}XX", "default") if each in responses), None)
        if key is None:
            if status < 400:  # Errors are rarely listed; success must be.
                raise ContractError(f"answer {method} {path}: status {status}, documented {sorted(responses)}")
            return
        pointer = (*self._where(operation), "responses", key)
        if "$ref" in responses[key]:
            pointer = tuple(_unescaped(part) for part in responses[key]["$ref"].removeprefix("#/").split("/"))
        content = self._read(pointer).get("content", {})
        media = next((each for each in content if "json" in each), None)
        faults = []
        if media and "schema" in content[media]:
            faults = list(self._faults((*pointer, "content", media, "schema"), body))
        _raise(f"answer {status} {method} {path}", faults)

    def check_value(self, schema: str, value: Any) -> None:
        """A value that the document describes under `components`, such as one piece of a streamed answer."""
        _raise(schema, list(self._faults(("components", "schemas", schema), value)))

    def _find(self, method: str, path: str) -> Operation:
        operation = self.operation(method, path)
        if operation is None:
            raise ContractError(f"the document has no {method} {path}")
        return operation

    def _where(self, operation: Operation) -> tuple[str, ...]:
        return ("paths", operation.template, operation.method)

    def _at(self, operation: Operation) -> dict[str, Any]:
        return self._read(self._where(operation))

    def _read(self, pointer: tuple[str, ...]) -> dict[str, Any]:
        found: Any = self.document
        for part in pointer:
            found = found[int(part)] if isinstance(found, list) else found[part]
        return dict(found)

    def _parameter_faults(
        self, operation: Operation, query: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Iterator[str]:
        lower = {name.lower(): value for name, value in headers.items()}
        for pointer, parameter in self._parameters(operation):
            name, place = parameter["name"], parameter["in"]
            given = {
                "path": operation.values.get(_group(name)),
                "query": _query_value(parameter, query),
                "header": lower.get(name.lower()),
            }.get(place)
            if given is None:
                if parameter.get("required") and place in ("path", "query", "header"):
                    yield f"{place} parameter {name} is missing"
            elif "schema" in parameter:
                value = self._coerced((*pointer, "schema"), given)
                yield from (f"{place} {name}: {fault}" for fault in self._faults((*pointer, "schema"), value))

    def _parameters(self, operation: Operation) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
        for owner in (("paths", operation.template), self._where(operation)):
            for place, each in enumerate(self._read(owner).get("parameters", [])):
                pointer = (*owner, "parameters", str(place))
                if "$ref" in each:
                    pointer = tuple(_unescaped(part) for part in each["$ref"].removeprefix("#/").split("/"))
                yield pointer, self._read(pointer)

    def _body_faults(self, operation: Operation, headers: Mapping[str, str], body: Any) -> list[str]:
        described = self._at(operation).get("requestBody")
        if not described:
            return []
        content = described.get("content", {})
        if body in (None, b"", ""):
            return ["the body is missing"] if described.get("required") else []
        asked = _media_type(headers) or next(iter(content))
        media = next((each for each in content if each.split(";")[0] == asked), None)
        if media is None:
            return [f"content type {asked}, documented {sorted(content)}"]
        pointer = (*self._where(operation), "requestBody", "content", media, "schema")
        return list(self._faults(pointer, self._parsed(pointer, media, body)))

    def _parsed(self, pointer: tuple[str, ...], media: str, body: Any) -> Any:
        if media.startswith(FORMS):
            pairs = parse_qsl(body.decode() if isinstance(body, bytes) else body, keep_blank_values=True)
            fields: dict[str, Any] = {}
            for name, value in pairs:
                fields.setdefault(name, []).append(value)
            flat = {name: values if len(values) > 1 else values[0] for name, values in fields.items()}
            return self._coerced(pointer, flat)
        return json.loads(body) if isinstance(body, bytes | str) else body

    def _coerced(self, pointer: tuple[str, ...], value: Any) -> Any:
        """Texts of a query or form as the types their schema names."""
        return coerced(self._resolved(self._read(pointer)), value, self._resolved)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._read(tuple(_unescaped(part) for part in schema["$ref"].removeprefix("#/").split("/")))
        return schema

    def _faults(self, pointer: tuple[str, ...], value: Any) -> Iterator[str]:
        reference = f"{BASE}#/" + "/".join(quote(_escaped(part), safe="~") for part in pointer)
        validator = self._validator({"$ref": reference}, registry=self._registry, format_checker=self._formats)
        for error in validator.iter_errors(value):
            deepest = _deepest(error)
            where = "/".join(str(part) for part in deepest.absolute_path) or "."
            yield f"{where}: {deepest.message[:300]}"


@cache
def _loaded(path: Path) -> Contract:
    document = json.loads(path.read_text(encoding="utf-8"))
    return Contract(document, EXCEPTIONS.get(path.name, ()))


def _let_nullable_enums_be_null(found: Any) -> None:
    """`nullable: true` beside an enum means null too, though the letter of OpenAPI 3.0 wants it listed."""
    if isinstance(found, dict):
        if found.get("nullable") is True and isinstance(found.get("enum"), list) and None not in found["enum"]:
            found["enum"] = [*found["enum"], None]
        found = list(found.values())
    if isinstance(found, list):
        for each in found:
            _let_nullable_enums_be_null(each)


def _raise(what: str, faults: list[str]) -> None:
    if faults:
        raise ContractError(f"{what}\n  " + "\n  ".join(faults))


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^}]+)\}", template)
    names = {part for place, part in enumerate(parts) if place % 2}
    assert len(names) == len(parts) // 2
    built = "".join(f"(?P<{_group(part)}>[^/]+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile(f"^{built}$")


def _looseness(template: str) -> tuple[int, str]:
    """Paths without parameters first: `/tickets/show_many` before `/tickets/{ticket_id}`."""
    return template.count("{"), template


def _group(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _media_type(headers: Mapping[str, str]) -> str:
    found = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return found.split(";")[0].strip().lower()


def _query_value(parameter: dict[str, Any], query: Mapping[str, Any]) -> Any:
    name = parameter["name"]
    if parameter.get("style") == "deepObject":
        parts = {key[len(name) + 1 : -1]: value for key, value in query.items() if key.startswith(f"{name}[")}
        return parts or query.get(name)
    return query.get(name)


def _deepest(error: Any) -> Any:
    """Of the alternatives that failed, the one that got furthest says most."""
    while error.context:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return error
