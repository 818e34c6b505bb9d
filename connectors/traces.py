"""Spans around what is done, where traces are on (`apps.traces` starts them); else nothing, and no library is loaded.

A span has a name of ours and a few attributes that are names of ours, ids of rows or numbers: never a text, an address
or a URL, whose query may hold one. A trace goes on from row to row: what is written within a span keeps its place
(`carried`), and whoever works the row off later takes it up again (`going_on`).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Value = str | int | float | bool
Told = Callable[..., None]


class Tracer(Protocol):
    def span(self, name: str, *, client: bool, parent: str, **attributes: Value) -> AbstractContextManager[Told]:
        """What is given is called with further attributes. `parent` is a W3C traceparent; empty: what goes on now."""

    def carried(self) -> str:
        """The W3C traceparent of what goes on now; empty outside of a span."""


_tracer: Tracer | None = None


def start(tracer: Tracer | None) -> None:
    """For this process and those that it forks; None ends it."""
    global _tracer
    _tracer = tracer


def on() -> bool:
    return _tracer is not None


def _nothing(**_: Value) -> None:
    pass


_OFF: AbstractContextManager[Told] = nullcontext(_nothing)


def span(name: str, *, client: bool = False, **attributes: Value) -> AbstractContextManager[Told]:
    """Around what is done now; a client's where another system does it."""
    return _OFF if _tracer is None else _tracer.span(name, client=client, parent="", **attributes)


def going_on(name: str, parent: str, **attributes: Value) -> AbstractContextManager[Told]:
    """Around the work on a row that was written elsewhere, where `carried` said this."""
    return _OFF if _tracer is None else _tracer.span(name, client=False, parent=parent, **attributes)


def carried() -> str | None:
    """For the row that is written now; None where nothing is traced."""
    return None if _tracer is None else _tracer.carried() or None


def trace_id(traceparent: str | None) -> str:
    """Of what `carried` said; empty where it is none, or where the trace is not among those that are kept."""
    parts = (traceparent or "").split("-")
    sampled = len(parts) == 4 and bool(int(parts[3], 16) & 1)  # the other bits say other things
    return parts[1] if sampled else ""
