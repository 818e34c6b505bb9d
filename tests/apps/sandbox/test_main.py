"""The process itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from apps.sandbox.main import main


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment_for(port: int) -> dict[str, str]:
    seed = str(Path(__file__).with_name("small_company"))
    return {**os.environ, "SANDBOX_PORT": str(port), "SANDBOX_SEED": seed}


def test_it_serves_on_its_port_and_stops_when_told() -> None:
    port = free_port()
    environment = environment_for(port)
    process = subprocess.Popen([sys.executable, "-m", "apps.sandbox.main"], env=environment)
    try:
        _await_health(port)
        assert requests.get(f"http://127.0.0.1:{port}/slack/api/api.test", timeout=5).json() == {"ok": True}
        drop = {"slack": {"lost": 1}}
        requests.put(f"http://127.0.0.1:{port}/sandbox/api/faults", json=drop, timeout=5)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/slack/api/api.test", timeout=5)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def _await_health(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the sandbox did not come up")


def test_a_bad_setting_stops_the_start_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PORT", "many")
    with pytest.raises(SystemExit, match="The sandbox cannot start"):
        main()
