from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from apps.route.files import Member, as_members, read_history, read_roster
from apps.route.learned_file import read_handle_times
from core.errors import ConfigurationError
from core.model.agent import Agent

HEAD = "at,intent,handle_minutes,language,customer,priority\n"


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


# ---------------------------------------------------------------- histories


def test_arrivals_come_in_the_order_of_their_time(tmp_path: Path) -> None:
    rows = "2026-11-02T10:00:00Z,refund,5,de-AT,c1,urgent\n2026-11-02T09:00:00,orders,7.5,,,\n"
    late, early = reversed(read_history(written(tmp_path, "h.csv", HEAD + rows)))
    assert (early.at, early.minutes, early.first) == (datetime(2026, 11, 2, 9, tzinfo=UTC), 7.5, False)
    assert (late.language, late.customer, late.first) == ("de", "c1", True)


def test_a_time_with_an_offset_is_put_on_the_clock_of_the_agents(tmp_path: Path) -> None:
    rows = "2026-11-02T08:30:00-05:00,refund,5,,,\n2026-11-02T09:00:00Z,refund,5,,,\n"
    early, late = read_history(written(tmp_path, "h.csv", HEAD + rows))
    assert (early.at.hour, late.at.hour, late.at.minute, late.at.utcoffset()) == (9, 13, 30, timedelta(0))
    ada = Member(agent=Agent(id="1", name="Ada"), opens=time(8), closes=time(9, 30))
    assert (ada.takes(early.at), ada.takes(late.at)) == (True, False)


@pytest.mark.parametrize(("name", "code"), [("Spanish", "es"), ("es-419", "es"), ("no", "no"), ("PT_br", "pt")])
def test_a_language_is_written_by_name_or_code_alike_in_both_files(tmp_path: Path, name: str, code: str) -> None:
    (arrival,) = read_history(written(tmp_path, "h.csv", f"{HEAD}2026-11-02T09:00Z,refund,5,{name},,\n"))
    (listed,) = read_roster(written(tmp_path, "a.yaml", f"- {{name: Ada, languages: [{name}]}}\n"))
    (single,) = read_roster(written(tmp_path, "b.yaml", f"- {{name: Ada, languages: {name}}}\n"))
    assert [arrival.language, *listed.agent.languages, *single.agent.languages] == [code, code, code]


def test_a_line_of_json_is_an_arrival_too(tmp_path: Path) -> None:
    rows = '{"at": "2026-11-02T09:00:00Z", "skill": "refund", "handle_minutes": 5}\n\n'
    (arrival,) = read_history(written(tmp_path, "h.jsonl", rows))
    assert (arrival.intent, arrival.minutes) == ("refund", 5)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("yesterday,refund,5,,,", "line 2: at 'yesterday' is not a time"),
        ("2026-11-02T09:00Z,,5,,,", "line 2: intent is empty"),
        ("2026-11-02T09:00Z,refund,-5,,,", "line 2: handle_minutes -5 is not between"),
        ("2026-11-02T09:00Z,refund,0,,,", "line 2: handle_minutes 0 is not between"),
        ("2026-11-02T09:00Z,refund,nan,,,", "line 2: handle_minutes nan is not between"),
        ("2026-11-02T09:00Z,refund,soon,,,", "line 2: handle_minutes 'soon' is not a number"),
        ("2026-11-02T09:00Z,refund,5,,,asap", "line 2: priority 'asap' is none of low, normal, high, urgent"),
        ("2026-11-02T09:00Z,refund,5,sp,,", "line 2: language 'sp' is neither a code such as de"),
        ("0001-01-01T00:00+05:00,refund,5,,,", "line 2: at '0001-01-01T00:00+05:00' is not a time"),
        ("2026-11-02T09:00Z,refund", "line 2: expected 6 fields"),
    ],
)
def test_a_problem_is_told_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_history(written(tmp_path, "h.csv", f"{HEAD}{row}\n"))
    assert problem in str(error.value)


