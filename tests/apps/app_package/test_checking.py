import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from apps.app_package.checking import check, check_contents
from apps.app_package.package import LARGEST, Contents, unzip
from apps.app_package.rules import ERRORS, WARNINGS, Finding, Severity
from tests.apps.app_package.packages import (
    MANIFEST,
    Damage,
    change,
    nested,
    parameter,
    place,
    png,
    remove,
    require,
    translate,
    whole,
    write,
    zipped,
)

OAUTH = dict.fromkeys(("client_id", "client_secret", "authorize_uri", "access_token_uri"), "x")
HOST = MANIFEST["parameters"][0]
AT_SUPPORT = "manifest.json, location.support"
HOOK = {"name": "A", "status": "active", "endpoint": "https://a.example", "http_method": "POST"}

# rule, the place where it is found, how the package was broken
BROKEN: list[tuple[str, str, Damage]] = [
    ("manifest missing", "manifest.json", remove("manifest.json")),
    ("manifest nested", "shelf/manifest.json", nested),
    ("not json", "manifest.json", write("manifest.json", "{")),
    ("not json", "requirements.json", write("requirements.json", "{")),
    ("not json", "translations/de.json", write("translations/de.json", "{")),
    ("not an object", "manifest.json", write("manifest.json", "[]")),
    ("not an object", "requirements.json", write("requirements.json", "[]")),
    ("not an object", "translations/de.json, app", write("translations/de.json", "{}")),
    ("key twice", "manifest.json, name", write("manifest.json", '{"name": "a", "name": "b"}')),
    ("key twice", "requirements.json, macros", write("requirements.json", '{"macros": {}, "macros": {}}')),
    ("key unknown", "manifest.json, colour", change(colour="red")),
    ("key missing", "manifest.json, author", change(author=None)),
    ("key missing", "manifest.json, author.email", change(author={"name": "Nobody"})),
    ("key missing", "manifest.json, defaultLocale", change(defaultLocale=None)),
    ("key missing", "manifest.json, frameworkVersion", change(frameworkVersion=None)),
    ("key missing", "manifest.json, location", change(location=None)),
    ("not true or false", "manifest.json, signedUrls", change(signedUrls="yes")),
    ("not true or false", f"{AT_SUPPORT}.modal.flexible", place("modal", url="https://a.example", flexible=1)),
    ("not true or false", "manifest.json, parameters.host.secure", parameter(secure="no")),
    ("not text", "manifest.json, version", change(version=1)),
    ("not text", "manifest.json, author.name", change(author=MANIFEST["author"] | {"name": 1})),
    ("not an object", "manifest.json, author", change(author="Nobody")),
    ("not an object", "manifest.json, location", change(location=["ticket_sidebar"])),
    ("not an object", f"{AT_SUPPORT}", change(location={"support": "ticket_sidebar"})),
    ("not a list of hosts", "manifest.json, domainWhitelist", change(domainWhitelist="a.example")),
    ("not an address", "manifest.json, author.url", change(author=MANIFEST["author"] | {"url": "shelf"})),
    ("not an address", "manifest.json, termsConditionsURL", change(termsConditionsURL="terms")),
    ("framework version", "manifest.json, frameworkVersion", change(frameworkVersion="1.0")),
    ("template of framework 1", "manifest.json, noTemplate", change(noTemplate=True)),
    ("experiment", "manifest.json, fast", change(experiments={"fast": True})),
    ("version", "manifest.json, version", change(version="next")),
    ("location in an app without pages", "manifest.json, location", change(requirementsOnly=True)),
    ("oauth incomplete", "manifest.json, oauth.client_id", change(oauth=OAUTH | {"client_id": ""})),
    ("oauth without parameter", "manifest.json, parameters", change(oauth=OAUTH)),
    ("product unknown", "manifest.json, location.shop", change(location={"shop": {}})),
    ("location unknown", f"{AT_SUPPORT}.sidebar", place("sidebar", url="https://a.example")),
    ("location option unknown", f"{AT_SUPPORT}.modal.wide", place("modal", url="https://a.example", wide=1)),
    ("location address", f"{AT_SUPPORT}.modal.url", place("modal", url="http://a.example")),
    ("location address", f"{AT_SUPPORT}.modal.url", place("modal", url="assets/gone.html")),
    ("location address", f"{AT_SUPPORT}.modal.url", place("modal", url="page.html")),
    ("location empty", f"{AT_SUPPORT}.modal.url", place("modal")),
    ("icon missing", "assets/icon_nav_bar.svg", remove("assets/icon_nav_bar.svg")),
    ("icon missing", "assets/icon_top_bar.svg", place("top_bar", url="https://a.example")),
    ("parameters not a list", "manifest.json, parameters", change(parameters={})),
    ("parameter twice", "manifest.json, parameters.host", change(parameters=[HOST, HOST])),
    ("parameter name", "manifest.json, parameters.name", parameter(name="name")),
    ("parameter type", "manifest.json, parameters.host.type", parameter(type="date")),
    ("parameter attribute unknown", "manifest.json, parameters.host.colour", parameter(colour="red")),
    ("parameter hidden and required", "manifest.json, parameters.host", parameter(type="hidden")),
    ("parameter oauth and secure", "manifest.json, parameters.host", parameter(type="oauth", secure=True)),
    (
        "parameter oauth twice",
        "manifest.json, parameters",
        change(parameters=[{"name": "a", "type": "oauth"}, {"name": "b", "type": "oauth"}]),
    ),
    ("parameter scope", "manifest.json, parameters.host.scopes", parameter(secure=True, scopes=["moon"])),
    ("parameter without scopes", "manifest.json, parameters.host.scopes", parameter(secure=True)),
    ("parameter looks secret", "manifest.json, parameters.api_token", parameter(name="api_token")),
    ("parameter default", "manifest.json, parameters.host.default", parameter(type="hidden", default="x")),
    ("setting undeclared", "manifest.json, setting.host", change(parameters=[])),
    ("translation missing", "translations/fr.json", change(defaultLocale="fr")),
    ("locale", "translations/german.json", write("translations/german.json", json.dumps({"app": {"name": "x"}}))),
    ("locale", "manifest.json, defaultLocale", change(defaultLocale="english")),
    ("translation key missing", "translations/de.json, app.name", translate(name="")),
    ("translation key missing", "translations/en.json, app.short_description", change(private=False)),
    ("translation product", "translations/de.json, app.chat", translate(chat={"name": "Shelf"})),
    ("translation format", "translations/de.json, app.package.hello", translate(package={"hello": "Hallo"})),
    ("translation behind", "translations/de.json, app.long_description", translate(long_description="")),
    ("label missing", "translations/de.json, app.parameters.host.label", translate(parameters={})),
    ("requirement type", "requirements.json, robots", require(robots={})),
    ("requirement type", "requirements.json, custom_objects.robots", require(custom_objects={"robots": []})),
    (
        "requirements too many",
        "requirements.json",
        require(triggers={str(number): {"title": "x"} for number in range(5001)}),
    ),
    (
        "requirements too many",
        "requirements.json, custom_objects",
        require(custom_objects={"custom_object_types": [{"key": "k", "schema": {}}] * 51}),
    ),
    ("requirement field missing", "requirements.json, triggers.a.title", require(triggers={"a": {}})),
    ("requirement field missing", "requirements.json, user_fields.a.key", require(user_fields={"a": {"title": "x"}})),
    ("requirement field missing", "requirements.json, webhooks.a.request_format", require(webhooks={"a": HOOK})),
    (
        "requirement field missing",
        "requirements.json, custom_objects.custom_object_types.0.schema",
        require(custom_objects={"custom_object_types": [{"key": "k"}]}),
    ),
    (
        "requirement target",
        "requirements.json, targets.a.type",
        require(targets={"a": {"title": "x", "type": "http_target"}}),
    ),
    (
        "requirement channels",
        "requirements.json, channel_integrations",
        require(channel_integrations={"a": {"manifest_url": "/"}, "b": {"manifest_url": "/"}}),
    ),
    ("file type", "assets/run.sh", write("assets/run.sh", "true")),
    ("file type", "assets/picture.png", write("assets/picture.png", "PK\x03\x04")),
    ("secret", "assets/a.js, line 2", write("assets/a.js", '\ntoken: "not_a_real_one"')),
    ("secret", "assets/a.js, line 1", write("assets/a.js", "-----BEGIN RSA PRIVATE KEY-----")),
    ("secret", "translations/de.json, line 1", translate(name="xoxb-not-a-real-one")),
    ("word for a secret", "assets/a.js, line 1", write("assets/a.js", "askForPassword(password)")),
    ("plain http", "assets/a.js", write("assets/a.js", "fetch('http://a.example')")),
    ("svg unclean", "assets/a.svg", write("assets/a.svg", "<svg><script/></svg>")),
    ("svg unclean", "assets/a.svg", write("assets/a.svg", '<svg onload="x"/>')),
    ("logo missing", "assets/logo.png", remove("assets/logo.png")),
    ("logo size", "assets/logo-small.png", lambda files: files.update({"assets/logo-small.png": png(64, 64)})),
    ("logo size", "assets/logo.png", write("assets/logo.png", "no picture")),
]
OF_THE_ZIP = {"not a zip", "link", "path", "too large"}


