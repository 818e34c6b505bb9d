"""`handrail report` over a simulated quarter."""

import csv
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from benchmarks.year import WORSE, Year, fill
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore

SINCE, UNTIL = "2026-09-23", "2026-11-20"
Handrail = Callable[[str], Result]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('report') / 'handrail.db'}"
    upgrade(url)
    store = SqlStore(url)
    fill(store, Year(matters=4_000, days=60))
    store.close()
    return url


@pytest.fixture
def handrail(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handrail:
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HANDRAIL_STORE_URL", filled)
    # Beside the store, for the master key that the first of these tests makes.
    monkeypatch.setenv("HANDRAIL_DATA_DIR", str(Path(filled.removeprefix("sqlite:///")).parent / "data"))
    monkeypatch.chdir(tmp_path)
    return lambda words: CliRunner().invoke(main, ["report", "--since", SINCE, "--until", UNTIL, *words.split()])


def test_the_text_names_what_stands_out_and_what_each_share_is_of(handrail: Handrail) -> None:
    done = handrail("--by intent --by channel")
    assert done.exit_code == 0, done.output
    assert "Intent “refund status”: back with the same within seven days" in done.stdout
    assert re.search(r"^refund status +\d+ .*▼", done.stdout, re.MULTILINE)
    assert re.search(r"Solved at the first contact +\d+% +\d+% to \d+% +[\d,]+", done.stdout)


def test_json_has_each_share_with_its_interval_and_its_cases(handrail: Handrail) -> None:
    told = json.loads(handrail("--json --by intent").stdout)
    share = told["all"]["shares"]["recontacted"]
    assert share["low"] < share["value"] < share["high"]
    assert sum(group["matters"] for group in told["by"]["intent"]) == told["all"]["matters"]
    assert WORSE in {mark["key"] for mark in told["marks"]}


def test_csv_has_a_line_for_each_group_and_measure(handrail: Handrail) -> None:
    rows = list(csv.DictReader(io.StringIO(handrail("--csv --by tier").stdout)))
    mine = [row for row in rows if (row["by"], row["measure"]) == ("tier", "recontacted")]
    assert {row["group"] for row in mine} == {"standard", "plus", "business"}
    whole = next(row for row in rows if (row["by"], row["measure"]) == ("all", "recontacted"))
    assert sum(int(row["cases"]) for row in mine) == int(whole["cases"])


def test_the_list_of_a_cell_is_as_long_as_the_cell_says(handrail: Handrail) -> None:
    told = json.loads(handrail(f"--json --only intent={WORSE}").stdout)
    hits = told["all"]["shares"]["recontacted"]["hits"]
    listed = handrail(f"--list recontacted --only intent={WORSE} --limit 1000").stdout.splitlines()
    assert len(listed) - 1 == hits
    assert all(re.search(r"ticket \d+ .*refund_status", line) for line in listed[1:])


def test_of_a_measure_that_is_good_the_list_shows_those_that_do_not_count(handrail: Handrail) -> None:
    assert "that do not count" in handrail("--list satisfied").stdout
    assert "that count" in handrail("--list satisfied --hits").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--list happiness", "there is no measure happiness"),
        ("--only weather=rain", "name a cut and its value"),
        ("--json --csv --html a.html", "choose one"),
    ],
)
def test_what_it_cannot_do_it_says(handrail: Handrail, words: str, says: str) -> None:
    done = handrail(words)
    assert (done.exit_code, says in done.output) == (2, True)


def test_a_period_without_matters_says_so_and_breaks_nothing(handrail: Handrail, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["report", "--since", "2020-01-01", "--until", "2020-02-01"])
    assert (done.exit_code, "0 matters" in done.stdout) == (0, True)
    page = CliRunner().invoke(main, ["report", "--since", "2020-01-01", "--until", "2020-02-01", "--html", "a.html"])
    assert page.exit_code == 0, page.output


def test_the_page_stands_alone(handrail: Handrail, tmp_path: Path) -> None:
    done = handrail("--html report.html --minute-price 0.6 --currency EUR")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "report.html").read_text("utf-8")
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)
    # What a picture refers to is in the picture.
    assert not re.findall(r"@import|url\((?!['\"]?#)", page)
    assert page.count('<svg role="img"') >= 5
