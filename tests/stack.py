"""The whole of Handrail with its sandbox, started once for the tests that need it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from apps.demo.launch import Demo, start_demo
from apps.demo.outside import Outside

ROOT = Path(__file__).parents[1]
STACK = ROOT / "var" / "test-stack"


@pytest.fixture(scope="session")
def stack() -> Iterator[Demo]:
    """Queue, sandbox, web and workers as `handrail demo` runs them; caches are kept between runs, state is not."""
    with start_demo(STACK) as running:
        yield running


@pytest.fixture
def outside(stack: Demo) -> Iterator[Outside]:
    """The vendors from outside; every fault switch is off again afterwards."""
    window = Outside(environment=stack.environment)
    yield window
    calm = dict.fromkeys(("latency_ms", "rate_limited", "error_5xx", "lost", "timeout_after_work"), 0)
    hooks = {f"webhook_{name}": 0 for name in ("duplicate", "reorder", "lost", "delay_ms")}
    window.people("PUT", "faults", **dict.fromkeys(("zendesk", "twilio", "slack"), calm | hooks))


def warmed(folder: Path) -> None:
    """Put what the stack's caches hold by now into `folder`, where a demo of the test's own will run.

    Another demo would encode the same articles and teach the same models again, for most of a minute."""
    state = folder / "state"
    (state / "models").mkdir(parents=True, exist_ok=True)
    for file in (STACK / "state" / "vectors.db", *(STACK / "state" / "models").glob("*")):
        mine = state / file.relative_to(STACK / "state")
        if mine.exists() or not file.exists():
            continue
        if file.suffix == ".npz":  # put in its place when it is whole
            shutil.copy(file, mine)
        elif file.suffix == ".db":  # the stack may be writing to it
            with closing(sqlite3.connect(file)) as theirs, closing(sqlite3.connect(mine)) as copy:
                theirs.backup(copy)
