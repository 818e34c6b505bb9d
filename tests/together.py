"""Many at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(many: int, act: Callable[[int], T]) -> list[T]:
    """What each of so many threads came to, in their order, all let go at once. What one raises is raised."""
    start = Barrier(many)

    def one(number: int) -> T:
        start.wait(timeout=20)
        return act(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many), timeout=60))
