"""The key ring: one data key for each person, conversation and address, in the database, wrapped by the master key.

Destroying a person's keys makes all that was written under them unreadable, in every copy of the database too.
"""

import base64
import hmac
import logging
import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, TextClause, bindparam, event, func, select, text, union, update

from connectors.sql.columns import SEALED, Sealed
from connectors.sql.engine import store_errors
from connectors.sql.master import MasterKeys, Masters, derive
from connectors.sql.statements import insert_all_once, insert_once, slices
from connectors.sql.tables import (
    calls,
    campaign_recipients,
    conversations,
    data_keys,
    identities,
    merges,
    messages,
)
from core.errors import ConfigurationError
from core.model.conversation import Role

log = logging.getLogger("handrail.keys")
KEPT = 50_000  # unwrapped keys in the memory of a process, at about half a kilobyte each
_BLOCK = 64  # whoever reads one key reads its neighbours: they were made, and are read, together
_NONCE, _NAME = 12, 16
ROOT, COMMON = "root", "common"
_FRESH = "fresh keys"  # in what a connection keeps: made or read in its transaction
_OPEN = select(data_keys).where(data_keys.c.subject == bindparam("of"), data_keys.c.destroyed_at.is_(None))
_OPEN_NAME = "SELECT id FROM data_keys WHERE subject = ? AND destroyed_at IS NULL"
_NUMBER = text("SELECT pg_current_xact_id()::text")
_OLDEST = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
_NAMED = select(data_keys.c.serial).where(data_keys.c.id == bindparam("id"))
_BLOCK_OF = select(data_keys).where(data_keys.c.serial.between(bindparam("first"), bindparam("last")))


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that encrypts the data of one subject."""

    name: bytes
    cipher: AESGCM = field(repr=False)

    def seal(self, text: str, place: str) -> str:
        nonce = os.urandom(_NONCE)
        hidden = self.cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), place.encode())
        return SEALED + base64.b64encode(self.name + nonce + hidden).decode("ascii")


class KeyRing:
    """The keys of one store, for all threads of a process. `masters` are asked for at the first use.

    `engine` is the ring's own: a key may have to be read while a transaction of its thread is open."""

    def __init__(self, masters: Masters, engine: Engine, writer: Engine) -> None:
        self._masters, self._engine = masters, engine
        self._lock = threading.Lock()
        self._by_name: OrderedDict[bytes, DataKey] = OrderedDict()
        self._root: bytes | None = None
        self._seen: MasterKeys | None = None
        event.listen(writer, "begin", _forget_fresh)

    # ------------------------------------------------------------ the root, and what is derived of it

    @property
    def ready(self) -> bool:
        return self._root is not None

    def make_root(self, connection: Connection) -> None:
        """Unless another process was faster. It is used once it was read again, after the commit."""
        self._masters(new=True)
        insert_once(connection, data_keys, self._row(ROOT, os.urandom(_NAME), os.urandom(32)))

    def find_root(self) -> bool:
        """Whether there is a root key; it is read then."""
        if self._root is None:
            row = self._root_row()
            self._root = None if row is None else self._unwrap(row)
        return self._root is not None

    def has_root(self) -> bool:
        """Whether there is one, whatever master key it is under."""
        return self._root is not None or self._root_row() is not None

    def _root_row(self) -> Any:
        with store_errors(), self._engine.connect() as connection:
            return connection.execute(_OPEN, {"of": ROOT}).one_or_none()

    def derived(self, purpose: str) -> bytes:
        """A key of the installation for one purpose; it stays the same when the master key is changed."""
        if self._root is None and not self.find_root():
            raise ConfigurationError("this store has no keys yet: start it with `handrail up`, or migrate it.")
        assert self._root is not None  # noqa: S101 - for the type checker
        return _derived(self._root, purpose)

    def token(self, purpose: str, value: str) -> str:
        """A keyed hash: equal values have equal ones, and nobody without the key can tell or guess of what."""
        return hmac.digest(self.derived(purpose), value.encode("utf-8", "surrogatepass"), "sha256")[:20].hex()

    @property
    def common(self) -> DataKey:
        """For what is of no person."""
        return self._by_name.get(bytes(_NAME)) or self._keep(bytes(_NAME), self.derived(COMMON))

    # ------------------------------------------------------------ data keys

    def of(self, connection: Connection, subject: str) -> DataKey:
        """The subject's key, made in the connection's transaction where there is none.

        Each transaction asks which key that is: another process may have destroyed the one that this one knows, and
        nobody could read what is written under it."""
        fresh: dict[str, DataKey] = connection.info.setdefault(_FRESH, {})
        if subject not in fresh:
            row = connection.execute(_OPEN, {"of": subject}).one_or_none()
            if row is None:
                name, key = os.urandom(_NAME), os.urandom(32)
                if insert_once(connection, data_keys, self._row(subject, name, key)):
                    fresh[subject] = self._keep(name, key)
                    return fresh[subject]
                row = connection.execute(_OPEN, {"of": subject}).one()
            fresh[subject] = self._opened(row)
        return fresh[subject]

    def find(self, subject: str) -> DataKey | None:
        """The subject's key, where it has one that is committed and that this process knows.

        Asked for each event that is accepted on SQLite: past SQLAlchemy's statement layer, as the insert itself."""
        with store_errors():
            pooled = self._engine.raw_connection()
            try:
                raw = pooled.driver_connection
                assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
                found = raw.execute(_OPEN_NAME, (subject,)).fetchone()
            finally:
                pooled.close()
        return None if found is None else self._by_name.get(_named(found[0]))

    def prepare(self, connection: Connection, subjects: Iterable[str]) -> None:
        """As `of` for each, in a few statements."""
        fresh: dict[str, DataKey] = connection.info.setdefault(_FRESH, {})
        wanted = [each for each in dict.fromkeys(subjects) if each not in fresh]
        for some in slices(wanted):
            mine = (data_keys.c.subject.in_(some), data_keys.c.destroyed_at.is_(None))
            for row in connection.execute(select(data_keys).where(*mine)):
                fresh[row.subject] = self._opened(row)
            missing = [each for each in some if each not in fresh]
            insert_all_once(
                connection, data_keys, [self._row(each, os.urandom(_NAME), os.urandom(32)) for each in missing]
            )
            if missing:
                made = (data_keys.c.subject.in_(missing), data_keys.c.destroyed_at.is_(None))
                for row in connection.execute(select(data_keys).where(*made)):
                    fresh[row.subject] = self._opened(row)

    def unseal(self, stored: str, place: str) -> str | None:
        """None where its key was destroyed, and where it was changed or stands in another column than it was written
        for: one bad row stops no list of others. Of what left, `handrail ledger verify` finds it."""
        try:
            raw = base64.b64decode(stored[len(SEALED) :], validate=True)
        except ValueError:
            raw = b""
        name, nonce = raw[:_NAME], raw[_NAME : _NAME + _NONCE]
        key = self._by_name.get(name) or self._read(name)
        if key is None:
            return None
        try:
            told = key.cipher.decrypt(nonce, raw[_NAME + _NONCE :], place.encode())
        except (InvalidTag, ValueError):
            log.error("something in %s was changed in the database, and cannot be read", place)
            return None
        return told.decode("utf-8", "surrogatepass")

    def forget(self, connection: Connection, subjects: Iterable[str], now: datetime) -> int:
        """Destroy the keys of these, for good: how many there were. Other processes write nothing more under
        them, and go on reading what they have read the key of until they end."""
        wanted, gone = list(subjects), 0
        for some in slices(wanted):
            mine = (data_keys.c.subject.in_(some), data_keys.c.destroyed_at.is_(None))
            names = [_named(name) for name in connection.execute(select(data_keys.c.id).where(*mine)).scalars()]
            connection.execute(update(data_keys).where(*mine).values(wrapped=None, destroyed_at=now))
            gone += len(names)
            with self._lock:
                for name in names:
                    self._by_name.pop(name, None)
            for subject in some:
                connection.info.get(_FRESH, {}).pop(subject, None)
        return gone

    def after_fork(self) -> None:
        """A child process has connections of its own."""
        self._engine.dispose(close=False)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._engine.dispose()

    def _opened(self, row: Any) -> DataKey:
        name = _named(row.id)
        return self._by_name.get(name) or self._keep(name, self._unwrap(row))

    def _read(self, name: bytes) -> DataKey | None:
        if name == bytes(_NAME):
            return self.common
        with store_errors(), self._engine.connect() as connection:
            serial = connection.execute(_NAMED, {"id": name.hex()}).scalar_one_or_none()
            first = 0 if serial is None else serial - serial % _BLOCK
            block = {"first": first, "last": first + _BLOCK - 1}
            rows = [] if serial is None else connection.execute(_BLOCK_OF, block).all()
        for row in rows:
            if row.wrapped is not None and row.subject != ROOT:
                self._keep(_named(row.id), self._unwrap(row))
        return self._by_name.get(name)

    def _keep(self, name: bytes, key: bytes) -> DataKey:
        kept = DataKey(name, AESGCM(key))
        with self._lock:
            self._by_name[name] = kept
            while len(self._by_name) > KEPT:
                self._by_name.popitem(last=False)
        return kept

    def _row(self, subject: str, name: bytes, key: bytes) -> dict[str, Any]:
        # Asked for each time: while the master key is changed a new key must not come under the old one.
        master = self._masters().newest
        return {
            "id": name.hex(),
            "subject": subject,
            "master": master.id,
            "wrapped": base64.b64encode(master.wrap(key, name.hex())).decode("ascii"),
            "created_at": datetime.now(UTC),
        }

    def _unwrap(self, row: Any) -> bytes:
        if self._seen is None or all(each.id != row.master for each in self._seen.all):
            self._seen = self._masters()
        return self._seen.named(row.master).unwrap(base64.b64decode(row.wrapped), row.id)

    # ------------------------------------------------------------ another master key

    def number(self, connection: Connection) -> int:
        """The number of the connection's transaction; those that began to write later have greater ones. On SQLite
        whoever writes waits for the one before: there is nobody to wait for."""
        return self._told(connection, _NUMBER)

    def oldest(self, connection: Connection) -> int:
        """The least number of a transaction that has written something and is open."""
        return self._told(connection, _OLDEST)

    @staticmethod
    def _told(connection: Connection, statement: TextClause) -> int:
        return int(connection.execute(statement).scalar_one()) if connection.dialect.name == "postgresql" else 0

    def rewrap(self, connection: Connection, most: int) -> int:
        """Wrap up to so many keys under the newest master key that are under an older one; how many they were."""
        master = self._masters().newest
        old = select(data_keys).where(data_keys.c.master != master.id, data_keys.c.wrapped.is_not(None))
        rows = connection.execute(old.order_by(data_keys.c.serial).limit(most).with_for_update()).all()
        for row in rows:
            wrapped = base64.b64encode(master.wrap(self._unwrap(row), row.id)).decode("ascii")
            mine = update(data_keys).where(data_keys.c.serial == row.serial, data_keys.c.wrapped == row.wrapped)
            connection.execute(mine.values(master=master.id, wrapped=wrapped))
        return len(rows)


