"""The articles as they stood, and the loop's thinking half over past turns, in as many processes as there are cores.

What is built here reads: a store of articles in a folder that is deleted afterwards, and the readers. There is no
outbox, no queue, no messenger and no system of the company, so nothing can be sent or changed.
"""

import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from apps.bootstrap import OfflineContainer
from apps.policy_file import read_policy
from apps.style_file import read_style
from core.measure.history.decided import Replayed, replay
from core.measure.history.past import Turn
from core.measure.history.report import Unknown
from core.measure.history.shelf import Shelf, known_from
from core.model.knowledge import Article

AT_ONCE = 25  # turns that a process takes in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a container is built from. `today`: all articles stand there from the beginning."""

    policy: Path
    intents: str
    style: str
    learned: Path | None
    cache: Path
    articles: tuple[Article, ...]
    today: bool


class Room:
    """One process's container and shelf. Turns come to it in the order of time."""

    def __init__(self, setup: Setup, folder: Path) -> None:
        self.container = OfflineContainer(
            folder=Path(tempfile.mkdtemp(dir=folder)),
            cache=setup.cache,
            policy=read_policy(setup.policy),
            intents_file=setup.intents,
            style=read_style(setup.style, company="our team"),
            learned=setup.learned,
        )
        self._shelf = Shelf(self.container.library, setup.articles, today=setup.today)

    def take(self, turns: Sequence[Turn]) -> Iterator[Replayed]:
        for turn in turns:
            if self._shelf.turn_to(turn.at):
                self.container.index_beside.tend(lambda _done, _of: None)
            for each in replay((turn,), self.container.evaluator):
                # Ten thousand tickets have to fit into memory: what no figure is made of is left behind.
                yield replace(each, decision=replace(each.decision, handoff=None, retrieved=(), timings={}))


_rooms: list[Room] = []  # the one of this process, once it is set up


def _set_up(setup: Setup, folder: Path) -> None:
    _rooms.append(Room(setup, folder))


def _take(turns: Sequence[Turn]) -> list[Replayed]:
    return list(_rooms[0].take(turns))


@contextmanager
def decided_again(setup: Setup, turns: Sequence[Turn], processes: int) -> Iterator[Iterator[Replayed]]:
    """The turns in their order, decided as they came."""
    with tempfile.TemporaryDirectory(prefix="handrail-replay-") as folder:
        if processes == 1:
            yield Room(setup, Path(folder)).take(turns)
            return
        # Each process gets its parts in the order of time, so its shelf only ever goes forward.
        parts = [turns[at : at + AT_ONCE] for at in range(0, len(turns), AT_ONCE)]
        with ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=_set_up, initargs=(setup, Path(folder))
        ) as pool:
            yield (each for done in pool.map(_take, parts) for each in done)


def not_known(setup: Setup, turns: Sequence[Turn], unread: Sequence[str]) -> Unknown:
    """What of the articles' past nobody can tell."""
    begins = known_from(setup.articles)
    newest = max(begins.values(), default=None)
    late = 0 if setup.today else sum(turns[-1].at < each for each in begins.values())
    return Unknown(
        articles=len(begins),
        articles_later=late,
        all_known_from=None if setup.today else newest,
        unread=tuple(unread),
    )
