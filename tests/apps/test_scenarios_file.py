from decimal import Decimal
from pathlib import Path

import pytest

from apps.intents_file import read_intents
from apps.scenarios_file import read_scenarios
from core.errors import ConfigurationError
from core.scenarios.compute import Rules

ROOT = Path(__file__).parents[2]
RULE = "version: 1\nscenarios:\n  - name: a\n    label: A\n    intents: [x]\n    says: {en: [Hello]}\n"


def read(folder: Path, text: str) -> Rules:
    path = folder / "scenarios.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenarios(str(path))


@pytest.mark.parametrize("name", ["apps/starter/scenarios.yaml", "apps/demo/scenarios.yaml"])
def test_the_files_that_come_along_can_be_read(name: str) -> None:
    assert read_scenarios(str(ROOT / name)).rules


def test_the_demo_speaks_of_intents_that_there_are() -> None:
    known = set(read_intents(str(ROOT / "apps/sandbox/company/intents.yaml")).examples)
    for rule in read_scenarios(str(ROOT / "apps/demo/scenarios.yaml")).rules:
        assert rule.intents <= known, rule.name


def test_sums_are_exact(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, RULE + '    pays: {percent: 100, deducted: {US: 6.10, CA: "7"}}\n').rules
    assert rule.pays is not None
    assert rule.pays.deducted == {"US": Decimal("6.10"), "CA": Decimal("7.00")}


def test_the_version_changes_with_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, RULE).version != read(tmp_path, RULE.replace("Hello", "Hi")).version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULE.replace("Hello", "'{refund}'"), "not filled in"),
        (RULE.replace("Hello", "'{amount'"), "says"),
        (RULE.replace("en:", "de:"), "'en'"),
        (RULE + "    pays: {delivery: true}\n", "percent"),
        (RULE + "    pays: {percent: 120}\n", "percent"),
        (RULE + "    when: {most_days: -1}\n", "most_days"),
        (RULE + "    whenn: {}\n", "whenn"),
        (RULE + RULE[len("version: 1\nscenarios:\n") :], "named twice: a"),
        ("version: 2\nscenarios: []\n", "version"),
        ("scenarios: [", "not YAML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read(tmp_path, text)


def test_without_a_file_nothing_is_offered() -> None:
    assert read_scenarios("").rules == ()
