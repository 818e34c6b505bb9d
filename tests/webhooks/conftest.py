import pytest

from connectors.sql.store import SqlStore
from tests.clock import Clock
from tests.webhooks.receiving import Receivers


@pytest.fixture
def receivers(store: SqlStore, clock: Clock) -> Receivers:
    return Receivers(store, clock)
