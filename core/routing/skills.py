"""Whether somebody's skill is the one that a matter needs, though the two are not written alike."""

import re
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def stems(name: str) -> frozenset[str]:
    """The words of a skill or an intent, without the s of a plural: `Order_Status` is order and status."""
    words = (word.lower() for word in WORD.findall(name))
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def fits(skill: str, need: str) -> bool:
    """All the words of the one are among those of the other: `orders` fits `order_status`, `fraud` fits `fraud`."""
    have, wanted = stems(skill), stems(need)
    return bool(have and wanted) and (have <= wanted or wanted <= have)


def fitting(skills: Iterable[str], needs: Iterable[str]) -> str:
    """The skill, first by name, that fits one of the needs; empty where none does."""
    wanted = tuple(needs)
    return next((skill for skill in sorted(skills) if any(fits(skill, need) for need in wanted)), "")
