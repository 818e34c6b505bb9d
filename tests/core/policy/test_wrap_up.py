"""The section `wrap_up` of the policy."""

from datetime import timedelta
from typing import Any

import pytest

from apps.policy_lint import lint
from core.model.customer import Channel
from core.policy import Policy, read
from core.policy.problem import PolicyError
from tests.core.rules import policy_fields

NOTE: dict[str, Any] = {
    "input": {"text": {"kind": "text"}},
    "done": {"en": "Noted."},
    "confirm": False,
    "call": {"system": "crm", "post": "/notes", "body": {"text": "{input.text}"}},
    "read_back": {"system": "crm", "get": "/notes", "holds": "true"},
}


def policy(**changes: Any) -> Policy:
    return read(policy_fields(**changes))


def problems(**changes: Any) -> str:
    with pytest.raises(PolicyError) as refused:
        policy(**changes)
    return str(refused.value)


def test_left_out_nothing_is_written_by_itself() -> None:
    found = policy().wrap_up
    assert (found.automatic, found.after, found.note) == (frozenset(), timedelta(hours=1), "")


def test_what_is_written_is_read() -> None:
    rules = {"automatic": ["email"], "after_minutes": 5, "note": "note", "fields": {"outcome": "360"}, "tags": False}
    found = policy(actions={"note": NOTE}, wrap_up=rules).wrap_up
    assert (found.automatic, found.after) == (frozenset({Channel.EMAIL}), timedelta(minutes=5))
    assert (found.note, dict(found.fields), found.tags) == ("note", {"outcome": "360"}, False)


def test_the_codes_of_calls_count_for_all_as_long_as_there_are_no_others() -> None:
    old = policy(voice={"dispositions": {"reset": "technical"}})
    assert old.dispositions == {"reset": "technical"}
    told = [remark.text for remark in lint(old) if remark.key == "voice.dispositions"]
    assert told == ["is written wrap_up.dispositions now, where it counts for every channel"]
    assert policy(wrap_up={"dispositions": {"reset": "device"}}).dispositions == {"reset": "device"}


def test_codes_in_both_places_are_a_problem_that_names_the_new_one() -> None:
    codes = {"dispositions": {"reset": "technical"}}
    assert "voice.dispositions is written wrap_up.dispositions now" in problems(voice=codes, wrap_up=codes)


@pytest.mark.parametrize(
    "note",
    [
        {**NOTE, "input": {"text": {"kind": "text"}, "order": {"kind": "id"}}},
        {**NOTE, "input": {"order": {"kind": "id"}}, "call": {"system": "crm", "post": "/notes"}},
        {"says": "A person does it", "input": {"text": {"kind": "text"}}},
    ],
)
def test_a_note_is_written_by_an_action_that_needs_one_text_and_nothing_else(note: dict[str, Any]) -> None:
    assert "wrap_up.note: found 'note', expected an action" in problems(
        actions={"note": note}, wrap_up={"note": "note"}
    )


def test_a_note_names_an_action_that_is_there() -> None:
    assert "did you mean note?" in problems(actions={"note": NOTE}, wrap_up={"note": "nota"})


def test_a_field_that_a_wrap_up_does_not_have_is_a_problem() -> None:
    assert "wrap_up.fields" in problems(wrap_up={"fields": {"mood": "360"}})
