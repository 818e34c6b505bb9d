"""Campaigns, their manifests and what waits under them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from connectors.sql.store import SqlStore
from core.model.arm import Arm
from core.model.campaign import ENDED, CampaignState, RecipientState, message_to
from core.model.customer import Channel
from core.model.ids import ApprovalId, CustomerId, EffectId
from core.model.outbound import EffectState
from core.ports import Unit
from core.ports.outreach import QueuedMessage
from core.profile.merge import merge, unmerge
from tests.connectors.sql.campaign_samples import OUTAGE, campaign, line, planned, pumped, standing, variant, vote
from tests.connectors.sql.samples import MINUTE, NOW, SECOND, customer, effect

LATER = NOW + timedelta(hours=1)


def test_a_campaign_comes_back_as_it_was_with_the_same_digest(store: SqlStore) -> None:
    made = standing(facts={"freezing": {"size": 3}}, frozen_to="cu_3", began_at=NOW, reason="why")
    with store.begin() as unit:
        assert unit.campaigns.add(made)
        assert not unit.campaigns.add(made)
    with store.read() as unit:
        found = unit.campaigns.get(OUTAGE)
        assert unit.campaigns.get(ApprovalId("ap_other")) is None
    assert found is not None
    assert found == made
    assert found.campaign.digest == made.campaign.digest


def test_of_two_who_save_the_same_reading_one_is_told_no(store: SqlStore) -> None:
    planned(store)
    with store.begin() as unit:
        read = unit.campaigns.get(OUTAGE)
        assert read is not None
        first = unit.campaigns.save(replace(read, state=CampaignState.PAUSED, reason="filtered"))
        second = unit.campaigns.save(replace(read, state=CampaignState.STOPPED))
        assert (first.version if first else 0, second) == (2, None)
        assert unit.campaigns.get(OUTAGE) == first


def test_saving_an_older_reading_does_not_take_back_where_its_card_stands(store: SqlStore) -> None:
    read = planned(store)
    with store.begin() as unit:
        unit.campaigns.note_post(OUTAGE, "C1", "17.1")
        unit.campaigns.note_shown(OUTAGE, LATER)
        saved = unit.campaigns.save(replace(read, reason="new"))
    assert saved is not None
    assert (saved.slack_channel, saved.slack_ts, saved.shown_at, saved.reason) == ("C1", "17.1", LATER, "new")


def test_one_worker_at_a_time_freezes_and_a_dead_one_is_replaced(store: SqlStore) -> None:
    planned(store)
    with store.begin() as unit:
        assert unit.campaigns.claim(OUTAGE, NOW, MINUTE)
        assert not unit.campaigns.claim(OUTAGE, NOW + 59 * SECOND, MINUTE)
        assert unit.campaigns.claim(OUTAGE, NOW + MINUTE, MINUTE)
        unit.campaigns.release(OUTAGE)
        assert unit.campaigns.claim(OUTAGE, NOW + MINUTE, MINUTE)
        assert not unit.campaigns.claim(ApprovalId("ap_other"), NOW, MINUTE)


def test_campaigns_are_found_by_state_oldest_first_and_by_matter_and_play_newest_first(store: SqlStore) -> None:
    with store.begin() as unit:
        for number, (matter, play) in enumerate([("a", "outage"), ("a", "all_clear"), ("b", "outage")]):
            made = campaign(f"ap_{number}", matter=matter, play=play, created_at=NOW + number * MINUTE)
            unit.campaigns.add(standing(campaign=made, state=list(CampaignState)[number]))
    with store.read() as unit:
        table = unit.campaigns

        def ids(*states: CampaignState) -> list[str]:
            return [each.campaign.id for each in table.in_state(*states)]

        assert ids(CampaignState.HELD, CampaignState.PREPARING) == ["ap_0", "ap_2"]
        assert ids(CampaignState.DONE) == []
        assert [s.campaign.id for s in table.recent(2)] == ["ap_2", "ap_1"]
        assert [s.campaign.id for s in table.recent(9, matter="a")] == ["ap_1", "ap_0"]
        assert [s.campaign.id for s in table.recent(9, matter="a", play="outage")] == ["ap_0"]
        assert [s.campaign.id for s in table.recent(9, play="outage")] == ["ap_2", "ap_0"]


def test_lines_come_back_as_they_were_in_their_order(store: SqlStore) -> None:
    lines = [line(n, arm=Arm.HOLDOUT if n == 2 else Arm.TREATED) for n in (3, 1, 2)]
    planned(store, *lines)
    with store.read() as unit:
        assert unit.campaigns.lines(OUTAGE, 0, 2) == [lines[1], lines[2]]
        assert unit.campaigns.lines(OUTAGE, 2, 2) == [lines[0]]
        assert unit.campaigns.line(OUTAGE, lines[0].address) == lines[0]
        assert unit.campaigns.line(OUTAGE, "+44") is None
        among = [lines[0].address, "+1"]
        assert unit.campaigns.addresses(OUTAGE, among) == {lines[0].address}


@pytest.mark.parametrize("same", ["address", "customer_id"])
def test_an_address_and_a_person_stand_in_a_manifest_once(store: SqlStore, same: str) -> None:
    planned(store, line(1))
    twice = line(2, **{same: getattr(line(1), same)})
    with pytest.raises(ValueError, match="manifest already"), store.begin() as unit:
        unit.campaigns.put([twice])
    with store.begin() as unit:
        unit.campaigns.add(standing(campaign=campaign("ap_other")))
        unit.campaigns.put([replace(twice, campaign_id=ApprovalId("ap_other"))])


def test_a_manifest_is_taken_away_in_portions(store: SqlStore) -> None:
    planned(store, *(line(n) for n in range(1, 6)))
    with store.begin() as unit:
        assert [unit.campaigns.clear(OUTAGE, 2) for _ in range(4)] == [2, 2, 1, 0]
        unit.campaigns.put([line(1)])


def test_due_are_the_planned_ones_of_the_treated_in_the_order_of_their_hours(store: SqlStore) -> None:
    planned(
        store,
        line(1, opens_at=LATER),
        line(2, opens_at=NOW),
        line(3, opens_at=NOW - MINUTE),
        line(4, opens_at=NOW, arm=Arm.HOLDOUT),
        line(5, opens_at=NOW, state=RecipientState.STOPPED),
    )
    with store.begin() as unit:
        assert [each.ordinal for each in unit.campaigns.due(OUTAGE, NOW, 9)] == [3, 2]
        assert [each.ordinal for each in unit.campaigns.due(OUTAGE, NOW, 1)] == [3]
        unit.campaigns.mark_queued(OUTAGE, {2: EffectId("fx_2"), 3: EffectId("fx_3"), 5: EffectId("fx_5")})
        assert unit.campaigns.due(OUTAGE, NOW, 9) == []
        after = unit.campaigns.lines(OUTAGE, 0, 9)
        assert [each.effect_id for each in after] == [None, "fx_2", "fx_3", None, None]
        assert after[4].state is RecipientState.STOPPED


def test_what_is_due_is_read_in_the_order_of_the_index_however_many_share_an_hour(store: SqlStore) -> None:
    planned(store, line(1))
    asked: list[tuple[str, Any]] = []
    with store.read() as unit:
        if unit.connection.dialect.name != "sqlite":
            pytest.skip("the plan is read as SQLite tells it")
        event.listen(unit.connection, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        unit.campaigns.due(OUTAGE, NOW, 9)
        ((statement, values),) = asked
        plan = [row.detail for row in unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert len(plan) == 1, plan
    assert "USING INDEX" in plan[0]


def test_several_people_are_found_by_the_index_and_not_by_reading_all(store: SqlStore) -> None:
    planned(store, line(1))
    asked: list[tuple[str, Any]] = []
    with store.read() as unit:
        if unit.connection.dialect.name != "sqlite":
            pytest.skip("the plan is read as SQLite tells it")
        event.listen(unit.connection, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        unit.campaigns.people(OUTAGE, [CustomerId("cu_1"), CustomerId("cu_2")])
        ((statement, values),) = asked
        plan = [row.detail for row in unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [each for each in plan if each.startswith("SEARCH customers")], plan
    assert not [each for each in plan if each.startswith("SCAN customers")], plan


def test_stopping_ends_what_is_planned_and_refuses_what_waits_but_not_what_has_left(store: SqlStore) -> None:
    made = planned(store, *(line(n) for n in range(1, 5)), line(5, arm=Arm.HOLDOUT))
    first, second, third = pumped(store, made, 1, 2, 3)
    with store.begin() as unit:
        unit.outbox.claim(first, NOW)
        unit.outbox.mark(first, EffectState.SENT, NOW)
        unit.outbox.mark(second, EffectState.HELD, NOW, retry_at=LATER)
        assert unit.campaigns.save(replace(made, state=CampaignState.STOPPED))
        assert unit.campaigns.stop(OUTAGE, "enough of it", NOW) == 2
        assert unit.campaigns.stop(OUTAGE, "enough of it", NOW) == 0
    with store.read() as unit:
        rows = [unit.outbox.get(each) for each in (first, second, third)]
        assert [(row.state, row.error) for row in rows if row] == [
            (EffectState.SENT, None),
            (EffectState.REFUSED, "enough of it"),
            (EffectState.REFUSED, "enough of it"),
        ]
        assert unit.campaigns.progress(OUTAGE).recipients == {"sent": 1, "refused": 2, "stopped": 1}


@pytest.mark.parametrize("over", sorted(ENDED))
def test_under_a_campaign_that_is_over_nothing_is_still_to_come(store: SqlStore, over: CampaignState) -> None:
    made = planned(store, *(line(n) for n in range(1, 5)))
    sent, *_ = pumped(store, made, 1, 2)
    with store.begin() as unit:
        unit.outbox.mark(sent, EffectState.SENT, NOW)
        assert unit.campaigns.save(replace(made, state=over))
        assert unit.campaigns.progress(OUTAGE).recipients == {"sent": 1, "refused": 1, "stopped": 2}
        assert waiting(unit, LATER, 9) == []


def test_progress_counts_each_recipient_where_they_are(store: SqlStore) -> None:
    made = planned(store, *(line(n) for n in range(1, 8)), line(8, arm=Arm.HOLDOUT))
    rows = pumped(store, made, 1, 2, 3, 4, 5, 6)
    with store.begin() as unit:
        for each in rows[:4]:
            unit.outbox.mark(each, EffectState.SENT, NOW)
        unit.outbox.set_delivery(rows[0], "delivered", None)
        unit.outbox.set_delivery(rows[1], "failed", "30003")
        unit.outbox.set_delivery(rows[2], "undelivered", "30007")
        unit.outbox.mark(rows[4], EffectState.REFUSED, NOW, error="no consent")
    with store.read() as unit:
        found = unit.campaigns.progress(OUTAGE)
    assert found.recipients == {"planned": 1, "sent": 4, "refused": 1, "pending": 1}
    assert found.deliveries == {"delivered": 1, "failed": 1, "undelivered": 1, "sent": 1}
    assert found.errors == {"30003": 1, "30007": 1, "no consent": 1}


def test_who_is_written_to_once_more_counts_once_as_what_became_of_the_second(store: SqlStore) -> None:
    made = planned(store, line(1), line(2))
    first, _ = pumped(store, made, 1, 2)
    with store.begin() as unit:
        unit.outbox.mark(first, EffectState.SENT, NOW)
        unit.outbox.set_delivery(first, "failed", "30003")
        row = unit.outbox.get(first)
        assert row is not None
        assert row.effect.message is not None
        said = replace(row.effect.message, again_of="x")
        again = replace(row.effect, key=f"{row.effect.key}:again", payload=said)
        unit.outbox.add(again)
    with store.begin() as unit:
        found = unit.campaigns.progress(OUTAGE)
        assert (found.recipients, found.deliveries, found.errors) == ({"pending": 2}, {}, {})
        unit.outbox.mark(again.id, EffectState.SENT, NOW)
        unit.outbox.set_delivery(again.id, "delivered", None)
        found = unit.campaigns.progress(OUTAGE)
    assert (found.recipients, found.deliveries, found.errors) == ({"sent": 1, "pending": 1}, {"delivered": 1}, {})


def waiting(unit: Unit, now: datetime, limit: int) -> list[EffectId]:
    return [message.effect_id for message in unit.campaigns.waiting(now, limit)]


def test_what_waits_says_to_whom_and_by_which_channel(store: SqlStore) -> None:
    made = planned(store, line(1))
    (first,) = pumped(store, made, 1)
    with store.read() as unit:
        (found,) = unit.campaigns.waiting(NOW, 9)
    assert found == QueuedMessage(effect_id=first, campaign_id=OUTAGE, channel=Channel.SMS, address=line(1).address)


def test_what_waits_under_a_running_campaign_has_a_way_of_its_own(store: SqlStore) -> None:
    made = planned(store, *(line(n) for n in range(1, 4)))
    rows = pumped(store, made, 1, 2, 3)
    with store.begin() as unit:
        unit.outbox.add(effect(created_at=NOW))
        unit.outbox.mark(rows[1], EffectState.HELD, NOW, retry_at=LATER)
        unit.outbox.mark(rows[2], EffectState.SENT, NOW)
        assert waiting(unit, NOW, 9) == [rows[0]]
        assert waiting(unit, LATER, 9) == rows[:2]
        assert waiting(unit, LATER, 1) == rows[:1]
        assert unit.outbox.due(LATER, 9) == [effect().id]


def test_a_paused_campaign_sends_nothing_more_and_still_asks_about_what_left(store: SqlStore) -> None:
    made = planned(store, *(line(n) for n in range(1, 5)))
    tried, lapsed, unknown, fresh = pumped(store, made, 1, 2, 3, 4)
    with store.begin() as unit:
        for each in (lapsed, unknown):
            assert unit.outbox.claim(each, NOW)
        assert unit.outbox.claim(fresh, LATER)
        unit.outbox.mark(unknown, EffectState.UNKNOWN, NOW, retry_at=NOW + MINUTE)
        unit.campaigns.save(replace(made, state=CampaignState.PAUSED))
        assert waiting(unit, LATER, 9) == [lapsed, unknown]
        assert tried not in waiting(unit, LATER, 9)
        assert unit.outbox.due(LATER, 9) == []


def test_what_went_to_somebody_is_found_newest_first(store: SqlStore) -> None:
    for number, name in enumerate(("ap_a", "ap_b", "ap_c")):
        made = planned(store, line(1, name), line(2, name, arm=Arm.HOLDOUT), campaign=campaign(name))
        if number < 2:
            with store.begin() as unit:
                sent = message_to(made.campaign, line(1, name), NOW + number * MINUTE)
                unit.outbox.add(sent)
                unit.campaigns.mark_queued(made.campaign.id, {1: sent.id})
    with store.begin() as unit:
        for name in ("1", "2", "3"):
            unit.customers.save(customer(name))

        def found(person: str, since: timedelta = MINUTE, limit: int = 9) -> list[str]:
            return [each.campaign_id for each in unit.campaigns.sent_to(CustomerId(person), limit, NOW - since)]

        assert found("cu_1") == ["ap_b", "ap_a"]
        assert found("cu_1", limit=1) == ["ap_b"]
        assert found("cu_1", since=-MINUTE) == ["ap_b"]
        assert (found("cu_2"), found("cu_3")) == ([], [])


def test_what_went_to_a_profile_is_the_persons_who_it_has_become_one_with(store: SqlStore) -> None:
    made = planned(store, line(1, customer_id=CustomerId("cu_dana")))
    pumped(store, made, 1)
    with store.begin() as unit:
        for name in ("dana", "eve", "fay"):
            unit.customers.save(customer(name))
        inner = merge(unit, CustomerId("cu_eve"), CustomerId("cu_dana"), "Priya", "same", NOW)
        outer = merge(unit, CustomerId("cu_fay"), CustomerId("cu_eve"), "Priya", "same", NOW)
        assert [each.ordinal for each in unit.campaigns.sent_to(CustomerId("cu_fay"), 9, NOW)] == [1]
        unmerge(unit, outer.id, "Priya", NOW)
        unmerge(unit, inner.id, "Priya", NOW)
        assert unit.campaigns.sent_to(CustomerId("cu_fay"), 9, NOW) == []
        assert unit.campaigns.sent_to(CustomerId("cu_eve"), 9, NOW) == []


def test_a_person_votes_once_on_what_was_shown(store: SqlStore) -> None:
    planned(store)
    ben = vote("ben@larkfield.example", yes=False, reason="not now")
    with store.begin() as unit:
        assert unit.campaigns.vote(vote())
        assert not unit.campaigns.vote(vote(yes=False))
        assert unit.campaigns.vote(ben)
        assert unit.campaigns.vote(vote(digest="e"))
        assert unit.campaigns.votes(OUTAGE) == [vote(), ben, vote(digest="e")]


def test_a_place_in_words_is_kept_with_braces_and_all(store: SqlStore) -> None:
    odd = variant(text="{minutes} {{not}} \u2014 100%")
    with store.begin() as unit:
        unit.campaigns.add(standing(campaign=campaign(variants=(odd,))))
        found = unit.campaigns.get(OUTAGE)
    assert found is not None
    assert found.campaign.variants == (odd,)
