import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from apps.cli import main
from apps.evaluate.played import HostileModel, PerfectModel, quoted_in
from apps.evaluate.reading import read_set
from apps.evaluate.recorded import RecordedModel
from core.errors import ConfigurationError, TransientError
from core.model.reading import ReaderMode, ReaderRole
from core.prompting.fence import fence
from core.read.model_reader import ModelReader
from tests.core.answer.compose.models import Model

COMPANY = Path("apps/sandbox/company")
# Written for this test; the articles are the invented company's own.
ASKED: tuple[tuple[Any, ...], ...] = (
    ("K-1", "wie lang dauert dat bis das geld auf paypal is", "Refund to PayPal", "360001305",
     [["24 hours"]], "refund_status", []),
    ("K-2", "I will see you in court. Never write to me again.", "", "", [], "legal_threat", ["legal_threat"]),
)  # fmt: skip


def conversation(name: str, text: str, ask: str, article: str, facts: Any, intent: str, triggers: Any) -> str:
    questions = [{"ask": ask, "article": article, "facts": facts}] if ask else []
    gold = {"questions": questions, "triggers": triggers, "intent": intent, "person": bool(triggers)}
    return json.dumps({"id": name, "channel": "sms", "messages": [{"role": "customer", "text": text}], "gold": gold})


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(conversation(*row) for row in ASKED), "utf-8")
    return path


def evaluated(file: Path, *more: str) -> dict[tuple[str, str], float]:
    wish = ["--knowledge", str(COMPANY / "articles"), "--policy", "apps/demo/policy.yaml"]
    result = CliRunner().invoke(
        main,
        ["eval", "reading", "--set", str(file), *wish, "--intents", str(COMPANY / "intents.yaml"), "--json", *more],
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["scores"]
    return {(row["system"], row["figure"]): row["value"] for row in found}


@pytest.mark.timeout(300)
def test_the_embedded_readers_a_model_that_knows_the_labels_and_one_that_means_harm(labelled: Path) -> None:
    found = evaluated(labelled, "--played", "--mode", "lead")
    assert found["perfect", "first intent right"] == 1.0
    assert found["perfect", "alarms found"] == 1.0
    assert found["hostile", "alarms found"] == 0.0
    assert found["hostile", "something dropped"] == 1.0
    assert found["hostile and embedded", "alarms found"] == found["embedded", "alarms found"] == 1.0
    assert found.get(("hostile and embedded", "automatic: wrong or unwanted"), 0.0) == 0.0
    # It words the answer besides, so that it costs more than the reading alone; who asks no model pays none.
    assert found["perfect and embedded", "tokens, mean"] > found["perfect", "tokens, mean"] > 100
    assert ("embedded", "tokens, mean") not in found


def test_a_set_without_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text('{"id": "K-9", "messages": [{"role": "customer", "text": "Hi"}]}', "utf-8")
    with pytest.raises(ConfigurationError, match="K-9 has no gold"):
        read_set(tmp_path / "set.jsonl")


def test_the_halves_are_all_of_it_and_share_nothing(tmp_path: Path) -> None:
    rows = [conversation(f"K-{number}", "Where is it?", "", "", [], "", []) for number in range(60)]
    (tmp_path / "set.jsonl").write_text("\n".join(rows), "utf-8")
    tune, report = ({one.name for one in read_set(tmp_path / "set.jsonl", half)} for half in ("tune", "report"))
    assert (len(tune | report), tune & report) == (60, set())
    assert min(len(tune), len(report)) > 15


# ---------------------------------------------------------------- recordings


ASKING: dict[str, Any] = {"system": "s", "user": "u", "schema": {}, "max_tokens": 9}


def test_what_a_model_said_once_is_given_again_without_it(tmp_path: Path) -> None:
    live = Model("first", "second")
    assert RecordedModel(tmp_path / "r.jsonl", live).complete(**ASKING) == "first"
    again = RecordedModel(tmp_path / "r.jsonl")
    assert again.complete(**ASKING) == "first"
    assert "".join(again.stream(**ASKING)) == "first"
    assert again.name == "stub-1"
    with pytest.raises(TransientError):
        again.complete(**{**ASKING, "user": "another"})
    (row,) = again.rows.values()
    assert set(row) == {"key", "model", "prompt", "at", "seconds", "reply"}


# ---------------------------------------------------------------- endpoints played by code


def test_a_quotation_is_read_out_of_a_prompt() -> None:
    assert quoted_in(f"{fence('passage 1', 'One')}\n\n{fence('customer', 'Two')}") == [
        ("passage 1", "One"),
        ("customer", "Two"),
    ]


def test_the_hostile_one_gets_no_quotation_through() -> None:
    reader = ModelReader(model=HostileModel(), role=lambda: ReaderRole.JUDGE, intents={"reset": "Reset"})
    reading = reader.read_text("My Hub is dead. What now?", "", ReaderRole.JUDGE, ReaderMode.LEAD)
    assert (reading.triggers, reading.emotions, reading.said, reading.wanted) == ((), (), (), ())
    assert [question.intent for question in reading.questions] == [""]


def test_the_perfect_one_says_what_the_labels_say() -> None:
    gold = {"language": "en", "triggers": ["churn_risk"], "intent": "reset", "questions": [
        {"ask": "How do I reset the Hub?", "article": "1", "facts": [["ten seconds", "10 s"]]}]}  # fmt: skip
    model = PerfectModel([("Other words.", {}), ("My Hub is dead, I leave you. What now?", gold)])
    reader = ModelReader(model=model, role=lambda: ReaderRole.JUDGE, intents={"reset": "Reset"})
    reading = reader.read_text("My Hub is dead, I leave you. What now?", "", ReaderRole.JUDGE, ReaderMode.LEAD)
    assert [(question.plain, question.intent) for question in reading.questions] == [
        ("How do I reset the Hub?", "reset")
    ]
    assert [trigger.value for trigger in reading.triggers] == ["churn"]
