"""What was stored in clear is encrypted in portions, however often that is broken off."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from connectors.sql.columns import HASHED, SEALED, Masked, Private, Token
from connectors.sql.encrypting import CHAINED, encrypt_old_rows
from connectors.sql.private import SEALED_BESIDE, WHOSE
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from connectors.sql.tables import erased_effects, metadata, outbox
from core.execute.settle import settle_sent
from core.govern.audit import Audit
from core.model.helpdesk import Receipt
from core.model.outbound import EffectState
from tests.connectors.sql.samples import NOW, effect
from tests.keys import master_keys

HERE = Path(__file__).parent


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A store that an earlier Handrail wrote, with this version's tables."""
    connection = sqlite3.connect(tmp_path / "kept.db")
    connection.executescript((HERE / "store_0034.sql").read_text(encoding="utf-8"))
    connection.close()
    upgrade(f"sqlite:///{tmp_path}/kept.db")
    return f"sqlite:///{tmp_path}/kept.db"


def opened(url: str, *, keys: bool) -> Iterator[SqlStore]:
    store = SqlStore(url, keys=master_keys if keys else None)
    yield store
    store.close()


def in_words(store: SqlStore) -> dict[str, list[tuple[object, ...]]]:
    """All that is private, as it is read; of an address that is hashed, the address."""
    found = {}
    with store.read() as unit:
        for table in WHOSE:
            private = [c for c in table.c if isinstance(c.type, Private) and not c.name.endswith(SEALED_BESIDE)]
            addresses = [c for c in table.c if isinstance(c.type, Token)]
            key = [c for c in table.primary_key if c not in addresses]
            rows = unit.connection.execute(select(*key, *private, *addresses, *_beside(table)).order_by(*key)).all()
            told = [
                (
                    *row[: len(key) + len(private)],
                    *(row._mapping[c.name + SEALED_BESIDE] or row._mapping[c.name] for c in addresses),
                )
                for row in rows
            ]
            found[table.name] = sorted(told, key=str)
    return found


def _beside(table: object) -> list[object]:
    return [c for c in table.c if c.name.endswith(SEALED_BESIDE)]  # type: ignore[attr-defined]


def in_clear(path: Path) -> list[str]:
    """The private columns of the file in which something stands in clear."""
    connection = sqlite3.connect(path)
    found = []
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Private | Token) and not isinstance(column.type, Masked):
                begins = HASHED if isinstance(column.type, Token) else SEALED
                rows = connection.execute(f'SELECT "{column.name}" FROM "{table.name}"')  # noqa: S608 - ours
                found += [f"{table.name}.{column.name}" for (value,) in rows if value and not value.startswith(begins)]
    connection.close()
    return sorted(set(found))


def test_an_older_store_reads_the_same_once_it_is_encrypted(kept: str, tmp_path: Path) -> None:
    (before,) = (in_words(store) for store in opened(kept, keys=False))
    assert in_clear(tmp_path / "kept.db")
    for store in opened(kept, keys=True):
        done = dict(encrypt_old_rows(store))
        assert done["messages"]
        assert in_words(store) == before
        assert list(encrypt_old_rows(store)) == []
    assert in_clear(tmp_path / "kept.db") == []


def test_it_may_be_broken_off_after_any_portion(kept: str, tmp_path: Path) -> None:
    (before,) = (in_words(store) for store in opened(kept, keys=False))
    portions = 0
    while True:
        for store in opened(kept, keys=True):
            done = next(encrypt_old_rows(store, 1), None)
        if done is None:
            break
        portions += 1
    assert portions > 15
    for store in opened(kept, keys=True):
        assert in_words(store) == before
    assert in_clear(tmp_path / "kept.db") == []


def test_customers_of_an_older_store_are_found_by_name_and_address(kept: str) -> None:
    (before,) = (in_words(store) for store in opened(kept, keys=False))
    for store in opened(kept, keys=True):
        list(encrypt_old_rows(store))
        with store.read() as unit:
            for name, words in before["customers"]:
                assert name in {each.id for each in unit.customers.find_by_name(str(words)[:5], 100)}


def test_a_ledger_that_does_not_fit_is_tried_again_at_each_start(kept: str, tmp_path: Path) -> None:
    def spoil(said: str, better: str) -> None:
        connection = sqlite3.connect(tmp_path / "kept.db")
        connection.execute("UPDATE ledger SET facts = replace(facts, ?, ?) WHERE serial = 1", (said, better))
        connection.commit()
        connection.close()

    def chained() -> bool:
        for store in opened(kept, keys=True):
            list(encrypt_old_rows(store))
            with store.read() as unit:
                done = unit.cursors.get(CHAINED) is not None
        return done

    spoil("{", "{ ")
    assert not chained()
    spoil("{ ", "{")
    assert chained()


@pytest.mark.parametrize("portion", [1, 500])
def test_the_digests_of_what_an_older_version_sent_are_keyed_and_still_proved(kept: str, portion: int) -> None:
    """One of them was purged by that version, which kept its digest as it was."""
    sent = [effect(f"reply:old_{number}") for number in range(3)]
    for store in opened(kept, keys=False):
        with store.begin() as unit:
            for each in sent:
                assert unit.outbox.add(each)
                unit.outbox.claim(each.id, NOW)
                unit.outbox.mark(each.id, EffectState.SENT, NOW, vendor_ref=f"ref:{each.id}")
                settle_sent(unit, each, Receipt(ref=f"ref:{each.id}"), NOW)
            unit.connection.execute(outbox.delete().where(outbox.c.id == sent[0].id))
            gone = {"effect_id": sent[0].id, "digest": sent[0].digest, "erasure_id": "er_1"}
            unit.connection.execute(erased_effects.insert().values(gone))
            before = unit.ledger.last()
    for store in opened(kept, keys=True):
        list(encrypt_old_rows(store, portion))
        with store.read() as unit:
            rows = unit.connection.execute(select(outbox.c.digest)).scalars().all()
            told = [record.said for record in unit.ledger.records(0, 1000) if record.said.get("digest")]
            faults = list(Audit(unit=unit, standing_of=lambda _: frozenset({"auto.reply"})).faults())
        assert rows
        assert all(each.startswith("h1:") for each in (*rows, *(said["digest"] for said in told)))
        assert not [each.text for each in faults if each.effect in {each.id for each in sent} and "row" in each.text]
        assert not [each.text for each in faults if "chain" in each.text]
        assert before is not None
        with store.begin() as unit:
            unit.connection.execute(outbox.update().where(outbox.c.id == sent[1].id).values(digest="0" * 64))
            unit.connection.execute(erased_effects.update().values(digest="0" * 64))
        with store.read() as unit:
            audit = Audit(unit=unit, standing_of=lambda _: frozenset({"auto.reply"}))
            wrong = {each.effect for each in audit.faults() if "row in the outbox is gone" in each.text}
        assert wrong == {sent[0].id}
