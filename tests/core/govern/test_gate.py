from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.govern.gate import Gate, Refusal
from core.model.conversation import ASSISTANT
from core.model.effect_payloads import MessagePayload, TicketReplyPayload
from core.model.ids import ApprovalId, ConversationId
from core.model.outbound import TO_CUSTOMER, Authority, Effect, EffectKind, EffectState
from tests.core import samples
from tests.core.people import NOW, customer
from tests.core.rules import policy
from tests.core.samples import MARIA, TEAM, effect, payload_of

FIXTURE = [HealthCheck.function_scoped_fixture]


def refusal(store: SqlStore, one: Effect, **at: float) -> Refusal | None:
    with store.read() as unit:
        return Gate(policy=policy()).refusal(unit, one, NOW + timedelta(**(at or {"minutes": 1})))


def reason(store: SqlStore, one: Effect, **at: float) -> str:
    found = refusal(store, one, **at)
    return found.reason if found else ""


# ---------------------------------------------------------------- what was approved, to the byte


WORDS = st.text(max_size=20)
AUTHORITIES = st.builds(
    Authority,
    rule=st.sampled_from(["approved", "automatic_reply", "other"]),
    policy_version=st.sampled_from([policy().version, "other"]),
    approval_id=st.sampled_from([ApprovalId("ap_one"), ApprovalId("ap_other")]),
)
SAID = get_type_hints(MessagePayload)
# When it was made and how long it waits are not what the supervisor approved; the hours are looked at again anyway.
CHANGES: Mapping[str, st.SearchStrategy[Any]] = {
    "kind": st.just(EffectKind.TICKET_REPLY),
    "key": WORDS,
    "target": st.one_of(WORDS, st.just("+447700900999")),
    "payload": st.sampled_from(sorted(SAID)).flatmap(
        lambda name: st.from_type(SAID[name]).map(lambda value: {name: value})
    ),
    "authority": AUTHORITIES,
    "conversation_id": WORDS.map(ConversationId),
}


def with_change(one: Effect, name: str, value: Any) -> Effect:
    said = payload_of(one)
    if name == "payload":
        return replace(one, payload=replace(said, **value))
    if name == "kind":
        return replace(one, kind=value, payload=TicketReplyPayload(body=said.body))
    return replace(one, **{name: value})


def test_the_changes_below_know_every_field_of_an_effect() -> None:
    assert {field.name for field in fields(Effect)} == {*CHANGES, "created_at", "not_before"}


@settings(max_examples=200, deadline=None, suppress_health_check=FIXTURE)
@given(st.sampled_from(sorted(CHANGES)).flatmap(lambda name: st.tuples(st.just(name), CHANGES[name])))
def test_any_change_of_one_field_is_refused(store: SqlStore, approved: Effect, change: tuple[str, Any]) -> None:
    changed = with_change(approved, *change)
    found = refusal(store, changed)
    if changed == approved:
        assert found is None
    else:
        assert found is not None
        assert found.state is EffectState.REFUSED


def test_an_approval_that_does_not_exist_approves_nothing(store: SqlStore) -> None:
    authority = Authority(rule="approved", policy_version=policy().version, approval_id=ApprovalId("ap_none"))
    assert reason(store, effect(EffectKind.MESSAGE, authority=authority)) == "nobody has approved this"


def test_approval_and_standing_rule_do_not_stand_in_for_each_other(store: SqlStore) -> None:
    authority = Authority(rule="automatic_reply", policy_version=policy().version, approval_id=ApprovalId("ap_none"))
    assert reason(store, effect(EffectKind.MESSAGE, authority=authority)) == "nobody has approved this"


# ---------------------------------------------------------------- standing rules


@pytest.mark.parametrize("rule", ["automatic_reply", "handoff_notice", "agent_reply"])
@pytest.mark.parametrize("kind", sorted(TO_CUSTOMER))
def test_a_standing_rule_of_the_policy_in_force_may_speak(store: SqlStore, kind: EffectKind, rule: str) -> None:
    one = effect(kind, authority=Authority(rule=rule, policy_version=policy().version))
    assert refusal(store, one) is None


@settings(max_examples=100, deadline=None, suppress_health_check=FIXTURE)
@given(
    kind=st.sampled_from(sorted(TO_CUSTOMER)),
    rule=st.one_of(
        st.text(max_size=20), st.sampled_from(["approved", "Automatic_reply", "automatic_reply ", "suggest"])
    ),
)
def test_nothing_reaches_a_customer_without_authority(store: SqlStore, kind: EffectKind, rule: str) -> None:
    one = effect(kind, authority=Authority(rule=rule, policy_version=policy().version))
    found = refusal(store, one)
    assert (found is None) == (rule in policy().standing)


