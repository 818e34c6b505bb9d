import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.evaluate.statistics import share, share_row
from apps.evaluate.triggers import Case, Judged, as_svg, case_of, cases_of, command, curve, errors_of, report_of
from core.errors import ConfigurationError

FILE = """
trigger: fraud
positive: ["Somebody used my card", {turns: [{customer: hi}, {assistant: Hello}, {customer: "I was hacked", after: 4}]}]
negative: ["How safe is my card?"]
other_languages: {de: {positive: ["Mein Konto wurde gehackt"]}}
"""


def judged(positive: bool, fires: bool, place: int = 0, sure: float = 0.0, language: str = "en") -> Judged:
    case = Case(trigger="fraud", positive=positive, place=place, written=f"item {place}", language=language)
    return Judged(case=case, fires=fires, sure=sure)


def test_a_file_has_texts_conversations_and_other_languages(tmp_path: Path) -> None:
    (tmp_path / "fraud.yaml").write_text(FILE, encoding="utf-8")
    found = cases_of(tmp_path)
    assert [(case.positive, case.language, case.place) for case in found] == [
        (True, "en", 0), (True, "en", 1), (False, "en", 0), (True, "de", 0),
    ]  # fmt: skip
    assert [message.text for message in case_of(found[1]).timeline] == ["hi", "Hello", "I was hacked"]


def test_in_a_csv_the_others_rows_are_near_misses(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "text,trigger\nI was hacked,fraud\nGet me a person,human_request\nHi,\n", "utf-8"
    )
    found = [case for case in cases_of(tmp_path / "mine.csv") if case.trigger == "fraud"]
    assert [case.positive for case in found] == [True, False, False]


@pytest.mark.parametrize("content", ["positive: []", "[1, 2", "trigger: fraud\npositive: [3]"])
def test_a_file_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"bad\.yaml"):
        cases_of(tmp_path / "bad.yaml")


def test_records_become_the_case() -> None:
    written = {
        "text": "Any news?",
        "customer": {"tier": "business", "vip": True},
        "opened_minutes_ago": 90,
        "solved": True,
    }
    case = case_of(Case(trigger="time_to_resolve", positive=True, place=0, written=written))
    assert case.customer.tier == "business"
    assert case.customer.attributes["vip"] == "true"
    assert (case.now - case.timeline[0].at).total_seconds() == 90 * 60
    assert not case.conversation.open


def test_the_halves_are_told_apart() -> None:
    rows = [judged(True, place == 0, place) for place in range(4)] + [judged(False, False, place) for place in range(2)]
    report = report_of([*rows, judged(True, False, language="de")])["fraud"]
    assert report["recall"]["value"] == 0.25
    assert report["first_half"]["recall"]["value"] == 0.5
    assert report["second_half"]["recall"]["value"] == 0
    assert report["other_languages"]["de"]["recall"]["value"] == 0


def test_errors_say_which_kind_they_are() -> None:
    told = errors_of([judged(True, False), judged(False, True), judged(True, True)])
    assert [line.split(":")[1].strip() for line in told] == ["missed", "false alarm"]


def test_a_curve_ends_with_everything_that_was_heard() -> None:
    rows = [judged(True, True, sure=0.9), judged(False, True, sure=0.6), judged(True, False, sure=0.2)]
    assert curve(rows) == [(0.0, 0.0), (0.0, 0.5), (1.0, 0.5), (1.0, 1.0)]
    assert as_svg(rows).startswith("<svg")


def test_wilsons_interval_never_leaves_the_possible() -> None:
    row = share_row(share([True] * 20))
    assert row["high"] == 1.0
    assert 0.8 < float(row["low"] or 0) < 0.85
    assert share_row(share([]))["value"] is None


def test_the_command_prints_one_object_and_keeps_errors_to_itself(tmp_path: Path) -> None:
    cases = tmp_path / "one.yaml"
    cases.write_text('trigger: high_value\npositive: ["Hello there"]\nnegative: ["Hi there"]\n', encoding="utf-8")
    ran = CliRunner().invoke(
        command, ["--cases", str(cases), "--cache", str(tmp_path / "cache"), "--json", "--figures-only"]
    )
    assert ran.exit_code == 0, ran.output
    printed = json.loads(ran.stdout)
    assert printed["triggers"]["high_value"]["recall"]["cases"] == 1
    assert printed["errors"] == []
