"""A command that works on what runs says where there is nothing to work on, and makes nothing by looking."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from connectors.sql.schema import store_name, upgrade

BY = "--by priya@larkfield.example"
ON_WHAT_RUNS = (
    "actions check",
    "actions dry-run refund --customer someone",
    "actions list",
    f"actions run refund --customer someone --ticket 4711 {BY}",
    "agent-survey",
    "backup copies",
    "conversations",
    "journey",
    "keys rotate",
    "keys show",
    "knowledge add pages --forget",
    "knowledge check",
    "knowledge costs",
    "knowledge gaps",
    "knowledge list",
    "knowledge search refund",
    "knowledge show a",
    "ledger head",
    "ledger show",
    "ledger verify",
    "outreach list",
    f"outreach pause {BY}",
    "outreach results ap_one",
    f"outreach resume {BY}",
    "outreach show ap_one",
    "outreach status",
    f"outreach stop ap_one {BY}",
    f"parked dismiss fx_one {BY}",
    "learn calibration",
    f"learn reset --all {BY}",
    "learn show",
    "suite add 4711",
    "suite list",
    "suite remove ticket-4711",
    "suite write",
    "train drop ticket-4711",
    "train keep 4711",
    "train list",
    "train --own",
    "eval suite",
    "experiments list",
    "experiments status",
    f"experiments stop answers --why why {BY}",
    "parked list",
    f"parked send fx_one {BY}",
    f"pilot expand {BY}",
    f"people remove tom@larkfield.example {BY}",
    "people add tom@larkfield.example",
    "people list",
    "pilot plan",
    "report",
    f"pilot start --channel sms --intent reset {BY}",
    "pilot status",
    f"pilot stop --reason why {BY}",
    f"policy apply policy.yaml {BY}",
    "policy diff policy.yaml",
    "policy explain 4711",
    "improve find",
    "improve list",
    "improve show pr_1",
    f"improve accept pr_1 {BY}",
    f"improve edit pr_1 other {BY}",
    f"improve refuse pr_1 {BY}",
    "policy list",
    f"policy restore v1 --reason why {BY}",
    "policy show v1",
    f"policy sign policy.yaml --section triggers --role legal {BY}",
    f"privacy erase someone {BY}",
    f"privacy export someone {BY}",
    "privacy log",
    "privacy page",
    "quality",
    "reasked check",
    "receipt 4711",
    "route tiers",
    "sync",
)
# Those that begin an installation or run it, and those that work on files or have a folder of their own.
OTHERS = frozenset(
    {
        *(
            "connect",
            "demo",
            "disconnect",
            "doctor",
            "health",
            "init",
            "play",
            "replay",
            "restore",
            "run",
            "train",
            "up",
            "web",
        ),
        *("worker", "app check", "app package", "intents check", "intents propose", "policy check", "policy test"),
        *("route learn", "route simulate", "style check"),
    }
)


def leaves(group: click.Group, *words: str) -> Iterator[str]:
    """Every command that can be given, by its words; those of an extra are not looked into."""
    context = click.Context(group)
    for name in group.list_commands(context):
        if (*words, name) == ("eval",):
            continue
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *words, name)
        elif not command.hidden:
            yield " ".join((*words, name))


def handrail(words: str) -> Result:
    return CliRunner().invoke(main, words.split())


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy that somebody is writing, and no installation."""
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    (tmp_path / "policy.yaml").write_text(Path("apps/starter/policy.yaml").read_text("utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_is_either_on_what_runs_or_known_to_be_something_else() -> None:
    known = {each for each in leaves(main) if any(f"{row} ".startswith(f"{each} ") for row in ON_WHAT_RUNS)}
    assert sorted(set(leaves(main)) - known - OTHERS) == []


@pytest.mark.parametrize("words", ON_WHAT_RUNS)
def test_where_there_is_no_installation_it_says_so_in_one_line_and_makes_nothing(words: str, empty: Path) -> None:
    done = handrail(words)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"There is no Handrail installation here: no handrail.toml in {empty}")
    assert "`handrail init`" in line
    assert [path.name for path in empty.rglob("*")] == ["policy.yaml"]


@pytest.mark.parametrize("words", ["ledger verify", f"outreach pause {BY}", "knowledge search refund"])
def test_an_installation_that_never_ran_has_nothing_to_look_at_or_pause(words: str, empty: Path) -> None:
    (empty / "handrail.toml").write_text('company = "Larkfield"\n', encoding="utf-8")
    done = handrail(words)
    (line,) = done.stderr.splitlines()
    assert (done.exit_code, f"no store yet at {empty}/var/handrail/handrail.db" in line) == (2, True)
    assert sorted(path.name for path in empty.rglob("*")) == ["handrail.toml", "policy.yaml"]


def test_the_environment_alone_names_an_installation(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container: there is no handrail.toml, and the store is elsewhere."""
    url = f"sqlite:///{empty / 'elsewhere.db'}"
    monkeypatch.setenv("HANDRAIL_STORE_URL", url)
    assert "no store yet at" in handrail("outreach status").stderr
    upgrade(url)
    assert handrail("outreach status").stdout == "Sending is on.\n"


def test_a_library_begins_where_the_first_articles_are_added(empty: Path) -> None:
    (empty / "pages").mkdir()
    (empty / "pages" / "returns.md").write_text("# Returns\n\nYou can return an item in 30 days.\n", encoding="utf-8")
    added = handrail("knowledge add pages")
    assert (added.exit_code, "A new library begins" in added.stderr) == (0, True)
    assert handrail("knowledge list").exit_code == 0


def test_a_ledger_without_a_record_proves_nothing(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(f"sqlite:///{empty / 'some.db'}")
    monkeypatch.setenv("HANDRAIL_STORE_URL", f"sqlite:///{empty / 'some.db'}")
    done = handrail("ledger verify")
    assert (done.exit_code, done.stdout) == (
        1,
        f"Nothing was proved: {empty / 'some.db'} has no record. Nothing was decided yet, or you mean another store.\n",
    )


def test_a_store_is_named_without_its_password() -> None:
    assert store_name("postgresql+psycopg://ours:hush@db.example:5432/handrail") == (
        "postgresql://ours:***@db.example:5432/handrail"
    )


@pytest.mark.parametrize("words", ["sync", "ledger verify", "outreach status"])
def test_a_data_folder_that_is_a_file_is_one_line(words: str, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATA_DIR", "policy.yaml")
    done = handrail(words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "policy.yaml" in done.stderr
