"""One embedded server for all tests of the queue, emptied before each."""

from collections.abc import Iterator

import pytest
import redis
from celery import Celery

from connectors.queue import embedded
from connectors.queue.app import make_celery


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.EmbeddedQueue]:
    running = embedded.start(tmp_path_factory.mktemp("q"))
    yield running
    running.stop()


@pytest.fixture
def broker(server: embedded.EmbeddedQueue) -> Iterator[redis.Redis]:
    client = connect(server.url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def celery(server: embedded.EmbeddedQueue, broker: redis.Redis) -> Iterator[Celery]:
    application = make_celery(server.url)
    yield application
    application.close()


def connect(url: str) -> redis.Redis:
    """A plain client for a URL of the embedded server."""
    path = url.removeprefix("redis+socket://")
    return redis.Redis.from_url(url) if path == url else redis.Redis(unix_socket_path=path)
