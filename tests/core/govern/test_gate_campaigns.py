"""What the gate looks at anew as a campaign's message leaves: all of it can only take away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from connectors.sql.store import SqlStore, SqlUnit
from connectors.sql.tables import campaign_recipients, campaign_seals, identities, outbox
from core.consent.reachable import mark_bad
from core.govern.gate import Gate, Refusal
from core.model.arm import Arm
from core.model.campaign import Campaign, CampaignState, RecipientState, is_message_to, message_digest, message_to
from core.model.customer import Channel, Purpose
from core.model.ids import ApprovalId, CustomerId
from core.model.outbound import Effect, EffectState
from core.policy import Policy
from core.policy.outreach import Cap
from core.profile.merge import merge
from tests.core.campaigns import HOUR, asked, campaign, frozen, line, person, sending, variant, vote
from tests.core.people import EMMA_PHONE, MINUTE, NOW, consent, customer
from tests.core.rules import policy

PLAY = "play:outage"
STANDING = replace(policy(), standing=policy().standing | {PLAY})


def refusal(store: SqlStore, one: Effect, rules: Policy | None = None, **at: float) -> Refusal | None:
    with store.read() as unit:
        return Gate(policy=rules or policy()).refusal(unit, one, NOW + timedelta(**(at or {"minutes": 1})))


def reason(store: SqlStore, one: Effect, rules: Policy | None = None, **at: float) -> str:
    found = refusal(store, one, rules, **at)
    return f"{found.state}: {found.reason}" if found else "leaves"


def becomes(unit: SqlUnit, state: CampaignState, of: str = "ap_one") -> None:
    kept = unit.campaigns.get(ApprovalId(of))
    assert kept is not None
    assert unit.campaigns.save(replace(kept, state=state))


def test_what_was_approved_may_leave(store: SqlStore, approved: Effect) -> None:
    assert refusal(store, approved) is None


# ---------------------------------------------------------------- how the campaign stands


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CampaignState.PREPARING, "refused: nobody has approved this"),
        (CampaignState.PENDING, "refused: nobody has approved this"),
        (CampaignState.HELD, "refused: nobody has approved this"),
        (CampaignState.RUNNING, "leaves"),
        (CampaignState.PAUSED, "held: the campaign is paused"),
        (CampaignState.DONE, "refused: the campaign is over"),
        (CampaignState.REJECTED, "refused: a supervisor rejected this"),
        (CampaignState.EXPIRED, "refused: nobody approved this in time"),
        (CampaignState.STOPPED, "refused: the campaign was stopped"),
        (CampaignState.EMPTY, "refused: nobody has approved this"),
    ],
)
def test_only_what_is_under_way_leaves(store: SqlStore, approved: Effect, state: CampaignState, said: str) -> None:
    with store.begin() as unit:
        becomes(unit, state)
    assert reason(store, approved) == said


def test_every_state_is_in_the_table_above() -> None:
    marks = [mark for mark in test_only_what_is_under_way_leaves.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(CampaignState)


def test_running_without_a_seal_is_not_approved(store: SqlStore) -> None:
    """A state that was set by another way than a yes lets nothing go."""
    of = campaign()
    with store.begin() as unit:
        unit.customers.save(person(1))
        made = asked(unit, of, [line(of)])
        becomes(unit, CampaignState.RUNNING)
    assert reason(store, message_to(made, line(of), NOW)) == "refused: nobody has approved this"


@pytest.mark.parametrize(
    "other",
    [
        {"facts": {"region": "all"}},
        {"purpose": Purpose.MARKETING},
        {"variants": (variant(text="Another text"),)},
        {"not_after": NOW + 48 * HOUR},
        {"root": "f" * 64},
        {"size": 2},
        {"people": 0},
        {"standing": PLAY},
    ],
)
def test_words_that_are_changed_after_the_yes_are_not_what_was_approved(
    store: SqlStore, approved: Effect, other: dict[str, Any]
) -> None:
    with store.begin() as unit:
        kept = unit.campaigns.get(ApprovalId("ap_one"))
        assert kept is not None
        assert unit.campaigns.save(replace(kept, campaign=replace(kept.campaign, **other)))
    assert reason(store, approved) == "refused: the campaign is not what was approved"


def test_one_approver_too_few_lets_nothing_go(store: SqlStore) -> None:
    of = campaign(people=2)
    with store.begin() as unit:
        unit.customers.save(person(1))
        lines = [line(of)]
        one = sending(unit, of, lines, *_two(of, lines))[0]
    assert refusal(store, one) is None
    with store.begin() as unit:
        priya = [{"email": "priya@larkfield.example", "role": "supervisor", "name": "P", "at": NOW.isoformat()}]
        unit.connection.execute(update(campaign_seals).values(sealers=priya))
    assert reason(store, one) == "refused: nobody has approved this"


def _two(of: Campaign, lines: list[Any]) -> tuple[Any, Any]:
    made = frozen(of, lines)
    return vote(made), vote(made, "ola@larkfield.example")


# ---------------------------------------------------------------- a play's standing approval


@pytest.fixture
def by_rule(store: SqlStore) -> Effect:
    """A message that leaves under a play's standing rule."""
    of = campaign(people=0, standing=PLAY)
    with store.begin() as unit:
        unit.customers.save(person(1))
        return sending(unit, of, [line(of)])[0]


