"""Clicks that come to nothing: stale, late, foreign, twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.govern.approvers import Settled
from core.model.campaign import Campaign, CampaignState, LawFinding, Weight
from core.model.ids import ApprovalId
from core.model.outreach import Verdict
from tests.core.campaigns import asked, campaign, line, variant
from tests.core.outreach.clicking import BOTH, LINES, OF, TOM, card, click, ledger, on_a_card, press, said, stands
from tests.core.outreach.slack_limits import shown
from tests.core.people import NOW
from tests.together import together


@pytest.fixture
def shown_card(store: SqlStore) -> Campaign:
    return on_a_card(store)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.HOLD, Verdict.EDIT, Verdict.TEST])
def test_a_click_on_what_has_changed_since_changes_nothing_and_puts_the_card_right(
    store: SqlStore, shown_card: Campaign, verdict: Verdict
) -> None:
    earlier = replace(shown_card, variants=(variant(text="Other words."),))
    settled = press(store, click(earlier, verdict))
    assert (settled.result, stands(store).state) == ("digest_differs", CampaignState.PENDING)
    assert "The card has changed since" in said(settled)
    assert "Cloud has a fault in west." in shown(card(settled))


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.HOLD, Verdict.EDIT, Verdict.TEST])
def test_after_its_time_a_card_expires_whatever_is_pressed(
    store: SqlStore, shown_card: Campaign, verdict: Verdict
) -> None:
    settled = press(store, click(shown_card, verdict), now=shown_card.expires_at)
    assert (settled.result, stands(store).state) == ("expired", CampaignState.EXPIRED)
    assert "Expired, nothing was sent" in shown(card(settled))
    assert "It came too late" in said(settled)


def test_a_card_in_its_last_moment_still_counts(store: SqlStore, shown_card: Campaign) -> None:
    last = shown_card.expires_at - timedelta(microseconds=1)
    assert press(store, click(shown_card), now=last).result == "approved"


def test_another_cards_button_changes_nothing(store: SqlStore, shown_card: Campaign) -> None:
    settled = press(store, click(shown_card, ts="2.0"))
    assert (settled.result, stands(store).state) == ("other_card", CampaignState.PENDING)
    assert "another card" in said(settled)


def test_a_button_of_the_apps_home_stands_on_no_card(store: SqlStore, shown_card: Campaign) -> None:
    assert press(store, click(shown_card, ts="", channel="")).result == "approved"


def test_a_card_that_does_not_exist_is_nothing_to_approve(store: SqlStore) -> None:
    settled = press(store, click(replace(OF, id=ApprovalId("ap_none"))))
    assert settled.result == "unknown_approval"
    assert "knows no such card" in said(settled)


def test_the_same_click_that_comes_again_comes_to_nothing(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card))
    before = stands(store)
    assert press(store, click(shown_card)) == Settled(result="settled_before")
    press(store, click(shown_card, Verdict.PAUSE))
    press(store, click(shown_card, Verdict.RESUME, "U-TOM"), TOM, BOTH)
    assert press(store, click(shown_card, Verdict.PAUSE)) == Settled(result="settled_before")
    assert stands(store).state is CampaignState.RUNNING
    assert before.began_at == stands(store).began_at


def test_what_the_law_forbids_is_not_approved_by_a_click_that_no_button_offers(store: SqlStore) -> None:
    found = LawFinding(rule="opt_out_line", weight=Weight.BLOCKS, text="Nobody can stop it.")
    bad = campaign(variants=(variant(findings=(found,)),))
    with store.begin() as unit:
        made = asked(unit, bad, [line(bad)])
    settled = press(store, click(made))
    assert (settled.result, stands(store).state) == ("blocked", CampaignState.PENDING)
    assert "Nobody can stop it." in said(settled)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (Verdict.APPROVE, Verdict.APPROVE, "It is being sent. It was approved by <@U-PRIYA>"),
        (Verdict.APPROVE, Verdict.REJECT, "press *Pause* or *Stop for good*"),
        (Verdict.APPROVE, Verdict.HOLD, "press *Pause* or *Stop for good*"),
        (Verdict.REJECT, Verdict.APPROVE, "It was rejected by <@U-PRIYA>"),
        (Verdict.REJECT, Verdict.TEST, "nothing was sent. Nothing was changed."),
        (Verdict.REJECT, Verdict.STOP, "nothing was sent. Nothing was changed."),
        (Verdict.HOLD, Verdict.PAUSE, "nothing of it is being sent"),
    ],
)
def test_the_second_click_is_told_what_the_first_came_to(
    store: SqlStore, shown_card: Campaign, first: Verdict, second: Verdict, told: str
) -> None:
    press(store, click(shown_card, first))
    state = stands(store).state
    settled = press(store, click(shown_card, second, "U-TOM"), TOM, BOTH)
    assert (settled.result, stands(store).state) == ("settled_before", state)
    assert told in said(settled)
    assert ledger(store)


def test_of_twenty_clicks_at_once_exactly_one_counts(store: SqlStore, shown_card: Campaign) -> None:
    def one(number: int) -> str:
        verdict = Verdict.APPROVE if number % 2 else Verdict.REJECT
        return press(store, click(shown_card, verdict, f"U{number}", event_id=f"ev_{number}")).result

    results = together(20, one)
    assert results.count("settled_before") == 19
    ended = {"approved": CampaignState.RUNNING, "rejected": CampaignState.REJECTED}
    (counted,) = (set(results) - {"settled_before"}) or {""}
    assert stands(store).state is ended[counted]
    assert ledger(store)


def test_words_whose_time_has_passed_cannot_be_approved(store: SqlStore) -> None:
    words = variant(text=f"Fixed by {NOW + timedelta(hours=1):%H:%M} UTC. Reply STOP to opt out.")
    shown_card = on_a_card(store, replace(OF, variants=(words,)), LINES)
    settled = press(store, click(shown_card), now=NOW + timedelta(minutes=70))
    assert (settled.result, stands(store).state) == ("passed", CampaignState.PENDING)
    assert "has passed" in said(settled)