def test_a_rule_that_the_policy_no_longer_grants_is_refused(store: SqlStore) -> None:
    gate = Gate(policy=policy(standing=[]))
    with store.read() as unit:
        assert gate.refusal(unit, effect(EffectKind.MESSAGE), NOW) is not None


def test_a_policy_that_was_never_applied_grants_nothing_and_an_applied_one_still_does(store: SqlStore) -> None:
    one = effect(EffectKind.MESSAGE, authority=Authority(rule="automatic_reply", policy_version="earlier"))
    assert "never applied" in reason(store, one)
    with store.begin() as unit:
        unit.cursors.set("policy:earlier", NOW.isoformat())
    assert refusal(store, one) is None


@pytest.mark.parametrize(
    ("owner", "rule", "refused"),
    [
        (ASSISTANT, "automatic_reply", False),
        (MARIA, "automatic_reply", True),
        (TEAM, "automatic_reply", True),
        (TEAM, "handoff_notice", False),
        (MARIA, "agent_reply", False),
    ],
)
def test_the_assistant_does_not_speak_while_a_person_has_the_conversation(
    store: SqlStore, owner: Any, rule: str, refused: bool
) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(samples.conversation(owner=owner))
    authority = Authority(rule=rule, policy_version=policy().version)
    one = effect(EffectKind.MESSAGE, authority=authority, conversation_id=samples.conversation().id)
    assert bool(refusal(store, one)) is refused


@pytest.mark.parametrize("owner", [MARIA, TEAM])
def test_nothing_is_asked_or_closed_by_a_timer_while_a_person_has_it(store: SqlStore, owner: Any) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(samples.conversation(owner=owner))
    asks = replace(policy(), standing=policy().standing | {"follow_up"})
    for kind, rule in ((EffectKind.MESSAGE, "follow_up"), (EffectKind.TICKET_UPDATE, "auto_close")):
        authority = Authority(rule=rule, policy_version=asks.version)
        one = effect(kind, authority=authority, conversation_id=samples.conversation().id)
        with store.read() as unit:
            found = Gate(policy=asks).refusal(unit, one, NOW)
        assert found is not None
        assert found.reason == "a person has the conversation now"


@pytest.mark.parametrize(("hours", "held"), [(0, False), (9, True), (20, False)])
def test_a_question_that_nobody_asked_for_keeps_to_the_hours_at_the_moment_of_sending(
    store: SqlStore, hours: float, held: bool
) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(samples.conversation(owner=ASSISTANT))
    gate = Gate(policy=replace(policy(), standing=policy().standing | {"follow_up"}))
    authority = Authority(rule="follow_up", policy_version=policy().version)
    for kind in sorted(TO_CUSTOMER):
        one = effect(kind, authority=authority, conversation_id=samples.conversation().id)
        with store.read() as unit:
            found = gate.refusal(unit, one, NOW + timedelta(hours=hours))
        assert (found is not None) is held
        if found is not None:
            assert (found.state, found.until) == (EffectState.HELD, NOW + timedelta(hours=20))


@pytest.mark.parametrize("kind", sorted(set(EffectKind) - TO_CUSTOMER - {EffectKind.APPOINTMENT, EffectKind.ACTION}))
def test_what_stays_in_the_house_needs_no_authority(store: SqlStore, kind: EffectKind) -> None:
    one = effect(kind, authority=Authority(rule="anything", policy_version="never applied"))
    assert refusal(store, one) is None


def test_an_action_leaves_under_a_standing_rule_or_an_agents_own_word(store: SqlStore) -> None:
    assert refusal(store, effect(EffectKind.ACTION)) is None  # an agent's
    customers = Authority(rule="action", policy_version=policy().version)
    assert "no standing approval" in (reason(store, effect(EffectKind.ACTION, authority=customers)) or "")


def test_an_appointment_is_made_under_a_standing_rule_only_and_not_for_a_person_who_has_it(store: SqlStore) -> None:
    assert refusal(store, effect(EffectKind.APPOINTMENT)) is None
    other = Authority(rule="anything", policy_version=policy().version)
    assert "no standing approval" in (reason(store, effect(EffectKind.APPOINTMENT, authority=other)) or "")
