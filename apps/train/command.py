"""`handrail train`: the demo with exercises on its page, and how everybody did."""

import json
import logging
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
import requests
from rich.console import Console

from apps.demo.outside import NotSeenError, Outside
from apps.progress import watch_progress
from apps.train.coach import Coach, EvidenceReader
from apps.train.exercises import Exercise, read_exercises
from apps.train.results import as_object, lines, read_results
from apps.train.scoring import ReplyScorer
from core.answer.style_changes import CURSOR as STYLE_CHANGES
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


def practise(folder: Path, *, own: bool, port: int | None, web_port: int | None) -> int:
    """Everything up, and a coach beside it until Ctrl+C. Exit code 0, or 1 when a part of it ended."""
    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with ExitStack() as stack:
            place = stack.enter_context(own_place(folder) if own else nullcontext(Place(read_exercises())))
            with watch_progress(console) as watch:
                demo = place.start(folder, web_port=web_port, sandbox_port=port, watch=watch)
                running = stack.enter_context(demo)
            address = running.environment.sandbox_url
            console.print(
                f"Open {address}, choose who you are at “Signed in as”, and start an exercise at the top.",
                soft_wrap=True,
            )
            count = len(place.exercises)
            told = f"{count} of your own matters" if own else f"{count} exercises"
            console.print(f"{told}; results are kept in {folder}. Ctrl+C ends it.")
            coach = coach_of(running, folder, place.exercises)
            while not running.supervisor.done.wait(TURN):
                _turn(coach)
            click.echo(running.supervisor.reason, err=True)
            return 1
    except KeyboardInterrupt:
        console.print("Stopped. handrail train --report tells how everybody did.")
        return 0


@dataclass(frozen=True, slots=True)
class Place:
    """What is practised, and how the place for it is started: as the demo is, but for what is `given`."""

    exercises: Sequence[Exercise]
    given: Mapping[str, Any] = field(default_factory=dict)
    style_changes: str = ""

    @contextmanager
    def start(self, folder: Path, **more: Any) -> "Iterator[Demo]":
        from apps.demo.launch import start_demo

        with start_demo(folder, **more, **self.given) as running:
            if self.style_changes:
                with running.container.store.begin() as unit:
                    unit.cursors.set(STYLE_CHANGES, self.style_changes)
            yield running


@contextmanager
def own_place(folder: Path) -> Iterator[Place]:
    """That of the company's own matters; nothing of them stays behind but the results.

    Raises ConfigurationError where there is no installation, or no matter was promoted."""
    from apps.demo.launch import clear_state
    from apps.installed import container_here
    from apps.train.own import OwnEnvironment, forget, own_company

    container = container_here()
    try:
        company = own_company(container, folder)
        given = {"kind": partial(OwnEnvironment, company=company), "articles": (company.articles,)}
        yield Place(company.exercises, given, company.style_changes)
    finally:
        container.store.close()
        forget(folder)
        clear_state(folder / "state")


def coach_of(running: "Demo", folder: Path, exercises: Sequence[Exercise] | None = None) -> Coach:
    """The coach of a demo that runs; what it finds is kept in the folder. Without `exercises` it has those that come
    along."""
    from apps.bootstrap import now

    container = running.container
    outside = Outside(environment=running.environment)
    return Coach(
        outside=outside,
        witness=EvidenceReader(outside=outside, store=container.store),
        exercises=read_exercises() if exercises is None else exercises,
        folder=folder,
        now=now,
        scorer=ReplyScorer(
            store=container.store, answer=lambda: container.answer, style=lambda: container.style, now=now
        ),
    )


def _turn(coach: Coach) -> None:
    """A vendor may be made to fail at the page; the coach tries again at its next turn."""
    try:
        coach.turn()
    except (requests.RequestException, NotSeenError, TransientError) as error:
        log.warning("the coach could not look: %s", error)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
