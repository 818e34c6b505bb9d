import json

import pytest

from apps.run.command import decision_line, figures
from core.model.conversation import Owner, OwnerKind
from core.model.decision import Action, Disposition
from tests.connectors.sql.samples import decision


def test_a_decision_is_one_line_of_json() -> None:
    line = decision_line("c-1", decision())
    row = json.loads(line)
    assert "\n" not in line
    assert set(row) == {
        "conversation",
        "disposition",
        "rule",
        "reason",
        "owner",
        "tier",
        "policy_version",
        "signals",
        "draft",
        "abstained",
        "timings_ms",
    }
    assert (row["conversation"], row["disposition"], row["owner"]) == ("c-1", "suggest", "Virtual assistant")
    assert row["timings_ms"] == {"sense": 1.25}


def test_signals_carry_confidences_and_spans() -> None:
    signals = json.loads(decision_line("c-1", decision()))["signals"]
    assert set(signals) == {"language", "intents", "sentiment", "urgency", "risks"}
    (intent,) = signals["intents"]
    assert (intent["value"], intent["confidence"]) == ("device_offline", 0.9)
    assert intent["evidence"] == [{"start": 0, "end": 7, "words": "offline"}]
    assert signals["sentiment"]["mood"] == -0.4


def test_each_cited_sentence_names_its_article_and_span() -> None:
    draft = json.loads(decision_line("c-1", decision()))["draft"]
    courtesy, *cited = draft["sentences"]
    assert "source" not in courtesy
    assert [(s["source"]["article"], s["source"]["start"], s["source"]["end"]) for s in cited] == [
        ("ar_reset", 100, 132),
        ("ar_reset", 133, 154),
    ]
    assert [s["source"]["quote"] for s in cited] == [s["text"] for s in cited]
    assert draft["findings"] == [{"rule": "tone", "severity": "warn", "text": "Long sentence"}]


def test_an_abstention_has_no_draft_and_a_reason() -> None:
    handed = Disposition(action=Action.HANDOFF, owner=Owner(kind=OwnerKind.TEAM), rule="no_article", reason="None.")
    row = json.loads(decision_line("c-1", decision(draft=None, abstained="No article.", disposition=handed)))
    assert (row["draft"], row["abstained"], row["owner"]) == (None, "No article.", "team")


def test_words_of_any_language_stay_readable() -> None:
    assert "für" in decision_line("c-für", decision())


def test_figures_are_the_middle_and_the_slow_end_of_each_step() -> None:
    timings = [{"sense": float(n), "answer": 10.0} for n in range(1, 101)]
    assert figures(timings) == [
        ("sense", pytest.approx(50.5), pytest.approx(95.05)),
        ("answer", 10.0, 10.0),
        ("all steps", pytest.approx(60.5), pytest.approx(105.05)),
    ]


def test_no_conversations_have_no_figures() -> None:
    assert figures([]) == []
