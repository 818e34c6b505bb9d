"""Each check of the stories, over a store in which that one thing is wrong."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from apps.sandbox.twilio.account import REPLIES
from apps.stories.runner import Checks
from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.model.campaign import CampaignState
from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import EventKind
from core.model.ids import ConversationId, CustomerId, EffectId
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from tests.apps.stories.small_stage import Vendors, scene_of
from tests.core import samples
from tests.core.campaigns import campaign, standing
from tests.core.people import MINUTE, NOW, customer

BEGAN = NOW - timedelta(hours=1)
STRANGER = Identity(kind=IdentityKind.EXTERNAL, value="messenger:4711", verified=True)


@dataclass(slots=True)
class Told:
    """Emma has texted and was answered; nothing is wrong yet."""

    store: SqlStore
    vendors: Vendors = field(default_factory=Vendors)
    checks: Checks = field(init=False)

    def __post_init__(self) -> None:
        self.checks = Checks(scene=scene_of(self.store, self.vendors), began=BEGAN, matters={})
        with self.store.begin() as unit:
            unit.customers.save(customer())
        self.conversation()
        self.said(samples.message(1, text="How long does a refund take?"))
        self.sends("SM1", "Five days.")

    def conversation(self, name: str = "co_one", **changes: Any) -> Conversation:
        made = samples.conversation(id=ConversationId(name), **changes)
        with self.store.begin() as unit:
            unit.conversations.add(made)
        return made

    def said(self, *messages: Message) -> None:
        with self.store.begin() as unit:
            for message in messages:
                unit.conversations.add_message(message)

    def sends(self, ref: str, body: str, rule: str = "automatic_reply", **changes: Any) -> EffectId:
        """A message of ours that has left; it stands on Emma's phone."""
        self.vendors.text(ref, body, at=NOW + len(ref) * MINUTE)
        return self.left(ref, body, rule, **changes)

    def left(self, ref: str, body: str, rule: str = "automatic_reply", **changes: Any) -> EffectId:
        authority = changes.pop("authority", Authority(rule=rule, policy_version="p"))
        known = {
            "conversation_id": ConversationId("co_one"),
            "authority": authority,
            "payload": samples.text(body=body),
        }
        made = samples.effect(EffectKind.MESSAGE, f"k-{ref}", **{**known, **changes})
        with self.store.begin() as unit:
            unit.outbox.add(made)
            unit.outbox.mark(made.id, EffectState.SENT, NOW, vendor_ref=ref)
        return made.id

    def taken(self) -> None:
        with self.store.begin() as unit:
            found = unit.conversations.get(ConversationId("co_one"))
            assert found is not None
            unit.conversations.save(replace(found, owner=samples.MARIA))

    def wrong(self, *, ended: bool = False) -> str:
        return "; ".join(self.checks.wrong(ended=ended))


@pytest.fixture
def told(store: SqlStore) -> Told:
    return Told(store)


def test_where_all_is_well_nothing_is_wrong(told: Told) -> None:
    assert told.wrong(ended=True) == ""


# ---------------------------------------------------------------- conversations


def test_a_second_conversation_about_one_matter_is_wrong(told: Told) -> None:
    told.conversation("co_two", channel=Channel.WHATSAPP)
    assert "Emma has 2 conversations, not 1" in told.wrong()


def test_fewer_conversations_than_the_story_says_are_wrong_at_its_end(told: Told) -> None:
    told.checks.matters["Emma"] = 2
    assert told.wrong() == ""
    assert "Emma has 1 conversations, not 2" in told.wrong(ended=True)


