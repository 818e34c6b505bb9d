from concurrent.futures import ThreadPoolExecutor

from connectors.sql.store import SqlStore


def test_what_was_taken_is_added_up_and_can_be_given_back(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.spend.spent("day") == 0
        assert unit.spend.take("day", 700, None)
        assert unit.spend.take("day", -200, None)
    with store.read() as unit:
        assert unit.spend.spent("day") == 500


def test_nothing_is_taken_past_the_limit(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.spend.take("day", 900, 1000)
        assert not unit.spend.take("day", 101, 1000)
        assert unit.spend.take("day", 100, 1000)
        assert unit.spend.spent("day") == 1000


def test_two_who_ask_at_once_do_not_both_get_the_last_coin(store: SqlStore) -> None:
    def take(_: int) -> bool:
        with store.begin() as unit:
            return unit.spend.take("day", 10, 55)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == 5
    with store.read() as unit:
        assert unit.spend.spent("day") == 50
