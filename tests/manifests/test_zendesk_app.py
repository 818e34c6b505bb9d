"""Our Zendesk app package against the sidebar that it opens. Zendesk's own rules: tests/apps/app_package."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "manifests" / "zendesk" / "app"
SIDEBAR = ROOT / "apps" / "zendesk" / "app"


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
