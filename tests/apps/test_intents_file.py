from pathlib import Path

import pytest

from apps.intents_file import Intents, read_intents, read_labelled
from core.errors import ConfigurationError

GOOD = """
intents:
  - name: order_status
    label: Order status
    description: Where an order is
    urgency_hint: normal
    examples: ["Where is my order?", "Has it shipped yet?", "Any news?", Tracking please, Is it late]
  - name: fraud_report
    label: Fraud
    urgency_hint: high
    examples: [Somebody used my card., It was not me!, Who took it, My card was copied, Stolen details]
  - name: praise
    label: Praise
    examples: [Thank you!, Great work, You are kind, Well done, I love it]
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
    assert intents.examples["order_status"][:2] == ["Where is my order?", "Has it shipped yet?"]
    assert intents.labels["fraud_report"] == "Fraud"
    assert dict(intents.urgency) == {"order_status": "normal", "fraud_report": "high"}
    assert intents.out_of_scope == ("What is the capital of Mongolia?",)


def test_examples_in_other_languages_are_kept_apart(path: Path) -> None:
    told = GOOD.replace(
        "    description: Where an order is\n", "    examples_de: ['Wo ist es?']\n    examples_pt: ['Onde está?']\n"
    )
    found = read(path, told)
    assert found.translated == {"order_status": ["Wo ist es?", "Onde está?"]}
    assert found.every["order_status"] == [*found.examples["order_status"], "Wo ist es?", "Onde está?"]
    assert found.every["praise"] == found.examples["praise"]


def test_examples_in_other_languages_are_a_list(path: Path) -> None:
    told = GOOD.replace("    description: Where an order is\n", "    examples_de: Wo ist es?\n")
    assert "examples_de" in refusal(path, told)


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
        ("examples: [Somebody used my card., ", "examples: Somebody used my card. # [", "intents.1.examples: "),
        ("examples: [Somebody used my card., ", "examples: [] # [", "intents.1.examples: "),
        ("examples: [Thank you!, ", "examples: [no, ", "intents.2.examples.0: "),
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


def test_an_intent_with_too_few_examples_is_named_with_their_number(path: Path) -> None:
    told = refusal(path, GOOD.replace(", Well done, I love it", ""))
    assert "praise (3)" in told
    assert "order_status" not in told


def test_the_same_example_twice_counts_once(path: Path) -> None:
    assert "praise" in refusal(path, GOOD.replace("I love it", "thank  YOU!"))


def test_a_labelled_csv_holds_intents_too(tmp_path: Path) -> None:
    rows = [f'"order {n}, where?",order_status' for n in range(5)] + ["will it rain,out_of_scope"]
    path = tmp_path / "intents.csv"
    path.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    intents = read_intents(str(path))
    assert intents.examples["order_status"][0] == "order 0, where?"
    assert intents.labels == {"order_status": "Order status"}
    assert intents.out_of_scope == ("will it rain",)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("text,intent\na,b", "label"),
        ("text,label\nhello,", "line 2"),
        ("text,label\n", "no rows"),
        ('text,label\n"open', "CSV"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_in_words(tmp_path: Path, written: str, told: str) -> None:
    path = tmp_path / "intents.csv"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told):
        read_labelled(path)
