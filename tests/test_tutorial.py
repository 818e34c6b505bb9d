"""The tutorial, walked as it stands: its commands in an empty folder, at a terminal, and each line that it prints.

In its blocks `…` stands for what is left out; addresses, numbers and names that differ from admin to admin are those
of the sandbox's company."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from apps.bootstrap import fill_caches
from apps.demo.environment import COMPANY, VECTORS, DemoEnvironment
from apps.demo.outside import Outside, wait_for
from apps.processes import free_port
from tests.apps.sandbox.running import Sandbox, serving
from tests.terminal import PATIENCE, at_a_terminal

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
YOU = "priya.nair@larkfield.example"
# What differs from one walk to the next.
VARYING = re.compile(r"\b[0-9a-f]{12}\b|(?<=after )\d+(?= s)|(?<=127\.0\.0\.1:)\d+")
# Before which command the admin changes what in policy.yaml.
PRESS = "press: {{group: Customer care, tier: {}, alert: true}}"
CHANGES = (
    ("handrail policy check", "intent: 0.35 ", "intent: 0.40 "),
    ("handrail policy sign", PRESS.format(2), PRESS.format(1)),
)
SECRET = "0123456789abcdef" * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Commands that stand in one block, and the lines that the page shows below them."""

    commands: tuple[str, ...]
    printed: tuple[str, ...]


def stops() -> Iterator[Stop]:
    blocks = [block.splitlines() for block in BLOCK.findall(PAGE)]
    commands: list[str] = []
    printed: list[str] = []
    for lines in blocks:
        if lines[0].startswith(("handrail ", "make ")):
            if commands:
                yield Stop(commands=tuple(commands), printed=tuple(printed))
            commands, printed = [line.split("  #")[0].strip() for line in lines], []
        else:
            printed += lines
    yield Stop(commands=tuple(commands), printed=tuple(printed))


def test_the_page_has_a_stop_for_every_part_of_the_way() -> None:
    walked = [command for stop in stops() for command in stop.commands]
    for begins in ("init", "people add", "connect zendesk", "connect twilio", "connect slack", "sync", "up", "doctor"):
        assert any(command.startswith(f"handrail {begins}") for command in walked), begins


@pytest.fixture
def sandbox() -> Iterator[tuple[Sandbox, int]]:
    """The demo's company, whose vendors reach Handrail at its port behind the public address."""
    port = free_port(None, 0)
    with serving(
        seed=COMPANY,
        handrail_url=f"http://127.0.0.1:{port}",
        handrail_public_url="https://desk.example.com",
        slack_signing_secret=SECRET,
    ) as running:
        yield running, port


@pytest.mark.timeout(600)
def test_each_command_of_the_tutorial_prints_what_the_page_shows(sandbox: tuple[Sandbox, int], tmp_path: Path) -> None:
    running, port = sandbox
    known, folder = running.world.settings, tmp_path / "desk"
    folder.mkdir()
    fill_caches(VECTORS, folder / "var" / "handrail")  # the articles' vectors, which take half a minute
    answers = [
        ("company –", "Larkfield Home"),
        ("public_url –", "https://desk.example.com"),
        ("zendesk.subdomain –", "larkfield"),
        ("zendesk.email –", known.zendesk_email),
        ("approver –", YOU),
        ("zendesk.token –", known.zendesk_token),
        ("twilio.account_sid –", known.twilio_account_sid),
        ("twilio.auth_token –", known.twilio_auth_token),
        ("twilio.sms_number –", "+15005550006"),
        ("slack.bot_token –", known.slack_bot_token),
        ("slack.signing_secret –", SECRET),
    ]
    asked = {
        "handrail init": answers[:5],
        "handrail connect zendesk --dry-run": answers[5:6],
        "handrail connect zendesk": [*answers[5:6], ("Do this now?", "y")],
        "handrail connect twilio": [*answers[6:9], ("Do this now?", "y")],
        "handrail connect slack": answers[9:],
        "handrail policy apply": [("[Y/n]", "y")],
        "handrail pilot start": [("[Y/n]", "y")],
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HANDRAIL_", "SLACK_"))} | {
        "HANDRAIL_LISTEN": f"127.0.0.1:{port}",
        "HANDRAIL_ZENDESK_URL": f"{running.url}/zendesk",
        "HANDRAIL_TWILIO_URL": f"{running.url}/twilio",
        "HANDRAIL_SLACK_URL": f"{running.url}/slack/api/",
        "XDG_CONFIG_HOME": str(tmp_path / ".config"),
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
        "TERM": "dumb",
        "COLUMNS": "160",
    }
    up: subprocess.Popen[str] | None = None
    missing: list[str] = []
    heard: list[str] = []
    try:
        for stop in stops():
            shown = ""
            for command in stop.commands:
                if command == "make demo":
                    continue
                if command == "handrail up":
                    up = subprocess.Popen(
                        [sys.executable, "-m", "apps.cli", "up"],
                        cwd=folder,
                        env=environ,
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                    assert up.stdout is not None
                    shown += up.stdout.readline() + up.stdout.readline()
                    _write_to_support(running, port)
                    continue
                for begins, before, after in CHANGES:
                    if command.startswith(begins):
                        _change(folder / "policy.yaml", before, after)
                typed = next((a for c, a in sorted(asked.items(), reverse=True) if command.startswith(c)), [])
                arguments = _words(command.replace("you@example.com", YOU))
                code, said = at_a_terminal(folder, environ, arguments, typed)
                assert code != -signal.SIGKILL, f"{command} waits for something:\n{said}"
                assert "Traceback" not in said, said
                heard.append(f"$ {command}\n{said}[{code}]")
                shown += said
            missing += _missing(stop.printed, shown.replace(YOU, "you@example.com"))
    finally:
        if up is not None and up.stdout is not None:
            up.send_signal(signal.SIGINT)
            rest, _ = up.communicate(timeout=180)
            assert "Stopping." in rest
    assert missing == [], "\n".join(heard)


def _write_to_support(sandbox: Sandbox, port: int) -> None:
    """What the page has a reader do next: a mail that an article answers, and the tag that `tags` names."""
    environment = DemoEnvironment(
        folder=Path(),
        web_port=port,
        sandbox_port=int(sandbox.url.rpartition(":")[2]),
        queue_url="",
        zendesk_token=sandbox.world.settings.zendesk_token,
    )
    outside = Outside(environment=environment)
    ticket = outside.email("emma.clarke@example.com", "Refund", "Hi, how long does the refund take? Emma")
    wait_for("the tag", lambda: "handrail_suggested" in outside.ticket(ticket)["tags"], PATIENCE)


def _words(command: str) -> list[str]:
    return shlex.split(command)[1:]


def _change(policy: Path, before: str, after: str) -> None:
    text = policy.read_text(encoding="utf-8")
    assert text.count(before) == 1
    policy.write_text(text.replace(before, after), encoding="utf-8")


def _missing(printed: tuple[str, ...], shown: str) -> list[str]:
    """The lines of the page that were not printed, in that order."""
    said, place, missing = [_even(line) for line in shown.splitlines()], 0, []
    for line in printed:
        if line.strip() in ("", "…"):
            continue
        form = re.compile(".*".join(re.escape(part) for part in _even(line).split("…")))
        found = next((number for number in range(place, len(said)) if form.fullmatch(said[number])), None)
        if found is None:
            missing.append(line)
        else:
            place = found + 1
    return missing


def _even(line: str) -> str:
    return VARYING.sub("#", " ".join(line.split()))
