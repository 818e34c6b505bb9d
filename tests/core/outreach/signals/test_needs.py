"""What a signal has to state, and in which shape."""

from typing import Any

import pytest

from core.outreach.signals.needs import find_misnamed, lacking, names_matter, personal
from core.policy import Play
from tests.core.rules import POLICY, policy

OVER = POLICY["outreach"]["plays"]["outage"] | {
    "match": "told",
    "after": "outage",
    "matter": {"fact": "incident"},
    "texts": {"default": "It works again. Reply STOP to opt out."},
}
RULES = policy(outreach__plays=POLICY["outreach"]["plays"] | {"outage_over": OVER})


def play(name: str) -> Play:
    return RULES.outreach.plays[name]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("INC-1", True),
        (7, True),
        (0, True),
        (" ", False),
        (True, False),
        (7.0, False),
        (["INC-1"], False),
        (None, False),
    ],
)
def test_a_matter_has_a_name_that_another_signal_can_state(value: object, named: bool) -> None:
    assert names_matter(value) is named


def test_a_matter_that_is_not_named_at_all_is_no_wrong_name() -> None:
    assert find_misnamed(RULES, "outage_over", {"incident": ""}) == find_misnamed(RULES, "outage_over", {}) == {}
    assert find_misnamed(RULES, "outage_over", {"incident": {"id": 1}}) == {"outage_over": "incident"}


@pytest.mark.parametrize(
    ("name", "facts", "missing"),
    [
        ("outage_over", {"people": [{"customer": "1", "incident": "INC-1"}]}, ["incident"]),
        ("outage", {"people": [{"customer": "1", "region": "west", "service": "Cloud"}]}, ["region"]),
        ("outage", {"region": "west", "people": [{"customer": "1", "service": "Cloud"}]}, []),
    ],
)
def test_what_each_has_of_their_own_fills_a_text_and_finds_nobody(
    name: str, facts: dict[str, Any], missing: list[str]
) -> None:
    assert lacking(play(name), facts, personal(facts)) == missing
