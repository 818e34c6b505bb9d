"""`handrail demo`: start everything, then either leave it to the people at the page or play the story."""

import signal
import time
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from apps.demo.launch import Demo, start_demo
from apps.demo.story import tell
from apps.zendesk.assemble import BUILT_APP
from core.errors import ConfigurationError


def play(folder: Path, *, check: bool, port: int | None, web_port: int | None, app: Path = BUILT_APP) -> int:
    """Exit code: 0; with `check`, 1 when any step of the story was not seen.

    Raises:
        ConfigurationError: the sidebar, which the demo shows, is not built in the folder `app`.
    """
    if not (app / "index.html").is_file():
        raise ConfigurationError("the sidebar, which the demo shows, is not built: run `make demo`, which builds it")
    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with (
            console.status("Starting queue, sandbox, web and workers …") as status,
            start_demo(folder, web_port=web_port, sandbox_port=port) as running,
        ):
            _ready(console, running)
            if check:
                status.update("Playing the story …")
                return tell(running, console)
            status.stop()
            return _wait_until_stopped(console, running)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 0


def _ready(console: Console, running: Demo) -> None:
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in running.timings.items())
    console.print(f"Up ({parts}).")


def _wait_until_stopped(console: Console, running: Demo) -> int:
    console.print(f"Open {running.environment.sandbox_url} and play customer, agent, supervisor and admin.")
    console.print(f"Handrail itself listens on {running.environment.web_url}. Ctrl-C stops everything.")
    while (ended := running.processes.ended()) is None:
        time.sleep(0.5)
    click.echo(f"{ended.name} ended. The end of {ended.log}:\n{ended.tail()}", err=True)
    return 1


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
