from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.model.campaign import Campaign, CampaignState
from core.model.customer import Channel
from core.model.ids import ApprovalId
from core.model.outbound import EffectKind
from core.model.outreach import Verdict
from core.policy.outreach import Approver
from tests.core.campaigns import campaign, line, variant
from tests.core.outreach.clicking import (
    BOTH,
    LONELY,
    OF,
    PRIYA,
    TOM,
    card,
    click,
    ledger,
    look,
    on_a_card,
    press,
    said,
    stands,
)
from tests.core.outreach.slack_limits import buttons, shown
from tests.core.people import MINUTE, NOW
from tests.core.samples import payload_of


@pytest.fixture
def shown_card(store: SqlStore) -> Campaign:
    return on_a_card(store)


# ---------------------------------------------------------------- a yes and a no


def test_a_yes_seals_what_was_shown_and_lets_it_go(store: SqlStore, shown_card: Campaign) -> None:
    settled = press(store, click(shown_card))
    now = stands(store)
    assert (settled.result, now.state, now.began_at) == ("approved", CampaignState.RUNNING, NOW + MINUTE)
    seal = look(store, lambda unit: unit.seals.get(OF.id))
    assert (seal.digest, [each.email for each in seal.sealers]) == (shown_card.digest, [PRIYA])
    assert "Sending" in shown(card(settled))
    assert "<@U-PRIYA>" in shown(card(settled))
    assert said(settled) == ""
    assert ledger(store)


def test_nothing_is_in_the_outbox_for_a_customer_by_the_click_itself(store: SqlStore, shown_card: Campaign) -> None:
    settled = press(store, click(shown_card))
    assert {effect.kind for effect in settled.effects} == {EffectKind.SLACK_UPDATE}


def test_a_no_ends_it_with_its_reason(store: SqlStore, shown_card: Campaign) -> None:
    settled = press(store, click(shown_card, Verdict.REJECT, reason="The fault is over."))
    assert (settled.result, stands(store).state) == ("rejected", CampaignState.REJECTED)
    assert "The fault is over." in shown(card(settled))
    assert not buttons(card(settled))
    again = press(store, click(shown_card, user="U-TOM"), TOM, BOTH)
    assert (again.result, stands(store).state) == ("settled_before", CampaignState.REJECTED)
    assert "It was rejected by <@U-PRIYA>" in said(again)


def test_putting_it_aside_keeps_it_open_to_a_yes(store: SqlStore, shown_card: Campaign) -> None:
    held = press(store, click(shown_card, Verdict.HOLD, reason="first the press office"))
    assert (held.result, stands(store).state) == ("held", CampaignState.HELD)
    assert "by Priya: first the press office" in shown(card(held))
    twice = press(store, click(shown_card, Verdict.HOLD, "U-TOM"), TOM, BOTH)
    assert (twice.result, said(twice)) == ("settled_before", ":double_vertical_bar: It is put aside already.")
    assert press(store, click(shown_card)).result == "approved"


def test_what_is_put_aside_expires_as_if_it_were_not(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card, Verdict.HOLD))
    assert press(store, click(shown_card), now=shown_card.expires_at).result == "expired"


# ---------------------------------------------------------------- two people


def test_above_the_limit_it_takes_two_different_people(store: SqlStore, shown_card: Campaign) -> None:
    first = press(store, click(shown_card), rules=BOTH)
    assert (first.result, stands(store).state) == ("voted", CampaignState.PENDING)
    assert "Yes so far: <@U-PRIYA> (supervisor)" in shown(card(first))
    second = press(store, click(shown_card, user="U-TOM"), TOM, BOTH)
    assert (second.result, stands(store).state) == ("approved", CampaignState.RUNNING)
    assert "<@U-PRIYA> (supervisor)" in shown(card(second))
    assert "<@U-TOM> (head of care)" in shown(card(second))


@pytest.mark.parametrize(("user", "email"), [("U-PRIYA", PRIYA), ("U-OTHER", PRIYA.upper()), ("U-PRIYA", TOM)])
def test_one_person_counts_once_by_whichever_account(
    store: SqlStore, shown_card: Campaign, user: str, email: str
) -> None:
    press(store, click(shown_card), rules=BOTH)
    again = press(store, click(shown_card, user=user, event_id="ev_again"), email, BOTH)
    assert (again.result, stands(store).state) == ("voted_before", CampaignState.PENDING)
    assert "Somebody else has to approve this too" in said(again)


def test_one_no_outweighs_a_yes_also_ones_own(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card), rules=BOTH)
    settled = press(store, click(shown_card, Verdict.REJECT, reason="I was wrong."), rules=BOTH)
    assert (settled.result, stands(store).state) == ("rejected", CampaignState.REJECTED)
    assert "by Priya: I was wrong." in shown(card(settled))


