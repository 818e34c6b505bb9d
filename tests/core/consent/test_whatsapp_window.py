"""WhatsApp's window and the opt-out, over generated histories and time zones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.consent.reachable import free_until, restored_purposes, unreachable, with_window, withdrawn
from core.govern.gate import Gate
from core.model.conversation import Message, Role
from core.model.customer import Channel, Consent, Customer, Purpose
from core.model.ids import MessageId
from core.model.outbound import Effect, EffectKind
from core.ports import Unit
from tests.core import people, rules, samples
from tests.core.people import EMMA_PHONE, NOW
from tests.core.samples import payload_of

FIXTURE = [HealthCheck.function_scoped_fixture]
DAY = timedelta(hours=24)
REPLY = samples.effect(
    EffectKind.MESSAGE,
    payload=samples.text(channel=Channel.WHATSAPP, body="Hi"),
    conversation_id=samples.conversation().id,
)
ZONES = st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
# (minutes before now, on WhatsApp?, by the customer?, from another number?)
WROTE = st.tuples(st.integers(0, 3 * 24 * 60), st.booleans(), st.booleans(), st.booleans(), ZONES)
HISTORY = st.lists(WROTE, max_size=12)


class _UndoneError(Exception):
    """Ends a transaction whose writes nobody wants to keep."""


@contextmanager
def undone(store: SqlStore) -> Iterator[Unit]:
    """A transaction for one example; the next one finds the store empty again."""
    try:
        with store.begin() as unit:
            yield unit
            raise _UndoneError
    except _UndoneError:
        pass


def said(place: int, minutes: int, whatsapp: bool, theirs: bool, other: bool, zone: timezone) -> Message:
    return samples.message(
        id=MessageId(f"ms_{place}"),
        vendor_ref=f"twilio:SM{place}",
        channel=Channel.WHATSAPP if whatsapp else Channel.SMS,
        role=Role.CUSTOMER if theirs else Role.ASSISTANT,
        address="+447700900555" if other else EMMA_PHONE,
        at=(NOW - timedelta(minutes=minutes)).astimezone(zone),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(history=HISTORY)
def test_the_window_is_a_day_from_their_own_last_whatsapp_message_whatever_the_zone(
    store: SqlStore, history: list[tuple[int, bool, bool, bool, timezone]]
) -> None:
    mine = [m for m, whatsapp, theirs, other, _ in history if whatsapp and theirs and not other]
    expected = NOW - timedelta(minutes=min(mine)) + DAY if mine else NOW
    with undone(store) as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(updated_at=NOW))
        for place, row in enumerate(history):
            unit.conversations.add_message(said(place, *row))
        assert free_until(unit, REPLY, NOW) == expected
        ready = with_window(unit, REPLY, NOW)
    assert ready.payload == replace(payload_of(REPLY), free_until=expected)


def test_only_a_whatsapp_message_has_a_window(store: SqlStore) -> None:
    sms = samples.effect(EffectKind.MESSAGE)
    with store.read() as unit:
        assert with_window(unit, sms, NOW) is sms


WORD = st.tuples(st.sampled_from(["stop", "start", "ask"]), st.sampled_from([Channel.SMS, Channel.WHATSAPP]))


@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE)
@given(words=st.lists(WORD, max_size=8), channel=st.sampled_from([Channel.SMS, Channel.WHATSAPP]))
def test_nothing_leaves_after_a_stop_until_they_start_or_ask(
    store: SqlStore, words: list[tuple[str, Channel]], channel: Channel
) -> None:
    """A stop holds on every channel; a start opens its own; a question is answered where it is asked."""
    open_, asked = True, True
    effect = replace(REPLY, payload=samples.text(channel=channel, body="Hi"))
    with undone(store) as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(updated_at=NOW))
        for place, (word, on) in enumerate(words):
            _happened(unit, place, word, on)
            if word == "stop":
                open_, asked = False, False
            elif on is channel:
                open_, asked = open_ or word == "start", asked or word == "ask"
        found = unreachable(unit, effect, rules.policy(), NOW + timedelta(hours=1))
    assert (found is None) is (open_ or asked)
    assert found is None or found.code == "opted_out"


def _happened(unit: Unit, place: int, word: str, channel: Channel) -> None:
    at = NOW + timedelta(minutes=place)
    if word == "ask":
        message = samples.message(id=MessageId(f"ms_{place}"), vendor_ref=f"r{place}", channel=channel, at=at)
        unit.conversations.add_message(message)
        return
    for each in Channel if word == "stop" else [channel]:
        consent = Consent(channel=each, purpose=Purpose.SERVICE, granted=word == "start", at=at, source="test")
        unit.customers.add_consent(people.customer().id, consent)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(list(Purpose))), max_size=6))
def test_a_start_gives_back_no_more_than_was_there(words: list[tuple[bool, Purpose]]) -> None:
    consents = [
        Consent(channel=Channel.SMS, purpose=p, granted=granted, at=NOW + timedelta(minutes=n), source="x")
        for n, (granted, p) in enumerate(words)
    ]
    who = people.customer(consents=tuple(consents))
    back = restored_purposes(who, Channel.SMS)
    assert restored_purposes(who, Channel.WHATSAPP) == []
    if not withdrawn(who, Channel.SMS):
        assert back == []
    else:
        had = {p for granted, p in words if granted}
        assert set(back) == {Purpose.SERVICE} | had


@pytest.mark.parametrize(
    ("rule", "open_hours", "code"),
    [("automatic_reply", 23, ""), ("automatic_reply", 25, ""), ("follow_up", 23, ""), ("follow_up", 25, "no_template")],
)
def test_past_the_window_only_what_the_policy_pays_a_template_for_leaves(
    store: SqlStore, rule: str, open_hours: int, code: str
) -> None:
    effect = _by(REPLY, rule)
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(updated_at=NOW))
        unit.conversations.add_message(said(1, 0, True, True, False, UTC))
        found = unreachable(unit, effect, rules.policy(), NOW + timedelta(hours=open_hours))
    assert (found.code if found else "") == code


def test_the_confirmation_of_an_opt_out_may_leave(store: SqlStore) -> None:
    policy = rules.policy(standing=["opt_out_confirmation", "automatic_reply"])
    refused = Consent(channel=Channel.WHATSAPP, purpose=Purpose.SERVICE, granted=False, at=NOW, source="x")
    who: Customer = people.customer(consents=(refused,))
    with store.begin() as unit:
        unit.customers.save(who)
        unit.conversations.add(samples.conversation(updated_at=NOW))
        gate, at = Gate(policy=policy), NOW + timedelta(minutes=1)
        assert gate.refusal(unit, _by(REPLY, "opt_out_confirmation", policy.version), at) is None
        refusal = gate.refusal(unit, _by(REPLY, "automatic_reply", policy.version), at)
    assert refusal is not None
    assert refusal.code == "opted_out"


def _by(effect: Effect, rule: str, version: str = "") -> Effect:
    authority = replace(effect.authority, rule=rule, policy_version=version or effect.authority.policy_version)
    return replace(effect, authority=authority)
