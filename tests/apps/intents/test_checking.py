import json
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from apps.cli import main
from apps.intents.checking import check_examples
from apps.intents_file import Intents, Labelled

EXAMPLES = {"parcel": [f"parcel {n}" for n in range(6)], "refund": [f"refund {n}" for n in range(5)]}


def first_word(rows: Sequence[Labelled]) -> list[str]:
    return [row.text.split()[0].lower() for row in rows]


def test_good_examples_are_sound() -> None:
    found = check_examples(Intents(examples=EXAMPLES), first_word)
    assert (found.sound, found.confused, found.accuracy) == (True, (), 1.0)


def test_too_few_examples_and_two_labels_are_named() -> None:
    bad = {**EXAMPLES, "praise": ["praise you", "Parcel  1"]}
    found = check_examples(Intents(examples=bad), first_word)
    assert found.thin == {"praise": 2}
    assert found.twice == {"parcel 1": ["parcel", "praise"]}
    assert not found.sound


def test_the_most_confused_pair_comes_first_with_an_example() -> None:
    bad = {"parcel": [*EXAMPLES["parcel"], "refund a", "refund b"], "refund": [*EXAMPLES["refund"], "parcel x"]}
    first, second = check_examples(Intents(examples=bad), first_word).confused
    assert (first.intent, first.other, first.count, first.examples, first.text) == (
        "parcel",
        "refund",
        2,
        8,
        "refund a",
    )
    assert first.overlap
    assert not second.overlap


def test_the_command_ends_with_1_where_something_must_be_mended(tmp_path: Path) -> None:
    file = tmp_path / "intents.csv"
    rows = [f"{text},{name}" for name, texts in {**EXAMPLES, "thin": ["thin air"]}.items() for text in texts]
    file.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    command = ["intents", "check", str(file), "--json", "--cache", str(tmp_path / "cache")]
    result = CliRunner().invoke(main, command)
    told = json.loads(result.stdout)
    assert (result.exit_code, told["too_few"]) == (1, {"thin": 1})
    assert told["accuracy"] > 0.8