def places(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.rule, each.file + (f", {each.key}" if each.key else "")) for each in found]


def test_a_whole_package_has_nothing_to_find() -> None:
    assert check_contents(Contents(files=whole())) == []


@pytest.mark.parametrize(("rule", "place", "damage"), BROKEN, ids=[f"{rule}: {at}" for rule, at, _ in BROKEN])
def test_a_broken_rule_is_found_at_its_place(rule: str, place: str, damage: Damage) -> None:
    files = whole()
    damage(files)
    found = check_contents(Contents(files=files))
    assert (rule, place) in places(found)
    assert all(each.fix for each in found)


def test_every_rule_has_a_failing_example() -> None:
    examples = {rule for rule, _, _ in BROKEN} | OF_THE_ZIP | {"requirements missing"}
    assert examples == ERRORS.keys() | WARNINGS.keys()


def test_an_app_of_requirements_alone_needs_them() -> None:
    files = whole()
    change(requirementsOnly=True, location=None, frameworkVersion=None)(files)
    assert check_contents(Contents(files=files)) == []
    del files["requirements.json"]
    assert places(check_contents(Contents(files=files))) == [("requirements missing", "requirements.json")]


def test_refusals_stand_before_warnings() -> None:
    files = whole()
    change(colour="red", signedUrls="yes")(files)
    assert [each.severity for each in check_contents(Contents(files=files))] == [Severity.ERROR, Severity.WARNING]


