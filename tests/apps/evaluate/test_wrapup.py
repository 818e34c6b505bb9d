import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from apps.cli import main
from apps.evaluate.wrapup import look, messages_of

TICKET: dict[str, Any] = {
    "id": 1,
    "channel": "email",
    "comments": [
        {"by": "customer", "at": "2026-01-05T10:00:00Z", "text": "Where is my refund for LK-10401?"},
        {"by": "agent", "at": "2026-01-05T11:00:00Z", "text": "I've sent £33.95 today. It arrives on Friday."},
    ],
}
LABEL = {"issue": "my refund for LK-10401", "action": "sent £33.95", "next": "arrives on Friday"}
QUALITY = Path("benchmarks/quality")
TICKETS = Path("apps/sandbox/company/tickets.yaml")
TWEETSUMM = Path("../shared/data/tweetsumm_annotations/valid.jsonl.gz")


def run(folder: Path, labels: object, *more: str) -> tuple[int, dict[str, float]]:
    (folder / "tickets.yaml").write_text(yaml.safe_dump({"tickets": [TICKET]}), "utf-8")
    (folder / "labels.yaml").write_text(yaml.safe_dump(labels), "utf-8")
    files = [str(folder / "tickets.yaml"), "--labels", str(folder / "labels.yaml")]
    result = CliRunner().invoke(main, ["eval", "wrapup", *files, *more, "--json"])
    scores = json.loads(result.output)["scores"] if result.exit_code == 0 else []
    return result.exit_code, {score["figure"]: score["value"] for score in scores}


def test_each_kind_of_fact_is_counted_and_found_in_its_part(tmp_path: Path) -> None:
    code, figures = run(tmp_path, {1: LABEL})
    assert code == 0
    assert figures["order numbers and codes kept"] == figures["sums kept"] == 1.0
    assert figures["action, in its part kept"] == figures["next, in its part kept"] == 1.0
    assert figures["values invented"] == 0.0


def test_what_is_not_in_the_wrap_up_is_not_kept(tmp_path: Path) -> None:
    _, figures = run(tmp_path, {1: {**LABEL, "action": "words that nobody wrote"}})
    assert figures["action kept"] == 0.0


def test_labels_of_other_tickets_are_named_as_a_mistake(tmp_path: Path) -> None:
    assert run(tmp_path, {2: LABEL})[0] != 0


def test_how_much_the_annotators_took_is_told_beside_it(tmp_path: Path) -> None:
    row = {
        "tweet_ids_sentence_offset": [
            {"tweet_id": 7, "sentence_offsets": ["[0, 5]", "[6, 9]"]},
            {"tweet_id": 8, "sentence_offsets": ["[0, 5]", "[6, 9]"]},
        ],
        "annotations": [
            {"extractive": [{"tweet_id": 7, "sentence_offset": "[0, 5]"}], "abstractive": ["It does not work."]},
            {"extractive": None, "abstractive": []},
        ],
    }
    file = tmp_path / "summaries.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(row).encode()))
    _, figures = run(tmp_path, {1: LABEL}, "--summaries", str(file))
    assert figures["share of the sentences taken"] == 0.25
    assert figures["take a sentence of the first message"] == 1.0


def test_the_annotators_of_tweetsumm_took_every_fifth_sentence(tmp_path: Path) -> None:
    if not TWEETSUMM.exists():
        pytest.skip("TweetSumm's annotations are not beside this folder")
    _, figures = run(tmp_path, {1: LABEL}, "--summaries", str(TWEETSUMM))
    assert figures["share of the sentences taken"] == pytest.approx(0.211, abs=0.001)


def test_no_wrap_up_of_the_sandboxs_tickets_states_a_value_that_nobody_said() -> None:
    rows = yaml.safe_load(TICKETS.read_text(encoding="utf-8"))["tickets"]
    assert {row["id"]: found for row in rows if (found := look(messages_of(row), {}).invented)} == {}


def test_the_labels_are_words_of_their_tickets_and_the_parts_are_apart() -> None:
    texts = {
        row["id"]: "\n".join(each["text"] for each in row["comments"])
        for row in yaml.safe_load(TICKETS.read_text(encoding="utf-8"))["tickets"]
    }
    reported, worked_on = (
        yaml.safe_load((QUALITY / name).read_text(encoding="utf-8"))
        for name in ("wrapup.yaml", "wrapup_worked_on.yaml")
    )
    assert not reported.keys() & worked_on.keys()
    for ticket, label in {**reported, **worked_on}.items():
        assert [words for words in label.values() if words not in texts[ticket]] == []