def test_a_plays_standing_rule_stands_in_for_a_person(store: SqlStore, by_rule: Effect) -> None:
    assert by_rule.authority.rule == PLAY
    assert reason(store, by_rule, STANDING) == "leaves"


def test_a_play_that_the_policy_does_not_grant_any_more_says_nothing(store: SqlStore, by_rule: Effect) -> None:
    assert reason(store, by_rule) == "refused: the policy gives no standing approval to 'play:outage'"


def test_a_play_of_a_policy_that_was_never_in_force_says_nothing(store: SqlStore, by_rule: Effect) -> None:
    other = replace(STANDING, version="later")
    assert reason(store, by_rule, other) == f"refused: policy version {policy().version} was never applied"
    with store.begin() as unit:
        unit.cursors.set(f"policy:{policy().version}", NOW.isoformat())
    assert reason(store, by_rule, other) == "leaves"


# ---------------------------------------------------------------- the line of the manifest


@pytest.mark.parametrize(
    "tampered",
    [
        {"address": "+447700900999"},
        {"customer_id": "cu_other"},
        {"arm": Arm.HOLDOUT.value},
        {"fields": {"name": "Emma"}},
        {"digest": "f" * 64},
        {"variant": "other"},
    ],
)
def test_a_line_that_is_not_what_was_frozen_lets_nothing_go(
    store: SqlStore, approved: Effect, tampered: dict[str, Any]
) -> None:
    """But for a field that its words do not hold."""
    with store.begin() as unit:
        unit.connection.execute(update(campaign_recipients).values(**tampered))
    unsaid = "fields" in tampered
    said = (
        "leaves" if unsaid else "refused: this is not what was approved: text, channel, recipient or authority differ"
    )
    assert reason(store, approved) == said


def test_the_holdout_is_left_alone(store: SqlStore) -> None:
    of = campaign()
    spared = line(of, arm=Arm.HOLDOUT)
    with store.begin() as unit:
        unit.customers.save(person(1))
        assert sending(unit, of, [spared]) == []
    with store.read() as unit:
        kept = unit.campaigns.get(of.id)
    assert kept is not None
    one = message_to(kept.campaign, replace(spared, arm=Arm.TREATED), NOW)
    assert reason(store, one).startswith("refused: this is not what was approved")


def test_a_line_that_was_stopped_stays(store: SqlStore, approved: Effect) -> None:
    with store.begin() as unit:
        unit.connection.execute(update(campaign_recipients).values(state=RecipientState.STOPPED.value))
    assert reason(store, approved) == "refused: the campaign was stopped"


# ---------------------------------------------------------------- who the person is, and what they want, now


def _withdrawn(unit: SqlUnit) -> None:
    unit.customers.add_consent(customer().id, consent(granted=False, at=NOW + MINUTE))


