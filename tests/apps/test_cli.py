import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from apps.cli import SECTIONS, main
from apps.extras import require_extra
from core.errors import ConfigurationError

# What only the commands themselves need; importing any of it would make `--help` slow.
HEAVY = (
    "flask", "celery", "onnxruntime", "sqlalchemy", "numpy", "sklearn", "slack_sdk", "zenpy", "twilio", "openai",
    "marshmallow", "requests", "prometheus_client",
)  # fmt: skip
PROBE = """
import sys
sys.argv = ["handrail", *sys.argv[1:]]
from apps.cli import main
try:
    main()
except SystemExit as end:
    print("exit", end.code or 0)
print("loaded", *sorted({name.split(".")[0] for name in sys.modules}))
"""


def started(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with no settings but those given."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL_")}
    command = [sys.executable, "-c", PROBE, *arguments]
    return subprocess.run(command, env=bare | environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["run", "--help"], ["demo", "--help"], ["--version"]])
def test_help_loads_nothing_that_only_the_work_needs(arguments: list[str]) -> None:
    done = started(*arguments)
    loaded = done.stdout.splitlines()[-1].split()
    assert "exit 0" in done.stdout
    assert [name for name in HEAVY if name in loaded] == []


def test_the_help_shows_every_command_once_under_a_heading_except_old_names() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output.split("Run it:")[1]
    lines = [line.split()[0] for line in shown.splitlines() if line.startswith("  ")]
    assert lines == [command.name for under_it in SECTIONS.values() for command in under_it]
    assert sorted(lines) == sorted(name for name, command in main.commands.items() if not command.hidden)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("slack-link", "connect slack --link"),
        ("slack-socket", "worker --slack"),
        ("pulse", "agent-survey"),
        ("knowledge sync", "sync --articles"),
        ("eval intents --train a.csv --test b.csv", "intents check A.csv --test B.csv"),
    ],
)
def test_an_old_name_does_the_same_and_says_the_new_one(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder where nothing is set each ends early, and as the new one does."""
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text("text,label\n", encoding="utf-8")
    before = CliRunner().invoke(main, old.split())
    now = CliRunner().invoke(main, new.lower().split())
    first, *rest = before.stderr.splitlines()
    name = old.split(" --")[0]
    assert first == f"`handrail {name}` is now `handrail {new}`; the old name goes with the next release."
    assert (rest, before.exit_code) == (now.stderr.splitlines(), now.exit_code)
    assert name.split()[-1] not in CliRunner().invoke(main, [*name.split()[:-1], "--help"]).output.split()


def test_a_command_of_an_extra_says_in_one_line_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: ['no-such-library>=3; extra == "demo"'])
    with pytest.raises(
        ConfigurationError, match=r"^no-such-library missing: run `pip install 'handrail\[demo\]'` first\.$"
    ):
        require_extra("demo")
    require_extra("eval")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_says_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    assert main.commands[name].help
    assert str(main.commands[name].help).split(".")[0] in " ".join(shown.output.split())


# ---------------------------------------------------------------- every screen of the help


def screens(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Of a command and of all below it, but for old names."""
    context = click.Context(command, info_name=name, parent=parent)
    yield context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            under = command.get_command(context, each)
            if under is not None and not under.hidden:
                yield from screens(under, each, context)


SCREENS = {context.command_path: context for context in screens(main, "handrail")}


def options(context: click.Context) -> list[click.Option]:
    return [each for each in context.command.params if isinstance(each, click.Option) and not each.hidden]


def test_there_are_as_many_screens_as_commands() -> None:
    assert len(SCREENS) > 75


@pytest.mark.parametrize("path", SCREENS)
def test_every_option_says_what_it_is_and_every_value_its_kind(path: str) -> None:
    silent = [each.name for each in options(SCREENS[path]) if len((each.help or "").split()) < 2]
    vague = [
        each.name
        for each in options(SCREENS[path])
        if not each.is_flag
        and each.make_metavar(SCREENS[path]) in ("TEXT", "INTEGER", "FLOAT", "INTEGER RANGE", "FLOAT RANGE")
    ]
    assert (silent, vague) == ([], [])


@pytest.mark.parametrize("path", SCREENS)
def test_every_option_with_a_default_names_it(path: str) -> None:
    context = SCREENS[path]
    for option in options(context):
        default = option.get_default(context, call=False)
        if (option.is_flag and not option.secondary_opts) or default in (None, "", ()) or "UNSET" in repr(default):
            continue
        assert "default" in " ".join(option.get_help_record(context) or ()).casefold(), f"{path} {option.opts}"


@pytest.mark.parametrize("path", SCREENS)
def test_what_is_to_be_named_is_told_of_in_the_text(path: str) -> None:
    context = SCREENS[path]
    for argument in context.command.params:
        if isinstance(argument, click.Argument) and not isinstance(argument.type, click.Choice):
            name = str(argument.metavar or argument.name).upper()
            assert any(word in str(context.command.help) for word in name.split("|")), f"{path} {name}"


@pytest.mark.parametrize("path", [path for path, each in SCREENS.items() if isinstance(each.command, click.Group)])
def test_no_line_of_a_list_is_cut(path: str) -> None:
    assert [line for line in SCREENS[path].get_help().splitlines()[1:] if line.rstrip().endswith("...")] == []


def test_the_commands_of_the_readme_are_there() -> None:
    assert {"init", "connect", "disconnect", "up", "web", "worker", "sync", "demo", "run"} <= set(main.commands)


def test_an_unknown_command_is_a_wrong_use() -> None:
    assert CliRunner().invoke(main, ["weib"]).exit_code == 2


@pytest.mark.parametrize("command", ["web", "connect"])
def test_missing_settings_are_one_message_and_exit_code_2(command: str) -> None:
    absent = {"HANDRAIL_API_KEY": "fake-api-key", "HANDRAIL_PUBLC_URL": "https://desk.example.com"}
    done = started(command, **absent)
    assert "exit 2" in done.stdout
    for name in ("HANDRAIL_PUBLIC_URL is missing", "HANDRAIL_ZENDESK_TOKEN is missing", "HANDRAIL_PUBLC_URL is no"):
        assert done.stderr.count(name) == 1
    assert "Traceback" not in done.stderr
    assert "fake-api-key" not in done.stderr
