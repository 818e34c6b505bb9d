"""The conditions of a branch: `light == yes`, `status in shipped, delivered`, `tries >= 2`.

One comparison, nothing nested: what a step does must be plain to whoever reads the policy.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_FORM = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(==|!=|>=|<=|>|<|\bnot in\b|\bin\b)\s*(\S.*?)\s*")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _ordered(test: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def holds(found: str, wanted: str) -> bool:
        left, right = _number(found), _number(wanted)
        return left is not None and right is not None and test(left, right)

    return holds


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "==": lambda found, wanted: found == wanted,
    "!=": lambda found, wanted: found != wanted,
    "in": lambda found, wanted: found in _list(wanted),
    "not in": lambda found, wanted: found not in _list(wanted),
    ">=": _ordered(lambda a, b: a >= b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    "<": _ordered(lambda a, b: a < b),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    name: str
    test: str
    value: str

    @classmethod
    def read(cls, text: str) -> "Condition":
        """ValueError for what is no comparison."""
        form = _FORM.fullmatch(text)
        if form is None:
            raise ValueError(f"{text!r} is no comparison such as light == yes")
        return cls(name=form[1], test=form[2], value=re.sub(r"[\"'“”]", "", form[3]).casefold())

    def holds(self, known: Mapping[str, str]) -> bool:
        """A name without a value compares as `unknown`."""
        return _TESTS[self.test](known.get(self.name, "unknown").casefold(), self.value)

    @property
    def values(self) -> tuple[str, ...]:
        """What it compares with."""
        return _list(self.value)

    @property
    def wants_number(self) -> bool:
        return self.test in (">=", "<=", ">", "<")

    @property
    def wants_yes_or_no(self) -> bool:
        return set(_list(self.value)) <= {"yes", "no"}


def _list(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(","))
