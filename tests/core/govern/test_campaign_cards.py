from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.govern.campaign_cards import as_it_stands, campaign_card, caught_up
from core.model.campaign import Campaign, CampaignState
from core.model.outbound import Effect, EffectKind
from core.ports import Progress
from tests.core import samples
from tests.core.campaigns import asked, campaign, line, standing
from tests.core.outreach.slack_limits import buttons, shown
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import payload_of

OF = campaign()


@pytest.fixture
def stored(store: SqlStore) -> Campaign:
    with store.begin() as unit:
        return asked(unit, OF, [line(OF)])


def card(store: SqlStore) -> Effect:
    with store.begin() as unit:
        standing = unit.campaigns.get(OF.id)
        assert standing is not None
        effect = campaign_card(unit, standing, policy(), NOW)
        unit.outbox.add(effect)
    return effect


def moved(store: SqlStore, state: CampaignState) -> None:
    with store.begin() as unit:
        standing = unit.campaigns.get(OF.id)
        assert standing is not None
        assert unit.campaigns.save(replace(standing, state=state, reason=f"now {state}"))


def posted(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.campaigns.note_post(OF.id, "C1", "1.0")


def leaving(store: SqlStore, effect: Effect) -> Effect:
    with store.begin() as unit:
        return as_it_stands(unit, effect, policy(), NOW)


def after(store: SqlStore, effect: Effect) -> list[Effect]:
    with store.begin() as unit:
        return caught_up(unit, effect, policy(), NOW)


def test_a_card_is_posted_once_and_changed_where_it_stands_from_then_on(store: SqlStore, stored: Campaign) -> None:
    first = card(store)
    assert (first.kind, first.target) == (EffectKind.SLACK_POST, "#approvals")
    moved(store, CampaignState.HELD)
    assert card(store).id == first.id
    posted(store)
    change = card(store)
    assert (change.kind, change.target) == (EffectKind.SLACK_UPDATE, "C1:1.0")


def test_a_card_of_an_earlier_state_leaves_as_the_newest(store: SqlStore, stored: Campaign) -> None:
    posted(store)
    pending = card(store)
    assert leaving(store, pending) == pending
    moved(store, CampaignState.EXPIRED)
    late = leaving(store, pending)
    assert (late.key, late.target) == (pending.key, pending.target)
    assert "Expired" in shown(payload_of(late).blocks)
    assert not buttons(payload_of(late).blocks)


def test_where_the_campaign_went_on_while_a_card_was_under_way_the_newest_follows(
    store: SqlStore, stored: Campaign
) -> None:
    first = card(store)
    moved(store, CampaignState.HELD)
    posted(store)  # with what it was when it left
    (follows,) = after(store, first)
    assert "now held" in shown(payload_of(follows).blocks)
    assert after(store, first) == []  # asked again, it is known
    assert after(store, follows) == []


def test_progress_of_an_earlier_moment_is_earlier_too(store: SqlStore, stored: Campaign) -> None:
    posted(store)
    earlier = card(store)
    with store.begin() as unit:
        unit.campaigns.note_shown(OF.id, NOW + timedelta(seconds=3))
    assert payload_of(leaving(store, earlier)).card_shown_at == (NOW + timedelta(seconds=3)).isoformat()


def test_what_is_no_card_of_a_campaign_is_left_as_it_is(store: SqlStore) -> None:
    other = samples.effect(EffectKind.SLACK_UPDATE)
    assert leaving(store, other) == other
    assert after(store, other) == []


def test_a_card_belongs_to_a_version_and_a_moment_of_the_campaign(store: SqlStore) -> None:
    posted = standing(OF, CampaignState.RUNNING, began_at=NOW, slack_channel="C1", slack_ts="1.0")
    later = replace(posted, shown_at=NOW + timedelta(seconds=3))
    with store.begin() as unit:
        stages = (posted, later, replace(later, version=2))
        cards = [campaign_card(unit, each, policy(), NOW, Progress()) for each in stages]
    assert {card.kind for card in cards} == {EffectKind.SLACK_UPDATE}
    assert {card.target for card in cards} == {"C1:1.0"}
    assert len({card.key for card in cards}) == 3


def test_a_campaign_of_a_standing_rule_gets_its_card_when_it_begins(store: SqlStore) -> None:
    with store.begin() as unit:
        card = campaign_card(unit, standing(OF, CampaignState.RUNNING, began_at=NOW), policy(), NOW, Progress())
    assert (card.kind, card.target, card.key) == (EffectKind.SLACK_POST, "#approvals", "ap_one:card")
