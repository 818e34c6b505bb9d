"""`handrail up` against the sandbox's vendors: each process that it started is killed with signal 9, is back within
seconds, and the work goes on.

The usual run kills the queue before anything is ready, and `up` itself; with `--long` every process is killed while
customers write, and the web is stopped."""

import os
import re
import signal
from pathlib import Path

import pytest

from apps.demo.environment import DemoEnvironment
from apps.demo.outside import wait_for
from apps.processes import free_port
from benchmarks import machine
from tests.faults.running_up import ROOT, gone, running, vendors


@pytest.fixture
def alone(tmp_path: Path) -> DemoEnvironment:
    """An installation's settings without any vendor behind them."""
    environment = DemoEnvironment(folder=tmp_path, web_port=free_port(None, 0), sandbox_port=9, queue_url="")
    environment.toml.write_text("", encoding="utf-8")
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "zendesk.webhook_secret").write_text("s", encoding="utf-8")
    return environment


def test_a_killed_queue_is_noticed_and_back_and_a_killed_up_leaves_nothing(alone: DemoEnvironment) -> None:
    with running(alone) as up:
        wait_for("the queue", lambda: (alone.folder / "queue" / "queue.sock").exists() or None)
        wait_for("the workers", lambda: (alone.folder / "log" / "outreach.log").exists() or None)
        up.kill("queue")
        assert up.back("queue", 20) < 15
        assert re.search(
            r"^\d\d:\d\d:\d\d queue was ended by signal 9; it is started again in 0\.\d s\.$", up.said, re.M
        )
        left = machine.family(up.process.pid)
        assert len(left) > 4
        up.process.kill()
        gone(left[1:])


@pytest.mark.usefixtures("long")
def test_what_cannot_start_ends_up_with_the_reason(alone: DemoEnvironment) -> None:
    with running(alone, HANDRAIL_STYLE=str(alone.folder / "nowhere.yaml")) as up:
        assert up.process.wait(90) == 2
        assert "web failed 3 times in a row and is given up; the last time it ended with exit code 4." in up.said
        assert "nowhere.yaml" in up.said.partition("The end of")[2]
        assert not (alone.folder / "queue" / "queue.sock").exists()


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("long")
def test_whatever_is_killed_is_back_within_seconds_and_work_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    token = "xapp-fake-app-token"
    with vendors(ROOT / "var" / "test-up") as environment, running(environment, HANDRAIL_SLACK_APP_TOKEN=token) as up:
        up.wait_said("Ready after")
        up.answers_a_text()
        for name in ("queue", "web", "worker", "outreach", "slack"):
            up.kill(name)
            seconds = up.back(name, 60)
            up.answers_a_text()
            with capsys.disabled():
                print(f"{name}: back after {seconds:.1f} s")  # noqa: T201 - the figures of it
        for pid in machine.family(up.pid("web")):
            os.kill(pid, signal.SIGSTOP)
        up.wait_said("web has not answered for", 60)
        up.wait_said("web is back", 60, up.said.rindex("web has not answered for"))
        up.answers_a_text()
        assert up.process.poll() is None
        left = machine.family(up.process.pid)
        up.process.terminate()
        assert up.process.wait(40) == 0
        gone(left)
