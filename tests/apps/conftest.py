from collections.abc import Iterator

import pytest

from connectors.queue.embedded import EmbeddedQueue, start


@pytest.fixture(scope="session")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedQueue]:
    """A running embedded queue, the same for all tests."""
    running = start(tmp_path_factory.mktemp("q"))
    yield running
    running.stop()
