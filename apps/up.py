"""`handrail up`: queue, web and workers for real accounts on one machine."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from apps.bootstrap import Container, queue_server
from apps.heartbeat import SILENT, Heartbeat, tell_systemd
from apps.processes import LOADING, Processes, answers, check_listen, local_url, lock_folder, responds
from apps.progress import watch_progress
from apps.server import when_the_store_is_there
from apps.settings import Settings, settings_here
from apps.supervisor import Child, Supervisor
from core.knowledge.library import Step, Watch

if TYPE_CHECKING:
    from apps.bootstrap import QueueServer


def up_here() -> None:
    """Queue (unless a URL is set), web and workers until Ctrl-C; a child that ends is started again."""
    settings = settings_here()
    with lock_folder(settings.data_dir / "up.lock", "Handrail"):
        _run(settings)


def _run(settings: Settings) -> None:
    check_listen(settings.listen)
    container = Container(settings)
    when_the_store_is_there(container.migrate)
    # As a machine stops it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    supervisor = Supervisor(Processes(settings.data_dir / "log"), say, heartbeat=lambda: tell_systemd("WATCHDOG=1"))
    with supervisor:
        try:
            began = time.monotonic()
            click.echo(f"Starting on {settings.listen}; logs in {settings.data_dir / 'log'}. Ctrl-C stops it.")
            with watch_progress(Console(stderr=True, highlight=False)) as watch:
                _start_all(supervisor, settings, container.queue_answers, watch)
            click.echo(f"Ready after {time.monotonic() - began:.0f} s.")
            tell_systemd("READY=1")
            supervisor.done.wait()
        except KeyboardInterrupt:
            click.echo("Stopping.")
            return
    click.echo(supervisor.reason, err=True)
    sys.exit(1)


def _start_all(supervisor: Supervisor, settings: Settings, queue_answers: Callable[[], bool], watch: Watch) -> None:
    """Start all of them and wait until they do their work."""
    env = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    if settings.embedded_queue:
        queue = start_queue(supervisor, settings.data_dir / "queue", env)
        queue_answers, env["HANDRAIL_QUEUE_URL"] = queue.answers, queue.url
        supervisor.wait_for("queue", queue.answers)
    web = local_url(settings.listen)
    start_parts(supervisor, env, web, settings.data_dir, queue_answers, slack=bool(settings.slack.app_token))
    for what, path in (("web", "healthz"), (LOADING, "readyz")):
        watch(Step(source=what, done=0))
        supervisor.wait_for(what, partial(answers, f"{web}/{path}"))


def start_queue(supervisor: Supervisor, folder: Path, env: Mapping[str, str]) -> "QueueServer":
    """The embedded queue, which the others need to the end."""
    queue = queue_server(folder)
    supervisor.start(Child(name="queue", command=queue.command, env=env, answers=queue.answers, last=True))
    return queue


def start_parts(
    supervisor: Supervisor,
    env: Mapping[str, str],
    web_url: str,
    data_dir: Path,
    queue_answers: Callable[[], bool],
    *,
    slack: bool = False,
) -> None:
    """Web and workers, each supervised by what it answers."""
    command = (sys.executable, "-m", "apps.cli")
    supervisor.start(
        Child(name="web", command=(*command, "web"), env=env, answers=partial(responds, f"{web_url}/healthz"))
    )
    more = {"slack": ("worker", "--slack")} if slack else {}
    for name, words in ({"worker": ("worker",), "outreach": ("worker", "--outreach")} | more).items():
        heartbeat = Heartbeat(data_dir, name)
        supervisor.start(
            Child(
                name=name,
                command=(*command, *words),
                env=env,
                # Without a queue it waits for it, and is silent.
                answers=lambda heartbeat=heartbeat: heartbeat.beats() or not queue_answers(),  # type: ignore[misc]
                patience=SILENT.total_seconds(),
            )
        )


def say(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)
