"""Whatever JSON is given for an input: a value of the declared kind, or a refusal that names it."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.actions.inputs import parse
from core.errors import RejectedError
from core.policy.actions import ActionInput, ActionSpec, InputKind

COLOURS = ("red", "blue")
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30) | st.just("\ud800")
    | st.sampled_from(["12", " 12.50 ", "1e3", "NaN", "yes", "No", "red", "a@b.example", "LK-1,LK-2", "..", "%2f"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def spec(kind: InputKind) -> ActionSpec:
    of = COLOURS if kind is InputKind.CHOICE else ()
    return ActionSpec(name="act", input={"one": ActionInput(kind=kind, of=of, most=20)})


def is_an_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100 and not set(value) & set(" /\\?#%\n\r\t\0")


# What each kind promises of a value that was taken.
PROMISES: Mapping[InputKind, Callable[[Any], bool]] = {
    InputKind.ID: is_an_id,
    InputKind.IDS: lambda value: isinstance(value, list) and 0 < len(value) <= 50 and all(map(is_an_id, value)),
    InputKind.MONEY: lambda value: type(value) is float and value > 0 and Decimal(str(value)) % Decimal("0.01") == 0,
    InputKind.WHOLE: lambda value: type(value) is int and 0 <= value <= 1_000_000,
    InputKind.TEXT: lambda value: isinstance(value, str) and 0 < len(value) <= 20 and "\0" not in value,
    InputKind.CHOICE: lambda value: value in COLOURS,
    InputKind.EMAIL: lambda value: isinstance(value, str) and "@" in value and "\n" not in value,
    InputKind.FLAG: lambda value: type(value) is bool,
}


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", InputKind)
@given(value=ODD)
def test_whatever_is_given_is_of_the_kind_or_refused(kind: InputKind, value: Any) -> None:
    try:
        found = parse(spec(kind), {"one": value})
    except RejectedError as refused:
        found = {"refused": refused.code}
    if "one" in found:
        assert PROMISES[kind](found["one"]), found
        json.dumps(found, ensure_ascii=False).encode()
    else:  # nothing was given, or nothing of the kind
        assert found == ({} if value in (None, "") else {"refused": "input"})


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (InputKind.MONEY, "33.95", 33.95),
        (InputKind.MONEY, 34, 34.0),
        (InputKind.WHOLE, " 12 ", 12),
        (InputKind.ID, 10478, "10478"),
        (InputKind.IDS, "LK-1, LK-2", ["LK-1", "LK-2"]),
        (InputKind.IDS, [1, "b"], ["1", "b"]),
        (InputKind.FLAG, "Yes", True),
        (InputKind.TEXT, "12 High Street", "12 High Street"),
    ],
)
def test_what_people_and_records_write_is_understood(kind: InputKind, value: Any, found: Any) -> None:
    assert parse(spec(kind), {"one": value}) == {"one": found}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (InputKind.WHOLE, 12.7),  # not 12
        (InputKind.WHOLE, True),
        (InputKind.MONEY, "33.955"),
        (InputKind.MONEY, 0),
        (InputKind.MONEY, "1e400"),
        (InputKind.ID, True),
        (InputKind.ID, "a b"),
        (InputKind.ID, "a/b"),
        (InputKind.ID, "a\nb"),
        (InputKind.FLAG, 1),
        (InputKind.CHOICE, "Red"),
        (InputKind.TEXT, "half \ud800"),
        (InputKind.TEXT, "x" * 21),
        (InputKind.TEXT, "a\x00b"),
    ],
)
def test_what_is_nearly_of_the_kind_is_no_guess(kind: InputKind, value: Any) -> None:
    with pytest.raises(RejectedError, match=r"one|no text"):
        parse(spec(kind), {"one": value})


def test_an_input_that_nobody_declared_is_refused_and_named() -> None:
    with pytest.raises(RejectedError, match="colour"):
        parse(spec(InputKind.ID), {"one": "LK-1", "colour": "red"})
