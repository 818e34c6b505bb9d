import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from connectors.queue import embedded
from core.errors import ConfigurationError


def plain_client(url: str) -> redis.Redis:
    path = url.removeprefix("redis+socket://")
    return redis.Redis.from_url(url) if path == url else redis.Redis(unix_socket_path=path)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A dead child of a dead parent may wait a moment for somebody to collect it.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_it_listens_on_a_socket_that_only_its_user_can_open(tmp_path: Path) -> None:
    queue = embedded.start(tmp_path)
    try:
        assert plain_client(queue.url).ping()
        mode = (tmp_path / "queue.sock").stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) & 0o077 == 0
    finally:
        queue.stop()


def test_it_listens_on_a_port_of_this_machine_alone(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    queue = embedded.start(tmp_path, port=port)
    try:
        assert queue.url == f"redis://127.0.0.1:{port}/0"
        assert plain_client(queue.url).config_get("bind") == {"bind": "127.0.0.1"}
    finally:
        queue.stop()


def test_a_path_too_long_for_a_socket_gives_a_port(tmp_path: Path) -> None:
    queue = embedded.start(tmp_path / ("long" * 30))
    try:
        assert queue.url.startswith("redis://127.0.0.1:")
        assert plain_client(queue.url).ping()
    finally:
        queue.stop()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_what_it_holds_outlives_it(tmp_path: Path, end: signal.Signals) -> None:
    first = embedded.start(tmp_path)
    plain_client(first.url).lpush("events", "a", "b")
    time.sleep(1.1)  # the file is written once a second
    first.process.send_signal(end)
    first.process.wait(10)
    second = embedded.start(tmp_path)
    try:
        assert plain_client(second.url).lrange("events", 0, -1) == [b"b", b"a"]
    finally:
        second.stop()


def test_a_taken_port_is_an_error_that_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigurationError, match="Address already in use"):
            embedded.start(tmp_path, port=taken.getsockname()[1])


def test_somebody_elses_server_is_not_taken_for_ours(tmp_path: Path) -> None:
    other = embedded.start(tmp_path / ("other" * 30))
    port = int(other.url.removesuffix("/0").rpartition(":")[2])
    try:
        with pytest.raises(ConfigurationError):
            embedded.start(tmp_path / "mine", port=port)
    finally:
        other.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from connectors.queue import embedded\n"
        "print(embedded.start(Path(sys.argv[1])).process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    assert is_running(server)
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    end = time.monotonic() + 5
    while is_running(server) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(server)
