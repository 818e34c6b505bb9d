import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from tests.apps.route.made_up import as_csv, made_up_agents, made_up_history
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, larkfield

SAMPLE = Path(__file__).parents[3] / "docs" / "route"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["route", *map(str, arguments)])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("route")
    history, agents = folder / "history.csv", folder / "agents.csv"
    history.write_text(as_csv(made_up_history(a_day=200)), encoding="utf-8")
    agents.write_text(as_csv(made_up_agents()), encoding="utf-8")
    return history, agents


@pytest.fixture(scope="module")
def found(files: tuple[Path, Path]) -> dict[str, Any]:
    history, agents = files
    result = run("simulate", history, "--agents", agents, "--json")
    assert result.exit_code == 0, result.output
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


@pytest.mark.parametrize("other", ["round robin", "static skill"])
@pytest.mark.parametrize("figure", ["wait_median", "wait_p90", "transfers"])
def test_on_the_made_up_history_ours_is_no_worse_than_either(found: dict[str, Any], other: str, figure: str) -> None:
    assert found["figures"]["Handrail"][figure] <= found["figures"][other][figure]
    assert found["differences"][other][figure]["high"] <= 0


def test_ours_keeps_its_lead_where_languages_are_rows_of_their_own(files: tuple[Path, Path]) -> None:
    history, agents = files
    arguments = ("simulate", history, "--agents", agents, "--json", "--language-rows", "--misread", 0)
    found = json.loads(run(*arguments).stdout)
    ours, static = found["figures"]["Handrail"], found["figures"]["static skill"]
    assert (ours["transfers"], static["transfers"]) == (0, 0)
    assert ours["wait_median"] < static["wait_median"]
    assert ours["wait_p90"] < static["wait_p90"]


def test_an_interval_lies_around_its_difference(found: dict[str, Any]) -> None:
    for each in found["differences"].values():
        assert all(interval["low"] <= interval["value"] <= interval["high"] for interval in each.values())


def test_the_same_seed_prints_the_same(files: tuple[Path, Path], found: dict[str, Any]) -> None:
    history, agents = files
    again = json.loads(run("simulate", history, "--agents", agents, "--json", "--seed", 7).stdout)
    other = json.loads(run("simulate", history, "--agents", agents, "--json", "--seed", 8).stdout)
    assert again == found
    # What is misread is drawn too; round robin does not look at it.
    assert other["figures"]["round robin"] == found["figures"]["round robin"]
    assert other["differences"] != found["differences"]


