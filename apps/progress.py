"""What is being done, for whoever waits: bars on a terminal, lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from core.knowledge.library import Step, Watch

EVERY = 10.0  # seconds between two lines about the same


@contextmanager
def watch_progress(console: Console, clock: Callable[[], float] = time.monotonic) -> Iterator[Watch]:
    """A bar for each source of steps, with what is done, what there is, and the time it has taken. Where the output is
    no terminal a line when one begins, and another every ten seconds."""
    if not console.is_terminal:
        yield _Lines(console, clock).watch
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), _Done(), TimeElapsedColumn())
    # Seldom: whoever waits, waits for a processor that is busy enough.
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as progress:
        yield _Bars(progress).watch


class _Done(ProgressColumn):
    """How many of how many, where that is known."""

    def render(self, task: Task) -> Text:
        # What is not counted ends as one of one.
        return Text(f"{task.completed:.0f}/{task.total:.0f}" if task.total and task.total > 1 else "")


class _Bars:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def watch(self, step: Step) -> None:
        task = self._tasks.get(step.source)
        if task is None:
            self._end_others()
            task = self._tasks[step.source] = self._progress.add_task(step.source, total=None)
        self._progress.update(task, completed=step.done, total=_of(step))

    def _end_others(self) -> None:
        for task in self._progress.tasks:
            self._progress.update(task.id, total=task.completed or 1, completed=task.completed or 1)
            self._progress.stop_task(task.id)


class _Lines:
    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console, self._clock = console, clock
        self._told: dict[str, float] = {}

    def watch(self, step: Step) -> None:
        last, now = self._told.get(step.source), self._clock()
        if last is None:
            self._console.print(f"{step.source} …", soft_wrap=True)
        elif now - last >= EVERY:
            total = _of(step)
            self._console.print(f"{step.source}: {step.done}{f' of {total}' if total else ''} …", soft_wrap=True)
        else:
            return
        self._told[step.source] = now


def _of(step: Step) -> int | None:
    # A Help Center counts drafts too, and each translation is an article here.
    return max(step.expected, step.done) if step.expected else None
