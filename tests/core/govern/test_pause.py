"""Sending can be paused: what no person wrote stays, at once and everywhere, until somebody resumes it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.govern.gate import Gate
from core.govern.pause import ITSELF, LONGEST, LOOK_AGAIN, PAUSED, current_pause, pause, resume
from core.model.conversation import ASSISTANT
from core.model.customer import Channel
from core.model.outbound import TO_CUSTOMER, Authority, EffectKind, EffectState
from core.policy.known import STANDING
from tests.core import samples
from tests.core.campaigns import campaign, line, person, sending
from tests.core.container import Container
from tests.core.execute.delivering import added, alerts, ticket_100
from tests.core.people import NOW, customer
from tests.core.rules import policy
from tests.core.samples import effect, payload_of, text

RULES = replace(policy(), standing=frozenset(name for name in STANDING if ":" not in name))
SECOND = timedelta(seconds=1)


def reason(store: SqlStore, rule: str, kind: EffectKind = EffectKind.MESSAGE, **at: float) -> str:
    one = effect(kind, authority=Authority(rule=rule, policy_version=RULES.version))
    with store.read() as unit:
        found = Gate(policy=RULES).refusal(unit, one, NOW + timedelta(**at))
    return f"{found.state}: {found.reason}" if found else "leaves"


@pytest.fixture
def stopped(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        pause(unit, "priya@larkfield.example", "the prices are wrong", NOW)
    return store


@pytest.mark.parametrize("kind", sorted(TO_CUSTOMER))
@pytest.mark.parametrize("rule", sorted(name for name in STANDING if ":" not in name))
def test_only_what_a_person_wrote_and_the_word_on_an_opt_out_still_leave(
    stopped: SqlStore, rule: str, kind: EffectKind
) -> None:
    leaves = rule in ("agent_reply", "opt_out_confirmation")
    assert reason(stopped, rule, kind) == ("leaves" if leaves else f"held: {PAUSED}")


@pytest.mark.parametrize("kind", sorted(set(EffectKind) - ITSELF))
def test_what_stays_in_the_house_goes_on(stopped: SqlStore, kind: EffectKind) -> None:
    assert reason(stopped, "appointment", kind) == "leaves"


def test_an_action_that_a_customer_said_yes_to_waits_and_one_that_an_agent_started_goes_on(stopped: SqlStore) -> None:
    assert reason(stopped, "action", EffectKind.ACTION) == f"held: {PAUSED}"
    assert reason(stopped, "agent_action", EffectKind.ACTION) == "leaves"


def test_what_is_refused_anyway_is_refused_while_paused(stopped: SqlStore) -> None:
    assert reason(stopped, "whim").startswith("refused: the policy gives no standing approval")


def test_it_is_looked_at_again_every_half_minute_and_not_more_often(stopped: SqlStore) -> None:
    one = effect(EffectKind.MESSAGE)
    with stopped.read() as unit:
        found = Gate(policy=RULES).refusal(unit, one, NOW)
    assert found is not None
    assert found.until == NOW + LOOK_AGAIN


@pytest.mark.parametrize("rule", ["automatic_reply", "verification_code", "handoff_notice"])
def test_an_answer_that_waited_too_long_is_refused(stopped: SqlStore, rule: str) -> None:
    assert reason(stopped, rule, minutes=15) == f"held: {PAUSED}"
    assert reason(stopped, rule, minutes=15, seconds=1).startswith(f"refused: {PAUSED}, and an answer is no good after")


@pytest.mark.parametrize("rule", ["follow_up", "instruction"])
def test_what_is_as_good_later_waits(stopped: SqlStore, rule: str) -> None:
    assert reason(stopped, rule, hours=2) == f"held: {PAUSED}"


def test_a_caller_does_not_wait_for_the_end_of_a_pause(stopped: SqlStore) -> None:
    said = text(channel=Channel.VOICE, body="One moment.")
    one = effect(EffectKind.MESSAGE, target="CA1", payload=said)
    with stopped.read() as unit:
        found = Gate(policy=RULES).refusal(unit, one, NOW)
    assert found is not None
    assert (found.state, found.code) == (EffectState.REFUSED, "paused")


def test_a_campaign_that_a_person_approved_is_paused_too(store: SqlStore) -> None:
    of = campaign()
    with store.begin() as unit:
        unit.customers.save(person(1))
        one = sending(unit, of, [line(of)])[0]
        pause(unit, "Priya", "why not", NOW)
        found = Gate(policy=RULES).refusal(unit, one, NOW + SECOND)
    assert found is not None
    assert (found.state, found.reason) == (EffectState.HELD, PAUSED)


# ---------------------------------------------------------------- the switch


def test_the_switch_says_who_turned_it_and_why(store: SqlStore) -> None:
    with store.begin() as unit:
        assert current_pause(unit) is None
        made = pause(unit, "priya@larkfield.example", "the prices are wrong", NOW)
        assert current_pause(unit) == made
        assert pause(unit, "tom@larkfield.example", "me too", NOW + SECOND) == made
        assert resume(unit, "tom@larkfield.example", NOW + 2 * SECOND) == 0
        assert current_pause(unit) is None
        assert resume(unit, "tom@larkfield.example", NOW + 3 * SECOND) is None
        assert [record.kind for record in unit.ledger.records(0, 10)] == ["sending_paused", "sending_resumed"]
        assert unit.ledger.verify() is None
        again = pause(unit, "tom@larkfield.example", "again", NOW + 4 * SECOND)
        assert current_pause(unit) == again


# ---------------------------------------------------------------- with the real delivery


def held_and_counted(container: Container) -> list[str]:
    with container.store.read() as unit:
        return [record.said["error"] for record in unit.ledger.records(0, 100) if record.kind == "effect"]


def test_what_was_held_leaves_at_once_when_somebody_resumes(container: Container) -> None:
    name = added(container, effect(EffectKind.MESSAGE))
    with container.store.begin() as unit:
        pause(unit, "Priya", "a fault", NOW)
    assert container.delivery.deliver(name) is EffectState.HELD
    assert container.delivery.deliver(name) is None  # not before it is to be looked at again
    container.wait(seconds=3)
    with container.store.begin() as unit:
        assert resume(unit, "Priya", container.clock()) == 1
        assert unit.outbox.due(container.clock(), 10) == [name]
    assert container.delivery.deliver(name) is EffectState.SENT
    assert [sent.body for sent in container.messenger.sent] == [payload_of(effect(EffectKind.MESSAGE)).body]


def test_a_long_pause_neither_fills_the_ledger_nor_counts_as_attempts(container: Container) -> None:
    follow_up = Authority(rule="follow_up", policy_version=RULES.version)
    container.delivery = replace(container.delivery, gate=Gate(policy=RULES))
    name = added(container, effect(EffectKind.MESSAGE, authority=follow_up))
    with container.store.begin() as unit:
        pause(unit, "Priya", "a fault", NOW)
    for _ in range(20):
        assert container.delivery.deliver(name) is EffectState.HELD
        container.clock.forward(LOOK_AGAIN)
    assert held_and_counted(container) == [PAUSED]
    assert (container.row(name).attempts, container.row(name).first_sent_at) == (0, None)


def test_an_answer_that_nobody_will_get_goes_to_a_person(container: Container) -> None:
    ticket_100(container)
    with container.store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(samples.conversation(owner=ASSISTANT, ticket_id="100"))
        pause(unit, "Priya", "a fault", NOW)
    name = added(container, effect(EffectKind.MESSAGE, conversation_id=samples.conversation().id))
    assert container.delivery.deliver(name) is EffectState.HELD
    container.clock.forward(LONGEST + SECOND)
    assert container.delivery.deliver(name) is EffectState.REFUSED
    assert "all sending is paused" in alerts(container)[0]
    with container.store.begin() as unit:
        rows = unit.outbox.of_conversation(samples.conversation().id)
    notes = [payload_of(row.effect).note for row in rows if row.effect.kind is EffectKind.TICKET_UPDATE]
    assert "what agents write still leaves" in notes[0]
    assert container.messenger.sent == []
