"""What any test may ask for: a clock, an empty store, the folder with the vendors' documents."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from apps.slack.cards.renderer import SlackCards
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from tests.clock import Clock
from tests.keys import master_keys

pytest_plugins = ["tests.routes", "tests.side_by_side", "tests.stack"]

ROOT = Path(__file__).parents[1]

# Stores wait for the disk at each commit. No test takes the power away: where the memory has room, they lie there.
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own in it
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# `make fuzz`: a test that says nothing of its own sees many more examples.
settings.register_profile("long", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with this version's tables, to be copied."""
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store on SQLite. The tests of the store itself have one of each kind."""
    path = tmp_path / "store.db"
    shutil.copy(migrated, path)
    opened = SqlStore(f"sqlite:///{path}", cards=SlackCards(), keys=master_keys)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the vendors' documents and the public data: HANDRAIL_SHARED, or `shared` beside the checkout."""
    folder = Path(os.environ.get("HANDRAIL_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("there is no shared folder: set HANDRAIL_SHARED")
    return folder
