"""How the fields of a class become the keys of a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Self, Union, get_args, get_origin, get_type_hints

import pytest

from apps.policy_file import read_policy
from core.policy.kinds import HOURS, SHARE, TEXT
from core.policy.problem import Place, spell
from core.policy.reader import At, Filled, Table, read_table
from tests.core.rules import policy

DEMO = Path("apps/demo/policy.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    width: int
    note: Annotated[str, TEXT] = ""

    def complete(self, table: Table) -> Self:
        if self.width == 7:
            table.problem(("width",), "seven is too many")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    sure: Annotated[float, SHARE, At("light.sure")] = 0.5
    wait: Annotated[timedelta | None, HOURS, At("light.wait_hours")] = None
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    rows: tuple[Shelf, ...] = ()
    best: Shelf | None = None
    words: Annotated[Mapping[str, Mapping[str, str]], Filled("words")] = field(default_factory=dict)
    name: Annotated[str, At("name", otherwise="light.name")] = "none"
    lamp: Annotated[str, At("/light.name")] = ""


def read(written: object) -> tuple[Room, list[str]]:
    table = Table(written)
    found = read_table(Room, table)
    return found, [f"{spell(each.place)}: {each.text}" for each in (*table.problems, *table.strangers())]


def test_what_is_left_out_has_the_fields_default() -> None:
    assert read({}) == (Room(), [])


def test_every_shape_is_read() -> None:
    written = {
        "light": {"sure": 0.25, "wait_hours": 2, "name": "lamp"},
        "shelves": {"left": {"width": 3}},
        "rows": [{"width": 1}, {"width": 2, "note": "low"}],
        "best": {"width": 4},
        "words": {"left": {"en": "left"}},
    }
    found = Room(
        sure=0.25,
        wait=timedelta(hours=2),
        shelves={"left": Shelf(width=3)},
        rows=(Shelf(width=1), Shelf(width=2, note="low")),
        best=Shelf(width=4),
        words={"left": {"en": "left"}},
        name="lamp",
        lamp="lamp",
    )
    assert read(written) == (found, [])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"light": {"sure": 2}}, "light.sure: found 2, expected a number from 0 to 1"),
        ({"light": 3}, "light: found 3, expected keys with values"),
        ({"shelves": {"left": {}}}, "shelves.left.width: found nothing, expected a whole number"),
        ({"shelves": {"left": {"width": 7}}}, "shelves.left.width: seven is too many"),
        ({"rows": {"width": 1}}, "rows: found {'width': 1}, expected a list"),
        ({"rows": [{"width": 1, "nota": "x"}]}, "rows[0].nota: is no key of the policy; did you mean note?"),
        ({"words": {"left": {}}}, "words.left: found {}, expected words"),
        ({"bets": {"width": 1}}, "bets: is no key of the policy; did you mean best?"),
    ],
)
def test_a_problem_is_told_with_its_place(written: object, told: str) -> None:
    assert read(written)[1] == [told]


def test_what_is_wrong_at_the_key_that_another_goes_by_is_told_once() -> None:
    assert read({"light": {"name": ["x"]}})[1] == ["light.name: found ['x'], expected a name"]


# ---------------------------------------------------------------- types and kinds


def unfit(value: Any, hint: Any, place: Place = ()) -> Iterator[str]:
    """Values that are of another type than their field says."""
    hint = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(hint) in (Union, UnionType):
        hint = NoneType if value is None else next(each for each in get_args(hint) if each is not NoneType)
        hint = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    plain = get_origin(hint) or hint
    if plain in (object, Any):  # what a test of the policy gives
        return
    if not isinstance(value, (int, float) if plain is float else plain):
        yield f"{spell(place)}: {value!r} is no {hint}"
    elif is_dataclass(plain):
        hints = get_type_hints(plain, include_extras=True)
        for each in fields(plain):
            yield from unfit(getattr(value, each.name), hints[each.name], (*place, each.name))
    elif isinstance(value, Mapping):
        name, of = get_args(hint)
        for key, each in value.items():
            yield from (*unfit(key, name, place), *unfit(each, of, (*place, str(key))))
    elif isinstance(value, frozenset | tuple):
        for number, each in enumerate(value):
            yield from unfit(each, get_args(hint)[0], (*place, number))


def test_what_is_read_is_of_the_type_that_its_field_says() -> None:
    read = policy(
        alerts__sla={"minutes": 30, "tiers": {"business": 10}, "urgent_minutes": 5},
        alerts__off=["budget"],
        outreach__hours_in={"FR": {"weekdays": ["10:00-13:00"], "holidays": ["2026-07-14"]}},
        outreach__second_person={"above_recipients": 500, "above_cost": 12.5},
        outreach__law={"registered": ["US"], "opt_out": {"en": ["STOP"]}, "whatsapp_languages": ["en"]},
        outreach__plays__outage__follow_up={"play": "usage_friction", "after_hours": 1},
        whatsapp={"templates": ["reply"]},
        verification={"accept": ["code"]},
        actions={"refund": {"most": 1, "per_day": 5}},
    )
    assert [*unfit(read, type(read)), *unfit(demo := read_policy(DEMO), type(demo))] == []