_DERIVED: dict[tuple[bytes, str], bytes] = {}


def _derived(root: bytes, purpose: str) -> bytes:
    found = _DERIVED.get((root, purpose))
    if found is None:
        found = _DERIVED[root, purpose] = derive(root, purpose)
    return found


def _named(name: str) -> bytes:
    return bytes.fromhex(name)


def _forget_fresh(connection: Connection) -> None:
    """Of the keys made or read in a connection's transaction the next one asks anew."""
    connection.info.pop(_FRESH, None)


# ------------------------------------------------------------------
# Whose a key is.


def of_customer(customer_id: str) -> str:
    return f"customer:{customer_id}"


def of_conversation(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def of_address(token: str) -> str:
    """`token` is the address's keyed hash, as it stands in the columns."""
    return f"address:{token}"


def own(connection: Connection, subject: str, row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row, with the columns of these names to be encrypted under the subject's key."""
    ring: KeyRing | None = getattr(connection.dialect, "ring", None)
    if ring is None:
        return row
    key = ring.of(connection, subject)
    return {**row, **{name: Sealed(key, row[name]) for name in names if row.get(name) is not None}}


class SqlKeyTable:
    """`core.ports.KeyTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _ring(self) -> KeyRing:
        ring: KeyRing | None = getattr(self._connection.dialect, "ring", None)
        if ring is None:
            raise ConfigurationError("this store was opened without a master key.")
        return ring

    def keyed_hash(self, purpose: str, value: str) -> str:
        return self._ring.token(purpose, value)

    def forget(self, subject: str, now: datetime) -> bool:
        return self._ring.forget(self._connection, [subject], now) > 0

    def forget_customer(self, customer_id: str, now: datetime) -> int:
        people = {customer_id}
        while True:
            into = select(merges.c.merged_id).where(merges.c.kept_id.in_(people), merges.c.undone_at.is_(None))
            more = {*people, *self._connection.execute(into).scalars()}
            if more == people:
                break
            people = more
        theirs = select(conversations.c.id).where(conversations.c.customer_id.in_(people))
        known = union(
            select(identities.c.value).where(identities.c.customer_id.in_(people)),
            select(campaign_recipients.c.address).where(campaign_recipients.c.customer_id.in_(people)),
            select(calls.c.number).where(calls.c.conversation_id.in_(theirs)),
            select(messages.c.address).where(messages.c.conversation_id.in_(theirs), messages.c.role == Role.CUSTOMER),
        )
        # Somebody else may have spoken in their conversation. What was only claimed to be theirs is not among them.
        others = select(identities.c.value).where(
            identities.c.value.in_(known), identities.c.customer_id.not_in(people)
        )
        addresses = {*self._connection.execute(known).scalars()} - {*self._connection.execute(others).scalars()}
        subjects = [
            *map(of_customer, people),
            *map(of_conversation, self._connection.execute(theirs).scalars()),
            *(of_address(each) for each in addresses if each),
        ]
        return self._ring.forget(self._connection, subjects, now)

    def counts(self) -> Mapping[str, int]:
        by_master = select(data_keys.c.master, func.count()).where(data_keys.c.wrapped.is_not(None))
        rows = self._connection.execute(by_master.group_by(data_keys.c.master))
        return {str(master): int(count) for master, count in rows}
