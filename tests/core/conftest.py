import pytest

from connectors.sql.store import SqlStore
from tests.core.house import House


@pytest.fixture
def house(store: SqlStore) -> House:
    """The whole core around fakes; `store` is a fresh SQLite file."""
    return House(store)
