import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import apps
from apps.policy_file import read_policy
from core.coordinate.policy import read
from core.errors import ConfigurationError

APPS = Path(str(apps.__file__)).parent
DEMO = APPS / "demo" / "policy.yaml"
STARTER = APPS / "starter" / "policy.yaml"
# Keys that may be left out, and tables whose rows are the company's own.
OPTIONAL = {"version", "channels.shadow", "ownership.hand_back_on_solve", "handoff.reply_within", "tags"}
TABLES = {"owners.intents", "owners.default", "triggers", "outreach.plays"} | OPTIONAL


def fields() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    return read


def leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Every key of the file by its dotted path, down to the tables."""
    for key, value in table.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and path not in TABLES:
            yield from leaves(value, f"{path}.")
        else:
            yield path


LEAVES = sorted(leaves(fields()))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The demo's policy with another value at a path; `...` takes the key away."""
    whole = copy.deepcopy(fields())
    *places, last = path.split(".")
    table = whole
    for place in places:
        table = table[place]
    if value is ...:
        del table[last]
    else:
        table[last] = value
    return whole


def problems(whole: Mapping[str, Any]) -> str:
    with pytest.raises(ConfigurationError) as told:
        read(whole)
    return str(told.value)


@pytest.mark.parametrize("path", [DEMO, STARTER])
def test_the_policies_that_come_with_handrail_are_sound(path: Path) -> None:
    assert read_policy(path).version


def test_the_starter_answers_nobody_by_itself() -> None:
    policy = read_policy(STARTER)
    assert policy.automatic == frozenset()
    assert "automatic_reply" not in policy.standing


@pytest.mark.parametrize("path", [leaf for leaf in LEAVES if leaf not in OPTIONAL])
def test_a_key_that_is_missing_is_named(path: str) -> None:
    assert f"{path}: found nothing, expected " in problems(changed(path, ...))


@pytest.mark.parametrize("path", [leaf for leaf in LEAVES if leaf in OPTIONAL])
def test_some_keys_may_be_left_out(path: str) -> None:
    read(changed(path, ...))


@pytest.mark.parametrize("path", LEAVES)
@pytest.mark.parametrize("value", [[["deep"]], {"odd": {"deep": 1}}], ids=["list", "table"])
def test_a_key_of_the_wrong_kind_is_named(path: str, value: Any) -> None:
    assert f"{path}: " in problems(changed(path, value))


@pytest.mark.parametrize("path", [leaf for leaf in LEAVES if leaf != "ownership.hand_back_on_solve"])
def test_yes_is_neither_a_number_nor_a_name(path: str) -> None:
    assert f"{path}: " in problems(changed(path, True))


@pytest.mark.parametrize("path", ["ownership.same_matter_hours", "outreach.approval.expires_minutes"])
@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300, -1, 0, "soon"])
def test_a_time_that_never_ends_or_never_was_is_refused(path: str, value: Any) -> None:
    assert f"{path}: found {value!r}" in problems(changed(path, value))


def test_all_bad_keys_are_told_at_once() -> None:
    whole = changed("channels.automatic", ["pigeon"])
    whole["mood"]["floor"] = 7
    whole["alerts"] = {}
    whole["owners"]["intents"]["order_status"]["owner"] = "robot"
    whole["owners"]["intents"]["fraud_report"]["tier"] = "high"
    whole["triggers"]["fraud"]["alert"] = "yes"
    whole["outreach"]["plays"]["outage"]["channel"] = "fax"
    told = problems(whole)
    for place in (
        "channels.automatic: ",
        "mood.floor: ",
        "alerts.channel: ",
        "owners.intents: order_status: ",
        "owners.intents: fraud_report: ",
        "triggers: fraud: ",
        "outreach.plays: outage: ",
    ):
        assert told.count(place) == 1, place


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("trigers", "trigers"),
        ("channels.shadwo", "channels.shadwo"),
        ("outreach.hours.close", "outreach.hours.close"),
        ("handoff.reply_witin", "handoff.reply_witin"),
        ("owners.intents.order_status.teir", "owners.intents: order_status.teir"),
        ("owners.default.teir", "owners.default.teir"),
        ("triggers.fraud.alret", "triggers: fraud.alret"),
        ("outreach.plays.outage.quiet", "outreach.plays: outage.quiet"),
    ],
)
def test_a_misspelt_key_is_named(path: str, named: str) -> None:
    assert f"{named}: is no key of the policy, check its spelling" in problems(changed(path, {}))


def test_an_hour_without_quotes_is_refused_and_not_taken_for_another(tmp_path: Path) -> None:
    """YAML reads 20:00 as sixty times twenty, and "1200" would be noon."""
    path = tmp_path / "policy.yaml"
    path.write_text(DEMO.read_text(encoding="utf-8").replace('closes: "20:00"', "closes: 20:00"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"outreach\.hours\.closes: found 1200, expected a time in quotes"):
        read_policy(path)


def test_the_teams_of_the_policy_are_named_once_in_their_order() -> None:
    assert read_policy(DEMO).teams == ("Customer care", "Technical support", "Billing", "Specialists")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.yaml: cannot be read .* set HANDRAIL_POLICY"):
        read_policy(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    "content", [b"channels: [", b"\xff\xfe\xff", b"when: 2026-13-45", b"a: !!python/object:os.system {}"]
)
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"policy\.yaml: is not YAML"):
        read_policy(path)


def test_a_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("channels:\n  automatic: [sms\nmood: {}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"line \d"):
        read_policy(path)


@pytest.mark.parametrize("content", ["", "- a list\n", "just words\n"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="expected keys"):
        read_policy(path)
