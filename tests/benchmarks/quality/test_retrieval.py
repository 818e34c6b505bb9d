import json
from pathlib import Path

import pytest

from benchmarks.quality import retrieval_sets
from benchmarks.quality.retrieval import Unit, Words, fuse
from benchmarks.quality.sources import Row, Sources

UNITS = [Unit(id="a", title="Refunds", text="Five days."), Unit(id="b", title="Returns", text="A refund? See there.")]


def write(folder: Path, name: str, *found: Row) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(json.dumps(row) for row in found), encoding="utf-8")


def test_words_weigh_the_title_and_keep_to_a_scope() -> None:
    words = Words(UNITS)
    assert words.rank("the refunds") == ["a", "b"]
    assert words.rank("the refunds", among={"b"}) == ["b"]
    assert words.rank("the of") == []


def test_fusion_prefers_what_both_found() -> None:
    assert fuse(["a", "b"], ["b", "c"])[0] == "b"


def test_quotes_are_taken_in_pairs_and_by_length() -> None:
    said = 'Say: "Okay." then "I lost both of my cards." and “Please freeze them all now.” Or "' + "x" * 401 + '"'
    assert retrieval_sets.find_quotes(said) == ["I lost both of my cards.", "Please freeze them all now."]


def test_every_foreign_question_has_an_english_article() -> None:
    known = {str(article.id) for article in retrieval_sets.read_english()}
    asked = retrieval_sets.read_questions()
    assert len(asked) >= 30
    assert len({language for language, _, _ in asked}) == 5
    assert {gold for _, _, gold in asked} <= known


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    data, held = tmp_path / "data", tmp_path / "held"
    write(data / "mtrag_un", "passages.jsonl", {"id": "p1", "collection": "x", "text": "Refunds take five days."})
    write(held / "mtrag_un", "passages_heldout.jsonl", {"id": "p2", "collection": "y", "text": "Hubs blink red."})
    task = {"id": "t", "turns": [["user", "Why does my hub blink?"]], "passages": ["p2"]}
    write(held / "mtrag_un", "tasks_test.jsonl", task)
    faq = {"id": "h:0", "entity": "Hotel Sunrise", "question": "Is there Wi-Fi?", "answer": "Yes, it is free."}
    write(data / "dstc10_track2", "knowledge.jsonl", faq, {**faq, "id": "g:0", "entity": None})
    turns = [["U", "a cheap hotel"], ["S", "it's called hotel sunrise"], ["U", "do they have wi fi"]]
    talk = {"id": 1, "turns": turns, "knowledge_seeking": True, "knowledge": ["h:0"], "response": ""}
    write(held / "dstc10_track2", "conversations_test.jsonl", talk)
    return Sources(data=data, heldout=held, cache=tmp_path / "cache")


def test_held_out_tasks_are_searched_in_all_collections(sources: Sources) -> None:
    found = retrieval_sets.measure_multiturn(sources)
    ours = [score for score in found if score.system == "Handrail"]
    assert {score.figure: score.value for score in ours} == {"hit@1": 1.0, "R@10": 1.0, "nDCG@10": 1.0}
    assert all(score.gain is not None and score.against for score in ours)
    assert {score.part for score in found} == {"held-out tasks"}


def test_a_place_that_is_named_is_searched_first(sources: Sources) -> None:
    ours = {s.figure: s for s in retrieval_sets.measure_spoken(sources) if s.system == "Handrail"}
    assert ours["hit@1"].value == 1.0
    assert ours["R@10"].aim == 0.78
