"""Holds a package against all the rules: its files, its translations, its manifest."""

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from apps.app_package.manifest import MANIFEST_RULES, Manifest, locations, parameters, requirements
from apps.app_package.package import Contents, manifest_of, read_contents, read_json
from apps.app_package.rules import Finding, Severity

REJECTED = frozenset(
    [
        "rar",
        "zip",
        "gz",
        "gzip",
        "pdf",
        "doc",
        "docx",
        "avi",
        "bin",
        "bz",
        "bz2",
        "csh",
        "sh",
        "jar",
        "mp3",
        "mpeg",
        "odt",
        "pptx",
        "ppt",
        "xls",
        "xlsx",
        "7z",
    ]
)
# The first bytes tell what a file is, whatever it is called.
MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bz2"),
    (b"\xd0\xcf\x11\xe0", "doc"),
    (b"ID3", "mp3"),
    (b"#!", "sh"),
)
LOGOS = {"assets/logo.png": (320, 320), "assets/logo-small.png": (128, 128)}
TEXT = frozenset(["json", "svg", "html", "htm", "js", "mjs", "css", "txt", "md", "xml", "yaml", "yml"])
PAGES = frozenset(["html", "htm", "js", "mjs"])
SECRETS = (
    re.compile(r"xox[abeoprs]-[\w-]{4,}"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    re.compile(r"\bAKIA[0-9A-Z]{12,}"),
    re.compile(r"\bgh[pousr]_\w{20,}"),
    re.compile(r"\bsk-[\w-]{16,}"),
    re.compile(r"""(?:token|password|passwd|secret|api[_-]?key)["']?\s*[:=]\s*["']?[\w+.\-/]{8,}""", re.IGNORECASE),
)
WORDS = re.compile(r"\b(pass|password|secret|secret_?token|auth_?key|auth_?pass|auth_?user|api_?key)\b", re.IGNORECASE)
# Names of XML vocabularies look like addresses and are never called; one's own machine has no certificate.
PLAIN = re.compile(r"http://(?!www\.w3\.org/|localhost\b|127\.0\.0\.1\b)[^\s\"'<>)]+")
SCRIPT = re.compile(r"<\s*(script|foreignObject|iframe|embed)\b|\son\w+\s*=|javascript:|<!ENTITY", re.IGNORECASE)


def files(package: Contents) -> Iterator[Finding]:
    """What is wrong with the files themselves."""
    for name, content in sorted(package.files.items()):
        ending = PurePosixPath(name).suffix.lower().removeprefix(".")
        kind = next((kind for start, kind in MAGIC if content.startswith(start)), "")
        if ending in REJECTED or kind:
            yield Finding(rule="file type", file=name, found=kind or ending)
        if ending in TEXT and not kind:
            yield from _text(name, ending, package.text(name))


def _text(name: str, ending: str, text: str) -> Iterator[Finding]:
    # The secret itself is not repeated: the report is kept, and shown to others.
    secret = next((found for pattern in SECRETS if (found := pattern.search(text))), None)
    if secret:
        yield Finding(rule="secret", file=name, key=f"line {text.count(chr(10), 0, secret.start()) + 1}")
    elif ending in PAGES and (word := WORDS.search(text)):
        line = text.count("\n", 0, word.start()) + 1
        yield Finding(rule="word for a secret", file=name, key=f"line {line}", found=word.group(0))
    if ending in PAGES and (plain := PLAIN.search(text)):
        yield Finding(rule="plain http", file=name, found=plain.group(0))
    if ending == "svg" and SCRIPT.search(text):
        yield Finding(rule="svg unclean", file=name)


def logos(package: Contents) -> Iterator[Finding]:
    """What is wrong with the app's own pictures."""
    for name, wanted in LOGOS.items():
        if name not in package.files:
            yield Finding(rule="logo missing", file=name)
        elif (size := png_size(package.files[name])) != wanted:
            yield Finding(rule="logo size", file=name, found=f"{size[0]} by {size[1]}" if size else "no PNG")


def png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where it is no PNG."""
    if len(content) < 24 or not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


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


def check(path: Path) -> list[Finding]:
    """Everything that Zendesk would refuse or warn about in the folder or zip at `path`, refusals first."""
    return check_contents(read_contents(path))


def check_contents(package: Contents) -> list[Finding]:
    """The same of a package that is read already."""
    found = [*package.faults, *_findings(package)] if package.files else list(package.faults)
    return sorted(dict.fromkeys(found), key=lambda each: each.severity is not Severity.ERROR)


def _findings(package: Contents) -> Iterator[Finding]:
    manifest, faults = manifest_of(package)
    yield from faults
    if manifest is not None:
        for rule in MANIFEST_RULES:
            yield from rule(manifest)
        yield from locations(manifest, package)
        yield from parameters(manifest)
        yield from translations(manifest, package)
        yield from requirements(manifest, package)
    yield from files(package)
    yield from logos(package)
