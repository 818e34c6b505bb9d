from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from connectors.sql.tables import outbox
from core.errors import ConfigurationError, RejectedError, TransientError
from core.execute.deliver import MAX_ATTEMPTS
from core.govern.gate import Gate
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import EffectId
from core.model.journey import Offer, OfferState
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from core.sweep import sweep
from tests.core import people, samples
from tests.core.campaigns import campaign, line, person, sending
from tests.core.container import Container
from tests.core.execute.delivering import again, alerts, deliver, published_at, ticket_100
from tests.core.people import NOW
from tests.core.samples import MARIA, effect


@pytest.fixture(autouse=True)
def _ticket(container: Container) -> None:
    ticket_100(container)


@pytest.fixture(autouse=True)
def _offer(container: Container) -> None:
    with container.store.begin() as unit:
        unit.journey.add_offer(samples.offer())


def placed(container: Container) -> list[Offer]:
    """The offers that the company's pages may show now."""
    with container.store.read() as unit:
        return [each for each in unit.journey.offers(samples.offer().visitor, NOW) if each.state is OfferState.PLACED]


# ---------------------------------------------------------------- what goes well


# An action leaves to a system of the company's: tests/core/execute/test_actions.py.
@pytest.mark.parametrize("kind", [kind for kind in EffectKind if kind is not EffectKind.ACTION])
def test_every_kind_of_effect_leaves_once(container: Container, kind: EffectKind) -> None:
    row = deliver(container, effect(kind))
    assert (row.state, row.attempts, bool(row.vendor_ref)) == (EffectState.SENT, 1, True)
    assert container.delivery.deliver(row.effect.id) is None
    done: list[object] = [
        *container.messenger.sent,
        *container.helpdesk.writes,
        *container.desk.posts,
        *container.desk.updates,
    ]
    done += [*container.calendar.done, *container.board.passed, *placed(container)]
    assert len(done) + (kind is EffectKind.TICKET_CREATE) == 1


def test_a_group_is_found_by_its_name(container: Container) -> None:
    deliver(
        container,
        effect(EffectKind.TICKET_UPDATE, payload=TicketUpdatePayload(group="Billing", note="Card", status="open")),
    )
    assert container.helpdesk.writes[0].changes == {"group_id": "group-Billing", "note": "Card", "status": "open"}


def test_a_group_that_does_not_exist_parks_the_effect_for_a_person(container: Container) -> None:
    row = deliver(container, effect(EffectKind.TICKET_UPDATE, payload=TicketUpdatePayload(group="Nobody")))
    assert row.state is EffectState.PARKED
    assert "Nobody" in alerts(container)[0]


def test_an_unknown_effect_is_nothing_to_do(container: Container) -> None:
    assert container.delivery.deliver(EffectId("fx_none")) is None


# ---------------------------------------------------------------- the gate


def test_what_the_gate_refuses_is_refused_and_never_tried(container: Container) -> None:
    row = deliver(container, effect(EffectKind.MESSAGE, authority=Authority(rule="whim", policy_version="p")))
    assert row.state is EffectState.REFUSED
    assert "whim" in (row.error or "")
    assert container.messenger.sent == []
    assert alerts(container) == []
    assert again(container, row, hours=1).state is EffectState.REFUSED


def test_an_answer_that_the_customer_waits_for_and_that_is_refused_is_shown_to_a_person(container: Container) -> None:
    container.messenger.fail(RejectedError("not a mobile number", code="21614"))
    assert deliver(container, effect(EffectKind.MESSAGE)).state is EffectState.REFUSED
    assert "not a mobile number" in alerts(container)[0]


def test_of_an_answer_that_an_opt_out_stops_nobody_needs_to_hear(container: Container) -> None:
    no = people.consent(granted=False, at=NOW)
    with container.store.begin() as unit:
        unit.customers.save(people.customer(consents=(no,)))
        unit.customers.add_consent(people.customer().id, no)
        unit.conversations.add(samples.conversation())
    row = deliver(container, effect(EffectKind.MESSAGE, conversation_id=samples.conversation().id))
    assert (row.state, row.facts["code"]) == (EffectState.REFUSED, "opted_out")
    assert alerts(container) == []


def test_an_answer_under_a_policy_that_no_longer_allows_it_is_shown_to_a_person(container: Container) -> None:
    container.delivery = replace(container.delivery, gate=Gate(policy=replace(container.policy, standing=frozenset())))
    assert deliver(container, effect(EffectKind.MESSAGE)).state is EffectState.REFUSED
    assert "no standing approval" in alerts(container)[0]


def test_what_the_gate_holds_leaves_when_the_hours_open(container: Container) -> None:
    of = campaign()
    with container.store.begin() as unit:
        unit.customers.save(person(1))
        said = sending(unit, of, [line(of)])[0]
    container.wait(hours=10)  # 22:00 in London
    assert container.delivery.deliver(said.id) is EffectState.HELD
    assert container.messenger.sent == []
    assert again(container, container.row(said.id), hours=9).state is EffectState.HELD
    assert again(container, container.row(said.id), hours=1).state is EffectState.SENT
    assert container.publisher.effects == []  # it has a lane of its own


