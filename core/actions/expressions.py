"""What an expression of an action may name, and how places in requests and sentences are filled.

`input.NAME` is what was asked for, `NAME.…` a record of `reads`,
`customer.id|helpdesk_id|tier|name|email|verified_email|phone|proved` who it is for, `today` the day (`2026-11-25`),
`result.…` what the system answered, `back.…` the record after it, `run` what names it to the system, from the call on.
What belongs to whoever has an address is theirs by `verified_email` alone: anybody can write another one into a form.
Sums are compared as `cents(order.paid) - cents(order.refunded)`: computed as fractions they would be a hair off;
`money(order.paid)` is how one is shown. `sum(input.items.map(i, …))` adds whole numbers;
`pairs(input.items, input.new_items)` are the lists' members beside one another, `p[0]` and `p[1]`, and lists of
different lengths have none.
"""

import functools
import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import cel

from core.errors import RejectedError
from core.policy.actions import PLACE, InputKind

Facts = Mapping[str, Any]
NOT_FOUND = "no_such_place"


@functools.lru_cache(maxsize=2048)
def _program(text: str) -> cel.Program:
    return cel.compile(text)


def cents(value: Any) -> int:
    """A sum in hundredths. ValueError for what is no sum: without the value, as the expression's library logs it."""
    try:
        found = Decimal(str(value)) * 100
        if found != found.to_integral_value():
            raise ValueError("it has parts of a cent")
        return int(found)
    except (InvalidOperation, OverflowError) as error:
        raise ValueError("it is no sum") from error


def money(value: Any) -> str:
    """A sum as people write it, with its two places."""
    return f"{Decimal(cents(value)) / 100:.2f}"


def _sum(values: list[Any]) -> int:
    """Whole numbers alone: fractions would be a hair off. ValueError for anything else."""
    if any(isinstance(each, bool) or not isinstance(each, int) for each in values):
        raise ValueError("only whole numbers are added: cents(…) makes them")
    return sum(values)


def _pairs(ones: list[Any], others: list[Any]) -> list[list[Any]]:
    """ValueError where one list is longer: what has no partner would be ruled on by nobody."""
    return [list(pair) for pair in zip(ones, others, strict=True)]


FUNCTIONS: dict[str, Callable[..., Any]] = {"cents": cents, "money": money, "sum": _sum, "pairs": _pairs}


def value_of(text: str, facts: Facts) -> Any:
    """What an expression comes to. RejectedError where a record does not tell what it names, or tells something of
    another kind."""
    try:
        return _program(text).execute(cel.Context(dict(facts), FUNCTIONS))
    except (LookupError, TypeError, ValueError, RuntimeError, ArithmeticError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RejectedError(f"{text}: the record does not tell ({said})", code="unknown_fact") from error


def holds(text: str, facts: Facts) -> bool:
    """Whether it is so, and told: what a record does not tell does not hold."""
    try:
        return value_of(text, facts) is True
    except RejectedError:
        return False


def at_place(place: str, facts: Facts) -> Any:
    """The value under a name with dots; a number is a place in a list, from 0. RejectedError where there is none."""
    found: Any = facts
    for part in place.split("."):
        if isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, Mapping) and part in found:
            found = found[part]
        else:
            raise RejectedError(f"{place} is not known", code=NOT_FOUND)
    return found


def fill(template: Any, facts: Facts) -> Any:
    """A body with its places filled. A text that is nothing but one place becomes its value, of whatever type; what was
    left out by whoever was asked stays out."""
    if isinstance(template, Mapping):
        filled = {key: fill(value, facts) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not None}
    if isinstance(template, list):
        return [fill(value, facts) for value in template]
    if not isinstance(template, str):
        return template
    whole = PLACE.fullmatch(template)
    if whole:
        return at_place(whole[1], facts)
    return PLACE.sub(lambda place: plain(at_place(place[1], facts)), template)


def plain(value: Any) -> str:
    """As a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    return json.dumps(value, ensure_ascii=False)


def with_unit(value: Any, currency: str) -> str:
    """As a person reads it; a fraction in a record is a sum."""
    try:
        return f"{money(value)} {currency}" if isinstance(value, float) and currency else plain(value)
    except ValueError:
        return plain(value)


def as_filled(value: Any, kind: InputKind) -> str:
    """As it stands in a form: a sum with its two places, where it is one; empty where nobody knows it."""
    try:
        return money(value) if kind is InputKind.MONEY and value is not None else plain("" if value is None else value)
    except ValueError:
        return plain(value)
