"""A store that was put back from a backup: what was under way is looked up before it may leave."""

from datetime import timedelta

import pytest

from core.execute.deliver import LOOK_UPS
from core.execute.restored import LOOKED_UP, doubt
from core.govern.pause import RESTORE, current_pause, pause, resume
from core.model.campaign import CampaignState
from core.model.outbound import EffectKind, EffectState
from tests.core.container import Container
from tests.core.execute.delivering import LEASE, LOST, added, again, ticket_100
from tests.core.outreach.carrying import standing, under_way
from tests.core.samples import effect

APART = {EffectKind.CONTROL, EffectKind.FILES, EffectKind.ACTION}  # tests/faults/test_actions.py


@pytest.fixture(autouse=True)
def _ticket(container: Container) -> None:
    ticket_100(container)


def restored(container: Container, *, paused: bool = False) -> int:
    """The backup is of ten minutes ago; the number of effects in doubt."""
    with container.store.begin() as unit:
        count = doubt(unit, container.clock() - timedelta(minutes=10), container.clock())
        if not paused:
            resume(unit, "priya@larkfield.example", container.clock())
    return count


@pytest.mark.parametrize("kind", sorted(LOOKED_UP - APART))
def test_what_left_after_the_backup_is_found_and_leaves_no_second_time(container: Container, kind: EffectKind) -> None:
    one = effect(kind)
    container.delivery.senders.send(one)  # as the installation did that is gone
    done = len(container.messenger.sent), len(container.helpdesk.writes), len(container.desk.posts)
    effect_id = added(container, one)
    assert restored(container) == 1
    row = container.row(effect_id)
    assert (row.state, row.attempts) == (EffectState.UNKNOWN, 0)
    row = again(container, row, seconds=3)
    assert row.state is EffectState.SENT
    assert done == (len(container.messenger.sent), len(container.helpdesk.writes), len(container.desk.posts))


@pytest.mark.parametrize("kind", sorted(LOOKED_UP - APART))
def test_what_had_not_left_leaves_once(container: Container, kind: EffectKind) -> None:
    effect_id = added(container, effect(kind))
    restored(container)
    row = container.row(effect_id)
    for wait in (*LOOK_UPS, timedelta(seconds=3), timedelta(seconds=3)):
        row = again(container, row, seconds=wait.total_seconds())
    assert (row.state, row.attempts) == (EffectState.SENT, 1)
    assert len(container.messenger.sent) + len(container.helpdesk.writes) + len(container.desk.posts) == 1


def test_a_list_that_lags_is_asked_for_a_minute_before_anything_leaves(container: Container) -> None:
    one = effect(EffectKind.MESSAGE)
    container.delivery.senders.send(one)
    container.messenger.lag = 3
    effect_id = added(container, one)
    restored(container)
    row = container.row(effect_id)
    for wait in (3, 5, 12, 40):
        row = again(container, row, seconds=wait)
    assert (row.state, len(container.messenger.sent)) == (EffectState.SENT, 1)


def test_once_it_has_left_anew_it_is_like_any_other_and_never_sent_again_without_an_answer(
    container: Container,
) -> None:
    effect_id = added(container, effect(EffectKind.MESSAGE))
    restored(container)
    row = container.row(effect_id)
    for wait in LOOK_UPS:
        row = again(container, row, seconds=wait.total_seconds())
    assert (row.state, dict(row.facts)) == (EffectState.PENDING, {})
    container.messenger.fail(LOST)
    row = again(container, row, seconds=3)
    for wait in (LEASE, *LOOK_UPS):
        row = again(container, row, seconds=wait.total_seconds())
    assert row.state is EffectState.PARKED
    assert container.messenger.sent == []


def test_what_would_be_said_until_a_person_resumes_goes_to_a_person_instead(container: Container) -> None:
    effect_id = added(container, effect(EffectKind.MESSAGE))
    restored(container, paused=True)
    with container.store.read() as unit:
        paused = current_pause(unit)
    assert paused is not None
    assert paused.why.startswith("restored from a backup of ")
    row = container.row(effect_id)
    for wait in (*LOOK_UPS, timedelta(seconds=3)):
        row = again(container, row, seconds=wait.total_seconds())
    assert row.state is EffectState.REFUSED
    assert container.messenger.sent == []
    # So does the answer to what came in before the backup and was decided only now.
    late = again(container, container.row(added(container, effect(EffectKind.MESSAGE, key="late"))), seconds=1)
    assert (late.state, late.error) == (EffectState.REFUSED, row.error)
    assert "may have been said already" in str(late.error)
    with container.store.begin() as unit:
        resume(unit, "priya@larkfield.example", container.clock())
    after = again(container, container.row(added(container, effect(EffectKind.MESSAGE, key="after"))), seconds=1)
    assert after.state is EffectState.SENT


def test_a_pause_that_was_in_the_backup_does_not_stand_in_the_way(container: Container) -> None:
    with container.store.begin() as unit:
        pause(unit, "tom@larkfield.example", "the prices are wrong", container.clock())
    container.wait(minutes=1)
    restored(container, paused=True)
    row = container.row(added(container, effect(EffectKind.MESSAGE)))
    container.delivery.deliver(row.effect.id)
    assert container.row(row.effect.id).state is EffectState.REFUSED
    with container.store.begin() as unit:
        paused = pause(unit, "tom@larkfield.example", "again", container.clock())
        assert (paused.by, paused.at) == (RESTORE, container.clock())
        assert paused.why.endswith(", and paused before by tom@larkfield.example: the prices are wrong")
        resume(unit, "priya@larkfield.example", container.clock())
    container.wait(minutes=1)
    assert container.delivery.deliver(row.effect.id) is None
    assert container.messenger.sent == []


def test_campaigns_wait_to_be_resumed_one_by_one(container: Container) -> None:
    under_way(container, 2, "ap_backup")
    container.wait(minutes=1)
    restored(container, paused=True)
    container.wait(minutes=1)
    under_way(container, 2, "ap_standing", rule="outage_notice")
    under_way(container, 2, "ap_approved_since")
    with container.store.begin() as unit:
        assert resume(unit, "priya@larkfield.example", container.clock()) is not None
    found = [standing(container, name) for name in ("ap_backup", "ap_standing", "ap_approved_since")]
    assert [each.state for each in found] == [CampaignState.PAUSED, CampaignState.PAUSED, CampaignState.RUNNING]
    assert found[0].reason.startswith("restored from a backup of ")
    # Once more off and on by a person changes nothing for those that run.
    with container.store.begin() as unit:
        pause(unit, "priya@larkfield.example", "", container.clock())
        resume(unit, "priya@larkfield.example", container.clock())
    assert standing(container, "ap_approved_since").state is CampaignState.RUNNING


def test_what_was_settled_stays_as_it_is_and_the_ledger_tells_of_it(container: Container) -> None:
    effect_id = added(container, effect(EffectKind.MESSAGE))
    container.delivery.deliver(effect_id)
    assert restored(container) == 0
    assert container.row(effect_id).state is EffectState.SENT
    with container.store.read() as unit:
        kinds = [record.kind for record in unit.ledger.records(0, 100)]
        assert unit.ledger.verify() is None
    assert "restored" in kinds
