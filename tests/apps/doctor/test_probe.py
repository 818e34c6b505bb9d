"""An endpoint that is tried with known cases gets the role that it has shown, and nothing above."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from apps.bootstrap.model_role import ModelRole, marks_name
from apps.doctor.probe import INTENTS, cases, probe_here, probe_model
from apps.evaluate.played import Played, quoted_in
from apps.evaluate.recorded import RecordedModel
from apps.metered import Metered
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from core.model.reading import ReaderRole
from core.policy import Price
from core.read.model_reader import HEARD
from core.read.probe import role_of
from tests.core.people import NOW

KNOWN = cases()


class Knowing(Played):
    """Knows the cases of some roles by heart, and is bad at the others."""

    name = "knowing-1"

    def __init__(self, *roles: str) -> None:
        self._roles = roles

    def answer(self, title: str, user: str) -> Mapping[str, Any]:
        shown = dict(quoted_in(user))
        if title == "judgement":
            told = next(
                c["answers"]
                for c in KNOWN["judge"]
                if (c["question"], c["lines"]) == (shown["question"], shown["lines"])
            )
            return {"lacking": "something", "answers": told if "judge" in self._roles else True}
        role = "rewriter" if title == "rewriting" else "reader"
        case = next(case for case in KNOWN[role] if case["text"] == shown["message"])
        if role not in self._roles:
            return {"language": "xx", "questions": [], "triggers": []}
        if role == "rewriter":
            plain = [" ".join(group[0] for group in groups) for groups in case["questions"]]
            return {"language": case["language"], "questions": [{"plain": p, "quote": case["text"]} for p in plain]}
        asked = {"quote": case["text"], "plain": "It.", "search": "it", "intent": case["intent"]}
        triggers = [{"name": name, "quote": words} for name, words in case["quotes"].items()]
        return {"language": "en", "asks": True, "questions": [asked], "triggers": triggers}


@pytest.mark.parametrize(
    ("knows", "role", "asked"),
    [
        ((), ReaderRole.NONE, 44),
        (("reader", "judge"), ReaderRole.NONE, 44),
        (("rewriter",), ReaderRole.REWRITER, 88),
        (("rewriter", "reader"), ReaderRole.READER, 136),
        (("rewriter", "reader", "judge"), ReaderRole.JUDGE, 136),
    ],
)
def test_who_knows_the_cases_of_a_role_and_those_below_it_gets_it(
    knows: tuple[str, ...], role: ReaderRole, asked: int
) -> None:
    model = Metered(Knowing(*knows))
    marks = probe_model(model)
    assert role_of(marks) is role
    assert model.asked == asked, "what is not passed ends it"


def test_the_cases_are_many_enough_and_say_what_they_mean() -> None:
    assert {role: len(rows) for role, rows in KNOWN.items()} == {"rewriter": 44, "reader": 44, "judge": 48}
    for case in KNOWN["reader"]:
        assert case["intent"] in (*INTENTS, "none")
        assert set(case["triggers"]) == set(case["quotes"]) <= set(HEARD)
        assert all(words in case["text"] for words in case["quotes"].values())
    assert sum(case["answers"] for case in KNOWN["judge"]) == 24


@pytest.fixture
def kept(tmp_path: Path) -> ModelRole:
    url = f"sqlite:///{tmp_path / 'role.db'}"
    upgrade(url)
    return ModelRole(store=SqlStore(url), name=marks_name("http://127.0.0.1:1/v1", "knowing-1"))


def test_what_was_shown_is_told_with_its_price_and_kept(kept: ModelRole, capsys: pytest.CaptureFixture[str]) -> None:
    assert kept() is ReaderRole.NONE
    probe_here(Knowing("rewriter"), kept, Price(read=3.0, written=15.0), "USD", NOW)
    told = capsys.readouterr().out
    assert "1.00 (44 of 44)" in told
    assert "not passed" in told
    assert "88 requests" in told
    assert "knowing-1 is a rewriter. It rewrites messages for the embedded readers, and nothing more." in told
    assert kept() is ReaderRole.REWRITER
    assert json.loads(json.dumps(kept.marks()))["model"] == "knowing-1"
    elsewhere = ModelRole(store=kept.store, name=marks_name("http://127.0.0.1:2/v1", "knowing-1"))
    assert elsewhere() is ReaderRole.NONE, "another address has shown nothing"


def test_without_a_model_it_says_what_to_set(kept: ModelRole) -> None:
    with pytest.raises(ConfigurationError, match="HANDRAIL_OPENAI_BASE_URL"):
        probe_here(None, kept, Price(), "USD", NOW)


RECORDED = Path(__file__).parents[2] / "live" / "recorded_probe.jsonl"


def test_a_small_real_model_is_a_rewriter_and_nothing_more() -> None:
    """Recorded answers of a model of 1.5 billion parameters; `make live` records them anew, which a changed prompt or
    case needs."""
    rows = [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]
    assert all(row["model"] and row["prompt"] and row["at"] for row in rows)
    marks = probe_model(Metered(RecordedModel(RECORDED)))
    asked = {mark.role: mark.cases for mark in marks if mark.figure in ("messages put right", "intents")}
    assert sum(asked.values()) <= len(rows), "prompts or cases have changed: `make live` records the answers anew"
    assert role_of(marks) is ReaderRole.REWRITER
    shares = {(mark.role, mark.figure): mark.passed for mark in marks}
    assert shares[ReaderRole.REWRITER, "messages put right"]
    assert not shares[ReaderRole.READER, "alarms, quoted"]
