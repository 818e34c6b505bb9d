"""The files of deploy/ before their own linters, and against what Handrail knows of itself."""

import re
import shutil
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from apps.cli import main
from apps.settings import SETTINGS

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.*"))
OURS = Path(sys.executable).parent / "handrail"
HADOLINT = Path(sys.executable).parent / "hadolint"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they lie in a system where Handrail is installed here."""
    place = tmp_path / "system"
    shutil.copytree(DEPLOY / "systemd", place)
    for unit in place.glob("*.service"):
        unit.write_text(unit.read_text().replace("/opt/handrail/bin/handrail", str(OURS)))
    return place


@needs_systemd
def test_systemd_takes_the_units_without_a_word(units: Path) -> None:
    files = [str(each) for each in units.iterdir() if each.is_file()]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", [each.name for each in UNITS if each.suffix == ".service"])
def test_systemd_finds_little_that_a_unit_could_do_to_its_machine(unit: str, units: Path) -> None:
    """The score goes from 0 to 10; a unit without any of these options has 9.6."""
    check = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(units / unit)]
    done = subprocess.run(check, capture_output=True, text=True)
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("this systemd-analyze looks at running units alone")
    assert done.returncode == 0, done.stdout[-300:]


def test_what_the_units_start_are_commands_of_ours() -> None:
    starts = [
        line for unit in UNITS if unit.is_file() for line in re.findall("^ExecStart=(.*)$", unit.read_text(), re.M)
    ]
    assert len(starts) == 6
    assert [line for line in starts if not _is_command(line.removeprefix("/opt/handrail/bin/handrail ").split())] == []


def test_the_folders_that_units_write_into_are_made_as_the_docs_say() -> None:
    text = (DEPLOY.parent / "docs" / "operations.md").read_text()
    made = re.findall(r"^install -d -o handrail -g handrail -m 0700 (.*)$", text, re.M)[0].split()
    written = {
        path for unit in UNITS if unit.is_file() for path in re.findall("^ReadWritePaths=(.*)$", unit.read_text(), re.M)
    }
    assert written == {"/var/backups/handrail"} <= set(made)


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint is not installed")
def test_the_docker_file_passes_its_linter() -> None:
    done = subprocess.run(
        [HADOLINT, "--failure-threshold", "style", DEPLOY / "Dockerfile"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_installs_only_what_is_pinned_by_its_hash_and_runs_as_nobody() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes --no-deps --only-binary :all: -r /tmp/runtime.txt" in text
    assert re.findall(r"^USER (.*)$", text, re.M) == ["10001"]
    assert [name for name in re.findall(r"HANDRAIL_\w+", text) if name not in _variables()] == []


# ---------------------------------------------------------------- compose


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not installed")
def test_docker_reads_the_compose_file(compose: dict[str, Any], tmp_path: Path) -> None:
    """`docker compose config` where the plugin is there; else what the plain client reads, in its own older form."""
    variables = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "STORE_PASSWORD": "x"}
    if subprocess.run(["docker", "compose", "version"], capture_output=True, env=variables).returncode == 0:
        command = ["docker", "compose", "--file", str(DEPLOY / "compose.yaml"), "--profile", "*", "config", "--quiet"]
    else:
        older = {key: value for key, value in compose.items() if key in ("services", "networks", "volumes")}
        for service in older["services"].values():
            service.pop("profiles", None)
            if "depends_on" in service:
                service["depends_on"] = list(service["depends_on"])
        (tmp_path / "older.yaml").write_text(yaml.safe_dump({"version": "3.13", **older}))
        command = ["docker", "stack", "config", "--compose-file", str(tmp_path / "older.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stderr


def test_every_container_is_watched_hardened_and_of_a_known_version(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service["user"].startswith(("0", "root")), name
        assert re.fullmatch(r"[\w./-]+:[\w.-]*\d[\w.-]*", service["image"]), name
        assert "healthcheck" in service, name
        assert "privileged" not in service, name
        if "commands" not in service.get("profiles", []):
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"][0] == "CMD", name


def test_what_the_containers_run_and_are_told_is_known_to_handrail(compose: dict[str, Any]) -> None:
    ours = {name: each for name, each in compose["services"].items() if each["image"].startswith("handrail:")}
    assert set(ours) == {"web", "worker", "outreach", "slack", "handrail"}
    for name, service in ours.items():
        assert _is_command(service["command"]), name
        assert _is_command(service["healthcheck"].get("test", ["CMD", "handrail", "health"])[2:]), name
        assert [each for each in service["environment"] if each not in _variables()] == []
        assert set(service["depends_on"]) == {"store", "queue"}


def test_nobody_from_outside_reaches_the_store_or_the_queue(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("store", "queue"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert "ports" not in compose["services"][name]
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:8800:8800"]


def test_the_proxy_on_the_host_is_named_as_the_container_sees_it(compose: dict[str, Any]) -> None:
    (outside,) = compose["networks"]["outside"]["ipam"]["config"]
    gateway = next(ip_network(outside["subnet"]).hosts())
    named = compose["services"]["web"]["environment"]["HANDRAIL_TRUSTED_PROXIES"]
    assert named == f"${{TRUSTED_PROXIES:-{gateway}}}"


def test_no_password_stands_in_the_files() -> None:
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            found = re.findall(r"(?i)(?:password|secret|token)\w*\s*[:=]\s+(\S+)", file.read_text())
            assert [each for each in found if not each.startswith(('"${', "…"))] == [], file.name


def _variables() -> set[str]:
    return {each.variable for each in SETTINGS}


def _is_command(words: list[str]) -> bool:
    """Whether `handrail` takes these words."""
    name, *rest = words
    command = main.commands.get(name)
    if command is None:
        return False
    try:
        command.make_context(name, rest, resilient_parsing=False).close()
    except click.ClickException:
        return False
    return True
