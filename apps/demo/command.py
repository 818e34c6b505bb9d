"""`handrail demo`: start everything, then either leave it to the people at the page or play the story."""

import logging
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click
import requests
from rich.console import Console

from apps.bootstrap import now
from apps.demo.launch import Demo, start_demo
from apps.demo.outside import NotSeenError, Outside
from apps.demo.story import tell
from apps.demo.team import Team
from apps.progress import watch_progress
from apps.zendesk.assemble import BUILT_APP
from core.errors import ConfigurationError, TransientError
from core.model.lesson import ProposalState, best

TURN = 1.0  # seconds between two looks at what the people at the page wish
log = logging.getLogger("handrail.demo")


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
        with ExitStack() as stack:
            with watch_progress(console) as watch:
                running = stack.enter_context(start_demo(folder, web_port=web_port, sandbox_port=port, watch=watch))
            _ready(console, running)
            return tell(running, console) if check else _wait_until_stopped(console, running)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 0


def _ready(console: Console, running: Demo) -> None:
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in running.timings.items())
    console.print(f"Up ({parts}).", soft_wrap=True)


def _wait_until_stopped(console: Console, running: Demo) -> int:
    console.print(f"Open {running.environment.sandbox_url} and play customer, agent, supervisor and admin.")
    console.print(f"Handrail itself listens on {running.environment.web_url}. Ctrl-C stops everything.")
    team = Team(outside=Outside(environment=running.environment), look=lambda: look_for_lessons(running))
    while not running.supervisor.done.wait(TURN):
        _turn(team)
    click.echo(running.supervisor.reason, err=True)
    return 1


def look_for_lessons(running: Demo) -> Sequence[str]:
    """As every night; the titles of all that is proposed, the best first."""
    container = running.container
    container.lessons.find(now())
    with container.store.read() as unit:
        return [each.title for each in best(unit.proposals.listed(ProposalState.OPEN))]


def _turn(team: Team) -> None:
    """A vendor may be made to fail at the page; the team listens again at its next turn."""
    try:
        team.turn()
    except (requests.RequestException, NotSeenError, TransientError) as error:
        log.warning("the team could not go on: %s", error)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
