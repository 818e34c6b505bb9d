import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from apps.cli import main

# What only the commands themselves need; importing any of it would make `--help` slow.
HEAVY = ("flask", "celery", "onnxruntime", "sqlalchemy", "numpy", "sklearn", "slack_sdk", "zenpy", "twilio", "openai")
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


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_says_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    assert main.commands[name].help
    assert str(main.commands[name].help).split(".")[0] in " ".join(shown.output.split())


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
