"""docs/security.md promises nothing that no test tries."""

import ast
import re
from pathlib import Path

from tests.sources import tree_of

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", TEXT)
    assert len(named) > 30
    for path, name in named:
        tree = tree_of(ROOT / path)
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not name or name in tests, f"{path}::{name}"


def test_every_attack_has_its_test_or_says_that_it_is_not_checked() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| attack")]
    assert len(rows) > 25
    assert [row for row in rows if "`tests/" not in row and "**not checked**" not in row] == []


def test_every_file_of_attacks_is_told_of() -> None:
    files = {path.name for path in (ROOT / "tests" / "security").glob("test_*.py")} - {Path(__file__).name}
    assert {name for name in files if f"tests/security/{name}" not in TEXT} == set()
