from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connectors.sql.store import SqlSignIns, SqlStore
from core.sweep import KEPT, sweep
from tests.clock import NOW
from tests.core.fakes import FakePublisher

ENDS = NOW + timedelta(minutes=2)


def used(store: SqlStore, jti: str = "jti-1") -> bool:
    return SqlSignIns(store).use(jti, ENDS)


def test_a_token_is_used_once(store: SqlStore) -> None:
    assert [used(store), used(store), used(store, "jti-2")] == [True, False, True]


def test_of_many_at_once_one_wins(store: SqlStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: used(store), range(16))) == [False] * 15 + [True]


def test_a_token_may_be_of_any_length_and_any_characters(store: SqlStore) -> None:
    for token in ("x" * 100_000, "\x00", "half an emoji \ud83d", "' OR 1=1 --"):
        assert [used(store, token), used(store, token)] == [True, False]


def test_only_what_has_expired_is_forgotten(store: SqlStore) -> None:
    used(store)
    with store.begin() as unit:
        assert unit.sign_ins.forget(ENDS) == 0
        assert unit.sign_ins.forget(ENDS + timedelta(seconds=1)) == 1
    assert used(store)


def test_the_sweep_forgets_what_can_open_nothing_any_more(store: SqlStore) -> None:
    used(store)
    sweep(store, FakePublisher(), ENDS + KEPT)
    assert not used(store)
    sweep(store, FakePublisher(), ENDS + KEPT + timedelta(seconds=1))
    assert used(store)


def test_what_comes_after_waits_for_the_disk_again(sqlite_url: str) -> None:
    store = SqlStore(sqlite_url, pool_size=1)
    used(store)
    with store.begin() as unit:
        assert unit.connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
    store.close()


def test_a_transaction_that_fails_uses_nothing(store: SqlStore) -> None:
    def fail() -> None:
        with store.begin_lightly() as unit:
            unit.sign_ins.use("jti-1", ENDS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert used(store)
