"""The manifest's own keys: which there are, of what kind each is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from apps.app_package.package import MANIFEST
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


RULES = (keys, author, addresses, framework, version, experiments, oauth)
