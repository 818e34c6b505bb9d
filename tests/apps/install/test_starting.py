from pathlib import Path

import pytest

from apps.install.place import Place
from apps.install.starting import Names, start
from apps.install.talk import Talk
from apps.policy_file import read_policy
from apps.style_file import read_style
from apps.toml_file import read_toml
from core.errors import ConfigurationError
from tests.apps.install.admin import BEGUN, Typing

PRIYA = "priya.nair@larkfield.example"
NAMES = Names(approvers=(PRIYA,))
SILENT = Talk(asks=False, out=lambda line: None, err=lambda line: None)


def test_what_is_written_can_be_read_by_handrail(tmp_path: Path) -> None:
    start(tmp_path, BEGUN, NAMES, SILENT)
    place = Place(toml=tmp_path / "handrail.toml", environ={})
    settings = place.settings(("api_key", "session_secret", *BEGUN))
    assert {key: settings.texts[key] for key in BEGUN} == BEGUN
    assert settings.policy == Path("policy.yaml")
    assert read_policy(tmp_path / "policy.yaml").alert_channel == "#support-alerts"
    assert read_style(str(tmp_path / "style.yaml"), "Larkfield Home")


def test_no_secret_stands_in_a_file_that_may_be_shown(tmp_path: Path) -> None:
    start(tmp_path, BEGUN, NAMES, SILENT)
    place = Place(toml=tmp_path / "handrail.toml", environ={})
    made = [place.settings().texts[key] for key in ("api_key", "session_secret")]
    assert min(map(len, made)) >= 40
    assert len(set(made)) == 2
    shown = "".join((tmp_path / name).read_text() for name in ("handrail.toml", "policy.yaml", "style.yaml"))
    assert [secret for secret in made if secret in shown] == []


@pytest.mark.parametrize("name", ["handrail.toml", "policy.yaml", "style.yaml"])
def test_a_file_that_is_there_is_never_written_over_and_nothing_else_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=name):
        start(tmp_path, BEGUN, NAMES, SILENT)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_only_what_is_missing_is_asked(tmp_path: Path) -> None:
    heard: list[str] = []
    given = {key: value for key, value in BEGUN.items() if key != "zendesk.email"}
    answers = {"zendesk.email": "bot@larkfield.example"}
    start(tmp_path, given, NAMES, Typing(asks=True, out=heard.append, err=heard.append, answers=answers))
    assert [line for line in heard if line.startswith("?")] == ["? zendesk.email"]
    assert read_toml(tmp_path / "handrail.toml", [])["zendesk.email"] == "bot@larkfield.example"


def test_where_nobody_can_be_asked_everything_missing_or_wrong_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as told:
        start(tmp_path, {"company": "L", "public_url": "desk.example.com"}, Names(), SILENT)
    assert [flag in str(told.value) for flag in ("--public-url", "--subdomain", "--email", "--approver")] == [True] * 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("group", ["Customer care", "Billing, returns", "Care: EU", 'The "A" team'])
def test_the_policy_goes_with_the_names_that_were_given(tmp_path: Path, group: str) -> None:
    start(tmp_path, BEGUN, Names(group=group, alerts="#alarm", approvals="#ask", approvers=(PRIYA,)), SILENT)
    policy = read_policy(tmp_path / "policy.yaml")
    assert (policy.alert_channel, policy.outreach.channel) == ("#alarm", "#ask")
    assert {owner.group for owner in (policy.default_owner, *policy.owners.values())} == {group}


def test_it_ends_with_the_next_command(tmp_path: Path) -> None:
    heard: list[str] = []
    start(tmp_path, BEGUN, NAMES, Talk(asks=False, out=heard.append, err=heard.append))
    assert heard[-2].startswith("Next: handrail people add")
    assert heard[-1].startswith("Then: handrail connect zendesk")


def test_whoever_approves_signs_for_a_change_of_the_alarms_too(tmp_path: Path) -> None:
    start(tmp_path, BEGUN, Names(approvers=(PRIYA, "tom@larkfield.example")), SILENT)
    policy = read_policy(tmp_path / "policy.yaml")
    assert policy.outreach.approvers == (PRIYA, "tom@larkfield.example")
    assert policy.signoffs.roles == {"supervisor": (PRIYA, "tom@larkfield.example")}
    assert policy.signoffs.sections == {"triggers": ("supervisor",)}


def test_whoever_approves_is_asked_where_nobody_is_named(tmp_path: Path) -> None:
    heard: list[str] = []
    start(tmp_path, BEGUN, Names(), Typing(asks=True, out=heard.append, err=heard.append, answers={"approver": PRIYA}))
    assert [line for line in heard if line.startswith("?")] == ["? approver"]
    assert read_policy(tmp_path / "policy.yaml").outreach.approvers == (PRIYA,)


def test_an_approver_without_an_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--approver: write an e-mail address"):
        start(tmp_path, BEGUN, Names(approvers=("priya",)), SILENT)
    assert list(tmp_path.iterdir()) == []
