"""The whole of Handrail with its sandbox, started once for the tests that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.demo.launch import Demo, demo
from apps.demo.outside import Outside

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def stack() -> Iterator[Demo]:
    """Queue, sandbox, web and workers as `handrail demo` runs them; caches are kept between runs, state is not."""
    with demo(ROOT / "var" / "test-stack") as running:
        yield running


@pytest.fixture
def outside(stack: Demo) -> Iterator[Outside]:
    """The vendors from outside; every fault switch is off again afterwards."""
    window = Outside(environment=stack.environment)
    yield window
    calm = dict.fromkeys(("latency_ms", "rate_limited", "error_5xx", "lost", "timeout_after_work"), 0)
    hooks = {f"webhook_{name}": 0 for name in ("duplicate", "reorder", "lost", "delay_ms")}
    window.people("PUT", "faults", **dict.fromkeys(("zendesk", "twilio", "slack"), calm | hooks))
