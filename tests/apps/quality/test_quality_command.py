"""`handrail quality` after a day's work."""

import json

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from core.model.quality import Part
from tests.apps.policy.conftest import Installation, after_a_day
from tests.policies import PRIYA


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["quality", *words])


@pytest.fixture(autouse=True)
def day(installation: Installation) -> None:
    after_a_day(installation).store.close()


def test_every_part_of_every_conversation_is_counted_as_good_faulty_or_unknown() -> None:
    told = json.loads(run("--sample", "50", "--json").output)
    assert told["conversations"] == len(told["sample"]) > 0
    for part in Part:
        found = told["parts"][part.value]
        assert found["good"]["cases"] + found["unknown"] == told["conversations"]
    assert all(each["parts"]["handoff"]["grounds"] for each in told["sample"])


def test_a_review_is_kept_and_the_agreement_told() -> None:
    sample = json.loads(run("--sample", "50", "--json").output)["sample"]
    known = [(each["conversation"], part) for each in sample for part in each["parts"] if _told(each, part)]
    (name, part), *_ = known
    noted = run("--review", name, "--part", part, "--says", "good", "--by", PRIYA)
    assert noted.exit_code == 0, noted.output
    assert json.loads(run("--json").output)["parts"][part]["agreed"]["cases"] == 1


def _told(each: dict[str, dict[str, dict[str, str]]], part: str) -> bool:
    return each["parts"][part]["score"] != "unknown"


def test_what_is_not_there_cannot_be_reviewed() -> None:
    assert run("--review", "co_none", "--part", "tone", "--says", "good", "--by", PRIYA).exit_code == 2
    assert run("--since", "2999-01-01", "--json").exit_code == 0
