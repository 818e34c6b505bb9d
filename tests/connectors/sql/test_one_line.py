"""Two who were to get the same message, and are found to be one person, get it once."""

from connectors.sql.store import SqlStore
from core.model.arm import Arm
from core.model.campaign import CampaignState, Recipient
from core.model.ids import ApprovalId, CustomerId
from core.model.outbound import EffectState
from core.ports import Unit
from core.profile.merge import ONE_OF_THEM, merge
from tests.connectors.sql.campaign_samples import OUTAGE, line, planned, pumped
from tests.connectors.sql.samples import NOW, customer


def same_person(store: SqlStore, *names: str) -> None:
    """These profiles go into the first of them."""
    with store.begin() as unit:
        for name in names:
            unit.customers.save(customer(name))
        for other in names[1:]:
            merge(unit, CustomerId(f"cu_{names[0]}"), CustomerId(f"cu_{other}"), "Priya", "same", NOW)


def went(store: SqlStore) -> dict[int, str]:
    with store.read() as unit:
        rows = {each.ordinal: each.effect_id and unit.outbox.get(each.effect_id) for each in lines_of(unit)}
        return {each.ordinal: row.state if (row := rows[each.ordinal]) else each.state for each in lines_of(unit)}


def lines_of(unit: Unit) -> list[Recipient]:
    return unit.campaigns.lines(OUTAGE, 0, 9)


def test_of_the_lines_of_profiles_that_become_one_only_the_first_is_left(store: SqlStore) -> None:
    planned(store, *(line(n) for n in range(1, 5)), line(5, arm=Arm.HOLDOUT))
    same_person(store, "3", "2", "5", "4")
    assert went(store) == {1: "planned", 2: "planned", 3: "stopped", 4: "stopped", 5: "planned"}
    with store.read() as unit:
        assert [each.ordinal for each in unit.campaigns.due(OUTAGE, NOW, 9)] == [1, 2]


def test_who_has_got_it_by_one_number_does_not_get_it_by_the_other(store: SqlStore) -> None:
    made = planned(store, *(line(n) for n in range(1, 5)))
    _, left, waits = pumped(store, made, 2, 3, 4)
    with store.begin() as unit:
        assert unit.outbox.claim(left, NOW)
    same_person(store, "1", "2", "3", "4")
    assert went(store) == {1: "stopped", 2: "refused", 3: "sending", 4: "refused"}
    with store.read() as unit:
        row = unit.outbox.get(waits)
        assert row is not None
        assert row.error == ONE_OF_THEM
        assert unit.campaigns.progress(OUTAGE).recipients == {"stopped": 1, "refused": 2, "sending": 1}


def test_a_message_that_did_not_get_through_is_no_reason_against_the_other_number(store: SqlStore) -> None:
    made = planned(store, line(1), line(2), line(3))
    refused, failed = pumped(store, made, 1, 2)
    with store.begin() as unit:
        unit.outbox.mark(refused, EffectState.REFUSED, NOW, error="no consent")
        unit.outbox.mark(failed, EffectState.SENT, NOW)
        unit.outbox.set_delivery(failed, "undelivered", "30003")
    same_person(store, "1", "2", "3")
    assert went(store) == {1: "refused", 2: "sent", 3: "planned"}


def test_what_a_campaign_that_is_over_said_to_both_is_left_as_it_was(store: SqlStore) -> None:
    planned(store, line(1), line(2), state=CampaignState.DONE)
    same_person(store, "1", "2")
    assert went(store) == {1: "planned", 2: "planned"}


def test_who_is_in_a_manifest_is_known_by_every_profile_that_went_into_theirs(store: SqlStore) -> None:
    planned(store, line(1), line(2))
    same_person(store, "ada", "1")
    with store.begin() as unit:
        unit.customers.save(customer("2"))
        among = [CustomerId(name) for name in ("cu_ada", "cu_1", "cu_2", "cu_x")]
        assert unit.campaigns.people(OUTAGE, among) == {"cu_ada", "cu_1", "cu_2"}
        assert unit.campaigns.people(ApprovalId("ap_other"), among) == frozenset()
