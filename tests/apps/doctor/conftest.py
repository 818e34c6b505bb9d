from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.queue.embedded import EmbeddedQueue
from connectors.sql.store import SqlStore
from tests.apps.doctor.ward import Ward, ward


@pytest.fixture
def here(store: SqlStore, tmp_path: Path, queue: EmbeddedQueue) -> Iterator[Ward]:
    with ward(store, tmp_path, queue.url) as one:
        yield one
