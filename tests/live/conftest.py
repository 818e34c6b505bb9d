"""The local model's server, where its packages are installed (`make live`); everything here is skipped elsewhere."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
READY = 120  # seconds until the weights are joined and loaded


def interpreter() -> Path | None:
    """The Python that has the server: `HANDRAIL_LIVE_PYTHON`, or the one that `make live` set up."""
    given = os.environ.get("HANDRAIL_LIVE_PYTHON")
    place = Path(given) if given else ROOT / "var/live/bin/python"
    return place if place.exists() else None


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of the running server."""
    python = interpreter()
    if python is None:
        pytest.skip("the optional local model is not installed; `make live` does it (a gigabyte)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python), str(ROOT / "tests/live/server.py"), "--port", str(port)]
    # Its log would fill a pipe that nobody reads.
    server = subprocess.Popen([*command, "--folder", str(ROOT / "var/live/weights")], stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, server)
        yield f"{url}/v1"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.skip(f"the local model's server ended ({server.returncode}): are all its packages installed?")
        try:
            if requests.get(f"{url}/health", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.5)
    raise AssertionError("the local model's server did not get ready")
