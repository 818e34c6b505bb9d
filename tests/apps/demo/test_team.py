"""The script of the demo's team: whom it names is there, and what its agents make of a draft."""

from pathlib import Path

import yaml

from apps.demo.environment import COMPANY
from apps.demo.team import Edit, read_team


def rows(path: Path, key: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))[key]
    return found


def test_everybody_whom_the_script_names_is_there() -> None:
    script = read_team()
    assert set(script.agents) <= {each["name"] for each in rows(COMPANY / "agents.yaml", "agents")}
    asking = [each["from"] for each in script.customers]
    assert set(asking) <= {each.get("email") for each in rows(COMPANY / "customers.yaml", "customers")}
    assert len(set(asking)) == len(asking)
    groups = {each["name"] for each in rows(COMPANY / "agents.yaml", "groups")}
    for each in script.customers:
        assert set(each.get("edits", ())) <= script.edits.keys()
        assert each.get("escalates") in {None, *groups}


def test_an_edit_takes_the_place_of_words_or_comes_before_the_last_paragraph() -> None:
    draft = "Hello Emma,\n\nIt takes 60 minutes.\n\nGoodbye."
    assert Edit(has="60", gives=["30", "thirty"]).made(draft, 3) == draft.replace("60", "thirty")
    assert Edit(has="90", gives=["30"]).made(draft, 0) == draft
    assert Edit(gives=["Or less."]).made(draft, 1) == draft.replace("Goodbye.", "Or less.\n\nGoodbye.")
