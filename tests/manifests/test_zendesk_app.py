"""Our Zendesk app package, held against the checks Zendesk makes on upload (only real accounts can run theirs)."""

import json
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "manifests" / "zendesk" / "app"
SIDEBAR = ROOT / "apps" / "zendesk" / "app"


def words(text: str) -> set[str]:
    return set(text.split())


KEYS = words("""
    requirementsOnly marketingOnly version author name experiments frameworkVersion
    singleInstall signedUrls noTemplate defaultLocale location private oauth parameters
    domainWhitelist remoteInstallationURL termsConditionsURL gaID
""")
REQUIRED = ("author", "defaultLocale", "location", "frameworkVersion")
BOOLEANS = ("requirementsOnly", "marketingOnly", "singleInstall", "signedUrls", "private")
LOCATIONS = words("""
    top_bar nav_bar ticket_sidebar new_ticket_sidebar user_sidebar organization_sidebar
    background modal ticket_editor system_top_bar custom_object_record_sidebar
""")
LOCATION_OPTIONS = {"url", "flexible", "size", "autoLoad", "autoHide", "signed", "legacy", "objectTypes"}
NEED_ICON = {"top_bar", "nav_bar", "ticket_editor"}
PARAMETER_TYPES = {"text", "checkbox", "url", "number", "multiline", "hidden", "oauth", "mtls"}
PARAMETER_KEYS = {"name", "type", "required", "secure", "default", "scopes", "allowed_domain"}
SECRET_NAME = re.compile(r"token|key|pwd|password", re.IGNORECASE)
SECRET_TEXT = re.compile(r"xox[abprs]-|(token|password|secret)\"?\s*[:=]\s*\"?\w{8,}", re.IGNORECASE)
LOCALE = re.compile(r"[a-z]{2}(-\w{2,3})?")
REJECTED_FILES = {".pdf", ".zip", ".sh", ".jar", ".mp3", ".exe", ".gz", ".doc", ".docx"}
LOGOS = {"logo.png": (320, 320), "logo-small.png": (128, 128)}

Fault = str
Damage = Callable[[Path], object]


def faults(package: Path) -> list[Fault]:
    """Everything Zendesk would refuse or warn about; empty for a package that may be uploaded."""
    path = package / "manifest.json"
    if not path.exists():
        return ["manifest.json is missing"]
    try:
        manifest = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        return [f"manifest.json is not JSON: {error}"]
    found: list[Fault] = []
    for check in (keys, framework, locations, parameters, translations):
        found += check(manifest, package)
    return [*found, *files(package), *logos(package), *drawings(package)]


def keys(manifest: dict[str, Any], _package: Path) -> Iterator[Fault]:
    yield from (f"unknown key {key}" for key in sorted(set(manifest) - KEYS))
    yield from (f"missing key {key}" for key in REQUIRED if not manifest.get(key))
    yield from (f"{key} is not true or false" for key in BOOLEANS if not isinstance(manifest.get(key, False), bool))
    hosts = manifest.get("domainWhitelist", [])
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        yield "domainWhitelist is not a list of hosts"
    author = manifest.get("author") or {}
    yield from (f"author {key} is not text" for key in ("name", "email") if not isinstance(author.get(key), str))
    if "url" in author and urlsplit(author["url"]).scheme not in ("http", "https"):
        yield "author url is not an address"


def framework(manifest: dict[str, Any], _package: Path) -> Iterator[Fault]:
    if manifest.get("frameworkVersion") != "2.0":
        yield "frameworkVersion is not 2.0"
    if manifest.get("noTemplate"):
        yield "noTemplate is of framework 1"
    if not isinstance(manifest.get("version", ""), str):
        yield "version is not text"


def locations(manifest: dict[str, Any], package: Path) -> Iterator[Fault]:
    for product, places in (manifest.get("location") or {}).items():
        if product not in ("support", "chat", "sell"):
            yield f"unknown product {product}"
        for name, options in places.items():
            yield from (f"{name}: {fault}" for fault in location(name, options, package))


def location(name: str, options: dict[str, Any], package: Path) -> Iterator[Fault]:
    if name not in LOCATIONS:
        yield "unknown location"
    yield from (f"unknown option {option}" for option in sorted(set(options) - LOCATION_OPTIONS))
    if not isinstance(options.get("flexible", True), bool):
        yield "flexible is not true or false"
    if name in NEED_ICON and not (package / "assets" / f"icon_{name}.svg").exists():
        yield "icon is missing"
    url = urlsplit(options.get("url", ""))
    if not url.scheme:
        if not url.path.startswith("assets/") or not (package / url.path).exists():
            yield "url names no file of the package"
    elif url.scheme != "https" and url.hostname != "localhost":
        yield "url is not https"


