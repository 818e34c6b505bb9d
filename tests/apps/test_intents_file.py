from pathlib import Path

import pytest

from apps.intents_file import Intents, read_intents
from core.errors import ConfigurationError

GOOD = """
intents:
  - name: order_status
    label: Order status
    description: Where an order is
    urgency_hint: normal
    examples: ["Where is my order?", "Has it shipped yet?"]
  - name: fraud_report
    label: Fraud
    urgency_hint: high
    examples: [Somebody used my card.]
  - name: praise
    label: Praise
    examples: [Thank you!]
out_of_scope_examples:
  - What is the capital of Mongolia?
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intents.yaml"


def read(path: Path, text: str) -> Intents:
    path.write_text(text, encoding="utf-8")
    return read_intents(str(path))


def refusal(path: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as told:
        read(path, text)
    assert str(path) in str(told.value)
    return str(told.value)


def test_examples_labels_and_hints_are_read_by_name(path: Path) -> None:
    intents = read(path, GOOD)
    assert list(intents.examples) == ["order_status", "fraud_report", "praise"]
    assert intents.examples["order_status"] == ["Where is my order?", "Has it shipped yet?"]
    assert intents.labels["fraud_report"] == "Fraud"
    assert dict(intents.urgency) == {"order_status": "normal", "fraud_report": "high"}
    assert intents.out_of_scope == ("What is the capital of Mongolia?",)


def test_without_a_file_no_intent_is_known() -> None:
    assert read_intents("") == Intents()


def test_the_demos_intents_are_sound() -> None:
    intents = read_intents("apps/sandbox/company/intents.yaml")
    assert set(intents.examples) == set(intents.labels) >= set(intents.urgency)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("label: Fraud\n", "labell: Fraud\n", "intents.1.label: "),
        ("label: Fraud\n", "label: ''\n", "intents.1.label: "),
        ("examples: [Somebody used my card.]", "examples: Somebody used my card.", "intents.1.examples: "),
        ("examples: [Somebody used my card.]", "examples: []", "intents.1.examples: "),
        ("examples: [Thank you!]", "examples: [no]", "intents.2.examples.0: "),
        ("urgency_hint: high", "urgency_hint: hihg", "intents.1.urgency_hint: "),
        ("name: praise", "name: order_status", "intents: Named twice: order_status."),
        ("- What is the capital of Mongolia?", "What is the capital of Mongolia", "out_of_scope_examples: "),
    ],
)
def test_what_is_wrong_is_named_by_its_place(path: Path, old: str, new: str, place: str) -> None:
    assert old in GOOD
    assert place in refusal(path, GOOD.replace(old, new))


def test_every_problem_is_told_at_once(path: Path) -> None:
    told = refusal(path, GOOD.replace("    label: Fraud\n", "").replace("urgency_hint: normal", "urgency_hint: now"))
    assert "intents.0.urgency_hint: " in told
    assert "intents.1.label: " in told


@pytest.mark.parametrize("text", ["", "- a\n", "words\n", "intents: 5\n", "intents: [5]\n", "intense: []\n"])
def test_a_file_of_another_shape_is_refused(path: Path, text: str) -> None:
    refusal(path, text)


@pytest.mark.parametrize("content", [b"intents: [", b"\xff\xfe\xff"])
def test_a_file_that_is_no_yaml_is_named(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"intents\.yaml: is not YAML"):
        read_intents(str(path))


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"intents\.yaml: cannot be read .* HANDRAIL_INTENTS"):
        read_intents(str(path))
