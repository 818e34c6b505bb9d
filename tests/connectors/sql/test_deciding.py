"""Clicks that come at the same moment, on each database: one outcome, whichever of them was first."""

from collections import Counter
from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConflictError, TransientError
from core.model.campaign import Campaign, CampaignState
from core.model.outreach import Click, Verdict
from core.outreach.decide import settle
from core.policy.outreach import Approver
from tests.core.campaigns import asked, campaign, line
from tests.core.people import MINUTE, NOW
from tests.core.rules import policy
from tests.together import together

CROWD = [f"p{number}@larkfield.example" for number in range(6)]
ONE = policy()
TWO = replace(ONE, outreach=replace(ONE.outreach, second_above=1))
OF = campaign()


def all_at_once(store: SqlStore, clicks: list[tuple[Click, str]], needed: int) -> Counter[str]:
    """What each click came to, all pressed at once; one that others were faster than is pressed again."""
    rules = TWO if needed == 2 else ONE
    rules = replace(rules, outreach=replace(rules.outreach, roles={each: Approver(email=each) for each in CROWD}))

    def press(number: int) -> str:
        click, email = clicks[number]
        while True:
            try:
                with store.begin() as unit:
                    settled = settle(unit, click, email, rules, NOW + MINUTE)
                    for effect in settled.effects:
                        unit.outbox.add(effect)
            except (ConflictError, TransientError):
                continue
            return settled.result

    return Counter(together(len(clicks), press))


def click(of: Campaign, verdict: Verdict, number: int) -> tuple[Click, str]:
    pressed = Click(
        approval_id=of.id,
        verdict=verdict,
        digest=of.digest,
        user_id=f"U{number}",
        user_name=f"P {number}",
        channel="C1",
        ts="1.0",
        event_id=f"ev_{number}",
    )
    return pressed, CROWD[number]


@pytest.fixture
def shown_card(store: SqlStore) -> Campaign:
    with store.begin() as unit:
        stored = asked(unit, OF, [line(OF, number) for number in range(1, 4)])
        unit.campaigns.note_post(stored.id, "C1", "1.0")
    return stored


def state(store: SqlStore) -> CampaignState:
    with store.read() as unit:
        standing = unit.campaigns.get(OF.id)
    assert standing is not None
    return standing.state


def test_of_six_yeses_at_once_one_lets_it_go(store: SqlStore, shown_card: Campaign) -> None:
    results = all_at_once(store, [click(shown_card, Verdict.APPROVE, n) for n in range(6)], 1)
    assert results == {"approved": 1, "settled_before": 5}
    assert state(store) is CampaignState.RUNNING


def test_of_six_yeses_at_once_two_are_counted_where_two_are_needed(store: SqlStore, shown_card: Campaign) -> None:
    results = all_at_once(store, [click(shown_card, Verdict.APPROVE, n) for n in range(6)], 2)
    assert results == {"voted": 1, "approved": 1, "settled_before": 4}
    with store.read() as unit:
        assert len(unit.campaigns.votes(OF.id)) == 2
        seal = unit.seals.get(OF.id)
    assert seal is not None
    assert len({each.email for each in seal.sealers}) == 2


def test_a_no_among_yeses_leaves_one_outcome(store: SqlStore, shown_card: Campaign) -> None:
    verdicts = [Verdict.APPROVE, Verdict.REJECT] * 3
    results = all_at_once(store, [click(shown_card, each, n) for n, each in enumerate(verdicts)], 2)
    ended = {"approved": CampaignState.RUNNING, "rejected": CampaignState.REJECTED}
    (decided,) = set(results) & set(ended)
    assert results[decided] == 1
    assert state(store) is ended[decided]
    with store.read() as unit:
        assert (unit.seals.get(OF.id) is not None) == (decided == "approved")
        assert unit.ledger.verify() is None