def parameters(manifest: dict[str, Any], _package: Path) -> Iterator[Fault]:
    declared = manifest.get("parameters", [])
    if not isinstance(declared, list):
        yield "parameters is not a list"
        return
    names = [parameter.get("name") for parameter in declared]
    if len(set(names)) < len(names):
        yield "parameter declared twice"
    for parameter in declared:
        yield from (f"parameter {parameter.get('name')}: {fault}" for fault in parameter_faults(parameter))
    asked = set(re.findall(r"\{\{setting\.(\w+)\}\}", json.dumps(manifest)))
    yield from (f"setting {name} is used but not declared" for name in sorted(asked - set(names)))


def parameter_faults(parameter: dict[str, Any]) -> Iterator[Fault]:
    kind, secure = parameter.get("type"), parameter.get("secure", False)
    yield from (f"unknown attribute {key}" for key in sorted(set(parameter) - PARAMETER_KEYS))
    if kind not in PARAMETER_TYPES:
        yield "unknown type"
    if parameter.get("name") in (None, "", "name"):
        yield "this name is taken"
    if not isinstance(secure, bool) or not isinstance(parameter.get("required", False), bool):
        yield "secure and required are true or false"
    if kind == "hidden" and parameter.get("required"):
        yield "hidden and required"
    if kind == "oauth" and secure:
        yield "oauth may not be secure"
    if (secure or kind == "hidden") and "default" in parameter:
        yield "a default would be readable"
    if secure and not parameter.get("scopes"):
        yield "secure without scopes"
    if kind == "text" and not secure and SECRET_NAME.search(str(parameter.get("name"))):
        yield "looks like a secret but is not secure"


def translations(manifest: dict[str, Any], package: Path) -> Iterator[Fault]:
    default = str(manifest.get("defaultLocale"))
    if not (package / "translations" / f"{default}.json").exists():
        yield f"translations/{default}.json is missing"
    needed = ["name"]
    if not manifest.get("private"):
        needed += ["short_description", "long_description", "installation_instructions"]
    declared = {parameter["name"] for parameter in manifest.get("parameters", []) if "name" in parameter}
    for path in sorted((package / "translations").glob("*.json")):
        if not LOCALE.fullmatch(path.stem):
            yield f"{path.name} is no locale"
        app = json.loads(path.read_text()).get("app", {})
        yield from (f"{path.name}: app.{key} is missing" for key in needed if not app.get(key))
        for name in sorted(declared - set(app.get("parameters", {}))):
            yield f"{path.name}: parameter {name} has no label"


def files(package: Path) -> Iterator[Fault]:
    for path in sorted(package.rglob("*")):
        if path.suffix.lower() in REJECTED_FILES:
            yield f"{path.name} is of a rejected type"
        if path.suffix in (".json", ".svg", ".html", ".js"):
            text = path.read_text()
            if SECRET_TEXT.search(text):
                yield f"{path.name} holds something like a secret"
            if re.search(r"http://(?!www\.w3\.org/|localhost)", text):
                yield f"{path.name} names a plain http address"


def logos(package: Path) -> Iterator[Fault]:
    for name, size in LOGOS.items():
        path = package / "assets" / name
        if not path.exists():
            yield f"{name} is missing"
        elif png_size(path.read_bytes()) != size:
            yield f"{name} is not {size[0]} by {size[1]} pixels"


