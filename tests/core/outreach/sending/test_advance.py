"""A campaign that was approved goes on by itself, at its rate, once to each, until somebody says otherwise."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import update

from connectors.sql.store import SqlStore
from connectors.sql.tables import campaign_recipients
from core.errors import HandrailError, TransientError, UnknownOutcome
from core.execute.remedy import remedied
from core.model.campaign import CampaignState
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.ids import ApprovalId
from core.model.outbound import EffectKind
from core.outreach.sending.steer import paused, resumed, stopped
from core.ports.outreach import Grant
from tests.core.campaigns import asked, campaign, line, person
from tests.core.house import House
from tests.core.outreach.carrying import (
    Bucket,
    CountingThrottle,
    campaigner,
    progress,
    sent_to,
    standing,
    state,
    under_way,
)

ONE = ApprovalId("ap_one")


def test_each_recipient_gets_it_once_and_then_it_is_done(house: House) -> None:
    phones = under_way(house, 60)
    assert campaigner(house).advance() is False
    assert sorted(sent_to(house)) == sorted(phones)
    assert state(house) is CampaignState.DONE
    campaigner(house).advance()
    assert len(sent_to(house)) == 60


def test_the_rate_of_the_sender_is_kept(house: House) -> None:
    under_way(house, 50)
    work = campaigner(house, Bucket(house), rates={Channel.SMS: 4.0})
    assert work.advance(10) is True
    assert 35 <= len(sent_to(house)) <= 41
    times = [message.at.timestamp() for message in house.messenger.sent]
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 5


def test_without_anybody_who_counts_nothing_leaves(house: House) -> None:
    under_way(house, 3)
    throttle = CountingThrottle(away=True)
    assert campaigner(house, throttle).advance(5) is True
    assert sent_to(house) == []
    throttle.away = False
    campaigner(house, throttle).advance(5)
    assert len(sent_to(house)) == 3


def test_only_a_few_seconds_worth_stand_in_the_outbox(house: House) -> None:
    under_way(house, 100)
    campaigner(house, CountingThrottle(away=True), rates={Channel.SMS: 5.0}).advance(5)
    assert progress(house).recipients == {"pending": 15, "planned": 85}


def test_a_pause_lets_nothing_more_leave_and_a_resume_the_rest(house: House) -> None:
    under_way(house, 40)
    work = campaigner(house, Bucket(house), rates={Channel.SMS: 4.0})
    work.advance(3)
    before = len(sent_to(house))
    with house.store.begin() as unit:
        assert paused(unit, ONE, "priya@larkfield.example", "wrong region?", house.clock())
    work.advance(5)
    assert 0 < len(sent_to(house)) == before < 40
    assert standing(house).reason == "wrong region?"
    with house.store.begin() as unit:
        assert resumed(unit, ONE, "priya@larkfield.example", house.clock())
    campaigner(house).advance(30)
    assert len(sent_to(house)) == len(set(sent_to(house))) == 40


def test_what_was_stopped_never_leaves(house: House) -> None:
    under_way(house, 40)
    campaigner(house, Bucket(house), rates={Channel.SMS: 4.0}).advance(3)
    before = len(sent_to(house))
    with house.store.begin() as unit:
        assert stopped(unit, ONE, "priya@larkfield.example", "", house.clock())
        assert resumed(unit, ONE, "priya@larkfield.example", house.clock()) is None
    campaigner(house).advance(30)
    assert len(sent_to(house)) == before
    assert progress(house).recipients == {"sent": before, "stopped": 40 - before - _refused(house), **_row(house)}


def _refused(house: House) -> int:
    return progress(house).recipients.get("refused", 0)


def _row(house: House) -> dict[str, int]:
    return {"refused": _refused(house)} if _refused(house) else {}


def test_all_sending_that_is_paused_pauses_campaigns_too(house: House) -> None:
    from core.govern.pause import pause, resume

    under_way(house, 10)
    with house.store.begin() as unit:
        pause(unit, "priya", "fire", house.clock())
    campaigner(house).advance(5)
    assert (sent_to(house), progress(house).recipients) == ([], {"planned": 10})
    with house.store.begin() as unit:
        resume(unit, "priya", house.clock())
    campaigner(house).advance(5)
    assert len(sent_to(house)) == 10


def test_a_message_that_the_vendor_would_not_take_now_is_tried_again_by_the_lane(house: House) -> None:
    under_way(house, 3)
    house.messenger.fail(TransientError("busy", retry_after=timedelta(seconds=2)))
    campaigner(house).advance(10)
    assert len(set(sent_to(house))) == len(sent_to(house))
    house.wait(seconds=5)
    campaigner(house).advance(10)
    assert len(set(sent_to(house))) == 3
    hinted = {effect_id for effect_id, _ in house.publisher.effects}
    with house.store.read() as unit:
        kinds = {row.effect.kind for name in hinted if (row := unit.outbox.get(name)) is not None}
    assert EffectKind.MESSAGE not in kinds


def test_an_unknown_outcome_is_asked_about_and_sent_once(house: House) -> None:
    under_way(house, 2)
    house.messenger.fail(UnknownOutcome("no answer"), after_doing=True)
    campaigner(house).advance(10)
    for _ in range(6):
        house.wait(seconds=20)
        campaigner(house).advance(10)
    assert len(sent_to(house)) == 2
    assert state(house) is CampaignState.DONE


def test_a_fault_of_ours_parks_one_message_and_stops_no_other(house: House) -> None:
    under_way(house, 3)
    house.messenger.fail(cast("HandrailError", ValueError("a bug")))
    campaigner(house).advance(10)
    for _ in range(6):
        house.wait(seconds=20)
        campaigner(house).advance(10)
    assert len(sent_to(house)) == 2
    assert progress(house).recipients == {"sent": 2, "parked": 1}


def test_who_is_asleep_when_their_turn_comes_waits_in_the_manifest_for_the_morning(house: House) -> None:
    under_way(house, 30, time_zone="Europe/London")
    campaigner(house, Bucket(house), rates={Channel.SMS: 2.0}).advance(2)
    before = len(sent_to(house))
    house.wait(hours=12)
    campaigner(house).advance(10)
    assert len(sent_to(house)) == before
    assert progress(house).recipients["planned"] >= 30 - before - 8
    house.wait(hours=12)
    campaigner(house).advance(30)
    assert len(sent_to(house)) == len(set(sent_to(house))) == 30


def test_a_line_that_is_not_what_was_approved_stops_the_campaign(house: House) -> None:
    under_way(house, 5)
    with house.store.begin() as unit:
        other = update(campaign_recipients).where(campaign_recipients.c.ordinal == 3)
        unit.connection.execute(other.values(address="+447700999999"))
    campaigner(house).advance(5)
    assert state(house) is CampaignState.STOPPED
    assert "line 3" in standing(house).reason
    assert "+447700999999" not in sent_to(house)


def test_a_rule_that_the_policy_took_back_stops_its_campaign_once_with_the_reason(house: House) -> None:
    house.policy = replace(house.policy, standing=house.policy.standing | {"play:outage"})
    under_way(house, 30, rule="play:outage")
    campaigner(house, Bucket(house), rates={Channel.SMS: 4.0}).advance(2)
    left = len(sent_to(house))
    assert 0 < left < 30
    house.policy = replace(house.policy, standing=house.policy.standing - {"play:outage"})
    campaigner(house).advance(5)
    assert (len(sent_to(house)), state(house)) == (left, CampaignState.STOPPED)
    assert standing(house).reason == "the policy gives no standing approval to 'play:outage'"
    with house.store.read() as unit:
        records = unit.ledger.records(0, 1000)
    refused = [json.loads(each.facts) for each in records if each.kind == "effect"]
    assert [facts for facts in refused if facts["state"] == "refused"] == []
    assert [each.kind for each in records].count("campaign_stopped") == 1
    cards = [house.row(name).effect.payload for name, _ in house.publisher.effects]
    assert any("no standing approval" in str(card) for card in cards)


def test_a_card_that_nobody_answered_expires(house: House) -> None:
    of = campaign()
    with house.store.begin() as unit:
        unit.customers.save(person(1))
        asked(unit, of, [line(of)])
    campaigner(house).advance(1)
    assert state(house) is CampaignState.PENDING
    house.wait(hours=2)
    campaigner(house).advance(1)
    assert (state(house), sent_to(house)) == (CampaignState.EXPIRED, [])


def test_what_has_not_left_when_the_time_has_passed_never_does(house: House) -> None:
    under_way(house, 5)
    house.wait(hours=27)
    campaigner(house).advance(5)
    assert (state(house), sent_to(house)) == (CampaignState.DONE, [])
    assert standing(house).reason == "its time has passed"
    assert progress(house).recipients == {"stopped": 5}


def test_progress_is_shown_every_few_seconds_while_it_moves(house: House) -> None:
    under_way(house, 60)
    with house.store.begin() as unit:
        unit.campaigns.posted(ONE, "C1", "1.1")
    campaigner(house, Bucket(house), rates={Channel.SMS: 4.0}).advance(10)
    shown = [at for _, at in house.publisher.effects]
    assert 3 <= len(shown) <= 5


def test_a_pause_from_elsewhere_is_on_the_card_though_nothing_moves(house: House) -> None:
    under_way(house, 3)
    with house.store.begin() as unit:
        unit.campaigns.posted(ONE, "C1", "1.1")
    work = campaigner(house, CountingThrottle(away=True))
    work.advance(5)
    before = len(house.publisher.effects)
    house.wait(seconds=10)
    work.advance(5)
    assert len(house.publisher.effects) == before
    with house.store.begin() as unit:
        assert paused(unit, ONE, "priya@larkfield.example", "wrong region?", house.clock())
    house.wait(seconds=10)
    work.advance(5)
    ((shown, _),) = house.publisher.effects[before:]
    assert "wrong region?" in str(house.row(shown).effect.payload)


@pytest.mark.parametrize("over", [True, False])
def test_what_failed_is_tried_once_more_only_while_the_campaign_is_under_way(house: House, over: bool) -> None:
    under_way(house, 2)
    campaigner(house, Bucket(house), rates={Channel.SMS: 4.0}).advance(0.2)
    with house.store.begin() as unit:
        left = unit.outbox.by_ref("SM0001")
        assert left is not None
        if over:
            assert stopped(unit, ONE, "priya@larkfield.example", "", house.clock())
        more = remedied(unit, left.effect, "30008", house.policy, house.clock())
    assert [each.kind for each in more] == ([] if over else [EffectKind.MESSAGE])


def failed(house: House, ref: str, code: str = "30003") -> None:
    house.happens(
        house.event(EventKind.MESSAGE_STATUS, ref, f"{ref}:{code}", payload={"status": "undelivered", "error": code})
    )
    house.drain()


def test_what_failed_after_the_last_message_had_left_is_tried_once_more(house: House) -> None:
    phones = under_way(house, 2)
    campaigner(house).advance(5)
    assert state(house) is CampaignState.DONE
    failed(house, "SM0002")
    assert (state(house), standing(house).ended_at) == (CampaignState.RUNNING, None)
    house.wait(minutes=31)
    campaigner(house).advance(5)
    assert sorted(sent_to(house)) == sorted([*phones, sent_to(house)[1]])
    assert state(house) is CampaignState.DONE
    failed(house, "SM0003")
    assert state(house) is CampaignState.DONE  # once, and no more


def test_nobody_gets_a_second_try_when_its_time_would_have_passed(house: House) -> None:
    under_way(house, 1)
    campaigner(house).advance(5)
    house.wait(hours=25, minutes=55)  # of 26
    failed(house, "SM0001")
    assert state(house) is CampaignState.DONE


def test_nobody_gets_a_second_try_of_what_is_over(house: House) -> None:
    under_way(house, 1)
    plays = dict(house.policy.outreach.plays)
    plays["outage_over"] = replace(plays["outage"], match="told", after="outage", ends=True)
    house.policy = replace(house.policy, outreach=replace(house.policy.outreach, plays=plays))
    campaigner(house).advance(5)
    house.wait(minutes=1)
    with house.store.begin() as unit:
        over = campaign(id=ApprovalId("ap_over"), play="outage_over", created_at=house.clock())
        asked(unit, over, [line(over)])
        row = unit.outbox.by_ref("SM0001")
        assert row is not None
        assert remedied(unit, row.effect, "30003", house.policy, house.clock()) == []
    assert state(house) is CampaignState.DONE


def test_two_that_work_at_once_send_nothing_twice(house: House, store: SqlStore) -> None:
    phones = under_way(house, 40)
    works = [replace(campaigner(house), sleep=lambda seconds: None) for _ in range(3)]
    threads = [threading.Thread(target=work.advance) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(sent_to(house)) == sorted(phones)


@pytest.mark.parametrize("granted", [0, 1, 7])
def test_never_more_than_was_granted_leaves(house: House, granted: int) -> None:
    class Once:
        left = granted

        def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
            given = min(wanted, self.left)
            self.left -= given
            return Grant(granted=given)

    under_way(house, 20)
    campaigner(house, Once()).advance(3)  # type: ignore[arg-type]
    assert len(sent_to(house)) == granted
