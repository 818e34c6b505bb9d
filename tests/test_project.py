"""What the project promises about itself: its lock files, its import contracts, its names."""

import ast
import importlib.metadata
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests.sources import tree_of

ROOT = Path(__file__).parents[1]
ROOMS = ("core", "connectors", "webhooks", "apps")
LOCKS = ("runtime", "demo", "dev")
TASTELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "service",
    "processor",
    "handler",
    "data",
    "info",
}


def sources() -> Iterator[Path]:
    """Every Python file of the product."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---------------------------------------------------------------- lock files


@cache
def pinned(lock: str) -> dict[NormalizedName, Requirement]:
    """name → the pin, of one lock file."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    lines = [line.removesuffix("\\").strip() for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one for one in found}


def version(pin: Requirement) -> Version:
    (one,) = pin.specifier
    assert one.operator == "==", f"{pin} is not pinned"
    return Version(one.version)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def wanted(name: str) -> list[Requirement]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|--(?:extra-)?index-url.*|--find-links.*|\S+ @ \S+", text) == []


def test_the_apps_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "apps/zendesk/app/package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    unsure = [name for name, package in lock["packages"].items() if name and not package.get("integrity")]
    assert unsure == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_file_is_one_version_with_its_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    for pin in pinned(lock).values():
        assert version(pin)
    bare = [
        entry.split(" ")[0] for entry in entries if re.match(r"[A-Za-z0-9]", entry) and "--hash=sha256:" not in entry
    ]
    assert bare == []


def test_the_lock_files_agree() -> None:
    """What is tested is what is shown, and what is shown is what is run."""
    for smaller, larger in (("runtime", "demo"), ("demo", "dev")):
        few, many = pinned(smaller), pinned(larger)
        assert [name for name in few if name not in many] == []
        assert [name for name in few if version(few[name]) != version(many[name])] == []


def test_the_lock_files_have_what_is_asked_for() -> None:
    asked = [
        ("runtime", [Requirement(line) for line in project()["project"]["dependencies"]]),
        ("demo", wanted("build.in")),
        ("dev", wanted("dev.in")),
    ]
    for lock, requirements in asked:
        for one in requirements:
            pin = pinned(lock).get(canonicalize_name(one.name))
            assert pin is not None, f"{one.name} is not in {lock}.txt"
            assert version(pin) in one.specifier, f"{pin} of {lock}.txt is not {one}"


def test_the_two_lists_of_what_developers_need_are_one() -> None:
    group = {canonicalize_name(Requirement(line).name) for line in project()["dependency-groups"]["dev"]}
    listed = {canonicalize_name(one.name) for one in [*wanted("dev.in"), *wanted("build.in")]}
    assert group == listed - {"setuptools"}


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in importlib.metadata.distributions()}
    pins = {name: pin for name, pin in pinned("dev").items() if pin.marker is None or pin.marker.evaluate()}
    wrong = {
        name: (str(version(pin)), installed.get(name))
        for name, pin in pins.items()
        if name not in installed or Version(installed[name]) != version(pin)
    }
    assert wrong == {}


# ---------------------------------------------------------------- who may import whom

VENDORS_OWN = {"connectors.zendesk", "connectors.twilio", "connectors.slack", "connectors.openai"}  # each has its SDK


def folders(room: str) -> set[str]:
    return {f"{room}.{path.parent.name}" for path in (ROOT / room).glob("*/__init__.py")}


def contract(name: str) -> dict[str, Any]:
    (found,) = (each for each in project()["tool"]["importlinter"]["contracts"] if each["name"] == name)
    return dict(found)


def test_no_connector_and_no_webhook_folder_is_left_out_of_the_contracts() -> None:
    assert set(contract("connectors do not see each other")["modules"]) == folders("connectors")
    assert set(contract("webhook folders do not see each other")["modules"]) == folders("webhooks")
    without = set(contract("a vendor SDK is imported by its own connector alone")["source_modules"])
    assert without == {"core", "webhooks", "apps"} | (folders("connectors") - VENDORS_OWN)


# ---------------------------------------------------------------- names and words


def test_every_package_says_what_it_is_for() -> None:
    packages = [path for path in sources() if path.name == "__init__.py"]
    assert [name_of(p) for p in packages if not ast.get_docstring(tree_of(p))] == []
    without = {p.parent for p in sources()} - {p.parent for p in packages}
    assert sorted(map(name_of, without)) == []


def test_the_picture_of_the_rooms_shows_every_room() -> None:
    picture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").split("## The rooms")[1].split("## Who")[0]
    rooms = [path.parent for room in ROOMS for path in (ROOT / room).glob("*/__init__.py")]
    assert [name_of(room) for room in rooms if not re.search(rf"(?<![\w-]){room.name}/", picture)] == []


def test_every_module_says_what_it_holds() -> None:
    assert [name_of(p) for p in sources() if not ast.get_docstring(tree_of(p))] == []


def test_no_module_has_a_name_that_could_hold_anything() -> None:
    assert [name_of(path) for path in sources() if {path.stem, path.parent.name} & TASTELESS] == []


def compared(node: ast.ClassDef) -> bool:
    """Whether it is a dataclass that is equal to another when its fields are."""
    marks = [mark for mark in node.decorator_list if "dataclass" in ast.unparse(mark)]
    return any("eq=False" not in ast.unparse(mark) for mark in marks)


def holds_vectors(node: ast.ClassDef) -> bool:
    fields = (ast.unparse(line.annotation) for line in node.body if isinstance(line, ast.AnnAssign))
    return any(re.search(r"\b(Vector|NDArray)\b", field) and "Callable" not in field for field in fields)


def test_what_holds_vectors_is_compared_as_a_thing() -> None:
    """Vectors have no single answer to whether they are equal: `==` of what holds them raises."""
    found = [
        (name_of(path), node.name, compared(node))
        for path in sources()
        if re.search(r"\b(Vector|NDArray)\b", path.read_text(encoding="utf-8"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and holds_vectors(node)
    ]
    assert len(found) > 10
    assert [(path, name) for path, name, by_fields in found if by_fields] == []


def test_every_exception_from_the_linter_has_its_reason() -> None:
    bare = re.compile(r"#\s*noqa(?::\s*[A-Z0-9, ]+)?\s*$|#\s*type:\s*ignore\s*$")
    found = [
        f"{name_of(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_fakes_are_written_by_hand() -> None:
    tests = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "mock" in path.read_text(encoding="utf-8")]
    assert [name_of(path) for path in tests if any("mock" in name.split(".") for name in imported(path))] == []


def test_the_core_knows_nothing_of_block_kit() -> None:
    """It says what a card holds; `apps/slack/cards` says how it looks."""
    words = re.compile(
        r"block kit|mrkdwn|plain_text|block_id|action_id|callback_id|private_metadata|static_select"  # its fields
        r"|<!date|<@\{|\":[a-z_]+: ",  # Slack's markup: moments, mentions, signs
        re.IGNORECASE,
    )
    core = [path for path in sources() if path.is_relative_to(ROOT / "core")]
    assert [name_of(path) for path in core if words.search(path.read_text(encoding="utf-8"))] == []