def test_the_table_names_all_three_and_their_differences(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(as_csv(made_up_history(a_day=10)), encoding="utf-8")
    (tmp_path / "a.csv").write_text(as_csv(made_up_agents()), encoding="utf-8")
    result = run("simulate", tmp_path / "h.csv", "--agents", tmp_path / "a.csv")
    assert result.exit_code == 0
    head, *rows = result.stdout.splitlines()
    assert all(name in head for name in ("Handrail", "round robin", "static skill", "Handrail − round robin"))
    assert [row.split("  ")[0] for row in rows[:7]] == [
        "wait, median (min)",
        "wait, p90 (min)",
        "transferred",
        "came to a full team",
        "came with nobody on shift",
        "spread of busy shares",
        "came back to who helped",
    ]
    assert "100 arrivals, 8 agents, 10 % of the intents misread" in result.stdout


def test_what_is_misread_is_transferred_under_ours_and_under_static_skill(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(as_csv(made_up_history(a_day=20)), encoding="utf-8")
    (tmp_path / "a.csv").write_text(as_csv(made_up_agents()), encoding="utf-8")
    found = []
    for share in (0, 0.5):
        arguments = ("simulate", tmp_path / "h.csv", "--agents", tmp_path / "a.csv", "--json", "--language-rows")
        result = json.loads(run(*arguments, "--misread", share).stdout)
        found.append({name: figures["transfers"] for name, figures in result["figures"].items()})
    none, half = found
    assert (none["Handrail"], none["static skill"]) == (0, 0)
    assert half["Handrail"] > 0.1
    assert half["static skill"] > 0.1
    assert half["round robin"] == none["round robin"]


def test_where_work_begins_only_in_some_blocks_the_result_is_still_json(tmp_path: Path) -> None:
    rows = "".join(f"2026-11-{day:02}T23:00Z,refund,5\n" for day in (2, 3))
    (tmp_path / "h.csv").write_text(f"at,intent,handle_minutes\n{rows}")
    (tmp_path / "a.yaml").write_text("- {name: Ada, skills: [refund], hours: 09:00-17:00}\n")
    result = run("simulate", tmp_path / "h.csv", "--agents", tmp_path / "a.yaml", "--json", "--misread", 0)
    assert result.exit_code == 0, result.output
    json.loads(result.stdout, parse_constant=lambda word: pytest.fail(word))


def test_the_weights_of_a_policy_are_used(files: tuple[Path, Path], tmp_path: Path) -> None:
    history, agents = files
    text = Path("apps/starter/policy.yaml").read_text(encoding="utf-8").split("\nrouting:")[0]
    blind = "routing: {weights: {skill: 0, language: 0, prior: 0, load: 2, handle_time: 0}}"
    (tmp_path / "policy.yaml").write_text(f"{text}\n{blind}\n", encoding="utf-8")
    result = run("simulate", history, "--agents", agents, "--json", "--policy", tmp_path / "policy.yaml")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["figures"]["Handrail"]["transfers"] > 0.4


def test_a_group_without_agents_is_named(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("at,intent,handle_minutes,group\n2026-11-02T09:00Z,refund,5,Night\n")
    (tmp_path / "a.yaml").write_text("- {name: Ada, skills: [refund]}\n")
    result = run("simulate", tmp_path / "h.csv", "--agents", tmp_path / "a.yaml")
    assert result.exit_code == 2
    assert "the group 'Night'" in result.output


def test_the_agents_of_the_helpdesk_can_be_replayed_with(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("at,intent,handle_minutes\n2026-11-02T09:00Z,order_status,5\n")
    with larkfield() as account:
        settings = {
            "HANDRAIL_ZENDESK_SUBDOMAIN": "larkfield",
            "HANDRAIL_ZENDESK_EMAIL": BOT,
            "HANDRAIL_ZENDESK_TOKEN": TOKEN,
            "HANDRAIL_ZENDESK_URL": account.base,
        }
        arguments = ["route", "simulate", str(tmp_path / "h.csv"), "--agents", "zendesk", "--json"]
        result = CliRunner().invoke(main, arguments, env=settings)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["agents"], found["arrivals"]) == (2, 1)


def test_without_a_helpdesk_its_agents_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("at,intent,handle_minutes\n2026-11-02T09:00Z,order_status,5\n")
    result = run("simulate", tmp_path / "h.csv", "--agents", "zendesk")
    assert result.exit_code == 2
    assert "HANDRAIL_ZENDESK_SUBDOMAIN" in result.output


def test_what_is_learned_can_be_read_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    from apps.route.learned_file import read_handle_times

    result = run("learn", files[0], "--out", tmp_path / "times.json")
    assert result.exit_code == 0, result.output
    times = read_handle_times(str(tmp_path / "times.json"))
    quick, slow = times.predict(["104"], "invoice_copy"), times.predict(["105"], "invoice_copy")
    assert quick is not None
    assert slow is not None
    assert quick < slow


def test_a_history_without_agents_teaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("at,intent,handle_minutes\n2026-11-02T09:00Z,refund,5\n")
    result = run("learn", tmp_path / "h.csv", "--out", tmp_path / "times.json")
    assert result.exit_code == 2
    assert "names no agents" in result.output


def test_the_sample_of_the_documentation_is_the_made_up_history() -> None:
    assert (SAMPLE / "made_up_history.csv").read_text(encoding="utf-8") == as_csv(made_up_history(a_day=60))
    assert (SAMPLE / "made_up_agents.csv").read_text(encoding="utf-8") == as_csv(made_up_agents())
