from collections.abc import Iterator

import pytest

from tests.apps.sandbox.running import Sandbox, serving


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running
