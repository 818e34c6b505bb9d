import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from apps.evaluate.answers import command
from apps.evaluate.judge import Seen
from apps.evaluate.learning import ENOUGH, learned
from apps.thresholds_file import read_reader, read_thresholds, write_thresholds
from core.answer.evidence import Evidence
from core.answer.thresholds import Thresholds
from core.errors import ConfigurationError

THINGS = [
    "lamp",
    "kettle",
    "chair",
    "table",
    "sofa",
    "clock",
    "mirror",
    "carpet",
    "curtain",
    "fridge",
    "oven",
    "toaster",
    "blender",
    "heater",
    "fan",
    "router",
    "printer",
    "scanner",
    "camera",
    "drone",
]
ASKS = ("How much does the {} cost?", "How long is the warranty of the {}?", "How do I return my {}?",
        "Where is the {} made?", "How heavy is the {}?", "Which colours does the {} come in?")  # fmt: skip


def seen(near: float) -> Seen:
    def evidence(value: float) -> Evidence:
        return Evidence(traits={"nearest": value, "always": 1.0}, met=np.array([value, 0.1], dtype=np.float32))

    return Seen(sure=0.5, right=True, evidence=evidence(near), without=evidence(near - 0.4))


def made(count: int) -> tuple[list[str], list[Seen], list[bool]]:
    return [f"question {n}" for n in range(count)], [seen(0.6 + n % 7 / 50) for n in range(count)], [True] * count


def test_few_questions_teach_nothing() -> None:
    assert learned(*made(ENOUGH - 1)) is None


def test_questions_with_an_answer_are_enough_for_each_is_seen_without_it_too() -> None:
    lesson = learned(*made(ENOUGH))
    assert lesson is not None
    one = seen(0.6)
    assert one.evidence is not None
    assert one.without is not None
    assert lesson.reader.sure(one.evidence) > 0.8
    assert lesson.reader.sure(one.without) < 0.2
    assert min(each.sure for each in lesson.unseen) > 0.5


def test_what_was_learned_is_read_as_it_was_written(tmp_path: Path) -> None:
    lesson = learned(*made(ENOUGH))
    assert lesson is not None
    file, thresholds = tmp_path / "thresholds.json", Thresholds(otherwise=0.4, of={"refund": 0.7})
    write_thresholds(file, thresholds, lesson.reader)
    again, evidence = read_reader(file), seen(0.6).evidence
    assert read_thresholds(file) == thresholds
    assert again is not None
    assert evidence is not None
    assert again.sure(evidence) == pytest.approx(lesson.reader.sure(evidence), abs=1e-3)
    write_thresholds(file, thresholds)
    assert read_reader(file) is None


def test_a_damaged_reader_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thresholds.json").write_text('{"otherwise": 0.4, "reader": {"names": ["a"]}}')
    with pytest.raises(ConfigurationError, match="judges"):
        read_reader(tmp_path / "thresholds.json")


def test_the_command_writes_what_answers_are_judged_by_from_then_on(tmp_path: Path) -> None:
    articles, questions, file = (tmp_path / name for name in ("articles.jsonl", "questions.jsonl", "thresholds.json"))
    text = "The {0} costs £{1}. It has a warranty of {1} months. To return the {0}, write to us within {1} days."
    rows = [
        {"id": str(n), "title": thing.title(), "text": text.format(thing, n + 10)} for n, thing in enumerate(THINGS)
    ]
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = [
        {"question": ask.format(thing), **({"articles": [str(n)]} if place < 3 else {"answerable": False})}
        for n, thing in enumerate(THINGS)
        for place, ask in enumerate(ASKS)
    ]
    more = [{"question": f"Tell me the price of the {t}, please", "articles": [str(n)]} for n, t in enumerate(THINGS)]
    also = [{"question": f"Is there a guarantee on a {t}?", "articles": [str(n)]} for n, t in enumerate(THINGS)]
    questions.write_text("".join(json.dumps(row) + "\n" for row in [*asked, *more, *also]))
    args = ["--articles", str(articles), "--questions", str(questions), "--cache", str(tmp_path), "--json"]
    ran = CliRunner().invoke(command, [*args, "--write", str(file)])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["learned"] is True
    assert read_reader(file) is not None
    told = json.loads(ran.stdout)["intents"][0]
    assert read_thresholds(file).otherwise == pytest.approx(told["suggested"], abs=1e-4)
    assert told["coverage"] > 0
