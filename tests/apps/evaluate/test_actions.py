"""What tau2-bench's tasks call right is let through and done; mutations of it are refused by the rule that is meant."""

import json
from pathlib import Path

from click.testing import CliRunner

from apps.cli import main


def test_a_folder_without_tasks_is_named(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["eval", "actions", str(tmp_path)])
    assert (told.exit_code, "has no retail_tasks*.jsonl.gz" in told.output) == (2, True)


def test_the_gate_lets_through_what_is_right_and_refuses_the_rest_by_its_rule(shared: Path) -> None:
    told = CliRunner().invoke(main, ["eval", "actions", str(shared / "data" / "tau2_support"), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    figures = found["figures"]
    # Of one task the gift card holds less than the exchange costs, by the data themselves.
    assert (figures["gold actions"], figures["allowed, done and read back"]) == (120, 119)
    assert (figures["let through"], figures["gold actions with fewer than five mutations"]) == (0, 0)
    assert figures["mutations"] - figures["refused by the rule that is meant"] <= 4
    assert all("gift_card_covers" in line for line in found["misses"])
