"""What attacks run against: the parts of Handrail that the other tests use, with strangers at the door."""

import pytest

from connectors.sql.store import SqlStore
from tests.clock import Clock
from tests.connectors.sql.conftest import postgresql_server as postgresql_server
from tests.core import people
from tests.core.container import Container
from tests.webhooks.receiving import Receivers


@pytest.fixture
def receivers(store: SqlStore, clock: Clock) -> Receivers:
    return Receivers(store, clock)


@pytest.fixture
def container(store: SqlStore) -> Container:
    """With a conversation that was answered."""
    made = Container(store)
    with store.begin() as unit:
        unit.customers.save(people.customer())
    made.text("Where is my parcel?")
    made.drain()
    return made
