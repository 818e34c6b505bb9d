from typing import Any

import pytest

from core.govern.changes import ABSENT, Change, Duty, Outline, changes, duties, outline
from core.model.enacted import SignOff
from tests.clock import Clock

SIGNOFFS: dict[str, Any] = {
    "roles": {"cx": ["priya@larkfield.example"], "legal": ["tom@larkfield.example", "aisha@larkfield.example"]},
    "sections": {"triggers": ["cx", "legal"], "outreach": ["legal"]},
}
FIELDS: dict[str, Any] = {"mood": {"floor": -0.8}, "triggers": {"fraud": 1}, "outreach": 1, "signoffs": SIGNOFFS}
RUNNING = outline("v1", FIELDS)


def new(**sections: Any) -> Outline:
    """The running policy with other sections; None takes one away."""
    fields = FIELDS | sections
    return outline("v2", {name: value for name, value in fields.items() if value is not None})


def needed(candidate: Outline) -> list[tuple[str, str]]:
    return [(duty.change.section, duty.role) for duty in duties(RUNNING, candidate)]


def people(candidate: Outline) -> dict[str, tuple[str, ...]]:
    return {duty.role: duty.people for duty in duties(RUNNING, candidate)}


def test_a_section_is_added_removed_or_changed() -> None:
    found = changes(RUNNING, new(mood={"floor": -0.5}, outreach=None, vip=1))
    assert [(change.section, change.word) for change in found] == [
        ("mood", "changed"),
        ("vip", "added"),
        ("outreach", "removed"),
    ]


def test_the_same_content_changes_nothing_and_needs_nobody() -> None:
    assert changes(RUNNING, new()) == []
    assert needed(new()) == []


def test_only_the_sections_that_change_need_their_roles() -> None:
    assert needed(new(mood={"floor": -0.5})) == []
    assert needed(new(triggers={"fraud": 2})) == [("triggers", "cx"), ("triggers", "legal")]
    assert needed(new(outreach=None)) == [("outreach", "legal")]


def test_nobody_takes_away_the_rule_that_binds_them() -> None:
    """The roles are those of the policy in force, whatever the new one says; leaving them out is a change itself."""
    lax = {"roles": {"cx": ["priya@larkfield.example"]}, "sections": {"triggers": ["cx"]}}
    assert needed(new(triggers={"fraud": 2}, signoffs=lax)) == [
        ("triggers", "cx"),
        ("triggers", "legal"),
        ("signoffs", "legal"),
    ]
    assert needed(new(signoffs=None)) == [("signoffs", "cx"), ("signoffs", "legal")]


def test_nobody_names_themselves_for_a_role() -> None:
    mine = {**SIGNOFFS, "roles": {**SIGNOFFS["roles"], "legal": ["mallory@larkfield.example"]}}
    assert needed(new(signoffs=mine)) == [("signoffs", "legal")]
    assert people(new(signoffs=mine, outreach=2))["legal"] == ("tom@larkfield.example", "aisha@larkfield.example")


def test_a_role_whose_people_and_sections_stay_need_not_sign_for_those_of_others() -> None:
    more = {**SIGNOFFS, "roles": {**SIGNOFFS["roles"], "cx": ["priya@larkfield.example", "maria@larkfield.example"]}}
    assert needed(new(signoffs=more)) == [("signoffs", "cx")]


def test_what_the_new_policy_asks_comes_on_top_with_its_own_people_where_the_role_is_new() -> None:
    more = {
        "roles": {**SIGNOFFS["roles"], "it": ["jonas@larkfield.example"]},
        "sections": {**SIGNOFFS["sections"], "mood": ["it"]},
    }
    candidate = new(mood={"floor": -0.1}, signoffs=more)
    assert needed(candidate) == [("mood", "it")]
    assert people(candidate) == {"it": ("jonas@larkfield.example",)}


def test_the_first_policy_needs_nobody() -> None:
    assert duties(None, RUNNING) == []
    assert len(changes(None, RUNNING)) == 4


@pytest.mark.parametrize("odd", [None, 7, ["cx"], {"roles": 3, "sections": {"triggers": "cx"}}])
def test_sign_offs_that_cannot_be_read_ask_for_nothing(odd: Any) -> None:
    found = outline("v0", {"signoffs": odd}).signoffs
    assert (dict(found.roles), dict(found.sections)) == ({}, {})


CHANGE = Change(section="triggers", before="a", after="b")
DUTY = Duty(change=CHANGE, role="legal", people=("tom@larkfield.example",))


def signed(**other: str) -> SignOff:
    fields = {"section": "triggers", "role": "legal", "person": "tom@larkfield.example", "before": "a", "after": "b"}
    return SignOff(**(fields | other), version="v2", at=Clock()())


def test_a_duty_is_done_by_one_of_its_people_for_this_very_change() -> None:
    assert DUTY.done([signed()])
    assert DUTY.done([signed(person="Tom@Larkfield.example")])
    for other in (
        {"role": "cx"},
        {"person": "maria@larkfield.example"},
        {"section": "actions"},
        {"before": ABSENT},
        {"after": "c"},
    ):
        assert not DUTY.done([signed(**other)])
