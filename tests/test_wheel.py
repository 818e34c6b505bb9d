"""What a user installs: the built wheel, in an empty environment, run from an empty folder.

The libraries that it needs are those of the tests' environment, linked one by one: all but this checkout, and but those
that only the sandbox needs."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from apps.processes import answers
from tests.apps.sandbox.running import wait_until
from tests.stack import warmed
from tests.test_project import ROOT, project

BUILT_FROM = (
    "core",
    "connectors",
    "webhooks",
    "apps",
    "manifests",
    "pyproject.toml",
    "setup.py",
    "README.md",
    "LICENSE",
)
NOT_BUILT = shutil.ignore_patterns("node_modules", "__pycache__", "src", "tests")
SIDEBAR = "apps/zendesk/app/dist"
QUESTION = {"id": "1", "messages": [{"role": "customer", "text": "How long do I have to return an item?"}]}
ARTICLE = "# How to return an item\n\nYou can return an item within 30 days of delivery, for any reason.\n"
# No vendor is there: what is said to one is refused at once.
ACCOUNTS = {
    "ZENDESK_TOKEN": "fake-token",
    "ZENDESK_WEBHOOK_SECRET": "fake-secret",
    "ZENDESK_URL": "http://127.0.0.1:9",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "fake-token",
    "TWILIO_SMS_NUMBER": "+15005550006",
    "TWILIO_URL": "http://127.0.0.1:9",
    "SLACK_BOT_TOKEN": "xoxb-fake",
    "SLACK_SIGNING_SECRET": "fake-secret",
    "SLACK_URL": "http://127.0.0.1:9/",
}


def tree(folder: Path) -> Path:
    """What a wheel is built from, in a folder that the build may write to."""
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_BUILT)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def pip(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, words)]
    return subprocess.run(command, env=bare(), capture_output=True, text=True, timeout=120, check=False)


def bare() -> dict[str, str]:
    """The environment without settings of Handrail's, and without a path to this checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("HANDRAIL_", "PYTHON"))}


def build(source: Path, into: Path) -> subprocess.CompletedProcess[str]:
    return pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", into, source)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = build(tree(tmp_path_factory.mktemp("tree")), folder := tmp_path_factory.mktemp("wheel"))
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


