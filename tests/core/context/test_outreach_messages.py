"""What we wrote first, as it is found when the customer speaks."""

from dataclasses import replace
from datetime import timedelta

from connectors.sql.store import SqlStore
from core.context.outreach_messages import WITHIN, add_sent_before, approaches, grounds, stands_on_a_timeline
from core.model.arm import Arm
from core.model.conversation import MessageKind
from core.model.customer import Customer
from core.model.ids import ApprovalId, CustomerId
from core.model.outbound import EffectState, OutboxRow
from core.ports import Unit
from core.profile.merge import merge
from tests.connectors.sql.campaign_samples import campaign, line, planned, pumped
from tests.connectors.sql.samples import MINUTE, NOW, conversation, customer
from tests.core.rules import POLICY, policy

ADA = CustomerId("cu_1")


def sent(store: SqlStore, name: str = "ap_outage", at: timedelta = timedelta(0)) -> OutboxRow:
    """A message of a campaign that has left for Ada."""
    made = planned(store, line(1, name), line(2, name, arm=Arm.HOLDOUT), campaign=campaign(name))
    (effect_id,) = pumped(store, made, 1)
    with store.begin() as unit:
        if unit.customers.get(ADA) is None:
            unit.customers.save(customer("1"))
            unit.conversations.add(conversation(customer_id=ADA))
        assert unit.outbox.claim(effect_id, NOW + at)
        unit.outbox.mark(effect_id, EffectState.SENT, NOW + at, vendor_ref=f"SM_{name}")
        row = unit.outbox.get(effect_id)
    assert row is not None
    return row


def ada(unit: Unit) -> Customer:
    found = unit.customers.get(ADA)
    assert found is not None
    return found


def test_what_left_under_a_campaign_is_on_the_timeline_before_the_customers_own_words(store: SqlStore) -> None:
    row = sent(store)
    with store.begin() as unit:
        assert not stands_on_a_timeline(unit, row)
        add_sent_before(unit, ada(unit), conversation(), policy(), NOW + MINUTE)
        add_sent_before(unit, ada(unit), conversation(), policy(), NOW + MINUTE)
        (message,) = unit.conversations.messages(conversation().id)
        assert stands_on_a_timeline(unit, row)
    assert message.kind is MessageKind.OUTREACH
    assert (message.text, message.at) == ("Larkfield: the app is slow in the north. 40 minutes more.", NOW)


def test_what_asks_how_it_was_is_known_by_its_play_and_not_by_its_words(store: SqlStore) -> None:
    sent(store)
    asking = {**POLICY["outreach"]["plays"]["usage_friction"], "match": "people", "every": "0 9 * * *"}
    asking["given"] = {"people": "solved_conversations", "unless": "rated"}
    with store.begin() as unit:
        add_sent_before(unit, ada(unit), conversation(), policy(outreach__plays={"outage": asking}), NOW + MINUTE)
        (message,) = unit.conversations.messages(conversation().id)
    assert message.kind is MessageKind.RATING
    assert message.unasked


def test_why_we_wrote_is_told_with_what_was_the_persons_own(store: SqlStore) -> None:
    sent(store)
    with store.begin() as unit:
        add_sent_before(unit, ada(unit), conversation(), policy(), NOW + MINUTE)
        ((_, facts),) = grounds(unit, unit.conversations.messages(conversation().id))
    assert "region north" in facts
    assert "minutes 40" in facts


def test_what_was_sent_long_ago_is_left_where_it_was(store: SqlStore) -> None:
    sent(store)
    with store.begin() as unit:
        add_sent_before(unit, ada(unit), conversation(), policy(), NOW + WITHIN + MINUTE)
        assert unit.conversations.messages(conversation().id) == []
        assert len(approaches(unit, ada(unit))) == 1
        assert approaches(unit, ada(unit), NOW + MINUTE) == []


def test_what_was_refused_or_never_put_into_the_outbox_was_not_said(store: SqlStore) -> None:
    row = sent(store)
    planned(store, line(1, "ap_b"), campaign=campaign("ap_b"))
    with store.begin() as unit:
        assert [each.effect.id for each in approaches(unit, ada(unit))] == [row.effect.id]
    refused = planned(store, line(1, "ap_c"), campaign=campaign("ap_c"))
    (effect_id,) = pumped(store, refused, 1)
    with store.begin() as unit:
        unit.outbox.mark(effect_id, EffectState.REFUSED, NOW, error="no consent")
        assert [each.effect.id for each in approaches(unit, ada(unit))] == [row.effect.id]


def test_what_went_at_the_second_attempt_is_what_the_customer_has(store: SqlStore) -> None:
    first = sent(store)
    with store.begin() as unit:
        again = replace(first.effect, key=f"{first.effect.key}:again")
        unit.outbox.set_delivery(first.effect.id, "undelivered", "30003")
        assert unit.outbox.add(again)
        assert unit.outbox.claim(again.id, NOW + MINUTE)
        unit.outbox.mark(again.id, EffectState.SENT, NOW + MINUTE, vendor_ref="SM_again")
        add_sent_before(unit, ada(unit), conversation(), policy(), NOW + 2 * MINUTE)
        (message,) = unit.conversations.messages(conversation().id)
    assert (message.vendor_ref, message.at, message.delivery) == ("twilio:SM_again", NOW + MINUTE, "sent")


def test_whoever_the_person_has_become_is_asked_about_what_went_to_them_before(store: SqlStore) -> None:
    row = sent(store)
    with store.begin() as unit:
        kept = customer("bea")
        unit.customers.save(kept)
        merge(unit, kept.id, ADA, "Priya", "same", NOW)
        both = unit.customers.get(kept.id)
        assert both is not None
        assert [each.effect.id for each in approaches(unit, both)] == [row.effect.id]


def test_the_newest_comes_first(store: SqlStore) -> None:
    first, second = sent(store, "ap_a"), sent(store, "ap_b")
    with store.begin() as unit:
        later = replace(first.effect, key="later", created_at=NOW + MINUTE)
        assert unit.outbox.add(later)
        unit.campaigns.mark_queued(ApprovalId("ap_a"), {1: later.id})  # already queued: nothing changes
        found = [each.effect.id for each in approaches(unit, ada(unit))]
    assert sorted(found) == sorted([first.effect.id, second.effect.id])
