"""What must hold for the manifest: its keys, its parameters, where the app shows, what it requires."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from apps.app_package.package import MANIFEST, Contents, read_json
from apps.app_package.rules import Finding

KEYS = frozenset(
    [
        "requirementsOnly",
        "marketingOnly",
        "version",
        "author",
        "name",
        "experiments",
        "frameworkVersion",
        "singleInstall",
        "signedUrls",
        "noTemplate",
        "defaultLocale",
        "location",
        "private",
        "oauth",
        "parameters",
        "domainWhitelist",
        "remoteInstallationURL",
        "termsConditionsURL",
        "gaID",
    ]
)
NEEDED = ("author", "defaultLocale")
BOOLEANS = ("requirementsOnly", "marketingOnly", "singleInstall", "signedUrls", "private")
TEXTS = ("name", "version", "defaultLocale", "frameworkVersion", "remoteInstallationURL", "termsConditionsURL", "gaID")
AUTHOR = ("name", "email")
OAUTH = ("client_id", "client_secret", "authorize_uri", "access_token_uri")
EXPERIMENTS = frozenset({"hashParams", "newCssCompiler"})
Manifest = Mapping[str, Any]


def at(rule: str, key: str, found: object = "") -> Finding:
    """A finding in the manifest."""
    return Finding(rule=rule, file=MANIFEST, key=key, found=str(found))


def keys(manifest: Manifest) -> Iterator[Finding]:
    yield from (at("key unknown", key) for key in sorted(set(manifest) - KEYS))
    yield from (at("key missing", key) for key in NEEDED if not manifest.get(key))
    for key in BOOLEANS:
        if not isinstance(manifest.get(key, False), bool):
            yield at("not true or false", key, manifest[key])
    for key in TEXTS:
        if not isinstance(manifest.get(key, ""), str):
            yield at("not text", key, manifest[key])
    hosts = manifest.get("domainWhitelist", [])
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        yield at("not a list of hosts", "domainWhitelist", hosts)


def author(manifest: Manifest) -> Iterator[Finding]:
    found = manifest.get("author") or {}
    if not isinstance(found, dict):
        yield at("not an object", "author", found)
        return
    if found:
        yield from (at("key missing", f"author.{key}") for key in AUTHOR if not found.get(key))
    for key in (*AUTHOR, "url"):
        if key in found and not isinstance(found[key], str):
            yield at("not text", f"author.{key}", found[key])
    if "url" in found and not is_address(found["url"]):
        yield at("not an address", "author.url", found["url"])


def addresses(manifest: Manifest) -> Iterator[Finding]:
    for key in ("termsConditionsURL", "remoteInstallationURL"):
        if manifest.get(key) and not is_address(manifest[key]):
            yield at("not an address", key, manifest[key])


def framework(manifest: Manifest) -> Iterator[Finding]:
    if without_pages(manifest):
        for key in ("location", "frameworkVersion"):
            if manifest.get(key):
                yield at("location in an app without pages", key)
        return
    if not manifest.get("frameworkVersion"):
        yield at("key missing", "frameworkVersion")
    elif manifest["frameworkVersion"] != "2.0":
        yield at("framework version", "frameworkVersion", manifest["frameworkVersion"])
    if manifest.get("noTemplate"):
        yield at("template of framework 1", "noTemplate")


def version(manifest: Manifest) -> Iterator[Finding]:
    number = manifest.get("version")
    if isinstance(number, str) and not re.fullmatch(r"\d+\.\d+(\.\d+)?([-.+]?\w+)*", number):
        yield at("version", "version", number)


def experiments(manifest: Manifest) -> Iterator[Finding]:
    found = manifest.get("experiments") or {}
    if not isinstance(found, dict):
        yield at("not an object", "experiments", found)
        return
    yield from (at("experiment", name) for name, on in found.items() if on and name not in EXPERIMENTS)


def oauth(manifest: Manifest) -> Iterator[Finding]:
    found = manifest.get("oauth")
    if not found:
        return
    if not isinstance(found, dict):
        yield at("not an object", "oauth", found)
        return
    yield from (at("oauth incomplete", f"oauth.{key}") for key in OAUTH if not found.get(key))
    declared = manifest.get("parameters")
    kinds = [each.get("type") for each in declared if isinstance(each, dict)] if isinstance(declared, list) else []
    if "oauth" not in kinds:
        yield at("oauth without parameter", "parameters")


def without_pages(manifest: Manifest) -> bool:
    return manifest.get("requirementsOnly") is True or manifest.get("marketingOnly") is True


def is_address(value: object) -> bool:
    parts = split(value) if isinstance(value, str) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def split(url: str) -> SplitResult | None:
    """The parts of an address; None where it is none, such as `https://[`."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


