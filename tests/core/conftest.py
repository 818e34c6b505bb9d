import pytest

from connectors.sql.store import SqlStore
from tests.core.container import Container


@pytest.fixture
def container(store: SqlStore) -> Container:
    """The whole core around fakes; `store` is a fresh SQLite file."""
    return Container(store)
