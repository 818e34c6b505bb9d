"""The key ring: what is under it, what is destroyed, and what a change of the master key leaves as it was."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from connectors.sql.columns import Private, Token
from connectors.sql.inbox import SqlInbox
from connectors.sql.keys import KeyRing, of_address, own
from connectors.sql.master import MasterKey, MasterKeys
from connectors.sql.private import hashed
from connectors.sql.store import SqlStore
from connectors.sql.tables import data_keys
from core.errors import ConfigurationError
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived
from tests.connectors.sql import samples
from tests.connectors.sql.test_inbox import Recorder
from tests.keys import KEY, master_keys

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS, PHONE = Private("messages.text"), Token()
OTHER = "another-master-key-0123456789-0123456789"


def written(store: SqlStore, subject: str, text: str) -> str:
    with store.begin() as unit:
        row = own(unit.connection, subject, {"text": text}, "text")
        stored = WORDS.process_bind_param(row["text"], unit.connection.dialect)
    assert stored is not None
    return stored


def read(store: SqlStore, stored: str, column: Private = WORDS) -> Any:
    return column.process_result_value(stored, store.reader.dialect)


Reopen = Callable[[str], SqlStore]


@pytest.fixture
def reopened(store: SqlStore) -> Iterator[Reopen]:
    """The same database, as another process with such master keys opens it."""
    opened = []

    def reopen(text: str) -> SqlStore:
        url = store.writer.url.render_as_string(hide_password=False)
        opened.append(SqlStore(url, keys=lambda *, new=False: MasterKeys(text)))
        return opened[-1]

    yield reopen
    for each in opened:
        each.close()


def ring_of(store: SqlStore) -> KeyRing:
    assert store.ring is not None
    return store.ring


def test_what_one_process_wrote_another_one_reads(store: SqlStore, reopened: Reopen) -> None:
    stored = written(store, "conversation:co_1", "Where is my parcel? \ud83d")
    assert "parcel" not in stored
    assert read(reopened(KEY), stored) == "Where is my parcel? ?"


def test_of_one_person_nothing_can_be_read_once_their_key_is_destroyed(store: SqlStore, reopened: Reopen) -> None:
    mine, others = written(store, "conversation:co_1", "my words"), written(store, "conversation:co_2", "others")
    with store.begin() as unit:
        assert unit.keys.forget("conversation:co_1", NOW)
        assert not unit.keys.forget("conversation:co_3", NOW)
    for each in (store, reopened(KEY)):
        assert (read(each, mine), read(each, others)) == ("", "others")
    again = written(store, "conversation:co_1", "new words")
    assert (read(store, again), read(store, mine)) == ("new words", "")


def event_from(address: str, number: int) -> Event:
    said = MessageReceived(channel=Channel.SMS, sender=address, text=f"words {number}")
    return Event(
        source="twilio",
        delivery_id=f"SM{number}",
        kind=EventKind.MESSAGE_RECEIVED,
        subject=f"SM{number}",
        occurred_at=NOW,
        received_at=NOW,
        payload=said,
    )


def test_what_an_erased_person_writes_afterwards_every_process_reads(store: SqlStore, reopened: Reopen) -> None:
    """The erasure runs in a process of its own, and the others have used the keys that it destroys."""
    web, eraser, worker = store, reopened(KEY), reopened(KEY)
    inbox, phone = SqlInbox(web, Recorder()), "+14155550101"
    subjects = ["conversation:co_1", "conversation:co_2"]

    def prepared() -> list[str]:
        with web.begin() as unit:
            ring_of(web).prepare(unit.connection, subjects)
            rows = [own(unit.connection, each, {"text": "words"}, "text") for each in subjects]
            return [str(WORDS.process_bind_param(row["text"], unit.connection.dialect)) for row in rows]

    def told() -> list[str]:
        with worker.read() as unit:
            found = [unit.events.get(event_from(phone, number).id) for number in (1, 2, 3, 4)]
        return [getattr(each.payload, "text", "") for each in found if each is not None]

    inbox.accept(event_from(phone, 1))
    with web.begin() as unit:
        unit.events.add(event_from(phone, 2))
    prepared()
    with eraser.begin() as unit:
        for subject in (*subjects, of_address(str(hashed(unit.connection, phone)))):
            assert unit.keys.forget(subject, NOW)
    inbox.accept(event_from(phone, 3))
    with web.begin() as unit:
        unit.events.add(event_from(phone, 4))
    assert told()[2:] == ["words 3", "words 4"]
    assert [read(worker, each) for each in prepared()] == ["words", "words"]
    assert read(worker, written(web, subjects[0], "new words")) == "new words"


def test_a_key_that_was_never_committed_is_used_for_nothing(store: SqlStore, reopened: Reopen) -> None:
    def fail() -> None:
        with store.begin() as unit:
            own(unit.connection, "customer:cu_1", {"name": "Ada"}, "name")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert read(reopened(KEY), written(store, "customer:cu_1", "Ada")) == "Ada"


def test_what_is_copied_into_another_column_or_changed_cannot_be_read(store: SqlStore) -> None:
    stored = written(store, "conversation:co_1", "Where is my parcel?")
    assert read(store, stored, Private("drafts.body")) == ""
    assert read(store, stored[:80] + ("A" if stored[80] != "A" else "B") + stored[81:]) == ""
    assert read(store, stored[:9]) == ""
    assert read(store, stored) == "Where is my parcel?"


def test_equal_addresses_have_equal_hashes_that_only_the_installation_can_make(
    store: SqlStore, reopened: Reopen
) -> None:
    with store.begin():
        pass
    dialect = store.writer.dialect
    one, other = (PHONE.process_bind_param(each, dialect) for each in ("+14155550101", "+14155550102"))
    assert one is not None
    assert one != other
    assert PHONE.process_bind_param("+14155550101", reopened(KEY).reader.dialect) == one
    assert PHONE.process_bind_param(one, dialect) == one
    assert PHONE.process_bind_param("", dialect) == ""
    with store.read() as unit:
        hashes = {unit.keys.keyed_hash(purpose, "+14155550101") for purpose in ("address", "suppression")}
    assert len(hashes) == 2


def test_after_a_change_of_the_master_key_the_old_one_opens_nothing(store: SqlStore, reopened: Reopen) -> None:
    written_before = [written(store, f"conversation:co_{number}", f"words {number}") for number in range(7)]
    with store.read() as unit:
        before = unit.keys.keyed_hash("address", "+14155550101")
    both = reopened(f"{OTHER},{KEY}")
    done = []
    while True:
        with both.begin() as unit:
            done.append(ring_of(both).rewrap(unit.connection, 3))
        # Anybody may go on while it is under way.
        assert read(reopened(f"{OTHER} {KEY}"), written_before[6]) == "words 6"
        if not done[-1]:
            break
    assert done == [3, 3, 2, 0]
    new = reopened(OTHER)
    assert [read(new, each) for each in written_before] == [f"words {number}" for number in range(7)]
    with new.read() as unit:
        assert unit.keys.keyed_hash("address", "+14155550101") == before
        assert unit.keys.counts() == {MasterKey(OTHER).id: 8}
    with pytest.raises(ConfigurationError, match="under master key"), reopened(KEY).read():
        pass


def test_a_transaction_that_made_a_key_is_seen_until_it_ends(postgresql_url: str) -> None:
    """What it made is under the master key of then: the old one must not go before."""
    store, other = (SqlStore(postgresql_url, keys=master_keys) for _ in range(2))
    ring = ring_of(store)

    def oldest() -> int:
        with store.read() as unit:
            return ring.oldest(unit.connection)

    with other.begin() as making:
        ring_of(other).of(making.connection, "conversation:co_2")
        with store.begin() as unit:
            number = ring.number(unit.connection)
        assert oldest() < number
    assert oldest() >= number
    store.close()
    other.close()


def test_a_wrapped_key_that_was_changed_is_told(store: SqlStore, reopened: Reopen) -> None:
    stored = written(store, "conversation:co_1", "words")
    with store.begin() as unit:
        swapped = update(data_keys).where(data_keys.c.subject == "conversation:co_1")
        unit.connection.execute(swapped.values(id="00" * 15 + "01"))
    assert read(reopened(KEY), stored) == ""


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="needs 32"):
        MasterKey("hunter2")
    with pytest.raises(ConfigurationError, match="no master key"):
        MasterKeys(" ")


def test_with_a_person_the_addresses_go_that_they_wrote_from_and_nobody_elses(
    store: SqlStore, reopened: Reopen
) -> None:
    """A chat's address is no identity; a colleague who is written to in copy has their own."""
    chat, colleagues = "chat-5f1c", "eli@mail.example"
    with store.begin() as unit:
        unit.customers.save(samples.customer())
        unit.customers.save(
            samples.customer("eli", identities=(Identity(kind=IdentityKind.EMAIL, value=colleagues, verified=True),))
        )
        unit.conversations.add(samples.conversation())
        for number, address in enumerate((chat, colleagues), 1):
            unit.conversations.add_message(samples.message(number, address=address))
        subjects = {each: of_address(str(hashed(unit.connection, each))) for each in (chat, colleagues)}
    kept = {address: written(store, subject, "words") for address, subject in subjects.items()}
    with store.begin() as unit:
        unit.keys.forget_customer(samples.customer().id, NOW)
    other = reopened(KEY)
    assert {address: read(other, stored) for address, stored in kept.items()} == {chat: "", colleagues: "words"}
