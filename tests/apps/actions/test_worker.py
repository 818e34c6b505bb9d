"""`handrail actions run` through a real queue: a worker process of its own takes the hint, and does it once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.queue import embedded
from connectors.queue.app import EFFECTS, EVENTS
from core.model.action import RunState
from tests.apps.actions.conftest import BY, ORDER, ROOT, TICKET, Office, handrail
from tests.apps.sandbox.running import wait_until

RUN = ("run", "cancel_order", "--customer", "sam@example.com", "--set", f"order={ORDER}", "--ticket", TICKET, *BY)


@pytest.fixture
def queue(office: Office, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The installation's queue, and vendors for its worker."""
    settings = office.sandbox.world.settings
    running = embedded.start(tmp_path_factory.mktemp("q"))  # a socket's path is short
    for name, value in {
        "QUEUE_URL": running.url,
        "ZENDESK_SUBDOMAIN": "larkfield",
        "ZENDESK_EMAIL": settings.zendesk_email,
        "ZENDESK_TOKEN": settings.zendesk_token,
        "ZENDESK_URL": f"{office.sandbox.url}/zendesk",
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_URL": f"{office.sandbox.url}/twilio",
        "TWILIO_SMS_NUMBER": "+15005550006",
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_URL": f"{office.sandbox.url}/slack/api/",
        **dict.fromkeys(("API_KEY", "SESSION_SECRET", "ZENDESK_WEBHOOK_SECRET", "SLACK_SIGNING_SECRET"), "fake" * 12),
        "PUBLIC_URL": "https://desk.example.com",
    }.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", value)
    yield
    running.stop()


@contextmanager
def worker(folder: Path) -> Iterator[None]:
    """The worker of `handrail worker` in a process of its own; without a schedule, so that nothing but the queue tells
    it, and without a child, in which it would load its models first."""
    arguments = ["worker", "--pool=solo", f"--queues={EVENTS},{EFFECTS}", "--without-gossip", "--without-mingle"]
    start = f"from apps.worker import from_environment; from_environment().worker_main({arguments})"
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", start],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.timeout(180)
def test_a_worker_process_does_it_once_and_the_command_tells_what_came_of_it(
    office: Office, queue: None, tmp_path: Path
) -> None:
    with worker(tmp_path):
        told = handrail(*RUN, "--yes", "--wait", "60")
    assert told.exit_code == 0, told.output + (tmp_path / "worker.log").read_text(encoding="utf-8")
    assert "was done, and the system was read back" in told.stdout
    assert ([run.state for run in office.runs], office.journal) == ([RunState.DONE], ["order.cancel"])


@pytest.mark.timeout(180)
def test_what_no_worker_took_waits_in_the_queue_for_one(office: Office, queue: None, tmp_path: Path) -> None:
    told = handrail(*RUN, "--yes", "--wait", "0")
    assert (told.exit_code, [run.state for run in office.runs], office.journal) == (3, [RunState.READY], [])
    with worker(tmp_path):
        wait_until(lambda: [run.state for run in office.runs] == [RunState.DONE], 60)
    assert office.journal == ["order.cancel"]
