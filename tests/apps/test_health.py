import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from apps.bootstrap import Container
from apps.health import health
from apps.settings import read_settings
from connectors.queue.embedded import EmbeddedQueue
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from tests.apps.container import QuietContainer, environ, quiet_container


def asked(container: Container) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(health(container))
    return app.test_client()


@pytest.fixture
def container(store: SqlStore, tmp_path: Path) -> Iterator[QuietContainer]:
    made = quiet_container(store, tmp_path)
    yield made
    made.store.close()


def test_a_process_that_is_up_says_so_whatever_else_is_down(container: QuietContainer) -> None:
    container.__dict__.update(queue_is_there=False, workers_there=0)
    answer = asked(container).get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_it_is_ready_when_store_queue_and_workers_answer(container: QuietContainer) -> None:
    answer = asked(container).get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"ready": True, "checks": {"store": True, "queue": True, "workers": True}}


@pytest.mark.parametrize(
    ("down", "checks"),
    [
        ({"queue_is_there": False}, {"store": True, "queue": False, "workers": False}),
        ({"workers_there": 0}, {"store": True, "queue": True, "workers": False}),
    ],
)
def test_it_is_not_ready_without_one_of_them_and_says_which(
    container: QuietContainer, down: dict[str, object], checks: dict[str, bool]
) -> None:
    container.__dict__.update(down)
    answer = asked(container).get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"ready": False, "checks": checks}


def test_a_store_that_cannot_be_opened_is_not_ready(container: QuietContainer, tmp_path: Path) -> None:
    container.store.close()
    container.__dict__["store"] = SqlStore(f"sqlite:///{tmp_path / 'folder'}")
    (tmp_path / "folder").mkdir()
    answer = asked(container).get("/readyz")
    assert (answer.status_code, answer.get_json()["checks"]["store"]) == (503, False)


def real_container(folder: Path, queue_url: str) -> Container:
    made = Container(read_settings(environ(folder) | {"HANDRAIL_QUEUE_URL": queue_url}))
    upgrade(made.settings.store_url)
    return made


def test_a_queue_without_workers_is_told_apart_from_no_queue(tmp_path: Path, queue: EmbeddedQueue) -> None:
    container = real_container(tmp_path, queue.url)
    checks = asked(container).get("/readyz").get_json()["checks"]
    assert checks == {"store": True, "queue": True, "workers": False}
    container.celery.close()
    container.store.close()


def test_a_queue_that_is_away_is_noticed_soon(tmp_path: Path) -> None:
    container = real_container(tmp_path, f"redis+socket://{tmp_path / 'nobody.sock'}")
    began = time.monotonic()
    answer = asked(container).get("/readyz")
    assert (answer.status_code, time.monotonic() - began < 5) == (503, True)
    assert answer.get_json()["checks"] == {"store": True, "queue": False, "workers": False}
    container.celery.close()
    container.store.close()
