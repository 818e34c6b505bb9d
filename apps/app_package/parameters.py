"""What an admin fills in at the installation, and where it may be used."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from apps.app_package.manifest import Manifest, at
from apps.app_package.rules import Finding

TYPES = frozenset({"text", "checkbox", "url", "number", "multiline", "hidden", "oauth", "mtls"})
ATTRIBUTES = frozenset({"name", "type", "required", "secure", "default", "scopes", "allowed_domain"})
SCOPES = frozenset(
    ["header", "body", "url", "jwt_secret_key", "jwt_claim", "basic_auth_username", "basic_auth_password"],
)
LOOKS_SECRET = re.compile(r"token|key|pwd|password", re.IGNORECASE)
USED = re.compile(r"\{\{setting\.(\w+)\}\}")


def parameters(manifest: Manifest) -> Iterator[Finding]:
    """What is wrong with the declared parameters."""
    declared = manifest.get("parameters", [])
    if not isinstance(declared, list) or not all(isinstance(each, dict) for each in declared):
        yield at("parameters not a list", "parameters")
        return
    names = Counter(str(each.get("name")) for each in declared)
    yield from (at("parameter twice", f"parameters.{name}") for name, count in names.items() if count > 1)
    if sum(each.get("type") == "oauth" for each in declared) > 1:
        yield at("parameter oauth twice", "parameters")
    for each in declared:
        key = f"parameters.{each.get('name')}"
        yield from _attributes(key, each)
        yield from _secrecy(key, each)
    asked = set(USED.findall(json.dumps(manifest)))
    yield from (at("setting undeclared", f"setting.{name}") for name in sorted(asked - set(names)))


def _attributes(key: str, parameter: dict[str, Any]) -> Iterator[Finding]:
    yield from (at("parameter attribute unknown", f"{key}.{name}") for name in sorted(set(parameter) - ATTRIBUTES))
    if parameter.get("name") in (None, "", "name"):
        yield at("parameter name", key)
    if str(parameter.get("type", "text")) not in TYPES:
        yield at("parameter type", f"{key}.type", parameter.get("type"))
    for name in ("required", "secure"):
        if not isinstance(parameter.get(name, False), bool):
            yield at("not true or false", f"{key}.{name}", parameter[name])
    if parameter.get("type") == "hidden" and parameter.get("required"):
        yield at("parameter hidden and required", key)


def _secrecy(key: str, parameter: dict[str, Any]) -> Iterator[Finding]:
    kind, secure, scopes = parameter.get("type", "text"), parameter.get("secure"), parameter.get("scopes")
    if kind == "oauth" and secure:
        yield at("parameter oauth and secure", key)
    if (secure or kind == "hidden") and "default" in parameter:
        yield at("parameter default", f"{key}.default")
    if secure and kind != "oauth" and not scopes:
        yield at("parameter without scopes", f"{key}.scopes")
    for scope in scopes if isinstance(scopes, list) else [scopes] if scopes else []:
        if str(scope) not in SCOPES:
            yield at("parameter scope", f"{key}.scopes", scope)
    if kind == "text" and not secure and LOOKS_SECRET.search(str(parameter.get("name"))):
        yield at("parameter looks secret", key)