def test_the_secret_itself_is_not_repeated() -> None:
    files = whole()
    write("assets/a.js", 'token: "not_a_real_one"')(files)
    (found,) = check_contents(Contents(files=files))
    assert "not_a_real_one" not in repr(found)


def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "app.zip"
    for content in (b"nothing", zipped(whole())[:-40]):
        path.write_bytes(content)
        assert [each.rule for each in check(path)] == ["not a zip"]


def test_spoilt_bytes_in_a_zip_are_a_fault() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(range(256)))
    spoilt = out.getvalue().replace(out.getvalue()[31:60], b"\xff" * 29)
    assert [each.rule for each in unzip(spoilt).faults] == ["not a zip"]


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (change(termsConditionsURL="https://["), "not an address"),
        (place("ticket_sidebar", url="https://["), "location address"),
        (parameter(type=["text"]), "parameter type"),
        (parameter(secure=True, scopes=[{}]), "parameter scope"),
        (require(targets={"one": {"title": "One", "type": []}, "two": 2}), "not an object"),
        (translate(parameters=["host"]), "label missing"),
        (translate(support="Shelf"), "translation key missing"),
    ],
)
def test_what_is_of_another_kind_than_expected_is_a_finding_too(damage: Damage, rule: str) -> None:
    files = whole()
    damage(files)
    assert rule in [each.rule for each in check_contents(Contents(files=files))]


def test_a_name_that_points_out_of_the_package_is_a_fault() -> None:
    package = unzip(zipped({"../outside.json": b"{}"}))
    assert [each.rule for each in package.faults] == ["path"]


def test_a_link_is_a_fault_in_a_zip_and_in_a_folder(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("assets/linked.svg")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/hostname")
    assert [each.rule for each in unzip(out.getvalue()).faults] == ["link"]
    for name, content in whole().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "assets" / "linked.svg").symlink_to(tmp_path / "manifest.json")
    assert ("link", "assets/linked.svg") in places(check(tmp_path))


def test_what_would_unpack_to_too_much_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/large.json", b" " * (LARGEST + 1))
    package = unzip(out.getvalue())
    assert ([each.rule for each in package.faults], package.files) == (["too large"], {})