def _on_another_channel(unit: SqlUnit) -> None:
    """Consent is asked for the channel that is used."""
    unit.customers.add_consent(customer().id, consent(granted=False, at=NOW + MINUTE, channel=Channel.WHATSAPP))


def _for_another_purpose(unit: SqlUnit) -> None:
    no = consent(granted=False, at=NOW + MINUTE, purpose=Purpose.MARKETING)
    unit.customers.add_consent(customer().id, no)


def _bad_number(unit: SqlUnit) -> None:
    mark_bad(unit, EMMA_PHONE, "21614", NOW)


def _number_of_another(unit: SqlUnit) -> None:
    _number_of_nobody(unit)
    unit.customers.save(person(1, id=CustomerId("cu_new")))


def _number_of_nobody(unit: SqlUnit) -> None:
    unit.connection.execute(delete(identities))


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (_withdrawn, "refused: no consent for this channel and purpose"),
        (_on_another_channel, "leaves"),
        (_for_another_purpose, "leaves"),
        (_bad_number, "refused: this number cannot be texted"),
        (_number_of_another, "refused: the number is not this person's any more"),
        (_number_of_nobody, "refused: the number is not this person's any more"),
    ],
)
def test_what_has_changed_about_the_person_counts(
    store: SqlStore, approved: Effect, happens: Callable[[SqlUnit], None], said: str
) -> None:
    with store.begin() as unit:
        happens(unit)
    assert reason(store, approved, minutes=2) == said


def test_a_person_whose_profile_went_into_another_is_still_the_same(store: SqlStore, approved: Effect) -> None:
    with store.begin() as unit:
        unit.customers.save(customer("kept", identities=(), consents=(consent(),)))
        merge(unit, CustomerId("cu_kept"), customer().id, "Maria", "the same person", NOW)
    assert reason(store, approved) == "leaves"


# ---------------------------------------------------------------- hours, and how long it is worth saying


def test_in_quiet_hours_it_is_held_until_they_end(store: SqlStore, approved: Effect) -> None:
    found = refusal(store, approved, hours=9)  # 21:00 in London
    until = NOW + timedelta(hours=20)
    assert found == Refusal(state=EffectState.HELD, reason="quiet hours of the recipient", until=until)


def test_the_hours_are_those_of_the_customer_now_not_of_the_approval(store: SqlStore, approved: Effect) -> None:
    with store.begin() as unit:
        unit.customers.save(customer(time_zone="Australia/Sydney"))  # 23:00 there
    assert reason(store, approved) == "held: quiet hours of the recipient"


def test_what_would_have_to_wait_beyond_its_time_is_refused(store: SqlStore) -> None:
    of = campaign(not_after=NOW + timedelta(hours=20))  # the hours open again at that very moment
    with store.begin() as unit:
        unit.customers.save(person(1))
        one = sending(unit, of, [line(of)])[0]
    assert reason(store, one) == "leaves"
    assert reason(store, one, hours=9) == "refused: its time has passed"


@pytest.mark.parametrize(("hours", "said"), [(25.99, "leaves"), (26, "refused: its time has passed")])
def test_from_not_after_on_nothing_leaves(store: SqlStore, approved: Effect, hours: float, said: str) -> None:
    assert reason(store, approved, hours=hours) == said  # 14:00 in London


def test_a_paused_campaign_does_not_outlive_its_time(store: SqlStore, approved: Effect) -> None:
    with store.begin() as unit:
        becomes(unit, CampaignState.PAUSED)
    assert reason(store, approved, hours=25.999) == "refused: its time has passed"


# ---------------------------------------------------------------- caps over all plays

CAPPED = replace(
    policy(), outreach=replace(policy().outreach, caps=(Cap(purpose=Purpose.SERVICE, messages=1, within=24 * HOUR),))
)


