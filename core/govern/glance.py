"""What the gate reads in one transaction, read once: a campaign's messages ask for the same campaign again and again,
and each of them three times for its customer."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from core.ports import Unit

T = TypeVar("T")


def glancing(unit: Unit) -> Unit:
    """The same transaction, for reading only, with what it is asked twice remembered. Whoever writes does so by the
    transaction itself and looks anew afterwards."""
    return cast(Unit, _Glance(unit))


class _Remembering:
    def __init__(self, table: Any, names: frozenset[str]) -> None:
        self._table, self._names = table, names
        self._known: dict[tuple[str, Any], Any] = {}

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._table, name)
        return self._once(name, asked) if name in self._names else asked

    def _once(self, name: str, asked: Callable[[Any], T]) -> Callable[[Any], T]:
        def once(key: Any) -> T:
            if (name, key) not in self._known:
                self._known[name, key] = asked(key)
            return cast(T, self._known[name, key])

        return once


class _Glance:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.campaigns = _Remembering(unit.campaigns, frozenset({"get"}))
        self.seals = _Remembering(unit.seals, frozenset({"get"}))
        self.customers = _Remembering(unit.customers, frozenset({"find", "get"}))
        self.cursors = _Remembering(unit.cursors, frozenset({"get"}))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)
