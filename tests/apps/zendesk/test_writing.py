import json
from typing import Any

import pytest

from apps.zendesk.writing import NOTHING
from core.answer.rewrite import CAUTION, NO_MODEL, Rewriter
from core.errors import TransientError
from core.text.courtesies import BUILT_IN
from tests.apps.zendesk.desk import TICKET, Desk
from tests.core.answer.compose.models import Clock, Model, patience

TEXT = "Dana, you get 5 pounds back within 3 days."


def revision(text: str) -> str:
    return json.dumps({"sentences": [{"from": [1], "text": text}]})


def rewritten(desk: Desk, **wish: Any) -> Any:
    answer = desk.post(f"tickets/{TICKET}/rewrite", {"text": TEXT, "revision": "shorter"} | wish)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_without_a_model_it_is_said_what_is_left_to_do_and_why_the_rest_is_not(desk: Desk) -> None:
    desk.decide()
    assert desk.get("writing").get_json()["rewrite"] == {"unavailable": NO_MODEL, "ways": ["shorter", "grammar"]}
    told = rewritten(desk, revision="friendlier")
    assert told == {"text": TEXT, "changed": False, "reason": NO_MODEL, "caution": "", "by_rules": False}


def test_without_a_model_a_text_is_shorter_by_what_nobody_asked_and_it_is_told_what(desk: Desk) -> None:
    desk.decide()
    found = rewritten(desk, text=f"Thank you for your message. {TEXT}")
    assert (found["text"], found["changed"], found["by_rules"]) == (TEXT, True, True)
    assert found["differences"] == [{"before": "Thank you for your message.", "after": ""}]
    assert rewritten(desk) == {
        "text": TEXT,
        "changed": False,
        "reason": NOTHING,
        "caution": "",
        "by_rules": True,
        "differences": [],
    }


def test_without_a_model_slips_are_put_right_by_rules_and_each_is_told(desk: Desk) -> None:
    desk.decide()
    found = rewritten(desk, text="Dana, its not lost , you get 5  pounds.", revision="grammar")
    assert found["text"] == "Dana, it's not lost, you get 5  pounds."
    assert {"before": "its not", "after": "it's not"} in found["differences"]


def test_with_a_model_the_rules_stand_back(desk: Desk) -> None:
    desk.decide()
    desk.rewriter = Rewriter(model=Model(revision(TEXT)))
    assert not rewritten(desk, revision="grammar")["by_rules"]


def test_a_revision_with_the_same_facts_is_taken(desk: Desk) -> None:
    desk.decide()
    desk.rewriter = Rewriter(model=Model(revision("Dana, 5 pounds come back within 3 days.")))
    assert rewritten(desk)["text"] == "Dana, 5 pounds come back within 3 days."
    assert desk.get("writing").get_json()["rewrite"]["unavailable"] == ""


def test_a_translation_comes_with_what_was_not_checked(desk: Desk) -> None:
    desk.decide()
    desk.rewriter = Rewriter(model=Model(revision("Dana, Sie bekommen in 3 Tagen 5 Pfund zurück.")))
    result = rewritten(desk, text="Dana, you get 5 pounds back in 3 days.", revision="translate", to="de")
    assert (result["changed"], result["caution"]) == (True, CAUTION), result


def test_a_line_of_the_style_card_may_make_a_text_friendlier(desk: Desk) -> None:
    desk.decide()
    rows = [{"from": [1], "text": TEXT}, {"from": [], "text": BUILT_IN["en"].closing}]
    desk.rewriter = Rewriter(model=Model(json.dumps({"sentences": rows})))
    assert rewritten(desk, revision="friendlier")["changed"]


def test_a_revision_that_changes_a_number_is_refused_with_the_reason(desk: Desk) -> None:
    desk.decide()
    desk.rewriter = Rewriter(model=Model(revision("Dana, 5 pounds come back within 2 days.")))
    result = rewritten(desk)
    assert (result["text"], result["changed"]) == (TEXT, False)
    assert "2" in result["reason"]


def test_the_customers_own_data_goes_to_no_model(desk: Desk) -> None:
    desk.decide()
    model = Model(revision("Call +447700900004."))
    desk.rewriter = Rewriter(model=model)
    rewritten(desk, text="Please call +447700900004.")
    assert model.prompts
    assert all("7700900004" not in said for said in model.prompts)


@pytest.mark.parametrize(
    "wish",
    [
        {"text": ""},
        {"text": "x" * 8001},
        {"revision": "poem"},
        {"revision": "translate"},
        {"revision": "translate", "to": "klingon"},
    ],
)
def test_an_odd_wish_is_refused(desk: Desk, wish: dict[str, str]) -> None:
    desk.decide()
    answer = desk.post(f"tickets/{TICKET}/rewrite", {"text": TEXT, "revision": "shorter"} | wish)
    assert answer.status_code == 400


def test_the_own_text_is_held_against_the_style_card(desk: Desk) -> None:
    desk.decide()
    answer = desk.post(f"tickets/{TICKET}/review", {"text": "It is cheap."})
    rules = {finding["rule"]: finding for finding in answer.get_json()["findings"]}
    assert rules["restricted_words"]["span"] == [6, 11]


def test_the_own_text_is_held_against_the_guardrails(desk: Desk) -> None:
    desk.decide()
    answer = desk.post(f"tickets/{TICKET}/review", {"text": "We guarantee a refund; call [phone 9]."})
    rules = [finding["rule"] for finding in answer.get_json()["findings"]]
    assert "risky_promise" in rules
    assert "unresolved_placeholder" in rules
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize("what", ["rewrite", "review", "compose"])
def test_a_ticket_that_nobody_has_read_is_not_found(desk: Desk, what: str) -> None:
    body = {"text": TEXT, "revision": "shorter"}
    assert desk.post(f"tickets/unknown/{what}", body).status_code == 404
    assert desk.post(f"tickets/{TICKET}/{what}", body).status_code == 404


def test_a_live_draft_ends_with_the_whole_draft_or_the_reason(desk: Desk) -> None:
    desk.decide()
    answer = desk.post(f"tickets/{TICKET}/compose", {})
    events = [json.loads(line) for line in answer.text.splitlines()]
    assert events[-1]["event"] == "done"
    assert events[-1]["draft"] is None
    assert events[-1]["abstained"]


def test_only_a_few_texts_are_written_at_once_and_each_gives_its_place_back(desk: Desk) -> None:
    desk.decide()
    turns = desk.writing_turns
    while turns.acquire(blocking=False):
        pass
    assert desk.post(f"tickets/{TICKET}/compose", {}).status_code == 503
    turns.release()
    for _ in range(3):
        with desk.post(f"tickets/{TICKET}/compose", {}) as answer:
            assert answer.status_code == 200


def test_a_text_made_shorter_without_a_model_takes_its_turn_and_gives_it_back(desk: Desk) -> None:
    desk.decide()
    turns = desk.writing_turns
    while turns.acquire(blocking=False):
        pass
    wish = {"text": TEXT, "revision": "shorter"}
    assert desk.post(f"tickets/{TICKET}/rewrite", wish).status_code == 503
    assert rewritten(desk, revision="grammar")["by_rules"]
    turns.release()
    for _ in range(3):
        assert rewritten(desk)["by_rules"]


def test_a_model_that_is_away_leaves_the_text(desk: Desk) -> None:
    desk.decide()
    desk.rewriter = Rewriter(model=Model(TransientError("away")), patience=patience(Clock()))
    result = rewritten(desk)
    assert result["changed"] is False
    assert "away" in result["reason"]