class Installed:
    """An environment with the wheel in it, and an empty folder to work in."""

    def __init__(self, wheel: Path, home: Path) -> None:
        self.bin, self.folder, self.cache = home / "venv" / "bin", home / "work", home / "cache"
        self.folder.mkdir()
        venv.create(home / "venv", with_pip=False)
        link_libraries(home / "libraries")
        site = Path(sysconfig.get_path("purelib", vars={"base": str(home / "venv")}))
        (site / "libraries.pth").write_text(f"{home / 'libraries'}\n", encoding="utf-8")
        done = pip("--python", self.bin / "python", "install", "--no-index", "--no-deps", "--no-compile", wheel)
        assert done.returncode == 0, done.stderr
        # What other tests have encoded and fitted by now, where a user's own would lie after a first run.
        warmed(self.cache)
        (self.cache / "state").rename(self.cache / "handrail")
        self.environ = bare() | {"XDG_CACHE_HOME": str(self.cache)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command, where = [str(self.bin / "handrail"), *words], self.folder
        return subprocess.run(
            command, cwd=where, env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )


def link_libraries(folder: Path) -> None:
    """Everything that is installed here, except this checkout and what only the extra `demo` holds."""
    left_out = {
        Requirement(line).name.replace("-", "_") for line in project()["project"]["optional-dependencies"]["demo"]
    }
    folder.mkdir()
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        name = each.name.lower().split("-")[0]
        if name not in left_out and "handrail" not in name and each.suffix != ".pth":
            (folder / each.name).symlink_to(each)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """After `handrail init`."""
    here = Installed(wheel, tmp_path_factory.mktemp("user"))
    answers = ("--company", "Larkfield", "--public-url", "https://desk.example.com", "--subdomain", "larkfield")
    people = ("--email", "integration@larkfield.example", "--approver", "priya.nair@larkfield.example")
    done = here.run("init", "--no-input", *answers, *people)
    assert done.returncode == 0, done.stderr
    return here


def test_the_wheel_holds_the_built_sidebar_the_manifests_and_nothing_that_only_builds_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    built = {path.relative_to(ROOT).as_posix() for path in (ROOT / SIDEBAR).rglob("*.*") if path.name != ".built"}
    declared = {path.relative_to(ROOT).as_posix() for path in (ROOT / "manifests").rglob("*") if path.is_file()}
    assert built | declared | {"apps/zendesk/app/dist-sandbox/zaf_sdk.js"} <= set(names)
    assert {name for name in names if name.startswith("apps/zendesk/app/") and "/dist" not in name} == set()
    assert {name.split("/")[0] for name in names} == {*BUILT_FROM[:5], "handrail-0.1.0.dist-info"}


def test_every_file_beside_our_modules_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    beside = (path for room in BUILT_FROM[:4] for path in (ROOT / room).rglob("*.*") if path.is_file())
    ours = {path.relative_to(ROOT).as_posix() for path in beside if "__pycache__" not in path.parts}
    assert sorted(name for name in ours - names if not name.startswith("apps/zendesk/app/")) == []


def test_no_wheel_is_built_without_the_sidebar(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "core").mkdir()
    shutil.copy(ROOT / "core" / "errors.py", tmp_path / "core")
    done = build(tmp_path, tmp_path)
    assert done.returncode != 0
    assert f"{SIDEBAR}/index.html is missing: the wheel would have no sidebar. `make wheel` builds both." in done.stderr


def test_the_commands_work_from_an_empty_folder(installed: Installed) -> None:
    helped, checked = installed.run("--help"), installed.run("policy", "check")
    assert "Processes:" in helped.stdout
    assert (checked.returncode, "Nothing is wrong." in checked.stdout) == (0, True)
    packaged = installed.run("app", "package", "--out", "app.zip")
    assert packaged.returncode == 0, packaged.stdout
    assert "assets/logo.png" in zipfile.ZipFile(installed.folder / "app.zip").namelist()
    looked = installed.run("doctor", "--json", "--within", "5")
    assert looked.returncode == 2
    assert "HANDRAIL_ZENDESK_TOKEN is missing" in looked.stdout


def test_a_file_of_conversations_is_answered_from_a_folder_of_articles(installed: Installed) -> None:
    (installed.folder / "articles").mkdir()
    (installed.folder / "articles" / "returns.md").write_text(ARTICLE, encoding="utf-8")
    (installed.folder / "conversations.jsonl").write_text(json.dumps(QUESTION), encoding="utf-8")
    done = installed.run("run", "conversations.jsonl", "--knowledge", "articles/")
    assert done.returncode == 0, done.stderr
    assert "within 30 days of delivery" in json.dumps(json.loads(done.stdout)["draft"])
    assert not (installed.folder / "var" / "cache").exists()
    assert (installed.cache / "handrail" / "vectors.db").exists()


@pytest.mark.parametrize("command", ["demo", "play", "train"])
def test_without_the_sandboxs_libraries_its_commands_name_the_extra(installed: Installed, command: str) -> None:
    done = installed.run(command)
    wanted = "markdown and simple-websocket missing: run `pip install 'handrail[demo]'` first.\n"
    assert (done.returncode, done.stderr) == (2, wanted)


@pytest.fixture
def up(installed: Installed) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`handrail up` with accounts that do not exist, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    shutil.copytree(installed.cache / "handrail", installed.folder / "var" / "handrail")
    told = {f"HANDRAIL_{name}": value for name, value in (ACCOUNTS | {"LISTEN": listen}).items()}
    with subprocess.Popen(
        [str(installed.bin / "handrail"), "up"],
        cwd=installed.folder,
        env=installed.environ | told,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        yield running, f"http://{listen}"
        # What a shell has started in the background, and whatever that starts, hears no SIGINT.
        deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        running.send_signal(signal.SIGTERM if deaf else signal.SIGINT)


def test_up_starts_web_and_workers_and_keeps_its_state_in_the_folder(
    installed: Installed, up: tuple[subprocess.Popen[str], str]
) -> None:
    running, address = up
    assert running.stdout is not None
    assert "Starting on" in running.stdout.readline()
    assert running.stdout.readline().startswith("Ready after"), (
        installed.folder / "var/handrail/log/web.log"
    ).read_text()
    wait_until(lambda: answers(f"{address}/readyz"), 30)  # each web process asks the workers for itself
    assert (installed.folder / "var" / "handrail" / "handrail.db").exists()