def test_an_automatic_reply_that_must_be_tried_again_is_refused_once_a_person_has_the_conversation(
    container: Container,
) -> None:
    with container.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation())
    container.messenger.fail(TransientError("busy"))
    row = deliver(container, effect(EffectKind.MESSAGE, conversation_id=samples.conversation().id))
    assert row.state is EffectState.PENDING
    with container.store.begin() as unit:
        unit.conversations.save(samples.conversation(owner=MARIA))
    assert again(container, row, seconds=2).state is EffectState.REFUSED
    assert container.messenger.sent == []
    assert alerts(container) == []


# ---------------------------------------------------------------- errors


def test_what_may_pass_is_tried_again_with_growing_waits(container: Container) -> None:
    container.messenger.fail(TransientError("busy"), times=3)
    row = deliver(container, effect(EffectKind.MESSAGE))
    waits = []
    for _ in range(3):
        assert row.state is EffectState.PENDING
        (wait,) = published_at(container, row)
        waits.append(wait)
        container.publisher.effects.clear()
        assert again(container, row, seconds=wait - 1).attempts == row.attempts
        row = again(container, row, seconds=1)
    assert (waits, row.state, len(container.messenger.sent)) == ([2, 4, 8], EffectState.SENT, 1)


def test_the_vendors_own_wish_when_to_come_back_is_heeded(container: Container) -> None:
    container.messenger.fail(TransientError("429", retry_after=timedelta(seconds=37)))
    assert published_at(container, deliver(container, effect(EffectKind.MESSAGE))) == [37]


@pytest.mark.parametrize(
    ("minutes", "state"), [(4, EffectState.PENDING), (10, EffectState.PARKED), (30, EffectState.PARKED)]
)
def test_a_one_time_code_is_not_tried_again_when_it_has_expired(
    container: Container, minutes: int, state: EffectState
) -> None:
    container.messenger.fail(TransientError("queue full", retry_after=timedelta(minutes=minutes)))
    payload = samples.text(body="•••••• is your code", code_of="vf_1", minutes=10)
    authority = Authority(rule="verification_code", policy_version=container.policy.version)
    container.delivery = replace(
        container.delivery, gate=Gate(policy=replace(container.policy, standing=frozenset({"verification_code"})))
    )
    row = deliver(container, effect(EffectKind.MESSAGE, payload=payload, authority=authority))
    assert row.state is state
    assert len(alerts(container)) == (state is EffectState.PARKED)


def test_a_stored_row_that_cannot_be_read_is_parked_as_it_stands_and_a_person_is_told(container: Container) -> None:
    one, other = effect(EffectKind.MESSAGE), effect(EffectKind.MESSAGE, key="k-2")
    newer = {"v": 2, "channel": "sms", "words": "From tomorrow"}
    with container.store.begin() as unit:
        assert unit.outbox.add(one)
        unit.connection.execute(update(outbox).where(outbox.c.id == one.id).values(payload=newer))
    assert container.delivery.deliver(one.id) is None
    assert deliver(container, other).state is EffectState.SENT
    with container.store.read() as unit:
        row = unit.connection.execute(select(outbox).where(outbox.c.id == one.id)).one()
        assert unit.ledger.verify() is None
    assert (row.state, row.payload) == (EffectState.PARKED, newer)
    assert "a MessagePayload of version 2 was written by a newer Handrail" in row.error
    container.wait(minutes=10)
    sweep(container.store, container.publisher, container.clock())
    assert len(alerts(container)) == 1


def test_after_many_attempts_a_person_looks(container: Container) -> None:
    container.messenger.fail(TransientError("busy"), times=MAX_ATTEMPTS)
    row = deliver(container, effect(EffectKind.MESSAGE))
    for _ in range(MAX_ATTEMPTS):
        row = again(container, row, minutes=10)
    assert (row.state, row.attempts) == (EffectState.PARKED, MAX_ATTEMPTS)
    assert len(alerts(container)) == 1


def test_a_refusal_is_final_and_keeps_the_vendors_code(container: Container) -> None:
    container.messenger.fail(RejectedError("the number has opted out", code="21610"))
    row = deliver(container, effect(EffectKind.MESSAGE))
    assert (row.state, row.facts["code"]) == (EffectState.REFUSED, "21610")
    assert again(container, row, days=1).attempts == 1
    assert alerts(container) == []


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (effect(EffectKind.TICKET_UPDATE), True),
        (effect(EffectKind.MESSAGE, authority=Authority(rule="agent_reply", policy_version="x")), True),
        (effect(EffectKind.SLACK_POST), False),
    ],
)
def test_a_refused_handoff_or_agents_answer_is_shown_to_a_person(
    container: Container, one: Effect, shown: bool
) -> None:
    one = replace(one, authority=replace(one.authority, policy_version=container.policy.version))
    for vendor in (container.helpdesk, container.messenger, container.desk):
        vendor.fail(RejectedError("closed"))
    assert deliver(container, one).state is EffectState.REFUSED
    container.desk._faults.clear()
    assert bool(alerts(container)) is shown


def test_a_wrong_setting_parks_the_effect_and_says_so(container: Container) -> None:
    container.messenger.fail(ConfigurationError("the token is wrong"))
    row = deliver(container, effect(EffectKind.MESSAGE))
    assert row.state is EffectState.PARKED
    assert "the token is wrong" in alerts(container)[0]
    assert container.messenger.sent == []


def test_an_alert_that_does_not_get_through_raises_no_other_alert(container: Container) -> None:
    container.desk.fail(ConfigurationError("no such channel"))
    assert deliver(container, effect(EffectKind.SLACK_POST)).state is EffectState.PARKED
    assert container.publisher.effects == []
