"""`handrail experiments` on an installation whose policy has one."""

import json

import pytest
from click.testing import CliRunner, Result

from apps.bootstrap.policies import enacter
from apps.cli import main
from connectors.sql.store import SqlStore
from tests.apps.policy.conftest import Installation
from tests.clock import Clock
from tests.keys import master_keys
from tests.policies import PRIYA


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["experiments", *words])


@pytest.fixture(autouse=True)
def in_force(installation: Installation) -> None:
    """The policy with the experiment."""
    installation.write(experiments={"answers": {"varies": "automatic"}})
    store = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", keys=master_keys)
    enacter(store, Clock()).start(installation.file.read_text(encoding="utf-8"))
    store.close()


def test_what_nobody_is_part_of_yet_is_told_as_that() -> None:
    assert "nobody is part of it yet" in run("status").output
    (told,) = json.loads(run("status", "answers", "--json").output)["experiments"]
    assert (told["verdict"], told["began_at"], told["effect"]["told"]) == ("too_few", None, False)


def test_one_that_is_not_there_is_a_mistake() -> None:
    assert run("status", "other").exit_code == 2


def test_it_is_stopped_by_hand_once_with_who_and_why(installation: Installation) -> None:
    words = ("stop", "answers", "--why", "enough seen", "--by", PRIYA)
    stopped = run(*words)
    assert stopped.output.strip() == "answers is stopped.", stopped.output
    assert run(*words).output.strip() == "answers was stopped before."
    assert f"by {PRIYA}: enough seen" in run("list").output
