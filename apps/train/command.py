"""`handrail train`: the demo with exercises on its page, and how everybody did."""

import json
import logging
import signal
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
import requests
from rich.console import Console

from apps.demo.outside import NotSeenError, Outside
from apps.progress import watch_progress
from apps.train.coach import Coach, EvidenceReader
from apps.train.exercises import read_exercises
from apps.train.results import as_object, lines, read_results
from core.errors import TransientError

if TYPE_CHECKING:
    from apps.demo.launch import Demo

log = logging.getLogger("handrail.train")

TURN = 0.5  # seconds between two looks


def report_results(folder: Path, *, as_json: bool) -> int:
    """Print how everybody did. Exit code 0."""
    results = read_results(folder)
    told = json.dumps(as_object(results)) if as_json else "\n".join(lines(results, len(read_exercises())))
    click.echo(told)
    return 0


def practise(folder: Path, *, port: int | None, web_port: int | None) -> int:
    """Everything up, and a coach beside it until Ctrl+C. Exit code 0, or 1 when a part of it ended."""
    from apps.demo.launch import start_demo

    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, _interrupt)
    exercises = read_exercises()
    try:
        with ExitStack() as stack:
            with watch_progress(console) as watch:
                running = stack.enter_context(start_demo(folder, web_port=web_port, sandbox_port=port, watch=watch))
            address = running.environment.sandbox_url
            console.print(
                f"Open {address}, choose who you are at “Signed in as”, and start an exercise at the top.",
                soft_wrap=True,
            )
            console.print(f"{len(exercises)} exercises; results are kept in {folder}. Ctrl+C ends it.")
            coach = coach_of(running, folder)
            while not running.supervisor.done.wait(TURN):
                _turn(coach)
            click.echo(running.supervisor.reason, err=True)
            return 1
    except KeyboardInterrupt:
        console.print("Stopped. handrail train --report tells how everybody did.")
        return 0


def coach_of(running: "Demo", folder: Path) -> Coach:
    """The coach of a demo that runs; what it finds is kept in the folder."""
    from apps.bootstrap import now

    outside = Outside(environment=running.environment)
    witness = EvidenceReader(outside=outside, store=running.container.store)
    return Coach(outside=outside, witness=witness, exercises=read_exercises(), folder=folder, now=now)


def _turn(coach: Coach) -> None:
    """A vendor may be made to fail at the page; the coach tries again at its next turn."""
    try:
        coach.turn()
    except (requests.RequestException, NotSeenError, TransientError) as error:
        log.warning("the coach could not look: %s", error)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
