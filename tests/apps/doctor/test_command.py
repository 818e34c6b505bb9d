import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click import unstyle
from click.testing import CliRunner

from apps.cli import main
from apps.doctor.command import doctor_here, report
from apps.doctor.examine import CHECKS
from apps.doctor.lines import Line, ok, skip, warning
from tests.apps.doctor.ward import Ward


@dataclass(frozen=True)
class Told:
    """What the command printed, and its exit code."""

    code: int
    text: str

    @property
    def lines(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = json.loads(self.text)["lines"]
        return rows

    def state(self, section: str, check: str) -> str:
        return next(row["state"] for row in self.lines if (row["section"], row["check"]) == (section, check))


class Doctor:
    """Runs the command in a folder, with these settings and no others."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def __call__(self, *only: str, as_json: bool = False, told: Mapping[str, str] | None = None) -> Told:
        policy = Path("apps/demo/policy.yaml").resolve()
        with self._monkeypatch.context() as here:
            for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
                here.delenv(name)
            for name, value in (told or {}).items():
                here.setenv(name, str(policy) if name == "HANDRAIL_POLICY" else value)
            here.chdir(self.folder)
            code = doctor_here(only, as_json=as_json, within=60)
        printed = self._capsys.readouterr()
        return Told(code=code, text=printed.out + ("" if as_json else printed.err))


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    folder = tmp_path / "here"
    folder.mkdir()
    return Doctor(folder, monkeypatch, capsys)


def test_with_nothing_set_it_says_what_is_missing_and_what_cannot_be_looked_at(doctor: Doctor) -> None:
    told = doctor()
    assert told.code == 2
    assert "HANDRAIL_ZENDESK_SUBDOMAIN is missing" in told.text
    zendesk = sum(check.section == "zendesk" for check in CHECKS)
    assert f"{zendesk} checks" in told.text
    assert list(doctor.folder.iterdir()) == [], "it must not leave anything behind"


def test_half_of_the_settings_are_enough_for_half_of_the_checks(here: Ward, doctor: Doctor) -> None:
    half = {name: value for name, value in here.environ.items() if not name.startswith("HANDRAIL_TWILIO")}
    told = doctor("zendesk", "twilio", as_json=True, told=half)
    assert (told.state("zendesk", "access"), told.state("twilio", "account")) == ("ok", "skipped")


def test_a_value_that_is_wrong_takes_only_its_own_checks_away(here: Ward, doctor: Doctor) -> None:
    text = 'colour = "red"\n[slack]\nurl = "no address"\n'
    (doctor.folder / "handrail.toml").write_text(text, encoding="utf-8")
    some = {name: value for name, value in here.environ.items() if name != "HANDRAIL_SLACK_URL"}
    told = doctor("settings", "access", as_json=True, told=some)
    assert told.code == 2
    assert sum(row["check"] == "settings" for row in told.lines) == 2
    assert told.state("zendesk", "access") == "ok"


@pytest.mark.parametrize(("check", "code"), [("access", 0), ("templates", 1), ("workers", 2)])
def test_the_exit_code_is_that_of_the_worst_line(here: Ward, doctor: Doctor, check: str, code: int) -> None:
    assert doctor(check, told=here.environ).code == code


def test_no_secret_is_ever_printed(here: Ward, doctor: Doctor) -> None:
    told = doctor(told=here.environ)
    secrets = [
        value
        for name, value in here.environ.items()
        if any(word in name for word in ("TOKEN", "SECRET", "API_KEY")) and len(value) > 8
    ]
    assert len(secrets) >= 6
    assert [secret for secret in secrets if secret in told.text] == []


def test_the_command_is_there_and_names_its_checks_where_one_does_not_exist(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["doctor", "--only", "moon"])
    assert (said.exit_code, "Checks: settings" in said.stderr) == (2, True)


def test_long_words_are_broken_at_the_width_of_the_window() -> None:
    long = Line(section="slack", check="token", seen=warning("a long story " * 20, "Tell it shorter. " * 20))
    assert max(len(unstyle(line)) for line in report([long], 90)) <= 90


def test_a_section_without_its_settings_is_one_line_in_the_report() -> None:
    made = [
        Line(section="machine", check="clock", seen=ok("agrees")),
        Line(section="slack", check="token", seen=skip("not set: A")),
        Line(section="slack", check="channels", seen=skip("not set: A, B")),
        Line(section="model", check="endpoint", seen=warning("old", "Renew it.")),
    ]
    text = "\n".join(report(made))
    assert text.count("not set") == 1
    assert "2 checks" in text
    assert "→ Renew it." in text
    assert text.endswith("1 ok, 1 warning, 2 skipped.")
