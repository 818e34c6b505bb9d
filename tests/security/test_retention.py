"""What is older than its time goes, and the purge proves that it went."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from apps.settings import RetentionSettings
from connectors.sql.retention import KINDS as REMOVED
from connectors.sql.tables import alerts, data_keys, events, identities, outbox
from connectors.sql.tables import campaigns as campaign_table
from core.govern.audit import Audit
from core.model.profile import FactSource, ProfileFact
from core.privacy.retention import KINDS, Retention, last_purge
from core.profile.merge import merge
from tests.core import campaigns, people
from tests.core.container import Container

YEARS = timedelta(days=800)
KEPT = dict.fromkeys(KINDS, timedelta(days=400))


def close_all(container: Container) -> None:
    with container.store.begin() as unit:
        customer = unit.customers.get(people.customer().id)
        assert customer is not None
        for each in unit.conversations.recent(customer.id, people.NOW - YEARS):
            unit.conversations.save(replace(each, open=False))


def purge(container: Container, most: int = 100) -> int:
    """Runs until it has nothing left to do; how many rows went."""
    gone = 0
    for _ in range(most):
        some = Retention(store=container.store, kept=KEPT).run(container.clock())
        if not some:
            return gone
        gone += some
    raise AssertionError("the purge does not end")


def test_what_is_too_old_goes_and_the_purge_counts_that_nothing_is_left(container: Container) -> None:
    close_all(container)
    container.wait(days=800)
    assert purge(container) > 3
    with container.store.read() as unit:
        last = last_purge(unit)
        subject = unit.privacy.subject(people.customer().id)
        record = unit.ledger.last()
    assert last is not None
    assert {"conversations", "events"} <= set(last.removed)
    assert set(last.older.values()) == {0}
    assert not subject.messages
    assert record is not None
    assert record.kind == "purged"


def test_the_key_of_a_conversation_goes_with_the_last_of_it(container: Container) -> None:
    def keys() -> list[str | None]:
        with container.store.read() as unit:
            mine = data_keys.c.subject.like("conversation:%")
            return list(unit.connection.execute(select(data_keys.c.wrapped).where(mine)).scalars())

    close_all(container)
    container.wait(days=800)
    conversations = {"conversations": KEPT["conversations"]}
    with container.store.begin() as unit:
        unit.connection.execute(alerts.update().values(open_key=None))  # all of them are settled
    Retention(store=container.store, kept=conversations).run(container.clock())
    assert None not in keys()  # what was sent is still there, and is read under it
    purge(container)
    assert keys() == [None]


def test_what_is_young_or_still_open_stays(container: Container) -> None:
    container.wait(days=300)
    assert purge(container) == 0
    container.wait(days=500)
    purge(container)
    with container.store.read() as unit:
        assert unit.privacy.subject(people.customer().id).messages


def test_a_legal_hold_stops_the_purge_of_a_persons_conversations(container: Container) -> None:
    close_all(container)
    with container.store.begin() as unit:
        fact = ProfileFact(name="legal_hold", value="case 7", source=FactSource.AGENT, at=container.clock())
        unit.profiles.add(people.customer().id, fact)
    container.wait(days=800)
    purge(container)
    with container.store.read() as unit:
        last = last_purge(unit)
        assert unit.privacy.subject(people.customer().id).messages
    assert last is not None
    assert last.older["conversations"] == 0


@pytest.mark.parametrize("of", ["kept", "merged"])
def test_a_legal_hold_set_in_either_of_two_merged_profiles_stops_the_purge(container: Container, of: str) -> None:
    other = people.customer("second", identities=())
    pair = (people.customer(), other) if of == "merged" else (other, people.customer())
    with container.store.begin() as unit:
        unit.customers.save(replace(other, attributes={"legal_hold": "true"}))
        merge(unit, pair[0].id, pair[1].id, "Maria", "the same person", container.clock())
        subject = unit.privacy.subject(pair[0].id)
        for each in unit.conversations.recent(pair[0].id, people.NOW - YEARS):
            unit.conversations.save(replace(each, open=False))
    container.wait(days=800)
    purge(container)
    with container.store.read() as unit:
        assert unit.privacy.subject(pair[0].id).messages == subject.messages != ()
        assert [each.final for each in unit.privacy.obstacles(subject) if "legal hold" in each.text] == [True]


@pytest.mark.parametrize("value", ["false", "No", "0"])
def test_a_field_that_says_no_holds_nobody(container: Container, value: str) -> None:
    close_all(container)
    with container.store.begin() as unit:
        unit.customers.save(replace(people.customer(), attributes={"legal_hold": value}))
        subject = unit.privacy.subject(people.customer().id)
        assert not [each for each in unit.privacy.obstacles(subject) if "legal hold" in each.text]
    container.wait(days=800)
    purge(container)
    with container.store.read() as unit:
        assert not unit.privacy.subject(people.customer().id).messages


def test_a_legal_hold_keeps_what_was_sent_too(container: Container) -> None:
    def sent() -> set[str]:
        with container.store.read() as unit:
            return set(unit.privacy.subject(people.customer().id).effects)

    close_all(container)
    before = sent()
    with container.store.begin() as unit:
        unit.customers.save(replace(people.customer(), attributes={"legal_hold": "case 7"}))
    container.wait(days=800)
    purge(container)
    assert sent() == before != set()


STRANGER = "+447700900777"


def whose_events(container: Container, *people_: str) -> list[bool]:
    """Of whom anything is left that a vendor told: a message by its sender."""
    with container.store.read() as unit:
        rows = unit.connection.execute(select(events.c.payload).where(events.c.kind == "message_received")).scalars()
        stored = list(rows)
    return [any(each in payload for payload in stored) for each in people_]


@pytest.mark.parametrize("value", ["case 7", "no"])
def test_a_legal_hold_keeps_what_vendors_told_of_them_and_nobody_elses(container: Container, value: str) -> None:
    container.wait(minutes=1)
    container.text("My code, please", phone=STRANGER)
    container.drain()
    with container.store.begin() as unit:
        unit.customers.save(replace(people.customer(), attributes={"legal_hold": value}))
    assert whose_events(container, people.EMMA_PHONE, STRANGER) == [True, True]
    container.wait(days=800)
    purge(container)
    assert whose_events(container, people.EMMA_PHONE, STRANGER) == [value != "no", False]
    with container.store.read() as unit:
        last = last_purge(unit)
    assert last is not None
    assert last.older["events"] == 0


def test_a_legal_hold_keeps_the_campaigns_messages_to_them(container: Container) -> None:
    at = container.clock()
    held, moved, free = (campaigns.person(number) for number in (1, 2, 3))
    with container.store.begin() as unit:
        for each in (held, moved, free):
            unit.customers.save(replace(each, attributes={} if each is free else {"legal_hold": "case 7"}))
        made = campaigns.campaign()
        lines = [campaigns.line(made, number) for number in (1, 2, 3)]
        effects = campaigns.sending(unit, made, lines, now=at)
        # The number that it went to is nobody's by now; what was sent to them is theirs all the same.
        unit.connection.execute(identities.delete().where(identities.c.customer_id == moved.id))
        unit.connection.execute(outbox.update().values(state="sent"))
        unit.connection.execute(campaign_table.update().values(state="done"))
    assert len(effects) == 3
    container.wait(days=800)
    purge(container)
    with container.store.read() as unit:
        left = [unit.outbox.get(each.id) is not None for each in effects]
    assert left == [True, True, False]


def test_the_ledger_is_proved_after_a_purge_of_what_was_sent(container: Container) -> None:
    close_all(container)
    container.wait(days=800)
    purge(container)
    with container.store.read() as unit:
        audit = Audit(unit=unit, standing_of=lambda _: container.policy.standing)
        assert [each.text for each in audit.faults() if "in force" not in each.text] == []


def test_a_purge_runs_once_a_day(container: Container) -> None:
    close_all(container)
    container.wait(days=800)
    purge(container)
    with container.store.read() as unit:
        before = unit.ledger.last()
    purge(container)
    with container.store.read() as unit:
        assert unit.ledger.last() == before
    container.wait(days=1)
    purge(container)
    with container.store.read() as unit:
        assert unit.ledger.last() != before


def test_each_kind_has_a_setting_and_a_way_to_go() -> None:
    assert set(KINDS) == set(REMOVED) == set(RetentionSettings.__dataclass_fields__)
