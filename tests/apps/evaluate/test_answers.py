"""`handrail eval answers`: its questions, what it learns from them and what it suggests."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from apps.evaluate.answers import ALL, ENOUGH, Result, command, learn, line, lines, read_question, suggest
from apps.evaluate.judge import Seen, cut_at, fit_confidence, least_for
from apps.thresholds_file import read_reader, read_thresholds, write_thresholds
from core.answer.confidence import Thresholds
from core.answer.evidence import Evidence
from core.errors import ConfigurationError


def result(confidence: float, right: bool, *, intent: str = "", answerable: bool = True) -> Result:
    return Result(intent=intent, answerable=answerable, confidence=confidence, right=right)


def test_the_lowest_threshold_with_few_enough_mistakes_is_suggested() -> None:
    assert least_for([0.9, 0.8, 0.7, 0.6], [True, True, False, False], 0.0) == 0.8
    assert least_for([0.9, 0.8, 0.7, 0.6], [True, True, False, False], 0.34) == 0.7


def test_no_threshold_is_good_enough_for_what_is_always_wrong() -> None:
    assert least_for([0.9, 0.8], [False, False], 0.1) is None


def test_scores_that_are_the_same_are_answered_together() -> None:
    assert least_for([0.9, 0.5, 0.5], [True, True, False], 0.1) == 0.9


def test_of_few_answers_nothing_is_sure() -> None:
    scores = [1 - place / 100 for place in range(60)]
    right = [place != 50 for place in range(60)]
    assert least_for(scores[:20], right[:20], 0.1, surely=True) is None
    assert least_for(scores[:50], right[:50], 0.1, surely=True) == scores[49]
    assert least_for(scores, right, 0.08, surely=True) == scores[49]
    assert least_for(scores, right, 0.1, surely=True) == scores[59]


def test_a_threshold_loses_the_share_that_it_may() -> None:
    scores = [place / 100 for place in range(101)]
    assert cut_at(scores, 0.1) == pytest.approx(0.1)


def test_fitting_finds_what_tells_the_answerable_apart() -> None:
    rows = [[{"always": 1.0, "nearest": near, "length": near * 0 + place % 2}] for place, near in enumerate(
        [0.1, 0.2, 0.3, 0.35, 0.6, 0.7, 0.8, 0.9]
    )]  # fmt: skip
    confidence = fit_confidence(rows, [False] * 4 + [True] * 4)
    assert confidence.of({"always": 1.0, "nearest": 0.9, "length": 0}) > 0.5
    assert confidence.of({"always": 1.0, "nearest": 0.1, "length": 0}) < 0.5


def test_fitting_needs_both_kinds_of_question() -> None:
    with pytest.raises(ValueError, match="without one"):
        fit_confidence([[{"always": 1.0}]], [True])


def test_risk_falls_where_the_surest_are_right() -> None:
    found = line(ALL, [result(0.9, True), result(0.8, True), result(0.2, False)], 0.35, 0.0)
    by_coverage = {risk.coverage: risk.error for risk in found.risks}
    assert by_coverage[1.0] == pytest.approx(1 / 3)
    assert by_coverage[0.6] == 0.0
    assert (found.suggested, found.error) == (0.8, 0.0)


def test_abstention_is_told_for_both_kinds() -> None:
    rows = [result(0.9, True), result(0.1, True), result(0.1, False, answerable=False)]
    found = line(ALL, rows, 0.35, 0.1)
    assert (found.abstains_with, found.abstains_without) == (0.5, 1.0)


def test_an_intent_with_few_questions_keeps_the_threshold_of_all() -> None:
    rows = [result(0.9, True, intent="rare")] + [result(0.5 + n / 100, True, intent="common") for n in range(30)]
    found = suggest(lines(rows, Thresholds(), 0.1))
    assert set(found.of) == {"common"}


def test_thresholds_are_written_and_read_again(tmp_path: Path) -> None:
    thresholds = Thresholds(otherwise=0.4, of={"refund": 0.7})
    write_thresholds(tmp_path / "thresholds.json", thresholds)
    assert read_thresholds(tmp_path / "thresholds.json") == thresholds
    assert read_thresholds(tmp_path / "none.json") == Thresholds()


@pytest.mark.parametrize("text", ["{", "{}", '{"otherwise": 2}', '{"otherwise": "high"}', "[]"])
def test_a_file_that_holds_no_thresholds_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "thresholds.json").write_text(text)
    with pytest.raises(ConfigurationError, match="thresholds"):
        read_thresholds(tmp_path / "thresholds.json")


@pytest.mark.parametrize(
    "row", [{}, {"question": "x"}, {"question": " ", "articles": ["1"]}, {"turns": ["hi"], "articles": ["1"]}]
)
def test_a_row_that_cannot_be_judged_is_named(row: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="row 7"):
        read_question(row, "row 7")


def test_a_question_without_an_answer_has_no_articles() -> None:
    assert read_question({"question": "x", "answerable": False, "articles": ["1"]}, "row 1").articles == frozenset()


def test_the_command_measures_ones_own_files(tmp_path: Path) -> None:
    articles, questions = tmp_path / "articles.jsonl", tmp_path / "questions.jsonl"
    texts = {"1": ("Refunds", "A refund takes 5 working days."), "2": ("Delivery", "A parcel arrives within 2 days.")}
    articles.write_text(
        "".join(json.dumps({"id": k, "title": t, "text": words}) + "\n" for k, (t, words) in texts.items())
    )
    rows = [
        {"question": "How long does a refund take?", "articles": ["1"]},
        {"turns": [["customer", "hi"], ["customer", "when will my parcel come?"]], "articles": ["2"]},
        {"question": "Do you sponsor football clubs?", "answerable": False},
    ]  # fmt: skip
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = ["--articles", str(articles), "--questions", str(questions), "--cache", str(tmp_path), "--json"]
    ran = CliRunner().invoke(command, [*args, "--write", str(tmp_path / "thresholds.json")])
    assert ran.exit_code == 0, ran.output
    (told,) = json.loads(ran.stdout)["intents"]
    assert (told["cases"], told["abstains_without"]) == (3, 1.0)
    assert 0 < read_thresholds(tmp_path / "thresholds.json").otherwise <= 1


def test_an_article_that_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    folder, questions = tmp_path / "articles", tmp_path / "questions.jsonl"
    folder.mkdir()
    (folder / "refunds.md").write_text("# Refunds\n\nA refund takes 5 working days.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing more")
    questions.write_text(json.dumps({"question": "How long does a refund take?", "articles": ["refunds.md"]}))
    args = ["--articles", str(folder), "--questions", str(questions), "--cache", str(tmp_path), "--json"]
    ran = CliRunner().invoke(command, args)
    assert ran.exit_code == 0, ran.output
    assert "left out: " in ran.stderr
    assert "broken.pdf" in ran.stderr
    assert json.loads(ran.stdout)["intents"][0]["risks"][0]["error"] == 0.0


#

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
    assert learn(*made(ENOUGH - 1)) is None


def test_questions_with_an_answer_are_enough_for_each_is_seen_without_it_too() -> None:
    lesson = learn(*made(ENOUGH))
    assert lesson is not None
    one = seen(0.6)
    assert one.evidence is not None
    assert one.without is not None
    assert lesson.reader.sure(one.evidence) > 0.8
    assert lesson.reader.sure(one.without) < 0.2
    assert min(each.sure for each in lesson.unseen) > 0.5


def test_what_was_learned_is_read_as_it_was_written(tmp_path: Path) -> None:
    lesson = learn(*made(ENOUGH))
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
