"""The whole of Handrail with its sandbox, started once for the tests that need it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.demo.launch import KEPT, Demo, start_demo
from apps.demo.outside import Outside
from apps.processes import free_port

ROOT = Path(__file__).parents[1]
CACHES = ROOT / "var" / "cache"  # also of `make eval`


@pytest.fixture(scope="session")
def stack(worker_id: str) -> Iterator[Demo]:
    """Queue, sandbox, web and workers as `handrail demo` runs them, once for each worker of ours that comes to need
    them; caches are kept between runs, state is not."""
    folder = ROOT / "var" / "test-stack" / worker_id
    warmed(folder)
    # The usual ports are for who looks at the demo meanwhile; two that start at once would both find them free.
    with start_demo(folder, web_port=free_port(None, 0), sandbox_port=free_port(None, 0)) as running:
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
    """Let what runs in `folder` keep its vectors and trained models where all tests keep theirs.

    Each stage of its own would encode the same articles and teach the same models again, for most of a minute. They
    are named by what they hold, and several processes may write to them."""
    state = folder / "state"
    for home in (state, CACHES / "models"):
        home.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        mine = state / name
        if mine.is_symlink():
            continue
        if mine.is_dir():
            shutil.rmtree(mine)
        mine.unlink(missing_ok=True)
        mine.symlink_to(CACHES / name)
