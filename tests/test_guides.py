"""The guides point at what is there: files, stories, lines of the demo's policy, commands."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from apps.cli import main
from apps.settings import SETTINGS
from core.model.alert import AlertKind

ROOT = Path(__file__).parents[1]
GUIDES = [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if p.parent.name != "adr")]
LINK = re.compile(r"""(?:\]\(|<img src=")([^)#\s"]+)""")
STORY = re.compile(r"^\| story \| (.*) \|$", re.MULTILINE)
LINES = re.compile(r"^\| policy \| (.*) \|$", re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(guide: Path) -> None:
    inside = [link for link in LINK.findall(guide.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in inside if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/guides/admin.md",
        "docs/checklist.md",
        "docs/tutorial.md",
        "docs/going-live.md",
        "docs/operations.md",
    ],
)
def test_every_command_is_one(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    said = re.findall(r"`handrail ([a-z][^`]*)`|^handrail (.*)$", text, re.MULTILINE)
    assert len(said) > 1
    assert [words for pair in said if not _is_command((words := "".join(pair)).split())] == []


def _is_command(words: list[str]) -> bool:
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            break
        command = command.get_command(click.Context(command), word)
    return command is not None


def test_the_playbooks_name_stories_and_policy_lines_that_are_there() -> None:
    text = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
    stories = re.findall("`([a-z_]+)`", " ".join(STORY.findall(text)))
    assert [each for each in stories if not (ROOT / "tests/scenarios/stories" / f"{each}.yaml").exists()] == []
    policy = yaml.safe_load((ROOT / "apps" / "demo" / "policy.yaml").read_text(encoding="utf-8"))
    keys = [each.split(":")[0] for each in re.findall("`([^`]+)`", " ".join(LINES.findall(text)))]
    assert len(stories) >= 5
    assert len(keys) >= 10
    assert [key for key in keys if not _stands(policy, key.split("."))] == []


def _stands(fields: Any, place: list[str]) -> bool:
    """`*` is any name."""
    if not place:
        return True
    if not isinstance(fields, dict):
        return False
    names = list(fields) if place[0] == "*" else [place[0]]
    return any(name in fields and _stands(fields[name], place[1:]) for name in names)


def test_the_operators_page_tells_of_every_alert_metric_secret_and_file() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    code = "".join(
        path.read_text(encoding="utf-8") for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("webhooks/**/*.py")]
    )
    metrics = re.findall(r"(?:Counter|Gauge|Histogram|MetricFamily)\(\s*\"(handrail_[a-z_]+)\"", code)
    assert len(metrics) >= 3
    secrets = [each.key for each in SETTINGS if each.secret]
    units = [path.name for path in (ROOT / "deploy" / "systemd").glob("*.*") if path.is_file()]
    for name in (*metrics, *secrets, *AlertKind, *(unit.removesuffix(".service") for unit in units)):
        assert re.search(rf"[`/]{name}[`.]", page), name
