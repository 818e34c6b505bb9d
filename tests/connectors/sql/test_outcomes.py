"""What came of a campaign, as the store counts it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors.sql.store import SqlStore
from core.measure.outreach.results import Verdict, measure_campaign
from core.model.arm import Arm
from core.model.campaign import RESULT_IS_FINAL, CampaignState
from core.model.conversation import Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.ids import ApprovalId
from core.model.outbound import EffectState
from core.model.profile import Merge
from core.policy.outreach import Matter
from core.ports import Heard, Unit
from tests.connectors.sql.campaign_samples import OUTAGE, line, planned, pumped, standing
from tests.connectors.sql.samples import NOW, customer
from tests.core.contacts import Callers
from tests.core.outcome_world import DAYS, world

OFFLINE = frozenset({"device_offline"})
HOUR = timedelta(hours=1)


def person(number: int) -> Any:
    known = Identity(kind=IdentityKind.PHONE, value=f"+4477009{number:05d}")
    return customer(str(number), identities=(known,), consents=())


def people(store: SqlStore, count: int, **changes: Any) -> Any:
    """A campaign to so many, the last of them left alone."""
    with store.begin() as unit:
        for number in range(1, count + 1):
            unit.customers.save(person(number))
    lines = [line(number) for number in range(1, count)] + [line(count, arm=Arm.HOLDOUT)]
    return planned(store, *lines, began_at=NOW, **changes)


def contacts(unit: Unit, intents: frozenset[str] = OFFLINE) -> list[Heard]:
    return list(unit.outcomes.contacts(OUTAGE, NOW, intents))


def test_a_contact_about_the_matter_is_counted_in_its_arm_the_earliest_first(store: SqlStore) -> None:
    people(store, 3)
    with store.begin() as unit:
        callers = Callers(unit)
        callers.writes(person(1), NOW + 2 * HOUR)
        callers.writes(person(1), NOW + 3 * HOUR)
        callers.writes(person(3), NOW + HOUR)
        found = contacts(unit)
    assert [(one.arm, one.about_at) for one in found] == [
        (Arm.HOLDOUT, NOW + HOUR),
        (Arm.TREATED, NOW + 2 * HOUR),
    ]


def test_what_was_before_about_something_else_or_nobodys_question_is_no_contact(store: SqlStore) -> None:
    people(store, 8)
    with store.begin() as unit:
        callers = Callers(unit)
        callers.writes(person(1), NOW - HOUR)
        callers.writes(person(2), NOW + HOUR, "billing")
        callers.writes(person(3), NOW + HOUR, rule="opted_out")
        callers.writes(person(4), NOW + HOUR, rule="automatic_mail")
        callers.writes(person(5), NOW + HOUR, role=Role.AGENT)
        unit.customers.save(customer("stranger"))
        callers.writes(customer("stranger"), NOW + HOUR)
        assert contacts(unit) == []
        assert [one.arm for one in contacts(unit, frozenset())] == [Arm.TREATED]  # anything counts: the one on billing


def test_before_ones_own_first_hour_nothing_counts(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(person(1))
    planned(store, line(1, opens_at=NOW + 5 * HOUR), began_at=NOW)
    with store.begin() as unit:
        Callers(unit).writes(person(1), NOW + HOUR)
        assert contacts(unit) == []
        heard = list(unit.outcomes.list_heard(OUTAGE, NOW, OFFLINE))
    assert [one.about_at for one in heard] == [None]


def test_a_reply_is_on_the_messages_channel_and_after_it_has_left(store: SqlStore) -> None:
    made = people(store, 5)
    pumped(store, made, 1, 2, 3)
    with store.begin() as unit:
        callers = Callers(unit)
        callers.writes(person(1), NOW + HOUR, "thanks", channel=Channel.SMS)
        callers.writes(person(2), NOW + HOUR, channel=Channel.EMAIL)
        callers.writes(person(4), NOW + HOUR, channel=Channel.SMS)  # nothing has left to them
        callers.writes(person(5), NOW + HOUR, channel=Channel.SMS)  # nor to who is left alone
        heard = list(unit.outcomes.list_heard(OUTAGE, NOW, OFFLINE))
    assert sorted((one.replied_at is not None, one.about_at is not None) for one in heard) == [
        (False, True),
        (False, True),
        (False, True),
        (True, False),
    ]


def test_it_is_known_whose_message_arrived_also_at_the_second_try(store: SqlStore) -> None:
    made = people(store, 4)
    rows = pumped(store, made, 1, 2, 3)
    with store.begin() as unit:
        for each in rows:
            unit.outbox.claim(each, NOW)
            unit.outbox.mark(each, EffectState.SENT, NOW)
        unit.outbox.set_delivery(rows[0], "delivered", None)
        for each in rows[1:]:
            unit.outbox.set_delivery(each, "failed", "30003")
        failed = unit.outbox.get(rows[1])
        assert failed is not None
        again = again_of(failed.effect)
        unit.outbox.add(again)
        unit.outbox.claim(again.id, NOW)
        unit.outbox.mark(again.id, EffectState.SENT, NOW)
        unit.outbox.set_delivery(again.id, "delivered", None)
        for number in (1, 2, 3):
            Callers(unit, [10 * number]).writes(person(number), NOW + number * HOUR)
        assert [one.delivered for one in contacts(unit)] == [True, True, False]
        assert unit.outcomes.parts(OUTAGE) == {"default/sms/en": 8}  # one left twice


def again_of(effect: Any) -> Any:
    assert effect.message is not None
    return replace(effect, key=f"{effect.key}:again", payload=replace(effect.message, again_of=effect.key))


def test_who_has_become_one_with_another_profile_is_still_that_person(store: SqlStore) -> None:
    people(store, 3)
    with store.begin() as unit:
        for name in ("kept", "last"):
            unit.customers.save(customer(name, identities=()))
        one, kept_once, kept_now = person(1).id, customer("kept").id, customer("last").id
        for serial, (kept, merged) in enumerate(((kept_once, one), (kept_now, kept_once))):
            unit.merges.add(Merge(id=f"mg_{serial}", kept=kept, merged=merged, at=NOW, by="test", why="same"))
        Callers(unit).writes(customer("last"), NOW + HOUR)
        assert [one.arm for one in contacts(unit)] == [Arm.TREATED]


def test_the_last_of_all_first_hours_is_known(store: SqlStore) -> None:
    planned(store, line(1), line(2, opens_at=NOW + 9 * HOUR), began_at=NOW)
    with store.read() as unit:
        assert unit.outcomes.last_opening(OUTAGE) == NOW + 9 * HOUR
        assert unit.outcomes.last_opening(ApprovalId("ap_none")) is None


def test_untold_are_those_that_ended_after_they_had_begun_until_their_result_is_final(store: SqlStore) -> None:
    with store.begin() as unit:
        for name, state, changes in (
            ("ap_done", CampaignState.DONE, {"began_at": NOW}),
            ("ap_stopped", CampaignState.STOPPED, {"began_at": NOW, "facts": {"result": ["so far"]}}),
            ("ap_never", CampaignState.STOPPED, {}),
            ("ap_running", CampaignState.RUNNING, {"began_at": NOW}),
            ("ap_told", CampaignState.DONE, {"began_at": NOW, "facts": {RESULT_IS_FINAL: True}}),
        ):
            unit.campaigns.add(standing(name, state=state, **changes))
        assert unit.outcomes.untold(NOW - HOUR) == ["ap_done", "ap_stopped"]
        assert unit.outcomes.untold(NOW + HOUR) == []


def test_a_simulated_world_is_measured_as_it_is(store: SqlStore) -> None:
    counts = world(store, "p-1", NOW)
    matter = Matter(intents=OFFLINE, days=DAYS)
    with store.read() as unit:
        made = unit.campaigns.get(ApprovalId("ap_one"))
        assert made is not None
        found = measure_campaign(unit, made, matter, {Channel.SMS: 40_000}, NOW + 90 * HOUR)
    assert found is not None
    for arm, share in ((Arm.TREATED, found.treated), (Arm.HOLDOUT, found.held_out)):
        assert (share.hits, share.cases) == counts[arm]
    assert found.arrived == found.treated  # every message was delivered
    assert found.spent == 40_000 * found.treated.cases
    assert found.verdict is Verdict.SPARED
    assert found.harm is not None
    assert found.harm.contacts == found.treated.hits + found.held_out.hits
    assert not found.harm.harmful