def png_size(image: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, or None when the bytes are no PNG."""
    if not image.startswith(b"\x89PNG\r\n\x1a\n") or image[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", image[16:24])
    return width, height


def drawings(package: Path) -> Iterator[Fault]:
    for path in sorted(package.rglob("*.svg")):
        text = path.read_text()
        if re.search(r"<(script|foreignObject|image|use)\b", text):
            yield f"{path.name} holds more than a drawing"
        if re.search(r"\son\w+\s*=", text):
            yield f"{path.name} runs script"


def test_the_package_passes_every_check() -> None:
    assert faults(PACKAGE) == []


def test_the_sidebar_is_opened_by_signed_url_on_our_server() -> None:
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    sidebar = manifest["location"]["support"]["ticket_sidebar"]
    assert manifest["signedUrls"] is True
    assert urlsplit(sidebar["url"]).path == "/sidebar/"


def test_the_package_and_the_sidebar_are_the_same_version() -> None:
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    assert manifest["version"] == json.loads((SIDEBAR / "package.json").read_text())["version"]


def test_the_sidebar_serves_every_place_the_package_declares() -> None:
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    table = (SIDEBAR / "src" / "locations" / "table.ts").read_text()
    for name in manifest["location"]["support"]:
        assert re.search(rf"^  {name}: ", table, re.MULTILINE)


def test_the_sidebars_lock_file_names_no_registry() -> None:
    lock = json.loads((SIDEBAR / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def change(**fields: Any) -> Damage:
    """A way to break a copy of the package: other values at the top of its manifest."""

    def apply(package: Path) -> None:
        path = package / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | fields))

    return apply


def place(name: str, **options: Any) -> Damage:
    return change(location={"support": {name: options}})


def write(name: str, text: str) -> Damage:
    return lambda package: (package / name).write_text(text)


def remove(name: str) -> Damage:
    return lambda package: (package / name).unlink()


HOST = {"name": "handrail_host", "type": "text"}

BROKEN: list[tuple[str, Damage]] = [
    ("manifest.json is missing", remove("manifest.json")),
    ("manifest.json is not JSON", write("manifest.json", "{")),
    ("unknown key colour", change(colour="red")),
    ("missing key author", change(author=None)),
    ("author email is not text", change(author={"name": "A"})),
    ("signedUrls is not true or false", change(signedUrls="yes")),
    ("domainWhitelist is not a list of hosts", change(domainWhitelist="a.example")),
    ("frameworkVersion is not 2.0", change(frameworkVersion="1.0")),
    ("version is not text", change(version=1)),
    ("unknown product shop", change(location={"shop": {}})),
    ("sidebar: unknown location", place("sidebar", url="https://a.example/")),
    ("ticket_sidebar: unknown option wide", place("ticket_sidebar", url="https://a.example/", wide=True)),
    ("ticket_sidebar: flexible is not true or false", place("ticket_sidebar", url="https://a.example/", flexible=1)),
    ("ticket_sidebar: url is not https", place("ticket_sidebar", url="http://a.example/")),
    ("ticket_sidebar: url names no file of the package", place("ticket_sidebar", url="assets/app.html")),
    ("nav_bar: icon is missing", place("nav_bar", url="https://a.example/")),
    ("parameters is not a list", change(parameters={})),
    ("parameter declared twice", change(parameters=[HOST, HOST])),
    ("setting handrail_host is used but not declared", change(parameters=[])),
    ("parameter handrail_host: unknown type", change(parameters=[HOST | {"type": "date"}])),
    ("parameter handrail_host: unknown attribute colour", change(parameters=[HOST | {"colour": "red"}])),
    ("parameter name: this name is taken", change(parameters=[HOST | {"name": "name"}])),
    ("parameter api_token: looks like a secret", change(parameters=[HOST | {"name": "api_token"}])),
    ("parameter handrail_host: secure without scopes", change(parameters=[HOST | {"secure": True}])),
    ("parameter handrail_host: hidden and req", change(parameters=[HOST | {"type": "hidden", "required": True}])),
    ("parameter handrail_host: oauth may not", change(parameters=[HOST | {"type": "oauth", "secure": True}])),
    ("parameter handrail_host: a default", change(parameters=[HOST | {"type": "hidden", "default": "x"}])),
    ("translations/fr.json is missing", change(defaultLocale="fr")),
    ("english.json is no locale", write("translations/english.json", '{"app": {"name": "x"}}')),
    ("en.json: app.name is missing", write("translations/en.json", "{}")),
    ("en.json: parameter handrail_host has no label", write("translations/en.json", '{"app": {"name": "x"}}')),
    ("run.sh is of a rejected type", write("assets/run.sh", "true")),
    ("a.js holds something like a secret", write("assets/a.js", 'token: "not-a-real-one"'.replace("-", "_"))),
    ("a.js names a plain http address", write("assets/a.js", "http://a.example")),
    ("logo.png is missing", remove("assets/logo.png")),
    ("logo-small.png is not 128 by 128", lambda at: shutil.copy(at / "assets/logo.png", at / "assets/logo-small.png")),
    ("logo.png is not 320 by 320", write("assets/logo.png", "no picture")),
    ("logo.svg holds more than a drawing", write("assets/logo.svg", "<svg><script/></svg>")),
    ("logo.svg runs script", write("assets/logo.svg", '<svg onload="x"/>')),
]


@pytest.mark.parametrize(("fault", "damage"), BROKEN, ids=[fault for fault, _ in BROKEN])
def test_a_damaged_package_is_told_what_is_wrong(fault: str, damage: Damage, tmp_path: Path) -> None:
    package = tmp_path / "app"
    shutil.copytree(PACKAGE, package)
    damage(package)
    assert any(found.startswith(fault) for found in faults(package)), faults(package)
