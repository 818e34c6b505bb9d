"""`handrail train`: the demo with exercises on its page, and how everybody did."""

import json
import logging
import signal
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
import requests
from rich.console import Console

from apps.demo.outside import NotSeenError, Outside
from apps.train.coach import Coach
from apps.train.evidence import Witness
from apps.train.exercises import read_exercises
from apps.train.results import as_object, lines, read
from core.errors import TransientError

if TYPE_CHECKING:
    from apps.demo.launch import Demo

log = logging.getLogger("handrail.train")

TURN = 0.5  # seconds between two looks


def reported(folder: Path, *, as_json: bool) -> int:
    """Print how everybody did. Exit code 0."""
    results = read(folder)
    told = json.dumps(as_object(results)) if as_json else "\n".join(lines(results, len(read_exercises())))
    click.echo(told)
    return 0


def practise(folder: Path, *, port: int | None, web_port: int | None) -> int:
    """Everything up, and a coach beside it until Ctrl+C. Exit code 0, or 1 when a part of it ended."""
    from apps.demo.launch import demo

    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, _interrupt)
    exercises = read_exercises()
    try:
        with (
            console.status("Starting queue, sandbox, web and workers …") as status,
            demo(folder, web_port=web_port, sandbox_port=port) as running,
        ):
            status.stop()
            address = running.environment.sandbox_url
            console.print(
                f"Open {address}, choose who you are at “Signed in as”, and start an exercise at the top.",
                soft_wrap=True,
            )
            console.print(f"{len(exercises)} exercises; results are kept in {folder}. Ctrl+C ends it.")
            coach = coach_of(running, folder)
            while (ended := running.processes.ended()) is None:
                _turn(coach)
                time.sleep(TURN)
            click.echo(f"{ended.name} ended. The end of {ended.log}:\n{ended.tail()}", err=True)
            return 1
    except KeyboardInterrupt:
        console.print("Stopped. handrail train --report tells how everybody did.")
        return 0


def coach_of(running: "Demo", folder: Path) -> Coach:
    """The coach of a demo that runs; what it finds is kept in the folder."""
    from apps.bootstrap import now

    outside = Outside(environment=running.environment)
    witness = Witness(outside=outside, store=running.container.store)
    return Coach(outside=outside, witness=witness, exercises=read_exercises(), folder=folder, now=now)


def _turn(coach: Coach) -> None:
    """A vendor may be made to fail at the page; the coach tries again at its next turn."""
    try:
        coach.turn()
    except (requests.RequestException, NotSeenError, TransientError) as error:
        log.warning("the coach could not look: %s", error)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
