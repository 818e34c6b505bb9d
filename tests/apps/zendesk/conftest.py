import pytest

from connectors.sql.store import SqlStore
from tests.apps.zendesk.desk import Desk
from tests.clock import Clock


@pytest.fixture
def desk(store: SqlStore, clock: Clock) -> Desk:
    return Desk(store, clock)