def test_a_missing_and_an_unknown_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_history(written(tmp_path, "h.csv", "at,topic\n2026-11-02T09:00Z,refund\n"))
    for words in ("no column intent", "no column handle_minutes", "'topic' is not a column"):
        assert words in str(error.value)


def test_a_broken_line_of_json_is_told_with_its_number(tmp_path: Path) -> None:
    rows = '{"at": "2026-11-02T09:00:00Z", "intent": "refund", "handle_minutes": 5}\n{"at": \n[1]\n{"when": 1}\n'
    with pytest.raises(ConfigurationError) as error:
        read_history(written(tmp_path, "h.jsonl", rows))
    for words in ("line 2: this is not JSON", "line 3: this is not JSON", "line 4: 'when' is not known"):
        if words.startswith("line 3"):
            words = "line 3: expected an object"
        assert words in str(error.value)


def test_only_the_first_twenty_problems_are_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="and 5 more"):
        read_history(written(tmp_path, "h.csv", HEAD + "x,y,z,,,\n" * 25))


@pytest.mark.parametrize("content", [b"", b"\n\n", HEAD.encode(), b"\xff\xfe\x00"])
def test_a_file_without_arrivals_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "h.csv").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"h\.csv"):
        read_history(tmp_path / "h.csv")


# ---------------------------------------------------------------- agents


def test_agents_come_from_yaml_and_from_csv_alike(tmp_path: Path) -> None:
    in_yaml = "agents:\n- {id: 7, name: Ada, groups: [Care], skills: [orders], languages: [en], hours: '09:00-17:00'}\n"
    in_csv = "id,name,groups,skills,languages,hours\n7,Ada,Care,orders,en,09:00-17:00\n"
    assert read_roster(written(tmp_path, "a.yaml", in_yaml)) == read_roster(written(tmp_path, "a.csv", in_csv))


def test_hours_may_run_past_midnight() -> None:
    night = Member(agent=Agent(id="1", name="Ada"), opens=time(22), closes=time(6))
    taken = [night.takes(datetime(2026, 11, 2, hour, tzinfo=UTC)) for hour in (21, 22, 2, 6)]
    assert taken == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {id: 1, naem: Ada}\n", "agent 1: 'naem' is not known"),
        ("- {skills: [orders]}\n", "agent 1: there is no name"),
        ("- {name: Ada, capacity: many}\n", "agent 1: capacity 'many'"),
        ("- {name: Ada, capacity: 0}\n", "agent 1: capacity 0"),
        ("- {name: Ada, hours: nine}\n", "agent 1: hours 'nine'"),
        ("- {name: Ada, hours: '09:00-09:00'}\n", "begin when they end"),
        ("- {name: Ada, senior: maybe}\n", "agent 1: senior 'maybe'"),
        ("- {name: Ada}\n- {name: Ada}\n", "the id Ada is there twice"),
        ("- {name: Ada, available: no}\n", "nobody in it who is at work"),
        ("[]\n", "nobody in it who is at work"),
        ("Ada\n", "expected a list of agents"),
        ("- {name: [\n", "this is not YAML"),
    ],
)
def test_a_problem_with_an_agent_is_told_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_roster(written(tmp_path, "a.yaml", text))
    assert problem in str(error.value)


def test_reported_agents_are_replayed_as_at_work_with_nothing_in_hand() -> None:
    away = Agent(id="1", name="Ada", available=False, open=4)
    (member,) = as_members([away, Agent(id="2", name="Ben", capacity=0)])
    assert (member.agent.available, member.agent.open) == (True, 0)


# ---------------------------------------------------------------- what was learned


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}', '{"version": 1, "overall": "much"}'])
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        read_handle_times(str(written(tmp_path, "times.json", text)))


def test_no_path_is_nothing_known_and_a_wrong_path_is_an_error(tmp_path: Path) -> None:
    assert read_handle_times("").overall is None
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_handle_times(str(tmp_path / "none.json"))