MANIFEST_RULES = (keys, author, addresses, framework, version, experiments, oauth)


PARAMETER_TYPES = frozenset({"text", "checkbox", "url", "number", "multiline", "hidden", "oauth", "mtls"})
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
    if str(parameter.get("type", "text")) not in PARAMETER_TYPES:
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


PRODUCTS = frozenset({"support", "chat", "sell"})
# Sell's places are not documented for us to compare with.
LOCATIONS = {
    "support": frozenset(
        [
            "top_bar",
            "nav_bar",
            "ticket_sidebar",
            "new_ticket_sidebar",
            "user_sidebar",
            "organization_sidebar",
            "background",
            "modal",
            "ticket_editor",
            "system_top_bar",
            "custom_object_record_sidebar",
        ]
    ),
    "chat": frozenset({"chat_sidebar", "background"}),
}
OPTIONS = frozenset({"url", "flexible", "size", "autoLoad", "autoHide", "signed", "legacy", "objectTypes"})
LOCATION_BOOLEANS = ("flexible", "autoLoad", "autoHide", "signed")
NEED_ICON = frozenset({"top_bar", "nav_bar", "ticket_editor"})


def locations(manifest: Manifest, package: Contents) -> Iterator[Finding]:
    """What is wrong with the places where the app opens."""
    if without_pages(manifest):
        return
    products = manifest.get("location")
    if not products:
        yield at("key missing", "location")
    elif not isinstance(products, dict):
        # Framework 1 knew one name, or a list of names; framework 2 needs an address for each.
        yield at("not an object", "location", products)
    else:
        for product, places in products.items():
            yield from _product(product, places, package)


def _product(product: str, places: Any, package: Contents) -> Iterator[Finding]:
    if product not in PRODUCTS:
        yield at("product unknown", f"location.{product}")
    elif not isinstance(places, dict):
        yield at("not an object", f"location.{product}", places)
    else:
        for name, options in places.items():
            key = f"location.{product}.{name}"
            if name not in LOCATIONS.get(product, {name}):
                yield at("location unknown", key)
            yield from _icon(product, name, package)
            yield from _options(key, options if isinstance(options, dict) else {"url": options}, package)


def _icon(product: str, name: str, package: Contents) -> Iterator[Finding]:
    icon = f"assets/icon_{name}.svg"
    # Beside the general place, one product may have icons of its own.
    if name in NEED_ICON and not {icon, f"assets/{product}/icon_{name}.svg"} & set(package.files):
        yield Finding(rule="icon missing", file=icon)


def _options(key: str, options: dict[str, Any], package: Contents) -> Iterator[Finding]:
    yield from (at("location option unknown", f"{key}.{option}") for option in sorted(set(options) - OPTIONS))
    for option in LOCATION_BOOLEANS:
        if not isinstance(options.get(option, True), bool):
            yield at("not true or false", f"{key}.{option}", options[option])
    url = options.get("url")
    if not url:
        if options.get("autoLoad", True):
            yield at("location empty", f"{key}.url")
    elif not isinstance(url, str) or not _opens(url, package):
        yield at("location address", f"{key}.url", url)


def _opens(url: str, package: Contents) -> bool:
    parts = split(url)
    if parts is None:
        return False
    if not parts.scheme:
        # A whole address may also be a setting of the installation.
        return url.startswith("{{setting.") or (parts.path.startswith("assets/") and parts.path in package.files)
    return parts.scheme == "https" or parts.hostname == "localhost"


FILE = "requirements.json"
REQUIREMENT_TYPES = frozenset(
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
    yield from (_at("requirement type", kind) for kind in sorted(set(wanted) - REQUIREMENT_TYPES))
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
