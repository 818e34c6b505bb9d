from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apps.install.admin import Admin
from tests.apps.sandbox.running import Sandbox, serving


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


@pytest.fixture
def admin(tmp_path: Path, sandbox: Sandbox) -> Admin:
    admin = Admin(folder=tmp_path / "desk", sandbox=sandbox)
    admin.begin()
    return admin
