"""`handrail up`: queue, web and workers for real accounts on one machine."""

import os
import signal
import sys
import time

import click

from apps.bootstrap import Container, embedded_queue
from apps.demo.processes import Processes, answers, check_listen, lock_folder
from apps.settings import settings_here


def up_here() -> None:
    """Queue (unless a URL is set), web and workers until Ctrl-C; a child that ends takes the others down."""
    settings = settings_here()
    lock = lock_folder(settings.data_dir / "up.lock", "Handrail")
    check_listen(settings.listen)
    Container(settings).migrate()
    env = dict(os.environ)
    # As a machine stops it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    queue = embedded_queue(settings.data_dir / "queue") if settings.embedded_queue else None
    if queue is not None:
        env["HANDRAIL_QUEUE_URL"] = queue.url
    processes = Processes(settings.data_dir / "log")
    command = [sys.executable, "-m", "apps.cli"]
    try:
        processes.start("web", [*command, "web"], env)
        processes.start("worker", [*command, "worker"], env)
        processes.start("outreach", [*command, "worker", "--outreach"], env)
        if settings.slack.app_token:
            processes.start("slack", [*command, "slack-socket"], env)
        click.echo(f"Starting on {settings.listen}; logs in {settings.data_dir / 'log'}. Ctrl-C stops it.")
        _ready(processes, settings.listen)
        while (ended := processes.ended()) is None:
            time.sleep(0.5)
        click.echo(f"{ended.name} ended. The end of its log:\n{ended.tail()}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopping.")
    finally:
        processes.stop()
        if queue is not None:
            queue.stop()
        lock.close()


def _ready(processes: Processes, listen: str) -> None:
    """Wait until both answer, or one has ended, and say so."""
    began = time.monotonic()
    port = listen.rpartition(":")[2]
    while processes.ended() is None:
        if answers(f"http://127.0.0.1:{port}/readyz"):
            click.echo(f"Ready after {time.monotonic() - began:.0f} s.")
            return
        time.sleep(0.5)
