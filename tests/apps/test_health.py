import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from apps.bootstrap import Container
from apps.health import KEPT_FOR, Found, Readiness, health
from apps.settings import read_settings
from connectors.queue.embedded import EmbeddedQueue
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
    ("down", "checks", "why"),
    [
        (
            {"queue_is_there": False},
            {"store": True, "queue": False, "workers": False},
            {
                "queue": "the queue's server does not answer",
                "workers": "they cannot be asked without the queue",
            },
        ),
        ({"workers_there": 0}, {"store": True, "queue": True, "workers": False}, {"workers": "no worker answers"}),
    ],
)
def test_it_is_not_ready_without_one_of_them_and_says_which(
    container: QuietContainer, down: dict[str, object], checks: dict[str, bool], why: dict[str, str]
) -> None:
    container.__dict__.update(down)
    answer = asked(container).get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"ready": False, "checks": checks, "why": why}


def test_a_host_that_is_not_found_is_told_and_webhooks_are_taken_all_the_same(container: QuietContainer) -> None:
    container.__dict__["hosts_lost"] = ("larkfield.zendesk.com",)
    answer = asked(container).get("/readyz")
    assert (answer.status_code, answer.get_json()["ready"]) == (200, True)
    assert answer.get_json()["why"] == {"names": "the name larkfield.zendesk.com is not found: is the DNS reached?"}


def test_a_store_that_cannot_be_opened_is_not_ready(container: QuietContainer, tmp_path: Path) -> None:
    container.store.close()
    container.__dict__["store"] = SqlStore(f"sqlite:///{tmp_path / 'folder'}")
    (tmp_path / "folder").mkdir()
    answer = asked(container).get("/readyz")
    assert (answer.status_code, answer.get_json()["checks"]["store"]) == (503, False)


def real_container(folder: Path, queue_url: str) -> Container:
    made = Container(read_settings(environ(folder) | {"HANDRAIL_QUEUE_URL": queue_url}))
    made.open_store()
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


READY = Found(checks={"store": True}, why={})


def test_however_many_ask_one_of_them_looks_and_the_others_do_not_wait() -> None:
    looks: list[float] = []
    begun, over = Event(), Event()

    def look() -> Found:
        looks.append(time.monotonic())
        begun.set()
        assert over.wait(10)
        return READY

    readiness = Readiness(look)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(readiness.tell)
        assert begun.wait(10)
        meanwhile = [readiness.tell() for _ in range(50)]
        over.set()
        assert first.result() == READY
    assert {each.ready for each in meanwhile} == {False}
    assert [readiness.tell() for _ in range(50)] == [READY] * 50
    assert len(looks) == 1


def test_what_was_found_is_told_for_a_while_and_then_looked_at_anew() -> None:
    found = iter([READY, Found()])
    readiness = Readiness(lambda: next(found))
    assert [readiness.tell().ready for _ in range(3)] == [True] * 3
    time.sleep(KEPT_FOR)
    assert readiness.tell().ready is False


def test_a_look_that_fails_is_not_the_last_one() -> None:
    found: Iterator[Found | Exception] = iter([ZeroDivisionError(), READY])

    def look() -> Found:
        one = next(found)
        if isinstance(one, Exception):
            raise one
        return one

    readiness = Readiness(look)
    with pytest.raises(ZeroDivisionError):
        readiness.tell()
    assert readiness.tell() == READY


def test_many_who_ask_have_the_store_written_to_once(container: QuietContainer) -> None:
    asks = asked(container)
    writes: list[str] = []

    def note(*told: object) -> None:
        writes.extend(str(each) for each in told if "cursors" in str(each) and not str(each).startswith("SELECT"))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert {asks.get("/readyz").status_code for _ in range(20)} == {200}
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(writes) == 1
