"""docs/actions.md shows declarations and files that are read as they stand."""

import re
from pathlib import Path
from typing import Any

import yaml

from apps.systems_file import read_systems
from tests.apps.actions.conftest import ROOT
from tests.core import rules

PAGE = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
SECRETS = {"ORDERS_TOKEN": "one", "SHOP_TOKEN": "two", "SHOP_URL": "https://shop.example", "DESK_TOKEN": "three"}


def block(begins: str) -> tuple[str, Any]:
    (text,) = [each for each in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if each.startswith(begins)]
    return text, yaml.safe_load(text)


def test_the_declaration_of_the_page_is_one() -> None:
    spec = rules.policy(actions=block("actions:")[1]["actions"]).actions["cancel_order"]
    assert (spec.by_itself, set(spec.rules), spec.limits.times) == (True, {"own_order", "not_dispatched"}, 3)


def test_the_file_of_systems_of_the_page_is_one(tmp_path: Path) -> None:
    file = tmp_path / "systems.yaml"
    file.write_text(block("version:")[0], encoding="utf-8")
    found = {each.name: each for each in read_systems(file, None, SECRETS)}
    assert (found["shop"].url, found["stock"].private, found["legacy"].adapter) == (
        "https://shop.example",
        True,
        "acme_legacy",
    )
    assert found["orders"].token.value == "one"
