"""A campaign that was approved goes on by itself, at its rate, once to each, until somebody says otherwise."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select, update

from connectors.sql.store import SqlStore
from connectors.sql.tables import campaign_recipients, outbox
from core.errors import HandrailError, TransientError, UnknownOutcome
from core.execute.remedy import remedy_failure
from core.model.campaign import CampaignState
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.event_payloads import MessageStatus
from core.model.ids import ApprovalId
from core.model.outbound import EffectKind
from core.outreach.sending.steer import pause_campaign, resume_campaign, stop_campaign
from core.ports.outreach import Grant
from core.sweep import sweep
from tests.core.campaigns import asked, campaign, line, person
from tests.core.container import Container
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


def test_each_recipient_gets_it_once_and_then_it_is_done(container: Container) -> None:
    phones = under_way(container, 60)
    assert campaigner(container).advance() is False
    assert sorted(sent_to(container)) == sorted(phones)
    assert state(container) is CampaignState.DONE
    campaigner(container).advance()
    assert len(sent_to(container)) == 60


def test_the_rate_of_the_sender_is_kept(container: Container) -> None:
    under_way(container, 50)
    work = campaigner(container, Bucket(container), rates={Channel.SMS: 4.0})
    assert work.advance(10) is True
    assert 35 <= len(sent_to(container)) <= 41
    with container.store.begin() as unit:
        # When each was let go; the test's clock may run on before the thread that sends it has done so.
        claimed = unit.connection.execute(select(outbox.c.claimed_at).where(outbox.c.claimed_at.is_not(None)))
        times = [at.timestamp() for (at,) in claimed]
    assert len(times) >= len(sent_to(container))
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 5


def test_without_anybody_who_counts_nothing_leaves(container: Container) -> None:
    under_way(container, 3)
    throttle = CountingThrottle(away=True)
    assert campaigner(container, throttle).advance(5) is True
    assert sent_to(container) == []
    throttle.away = False
    campaigner(container, throttle).advance(5)
    assert len(sent_to(container)) == 3


def test_only_a_few_seconds_worth_stand_in_the_outbox(container: Container) -> None:
    under_way(container, 100)
    campaigner(container, CountingThrottle(away=True), rates={Channel.SMS: 5.0}).advance(5)
    assert progress(container).recipients == {"pending": 15, "planned": 85}


def test_a_pause_lets_nothing_more_leave_and_a_resume_the_rest(container: Container) -> None:
    under_way(container, 40)
    work = campaigner(container, Bucket(container), rates={Channel.SMS: 4.0})
    work.advance(3)
    before = len(sent_to(container))
    with container.store.begin() as unit:
        assert pause_campaign(unit, ONE, "priya@larkfield.example", "wrong region?", container.clock())
    work.advance(5)
    assert 0 < len(sent_to(container)) == before < 40
    assert standing(container).reason == "wrong region?"
    with container.store.begin() as unit:
        assert resume_campaign(unit, ONE, "priya@larkfield.example", container.clock())
    campaigner(container).advance(30)
    assert len(sent_to(container)) == len(set(sent_to(container))) == 40


def test_what_was_stopped_never_leaves(container: Container) -> None:
    under_way(container, 40)
    campaigner(container, Bucket(container), rates={Channel.SMS: 4.0}).advance(3)
    before = len(sent_to(container))
    with container.store.begin() as unit:
        assert stop_campaign(unit, ONE, "priya@larkfield.example", "", container.clock())
        assert resume_campaign(unit, ONE, "priya@larkfield.example", container.clock()) is None
    campaigner(container).advance(30)
    assert len(sent_to(container)) == before
    assert progress(container).recipients == {
        "sent": before,
        "stopped": 40 - before - _refused(container),
        **_row(container),
    }


def _refused(container: Container) -> int:
    return progress(container).recipients.get("refused", 0)


def _row(container: Container) -> dict[str, int]:
    return {"refused": _refused(container)} if _refused(container) else {}


def test_all_sending_that_is_paused_pauses_campaigns_too(container: Container) -> None:
    from core.govern.pause import pause, resume

    under_way(container, 10)
    with container.store.begin() as unit:
        pause(unit, "priya", "fire", container.clock())
    campaigner(container).advance(5)
    assert (sent_to(container), progress(container).recipients) == ([], {"planned": 10})
    with container.store.begin() as unit:
        resume(unit, "priya", container.clock())
    campaigner(container).advance(5)
    assert len(sent_to(container)) == 10


def test_a_message_that_the_vendor_would_not_take_now_is_tried_again_by_the_lane(container: Container) -> None:
    under_way(container, 3)
    container.messenger.fail(TransientError("busy", retry_after=timedelta(seconds=2)))
    campaigner(container).advance(10)
    assert len(set(sent_to(container))) == len(sent_to(container))
    container.wait(seconds=5)
    campaigner(container).advance(10)
    assert len(set(sent_to(container))) == 3
    hinted = {effect_id for effect_id, _ in container.publisher.effects}
    with container.store.read() as unit:
        kinds = {row.effect.kind for name in hinted if (row := unit.outbox.get(name)) is not None}
    assert EffectKind.MESSAGE not in kinds


def test_an_unknown_outcome_is_asked_about_and_sent_once(container: Container) -> None:
    under_way(container, 2)
    container.messenger.fail(UnknownOutcome("no answer"), after_doing=True)
    campaigner(container).advance(10)
    for _ in range(6):
        container.wait(seconds=20)
        campaigner(container).advance(10)
    assert len(sent_to(container)) == 2
    assert state(container) is CampaignState.DONE


def test_a_fault_of_ours_parks_one_message_and_stops_no_other(container: Container) -> None:
    under_way(container, 3)
    container.messenger.fail(cast("HandrailError", ValueError("a bug")))
    campaigner(container).advance(10)
    for _ in range(6):
        container.wait(seconds=20)
        campaigner(container).advance(10)
    assert len(sent_to(container)) == 2
    assert progress(container).recipients == {"sent": 2, "parked": 1}


@pytest.mark.parametrize("payload", [{"v": 2, "channel": "sms", "text": "From tomorrow"}, {"body": "Hello"}, []])
def test_a_row_that_cannot_be_read_is_parked_and_stops_no_other(container: Container, payload: object) -> None:
    under_way(container, 3)
    throttle = CountingThrottle(away=True)
    campaigner(container, throttle).advance(5)
    throttle.away = False
    with container.store.begin() as unit:
        damaged = unit.campaigns.waiting(container.clock(), 3)[0].effect_id
        unit.connection.execute(update(outbox).where(outbox.c.id == damaged).values(payload=payload))
    campaigner(container, throttle).advance(10)
    assert len(sent_to(container)) == 2
    assert progress(container).recipients == {"sent": 2, "parked": 1}
    container.wait(minutes=10)
    sweep(container.store, container.publisher, container.clock())
    container.drain()
    (told,) = container.desk.posted_to("#alerts")
    assert "the stored effect cannot be read" in told


def test_who_is_asleep_when_their_turn_comes_waits_in_the_manifest_for_the_morning(container: Container) -> None:
    under_way(container, 30, time_zone="Europe/London")
    campaigner(container, Bucket(container), rates={Channel.SMS: 2.0}).advance(2)
    before = len(sent_to(container))
    container.wait(hours=12)
    campaigner(container).advance(10)
    assert len(sent_to(container)) == before
    assert progress(container).recipients["planned"] >= 30 - before - 8
    container.wait(hours=12)
    campaigner(container).advance(30)
    assert len(sent_to(container)) == len(set(sent_to(container))) == 30


def test_a_line_that_is_not_what_was_approved_stops_the_campaign(container: Container) -> None:
    under_way(container, 5)
    with container.store.begin() as unit:
        other = update(campaign_recipients).where(campaign_recipients.c.ordinal == 3)
        unit.connection.execute(other.values(address="+447700999999", address_sealed="+447700999999"))
    campaigner(container).advance(5)
    assert state(container) is CampaignState.STOPPED
    assert "line 3" in standing(container).reason
    assert "+447700999999" not in sent_to(container)


def test_a_rule_that_the_policy_took_back_stops_its_campaign_once_with_the_reason(container: Container) -> None:
    container.policy = replace(container.policy, standing=container.policy.standing | {"play:outage"})
    under_way(container, 30, rule="play:outage")
    campaigner(container, Bucket(container), rates={Channel.SMS: 4.0}).advance(2)
    left = len(sent_to(container))
    assert 0 < left < 30
    container.policy = replace(container.policy, standing=container.policy.standing - {"play:outage"})
    campaigner(container).advance(5)
    assert (len(sent_to(container)), state(container)) == (left, CampaignState.STOPPED)
    assert standing(container).reason == "the policy gives no standing approval to 'play:outage'"
    with container.store.read() as unit:
        records = unit.ledger.records(0, 1000)
    refused = [json.loads(each.facts) for each in records if each.kind == "effect"]
    assert [facts for facts in refused if facts["state"] == "refused"] == []
    assert [each.kind for each in records].count("campaign_stopped") == 1
    cards = [container.row(name).effect.payload for name, _ in container.publisher.effects]
    assert any("no standing approval" in str(card) for card in cards)


def test_a_card_that_nobody_answered_expires(container: Container) -> None:
    of = campaign()
    with container.store.begin() as unit:
        unit.customers.save(person(1))
        asked(unit, of, [line(of)])
    campaigner(container).advance(1)
    assert state(container) is CampaignState.PENDING
    container.wait(hours=2)
    campaigner(container).advance(1)
    assert (state(container), sent_to(container)) == (CampaignState.EXPIRED, [])


def test_what_has_not_left_when_the_time_has_passed_never_does(container: Container) -> None:
    under_way(container, 5)
    container.wait(hours=27)
    campaigner(container).advance(5)
    assert (state(container), sent_to(container)) == (CampaignState.DONE, [])
    assert standing(container).reason == "its time has passed"
    assert progress(container).recipients == {"stopped": 5}


def test_progress_is_shown_every_few_seconds_while_it_moves(container: Container) -> None:
    under_way(container, 60)
    with container.store.begin() as unit:
        unit.campaigns.note_post(ONE, "C1", "1.1")
    campaigner(container, Bucket(container), rates={Channel.SMS: 4.0}).advance(10)
    shown = [at for _, at in container.publisher.effects]
    assert 3 <= len(shown) <= 5


def test_a_pause_from_elsewhere_is_on_the_card_though_nothing_moves(container: Container) -> None:
    under_way(container, 3)
    with container.store.begin() as unit:
        unit.campaigns.note_post(ONE, "C1", "1.1")
    work = campaigner(container, CountingThrottle(away=True))
    work.advance(5)
    before = len(container.publisher.effects)
    container.wait(seconds=10)
    work.advance(5)
    assert len(container.publisher.effects) == before
    with container.store.begin() as unit:
        assert pause_campaign(unit, ONE, "priya@larkfield.example", "wrong region?", container.clock())
    container.wait(seconds=10)
    work.advance(5)
    ((shown, _),) = container.publisher.effects[before:]
    assert "wrong region?" in str(container.row(shown).effect.payload)


@pytest.mark.parametrize("over", [True, False])
def test_what_failed_is_tried_once_more_only_while_the_campaign_is_under_way(container: Container, over: bool) -> None:
    under_way(container, 2)
    campaigner(container, Bucket(container), rates={Channel.SMS: 4.0}).advance(0.2)
    with container.store.begin() as unit:
        left = unit.outbox.by_ref("SM0001")
        assert left is not None
        if over:
            assert stop_campaign(unit, ONE, "priya@larkfield.example", "", container.clock())
        more = remedy_failure(unit, left.effect, "30008", container.policy, container.clock())
    assert [each.kind for each in more] == ([] if over else [EffectKind.MESSAGE])


def failed(container: Container, ref: str, code: str = "30003") -> None:
    container.happens(
        container.event(
            EventKind.MESSAGE_STATUS, ref, f"{ref}:{code}", payload=MessageStatus(status="undelivered", error=code)
        )
    )
    container.drain()


def test_what_failed_after_the_last_message_had_left_is_tried_once_more(container: Container) -> None:
    phones = under_way(container, 2)
    campaigner(container).advance(5)
    assert state(container) is CampaignState.DONE
    failed(container, "SM0002")
    assert (state(container), standing(container).ended_at) == (CampaignState.RUNNING, None)
    container.wait(minutes=31)
    campaigner(container).advance(5)
    assert sorted(sent_to(container)) == sorted([*phones, sent_to(container)[1]])
    assert state(container) is CampaignState.DONE
    failed(container, "SM0003")
    assert state(container) is CampaignState.DONE  # once, and no more


def test_nobody_gets_a_second_try_when_its_time_would_have_passed(container: Container) -> None:
    under_way(container, 1)
    campaigner(container).advance(5)
    container.wait(hours=25, minutes=55)  # of 26
    failed(container, "SM0001")
    assert state(container) is CampaignState.DONE


def test_nobody_gets_a_second_try_of_what_is_over(container: Container) -> None:
    under_way(container, 1)
    plays = dict(container.policy.outreach.plays)
    plays["outage_over"] = replace(plays["outage"], match="told", after="outage", ends=True)
    container.policy = replace(container.policy, outreach=replace(container.policy.outreach, plays=plays))
    campaigner(container).advance(5)
    container.wait(minutes=1)
    with container.store.begin() as unit:
        over = campaign(id=ApprovalId("ap_over"), play="outage_over", created_at=container.clock())
        asked(unit, over, [line(over)])
        row = unit.outbox.by_ref("SM0001")
        assert row is not None
        assert remedy_failure(unit, row.effect, "30003", container.policy, container.clock()) == []
    assert state(container) is CampaignState.DONE


def test_two_that_work_at_once_send_nothing_twice(container: Container, store: SqlStore) -> None:
    phones = under_way(container, 40)
    works = [replace(campaigner(container), sleep=lambda seconds: None) for _ in range(3)]
    threads = [threading.Thread(target=work.advance) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(sent_to(container)) == sorted(phones)


@pytest.mark.parametrize("granted", [0, 1, 7])
def test_never_more_than_was_granted_leaves(container: Container, granted: int) -> None:
    class Once:
        left = granted

        def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
            given = min(wanted, self.left)
            self.left -= given
            return Grant(granted=given)

    under_way(container, 20)
    campaigner(container, Once()).advance(3)  # type: ignore[arg-type]
    assert len(sent_to(container)) == granted
