"""requirements.json: what Zendesk sets up together with the app."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.app_package.contents import Contents, read_json
from apps.app_package.manifest import Manifest
from apps.app_package.rules import Finding

FILE = "requirements.json"
TYPES = frozenset(
    [
        "automations",
        "channel_integrations",
        "custom_objects",
        "custom_objects_v2",
        "macros",
        "targets",
        "views",
        "ticket_fields",
        "triggers",
        "user_fields",
        "organization_fields",
        "webhooks",
    ]
)
WITHOUT_TITLE = frozenset({"channel_integrations", "custom_objects", "custom_objects_v2", "webhooks"})
# type → the fields without which nothing of it can be made
FIELDS = {
    "user_fields": ("key",),
    "organization_fields": ("key",),
    "channel_integrations": ("manifest_url",),
    "webhooks": ("name", "status", "endpoint", "http_method", "request_format"),
}
OBJECT_FIELDS = {
    "custom_object_types": ("key", "schema"),
    "custom_object_relationship_types": ("key", "source", "target"),
}
ENDED_TARGETS = frozenset({"http_target", "url_target_v2"})
MOST = 5000
MOST_OBJECTS = 50


def requirements(manifest: Manifest, package: Contents) -> Iterator[Finding]:
    """What is wrong with the requirements; an app without the file has none."""
    if FILE not in package.files:
        if manifest.get("requirementsOnly") is True:
            yield Finding(rule="requirements missing", file=FILE)
        return
    wanted, faults = read_json(package, FILE)
    yield from faults
    if not isinstance(wanted, dict):
        if not faults:
            yield Finding(rule="not an object", file=FILE)
        return
    yield from (_at("requirement type", kind) for kind in sorted(set(wanted) - TYPES))
    yield from _amount(wanted)
    for kind, each in wanted.items():
        if kind == "custom_objects":
            yield from _objects(each)
        elif not isinstance(each, dict):
            yield _at("not an object", kind)
        else:
            yield from _kind(kind, each)


def _at(rule: str, key: str, found: str = "") -> Finding:
    return Finding(rule=rule, file=FILE, key=key, found=found)


def _amount(wanted: Mapping[str, Any]) -> Iterator[Finding]:
    count = sum(len(each) for each in wanted.values() if isinstance(each, dict | list))
    if count > MOST:
        yield _at("requirements too many", "", str(count))
    objects = wanted.get("custom_objects")
    types = objects.get("custom_object_types") if isinstance(objects, dict) else None
    newer = wanted.get("custom_objects_v2")
    made = (newer.get("objects") if isinstance(newer, dict) else None, types)
    for each in made:
        if isinstance(each, list) and len(each) > MOST_OBJECTS:
            yield _at("requirements too many", "custom_objects", str(len(each)))


def _kind(kind: str, wanted: Mapping[str, Any]) -> Iterator[Finding]:
    if kind == "custom_objects_v2":
        return
    if kind == "channel_integrations" and len(wanted) > 1:
        yield _at("requirement channels", kind)
    needed = FIELDS.get(kind, ()) if kind in WITHOUT_TITLE else ("title", *FIELDS.get(kind, ()))
    for name, fields in wanted.items():
        if not isinstance(fields, dict):
            yield _at("not an object", f"{kind}.{name}")
            continue
        for each in needed:
            if not fields.get(each):
                yield _at("requirement field missing", f"{kind}.{name}.{each}")
        if kind == "targets" and str(fields.get("type")) in ENDED_TARGETS:
            yield _at("requirement target", f"{kind}.{name}.type", str(fields["type"]))


def _objects(wanted: Any) -> Iterator[Finding]:
    if not isinstance(wanted, dict):
        yield _at("not an object", "custom_objects")
        return
    for kind, rows in wanted.items():
        if kind not in OBJECT_FIELDS:
            yield _at("requirement type", f"custom_objects.{kind}")
            continue
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            for each in OBJECT_FIELDS[kind]:
                if not (isinstance(row, dict) and each in row):
                    yield _at("requirement field missing", f"custom_objects.{kind}.{number}.{each}")
