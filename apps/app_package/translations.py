"""The texts that Zendesk shows about the app: one file per language."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.app_package.contents import Contents, read_json
from apps.app_package.manifest import Manifest
from apps.app_package.rules import Finding

LOCALE = re.compile(r"[a-z]{2}(-\w{2,3})?")
ALWAYS = ("name",)
# Those of an app that others can find in the marketplace.
PUBLIC = ("name", "short_description", "long_description", "installation_instructions")
PRODUCTS = ("support", "chat", "sell")


def translations(manifest: Manifest, package: Contents) -> Iterator[Finding]:
    """What is wrong with the languages: the default one must be whole, the others are compared with it."""
    default = str(manifest.get("defaultLocale", ""))
    if default and not LOCALE.fullmatch(default):
        yield Finding(rule="locale", file="manifest.json", key="defaultLocale", found=default)
    name = f"translations/{default}.json"
    if name not in package.files:
        yield Finding(rule="translation missing", file=name)
    texts: dict[str, Mapping[str, Any]] = {}
    for each in sorted(package.below("translations")):
        if not each.endswith(".json"):
            continue
        value, faults = read_json(package, each)
        yield from faults
        if not LOCALE.fullmatch(each.removeprefix("translations/").removesuffix(".json")):
            yield Finding(rule="locale", file=each)
        app = value.get("app") if isinstance(value, dict) else None
        if isinstance(app, dict):
            texts[each] = app
        elif not faults:
            yield Finding(rule="not an object", file=each, key="app")
    for each, app in texts.items():
        yield from _language(manifest, each, app)
        yield from _behind(each, app, texts.get(name, {}))


def _language(manifest: Manifest, name: str, app: Mapping[str, Any]) -> Iterator[Finding]:
    products = [product for product in PRODUCTS if product in app]
    wanted = ALWAYS if manifest.get("private", True) else PUBLIC
    for prefix, said in [(f"app.{each}", app[each]) for each in products] or [("app", app)]:
        texts = said if isinstance(said, dict) else {}
        # An old name of the same text, still taken.
        has = {key for key in texts if texts[key]} | ({"short_description"} if texts.get("description") else set())
        yield from (
            Finding(rule="translation key missing", file=name, key=f"{prefix}.{key}")
            for key in wanted
            if key not in has
        )
    located = manifest.get("location")
    for product in products:
        if isinstance(located, dict) and product not in located:
            yield Finding(rule="translation product", file=name, key=f"app.{product}")
    for key in _unlike(app.get("package", {}), "app.package"):
        yield Finding(rule="translation format", file=name, key=key)
    told = app.get("parameters")
    labels = told if isinstance(told, dict) else {}
    for parameter in _names(manifest):
        if not (isinstance(labels.get(parameter), dict) and labels[parameter].get("label")):
            yield Finding(rule="label missing", file=name, key=f"app.parameters.{parameter}.label")


def _names(manifest: Manifest) -> list[str]:
    """The parameters that an admin sees."""
    declared = manifest.get("parameters")
    rows = [each for each in declared if isinstance(each, dict)] if isinstance(declared, list) else []
    return [str(each["name"]) for each in rows if each.get("name") and each.get("type") != "hidden"]


def _unlike(texts: Any, key: str) -> Iterator[str]:
    """Below `package`, a text is an object with title and value; everything else is a level of names."""
    if not isinstance(texts, dict):
        yield key
    elif set(texts) == {"title", "value"} and all(isinstance(each, str) for each in texts.values()):
        return
    else:
        for name, inner in texts.items():
            yield from _unlike(inner, f"{key}.{name}")


def _behind(name: str, app: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[Finding]:
    for key in sorted(set(_paths(whole, "app")) - set(_paths(app, "app"))):
        # The name is asked for above, and a label too.
        if not key.startswith("app.parameters.") and key != "app.name":
            yield Finding(rule="translation behind", file=name, key=key)


def _paths(texts: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, value in texts.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{prefix}.{key}")
        elif value:
            yield f"{prefix}.{key}"
