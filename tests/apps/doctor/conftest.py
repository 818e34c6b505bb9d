import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.bootstrap import enacter, now
from apps.policy_file import read_text
from connectors.queue.embedded import EmbeddedQueue
from connectors.sql.store import SqlStore
from tests.apps.doctor.ward import Ward, ward


@pytest.fixture(scope="session")
def migrated(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo's policy is in force already: its examples are tried once, and not for each test."""
    path = tmp_path_factory.mktemp("begun") / "begun.db"
    shutil.copy(migrated, path)
    begun = SqlStore(f"sqlite:///{path}")
    enacter(begun, now).start(read_text(Path("apps/demo/policy.yaml")))
    begun.close()
    return path


@pytest.fixture
def here(store: SqlStore, tmp_path: Path, queue: EmbeddedQueue) -> Iterator[Ward]:
    with ward(store, tmp_path, queue.url) as one:
        yield one
