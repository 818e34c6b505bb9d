"""Tests on several workers: what shares a running stack or a server stays together, the longest begin first.

By the name of the file, because marks of groups do not reach the scheduler with this version of pytest.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# How the names of files begin, and what these share that is slow to start; every other file goes as a whole to whoever
# is free. Those of the panel need a browser alone.
TOGETHER = {
    "tests/browser/test_panel": "",
    "tests/browser/test_links": "",
    "tests/browser/": "stack",
    "tests/faults/test_vendors_misbehave": "stack",
    "tests/connectors/sql/": "servers",
}

# What takes longest is begun first: at the end it would run alone. The first stack fills the caches that later ones,
# the stories and the benchmarks take over; what needs no model is done meanwhile.
EARLY = (
    "stack",
    "servers",
    "tests/faults/test_send_path",
    "tests/browser/test_panel",
    "tests/faults/",
    "tests/benchmarks/",
    "tests/scenarios/",
    "tests/test_tutorial",
    "tests/apps/doctor/",
    "tests/apps/install/",
)


def place(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((name for begins, name in TOGETHER.items() if file.startswith(begins)), "") or file


class ByPlace(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return place(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPlace:
    return ByPlace(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    found = place(nodeid)
    return next((number for number, begins in enumerate(EARLY) if found.startswith(begins)), len(EARLY))