def _two_campaigns(store: SqlStore, **changes: Any) -> tuple[Effect, Effect]:
    first, second = campaign(), campaign(id=ApprovalId("ap_two"), **changes)
    with store.begin() as unit:
        unit.customers.save(person(1, consents=(consent(), consent(purpose=Purpose.MARKETING))))
        one = sending(unit, first, [line(first)])[0]
        two = sending(unit, second, [line(second)], now=NOW + MINUTE)[0]
    return one, two


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (EffectState.SENT, "refused: has had enough messages"),
        (EffectState.SENDING, "refused: has had enough messages"),
        (EffectState.UNKNOWN, "refused: has had enough messages"),
        (EffectState.PARKED, "refused: has had enough messages"),
        (EffectState.PENDING, "refused: has had enough messages"),  # it was there first
        (EffectState.REFUSED, "leaves"),
    ],
)
def test_what_left_by_another_campaign_counts_for_the_cap(store: SqlStore, state: EffectState, said: str) -> None:
    one, two = _two_campaigns(store)
    with store.begin() as unit:
        unit.connection.execute(update(outbox).where(outbox.c.id == one.id).values(state=state.value))
    assert reason(store, two, CAPPED, minutes=2) == said
    assert reason(store, two, minutes=2) == "leaves"  # without a cap


def test_of_two_that_wait_the_first_one_goes(store: SqlStore) -> None:
    one, _ = _two_campaigns(store)
    assert reason(store, one, CAPPED, minutes=2) == "leaves"


def test_a_cap_is_for_its_purpose(store: SqlStore) -> None:
    one, two = _two_campaigns(store, purpose=Purpose.MARKETING)
    with store.begin() as unit:
        unit.outbox.mark(one.id, EffectState.SENT, NOW)
    assert reason(store, two, CAPPED, minutes=2) == "leaves"


def test_what_lies_back_longer_does_not_count(store: SqlStore) -> None:
    one, two = _two_campaigns(store, not_after=NOW + 96 * HOUR)
    with store.begin() as unit:
        assert unit.outbox.claim(one.id, NOW)
        unit.outbox.mark(one.id, EffectState.SENT, NOW, vendor_ref="SM1")
    assert reason(store, two, CAPPED, hours=23.5) == "refused: has had enough messages"
    assert reason(store, two, CAPPED, hours=25) == "leaves"


# ---------------------------------------------------------------- once more


def _again(one: Effect) -> Effect:
    return replace(one, key=f"{one.key}:again", payload=replace(one.payload, again_of=one.key))


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        ("undelivered", "leaves"),
        ("failed", "leaves"),
        ("delivered", "refused: the first attempt has not failed"),
        ("sent", "refused: the first attempt has not failed"),
        (None, "refused: the first attempt has not failed"),
    ],
)
def test_a_second_attempt_leaves_only_where_the_first_has_failed(
    store: SqlStore, approved: Effect, delivery: str | None, said: str
) -> None:
    with store.begin() as unit:
        unit.outbox.mark(approved.id, EffectState.SENT, NOW, vendor_ref="SM1")
        if delivery:
            unit.outbox.set_delivery(approved.id, delivery, None)
    assert reason(store, _again(approved)) == said


def test_a_second_attempt_of_nothing_is_refused(store: SqlStore, approved: Effect) -> None:
    with store.begin() as unit:
        unit.connection.execute(outbox.delete())
    assert reason(store, _again(approved)) == "refused: the first attempt has not failed"


def test_what_an_earlier_version_queued_is_still_what_was_approved() -> None:
    """Its key ended with the address."""
    made = campaign()
    one = line(made)
    effect = message_to(made, one, NOW)
    assert one.address not in effect.key
    assert is_message_to(effect, made, one)
    assert is_message_to(replace(effect, key=f"{made.id}:{one.address}"), made, one)
    assert not is_message_to(replace(effect, key=f"{made.id}:another"), made, one)
    assert not is_message_to(replace(effect, target="+447700900199"), made, one)


def test_a_salt_changes_every_digest_of_a_campaign_and_none_of_an_older_one() -> None:
    made = campaign()
    salted = replace(made, salt="s")
    assert salted.digest != made.digest
    one = line(made)
    assert message_digest(salted, one) != message_digest(made, one) == one.digest