def test_a_yes_of_somebody_who_may_not_any_more_does_not_count(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card, user="U-TOM"), TOM, BOTH)
    one_left = replace(BOTH.outreach, roles={PRIYA: Approver(email=PRIYA)})
    settled = press(store, click(shown_card), rules=replace(BOTH, outreach=one_left))
    assert (settled.result, stands(store).state) == ("voted", CampaignState.PENDING)


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("email", [None, "", "maria@larkfield.example", f"{PRIYA}.evil.example"])
def test_who_may_not_changes_nothing_and_is_told_alone(
    store: SqlStore, shown_card: Campaign, verdict: Verdict, email: str | None
) -> None:
    before = stands(store)
    settled = press(store, click(shown_card, verdict, "U-MARIA"), email)
    assert (settled.result, stands(store)) == ("not_allowed", before)
    (told,) = settled.effects
    assert (told.kind, told.target, payload_of(told).ephemeral_to) == (EffectKind.SLACK_POST, "C1", "U-MARIA")


def test_an_approver_is_recognised_however_the_address_is_written(store: SqlStore, shown_card: Campaign) -> None:
    assert press(store, click(shown_card), " PRIYA@Larkfield.example").result == "approved"


# ---------------------------------------------------------------- under way


def test_it_is_paused_resumed_and_stopped_from_its_card(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card))
    paused = press(store, click(shown_card, Verdict.PAUSE, reason="wait"))
    assert (paused.result, stands(store).state) == ("paused", CampaignState.PAUSED)
    assert "by Priya: wait" in shown(card(paused))
    again = press(store, click(shown_card, Verdict.PAUSE, "U-TOM"), TOM, BOTH)
    assert (again.result, "It is paused (by Priya: wait)" in said(again)) == ("settled_before", True)
    assert press(store, click(shown_card, Verdict.RESUME)).result == "resumed"
    stopped = press(store, click(shown_card, Verdict.STOP))
    assert (stopped.result, stands(store).state) == ("stopped", CampaignState.STOPPED)
    assert not buttons(card(stopped))
    with store.begin() as unit:
        assert dict(unit.campaigns.progress(OF.id).recipients) == {"stopped": 3}


def test_every_click_stands_in_the_ledger(store: SqlStore, shown_card: Campaign) -> None:
    press(store, click(shown_card, user="U-MARIA"), "maria@larkfield.example")
    press(store, click(shown_card, ts="2.0", event_id="ev_other"))
    press(store, click(shown_card), rules=BOTH)
    press(store, click(shown_card, user="U-TOM"), TOM, BOTH)
    press(store, click(shown_card, Verdict.STOP), rules=BOTH)
    kept = look(store, lambda unit: [(record.kind, record.said) for record in unit.ledger.records(0, 20)])
    assert [kind for kind, _ in kept] == [
        "proposed",
        "approval_denied",
        "click_refused",
        "voted",
        "approved",
        "sealed",
        "campaign_stopped",
    ]
    assert {(said["by"], said["role"]) for kind, said in kept if kind in ("voted", "approved")} == {
        (PRIYA, "supervisor"),
        (TOM, "head of care"),
    }
    assert ledger(store)


# ---------------------------------------------------------------- what others have begun meanwhile


def by_whatsapp(store: SqlStore, name: str, first: int) -> Campaign:
    words = variant(name="default/whatsapp/en", channel=Channel.WHATSAPP)
    of = campaign(id=ApprovalId(name), variants=(words,))
    lines = [replace(line(of, number), ordinal=number - first + 1) for number in range(first, first + 3)]
    counted = replace(on_a_card(store, of, lines), counts={"channel": {"whatsapp": 3}})
    with store.begin() as unit:
        standing = unit.campaigns.get(of.id)
        assert standing is not None
        assert unit.campaigns.save(replace(standing, campaign=counted))
    return counted


def test_two_campaigns_that_wait_cannot_together_pass_what_whatsapp_allows_in_a_day(store: SqlStore) -> None:
    narrow = replace(LONELY.outreach.law, whatsapp_tier=5)
    rules = replace(LONELY, outreach=replace(LONELY.outreach, law=narrow))
    one, two = by_whatsapp(store, "ap_one", 2), by_whatsapp(store, "ap_two", 12)
    assert press(store, click(one), rules=rules).result == "approved"
    second = press(store, click(two, event_id="ev_second"), rules=rules)
    assert (second.result, "5 people" in said(second)) == ("blocked", True)
