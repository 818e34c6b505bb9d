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
from datetime import datetime
from pathlib import Path

from apps.bootstrap import OfflineContainer
from apps.policy_file import read_policy
from apps.style_file import read_style
from core.measure.history.decided import Replayed, replay
from core.measure.history.past import Turn
from core.measure.history.report import Unknown
from core.measure.history.shelf import Shelf, known_from
from core.model.knowledge import Article

# Turns that a process takes in one go, of which the first has the readers look at the articles: that takes a second.
AT_ONCE = 50
LONG = 3600.0  # seconds after which every reader looks again whether the articles changed


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
    """One process's container and shelf. Parts of turns come to it in the order of time.

    Readers look now and then by the clock what the articles tell. Here it stands still within a part, and goes on
    between two where an article came: what is decided hangs neither on the machine nor on which process has which part.
    """

    def __init__(self, setup: Setup, folder: Path) -> None:
        self._clock, self._changed = 0.0, False
        self.container = OfflineContainer(
            folder=Path(tempfile.mkdtemp(dir=folder)),
            cache=setup.cache,
            policy=read_policy(setup.policy),
            intents_file=setup.intents,
            style=read_style(setup.style, company="our team"),
            learned=setup.learned,
            clock=lambda: self._clock,
        )
        self._shelf = Shelf(self.container.library, setup.articles, today=setup.today)

    def take(self, turns: Sequence[Turn]) -> Iterator[Replayed]:
        self._turn_to(turns[0].at)
        if self._changed:
            self._clock, self._changed = self._clock + LONG, False
        for turn in turns:
            self._turn_to(turn.at)
            for each in replay((turn,), self.container.evaluator):
                # Ten thousand tickets have to fit into memory: what no figure is made of is left behind.
                yield replace(each, decision=replace(each.decision, handoff=None, retrieved=(), timings={}))

    def _turn_to(self, moment: datetime) -> None:
        if self._shelf.turn_to(moment):
            self._changed = True
            self.container.index_beside.tend(lambda _done, _of: None)


_rooms: list[Room] = []  # the one of this process, once it is set up


def _set_up(setup: Setup, folder: Path) -> None:
    _rooms.append(Room(setup, folder))


def _take(turns: Sequence[Turn]) -> list[Replayed]:
    return list(_rooms[0].take(turns))


@contextmanager
def decided_again(setup: Setup, turns: Sequence[Turn], processes: int) -> Iterator[Iterator[Replayed]]:
    """The turns in their order, decided as they came."""
    with tempfile.TemporaryDirectory(prefix="handrail-replay-") as folder:
        # Each process gets its parts in the order of time, so its shelf only ever goes forward.
        parts = [turns[at : at + AT_ONCE] for at in range(0, len(turns), AT_ONCE)]
        if processes == 1:
            room = Room(setup, Path(folder))
            yield (each for part in parts for each in room.take(part))
            return
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
