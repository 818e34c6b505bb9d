"""From our answer to the first content: the built sidebar drawn in a browser, each opening with an empty cache.

Zendesk's page and our web are played in the browser itself, so this is the page's own work and nobody's latency.
"""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.figures import Figure, median, percentile
from tests.browser.chromium import found, started
from tests.browser.panel import panel

GROUP = "sidebar drawn"
SHOWN = "performance.getEntriesByName('handrail:shown')[0]?.startTime"
ANSWERED = "performance.getEntriesByName('handrail:answered')[0].startTime"
PROMISED = 300  # ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    openings: int = 30


QUICK = Size(openings=2)


def measure(_: Path, size: Size) -> list[Figure]:
    """Raises RuntimeError where there is no Chromium."""
    path = found()
    if path is None:
        raise RuntimeError("there is no Chromium: install one or name it in HANDRAIL_CHROMIUM")
    with started(path) as browser:
        return measure_in(browser, size)


def measure_in(browser: Browser, size: Size) -> list[Figure]:
    """Milliseconds from the ticket's answer to the first content."""
    times = []
    for _ in range(size.openings):
        with panel(browser) as one:
            one.app.wait_for_function(SHOWN)
            times.append(float(one.app.evaluate(f"{SHOWN} - {ANSWERED}")))
    return [
        Figure(group=GROUP, name="answer to first content, p50", value=median(times), unit="ms", most=PROMISED),
        Figure(group=GROUP, name="answer to first content, p95", value=percentile(times, 95), unit="ms"),
    ]
