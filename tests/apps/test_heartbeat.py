"""The file by which a worker is known to live, and what `handrail health` says of it."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from apps.heartbeat import Heartbeat, tell_systemd


def health(folder: Path, part: str = "all", listen: str = "127.0.0.1:9") -> Result:
    return CliRunner().invoke(main, ["health", part], env={"HANDRAIL_DATA_DIR": str(folder), "HANDRAIL_LISTEN": listen})


def test_it_beats_when_its_file_was_touched_since_the_last_look(tmp_path: Path) -> None:
    worker, watcher = Heartbeat(tmp_path, "worker"), Heartbeat(tmp_path, "worker")
    assert not watcher.beats()
    worker.beat()
    assert watcher.beats()
    assert not watcher.beats()
    time.sleep(0.01)
    worker.beat()
    assert watcher.beats()


def test_a_clock_that_was_put_back_stops_no_heart(tmp_path: Path) -> None:
    worker, watcher = Heartbeat(tmp_path, "worker"), Heartbeat(tmp_path, "worker")
    worker.beat()
    watcher.beats()
    hour_ago = time.time() - 3600
    os.utime(worker.path, (hour_ago, hour_ago))
    assert watcher.beats()


def test_a_worker_that_beat_lately_is_well_and_one_that_did_not_is_not(tmp_path: Path) -> None:
    assert (health(tmp_path, "worker").exit_code, health(tmp_path, "slack").exit_code) == (1, 1)
    Heartbeat(tmp_path, "worker").beat()
    assert health(tmp_path, "worker").exit_code == 0
    assert health(tmp_path, "worker").output == "worker does its work\n"
    assert health(tmp_path, "slack").exit_code == 1
    long_ago = time.time() - 61
    os.utime(Heartbeat(tmp_path, "worker").path, (long_ago, long_ago))
    assert health(tmp_path, "worker").output == "worker has not been heard of for a minute\n"


def test_a_folder_that_cannot_be_written_ends_no_worker(tmp_path: Path) -> None:
    (tmp_path / "alive").write_text("in the way", encoding="utf-8")
    Heartbeat(tmp_path, "worker").beat()
    assert not Heartbeat(tmp_path, "worker").beats()


def test_what_containers_of_yesterday_left_is_removed(tmp_path: Path) -> None:
    mine = Heartbeat(tmp_path, "worker")
    mine.beat()
    left = mine.path.with_name("worker@3f2a1c")
    left.touch()
    os.utime(left, (0, 0))
    mine.forget_others()
    assert [each.name for each in mine.path.parent.iterdir()] == [mine.path.name]


@pytest.fixture
def web() -> Iterator[str]:
    """A web process that lives, and is slow to say that it is not ready: store, queue and names are away."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0 if self.path == "/healthz" else 6)
            self.send_response(200 if self.path == "/healthz" else 503)
            self.end_headers()
            self.wfile.write(b'{"ready": false}')

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"0.0.0.0:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_health_asks_the_web_where_this_machine_reaches_it(web: str, tmp_path: Path) -> None:
    assert health(tmp_path, "web", web).exit_code == 0
    ready = health(tmp_path, "all", web)
    assert (ready.exit_code, ready.output) == (1, '{"ready": false}\n')
    assert health(tmp_path, "web").exit_code == 1


def test_systemd_is_told_where_it_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
        tell_systemd("READY=1")
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        tell_systemd("WATCHDOG=1")
        assert systemd.recv(100) == b"WATCHDOG=1"
