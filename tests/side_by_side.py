"""Tests on several workers: what shares a running stack or a server stays together, the longest begin first.

By the folder, because marks of groups do not reach the scheduler with this version of pytest.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# What shares one thing that is slow to start, longest first; every other file goes as a whole to whoever is free.
TOGETHER = {"tests/browser/": "stack", "tests/faults/": "stack", "tests/connectors/sql/": "servers"}

# Folders with files that take a minute or more: begun last, one of them would run alone at the end. The benchmarks come
# second, when the stack's caches are filled, which they take over.
EARLY = ("tests/scenarios/", "tests/benchmarks/")


def place(nodeid: str) -> str:
    return next((name for folder, name in TOGETHER.items() if nodeid.startswith(folder)), nodeid.partition("::")[0])


class ByPlace(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return place(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPlace:
    return ByPlace(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    order = (*dict.fromkeys(TOGETHER.values()), *EARLY)
    found = place(nodeid)
    return next((number for number, name in enumerate(order) if found.startswith(name)), len(order))