class InMessenger:
    """Emma writes in a messenger, where nothing but the thread tells who she is."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.vendors = store, Vendors()
        self.vendors.bubble("m-1", "Five days.")
        self.checks = Checks(scene=scene_of(store, self.vendors), began=BEGAN, matters={})
        self.stranger = customer("kim", identities=(STRANGER,))
        with store.begin() as unit:
            unit.customers.save(self.stranger)
            unit.conversations.add(self.conversation())
            unit.conversations.add_message(self.message(1, "It is order LK-20017."))
            unit.outbox.add(self.answer("m-1"))
            unit.outbox.mark(self.answer("m-1").id, EffectState.SENT, NOW, vendor_ref="m-1")

    def conversation(self, name: str = "co_one", **changes: Any) -> Conversation:
        return samples.conversation(id=ConversationId(name), customer_id=self.stranger.id, **changes)

    def message(self, number: int, text: str, role: Role = Role.CUSTOMER) -> Message:
        known = {"channel": Channel.MESSENGER, "address": "thread-1", "vendor_ref": f"sunshine:m{number}"}
        return samples.message(number, text=text, role=role, **known)

    def answer(self, ref: str) -> Effect:
        known = {"conversation_id": ConversationId("co_one"), "target": "thread-1"}
        said = samples.text(channel=Channel.MESSENGER, body="Hi")
        return samples.effect(EffectKind.MESSAGE, f"k-{ref}", payload=said, **known)

    def wrong(self) -> str:
        return "; ".join(self.checks.wrong())


def test_in_a_messenger_where_all_is_well_nothing_is_wrong(store: SqlStore) -> None:
    assert InMessenger(store).wrong() == ""


def test_a_second_conversation_of_somebody_in_a_messenger_is_seen(store: SqlStore) -> None:
    told = InMessenger(store)
    with store.begin() as unit:
        unit.conversations.add(told.conversation("co_two"))
    assert "Emma has 2 conversations, not 1" in told.wrong()


def test_the_assistant_may_not_speak_in_a_messenger_while_a_person_has_it(store: SqlStore) -> None:
    told = InMessenger(store)
    with store.begin() as unit:
        found = unit.conversations.get(ConversationId("co_one"))
        assert found is not None
        unit.conversations.save(replace(found, owner=samples.MARIA))
    assert told.wrong() == ""
    told.vendors.bubble("m-2", "And another thing.")
    with store.begin() as unit:
        unit.outbox.add(told.answer("m-2"))
        unit.outbox.mark(told.answer("m-2").id, EffectState.SENT, NOW, vendor_ref="m-2")
    assert "the assistant spoke (automatic_reply) while Maria Lopez had it" in told.wrong()


def test_what_was_told_in_a_messenger_is_not_asked_again(store: SqlStore) -> None:
    told = InMessenger(store)
    with store.begin() as unit:
        unit.conversations.add_message(told.message(2, "What is your order number?", Role.ASSISTANT))
    assert "asks Emma for the order number" in told.wrong()


def test_a_second_profile_with_the_same_address_counts_its_conversations_too(told: Told) -> None:
    """Who writes in a messenger and by text is one person of the story, whoever the store takes them for."""
    told.vendors.bubble("m-1", "Hello")
    with told.store.begin() as unit:
        unit.customers.save(customer("kim", identities=(STRANGER,)))
        unit.conversations.add(samples.conversation(id=ConversationId("co_two"), customer_id=CustomerId("cu_kim")))
        first = samples.message(5, conversation_id=ConversationId("co_two"), channel=Channel.MESSENGER)
        unit.conversations.add_message(replace(first, address="thread-1"))
    told.left("m-1", "Hello")
    assert "Emma has 2 conversations, not 1" in told.wrong()


# ---------------------------------------------------------------- who speaks


def test_the_assistant_may_not_speak_while_a_person_has_it(told: Told) -> None:
    told.taken()
    assert told.wrong() == ""
    told.sends("SM22", "By the way.")
    assert "the assistant spoke (automatic_reply) while Maria Lopez had it" in told.wrong()


def test_what_an_agent_says_is_theirs_to_say(told: Told) -> None:
    told.taken()
    assert told.wrong() == ""
    told.sends("SM22", "This is Maria.", "agent_reply")
    assert told.wrong() == ""


def test_what_was_told_is_not_asked_again(told: Told) -> None:
    told.said(
        samples.message(2, text="My order is LK-20017."),
        samples.message(3, role=Role.ASSISTANT, text="Which order is it about?"),
    )
    assert "“Which order is it about?” asks Emma for the order number" in told.wrong()


# ---------------------------------------------------------------- under whose authority


def test_a_message_that_is_in_no_outbox_is_wrong(told: Told) -> None:
    told.vendors.text("SM99", "Who sent this?", at=NOW + 30 * MINUTE)
    assert told.wrong() == "Emma got a message that is in no outbox: Who sent this?"


def test_what_twilio_says_by_itself_is_in_no_outbox_and_need_not_be(told: Told) -> None:
    told.vendors.text("SM99", REPLIES["STOP"], at=NOW + 30 * MINUTE)
    assert told.wrong() == ""


def test_one_effect_that_comes_twice_is_wrong(told: Told) -> None:
    told.vendors.text("SM1", "Five days, again.", at=NOW + 30 * MINUTE)
    assert told.wrong() == "Emma got one effect twice: Five days, again."


def test_a_rule_that_the_policy_does_not_stand_for_is_nobodys_leave(told: Told) -> None:
    told.sends("SM22", "A bargain!", "bargain")
    assert told.wrong() == "Emma got a message under bargain, for which nobody gave leave"


@pytest.mark.parametrize("state", [CampaignState.PENDING, CampaignState.REJECTED, CampaignState.RUNNING])
def test_what_needs_an_approval_needs_a_yes(told: Told, state: CampaignState) -> None:
    of = campaign()
    with told.store.begin() as unit:
        began_at = NOW if state is CampaignState.RUNNING else None
        unit.campaigns.add(standing(of, state, began_at=began_at))
    approved = Authority(rule="approved", policy_version="p", approval_id=of.id)
    told.sends("SM22", of.variants[0].text, authority=approved)
    expected = "" if state is CampaignState.RUNNING else "under approved, for which nobody gave leave"
    assert told.wrong().endswith(expected)
    assert bool(told.wrong()) is bool(expected)


def test_the_same_words_twice_within_minutes_are_wrong(told: Told) -> None:
    told.left("SM22", "Five days.")
    told.vendors.text("SM22", "Five days.", at=NOW + 5 * MINUTE)
    assert told.wrong() == "Emma got the same words twice: Five days."


# ---------------------------------------------------------------- the records


def test_a_record_that_was_changed_is_wrong(told: Told) -> None:
    with told.store.begin() as unit:
        unit.ledger.append("approval", {"by": "Priya"}, NOW)
    with told.store.begin() as unit:
        unit.connection.execute(update(ledger).values(facts='{"by":"Nobody"}'))
    assert told.wrong() == "the chain of records is broken at 1"


def test_what_is_parked_is_wrong(told: Told) -> None:
    parked = samples.event(EventKind.MESSAGE_RECEIVED, "SM7")
    with told.store.begin() as unit:
        unit.events.add(parked)
        unit.events.park(parked.id, NOW, "it cannot be read")
        never = samples.effect(key="k-parked")
        unit.outbox.add(never)
        unit.outbox.mark(never.id, EffectState.PARKED, NOW)
    assert told.wrong() == "1 event(s) are parked: a person must look; 1 effect(s) are parked: a person must look"
