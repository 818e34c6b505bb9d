"""An action's declared inputs as a marshmallow schema: what is none of them is an error, not a guess."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from core.errors import RejectedError
from core.policy.actions import ActionInput, ActionSpec, InputKind

MOST_IDS, LONGEST_WHOLE = 50, 7
# As `#1001` on many an order: what begins a fragment in an address is quoted there.
_ID = validate.Regexp(r"#?[^\s/\\?#%\x00-\x1f]{1,100}\Z", error="one word without spaces or slashes is expected")
_LARGEST = Decimal(1_000_000_000)


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class Id(fields.String):
    """A number is one as well: records have both."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        number = isinstance(value, int) and not isinstance(value, bool)
        return super()._deserialize(str(value) if number else value, attr, data, **kwargs)


class Whole(fields.Field[int]):
    """12 and "12"; a fraction is cut off nowhere."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        told = value.strip() if isinstance(value, str) else value
        if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) <= LONGEST_WHOLE:
            told = int(told)
        if isinstance(told, bool) or not isinstance(told, int):
            raise ValidationError("a whole number is expected")
        return told


class Money(fields.Field[float]):
    """A sum over zero with at most two places. As a float with two places it is exact in JSON and in cents."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValidationError("a sum is expected")
        try:
            found = Decimal(str(value).strip())
        except ArithmeticError as error:
            raise ValidationError("a sum is expected") from error
        if not found.is_finite() or not 0 < found < _LARGEST or found * 100 != (found * 100).to_integral_value():
            raise ValidationError("a sum over 0 with at most two places is expected")
        return float(found)


class YesNo(fields.Field[bool]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        known = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}
        if not isinstance(value, bool | str) or (value if isinstance(value, bool) else value.casefold()) not in known:
            raise ValidationError("yes or no is expected")
        return known[value if isinstance(value, bool) else value.casefold()]


def _ids(value: Any) -> Any:
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


class Ids(fields.List[str]):
    """A list, or a text with commas as a customer or a form gives it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Id(validate=_ID), validate=validate.Length(min=1, max=MOST_IDS), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        return super()._deserialize(_ids(value), attr, data, **kwargs)


def schema_of(spec: ActionSpec) -> Schema:
    """Nothing is required: what is missing may be told by a record, and is asked for by its name else."""
    found: Schema = _Strict.from_dict({name: _field(each) for name, each in spec.input.items()}, name=spec.name)()
    return found


def _field(each: ActionInput) -> fields.Field[Any]:
    match each.kind:
        case InputKind.ID:
            return Id(validate=_ID)
        case InputKind.IDS:
            return Ids()
        case InputKind.MONEY:
            return Money()
        case InputKind.WHOLE:
            return Whole(validate=validate.Range(min=0, max=1_000_000))
        case InputKind.CHOICE:
            return fields.String(validate=validate.OneOf(each.of))
        case InputKind.EMAIL:
            return fields.Email()
        case InputKind.FLAG:
            return YesNo()
        case InputKind.TEXT:
            plain = validate.Regexp(r"[^\x00-\x08\x0b-\x1f]+\Z", error="it holds characters that are no text")
            return fields.String(validate=[validate.Length(min=1, max=each.most), plain])


def parse(spec: ActionSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """RejectedError with the code `input`, which names each input that is wrong."""
    present = {name: value for name, value in given.items() if value not in (None, "")}
    try:
        # Half a character, which JSON may hold, is no text that a system or the store takes.
        json.dumps(present, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise RejectedError("what was given is no text and no number", code="input") from error
    try:
        found: dict[str, Any] = schema_of(spec).load(present)
    except ValidationError as error:
        said = "; ".join(f"{name}: {_first(why)}" for name, why in error.messages_dict.items())
        raise RejectedError(said, code="input") from error
    return found


def _first(why: Any) -> str:
    while isinstance(why, list | dict):
        why = next(iter(why.values() if isinstance(why, dict) else why), "")
    return str(why).rstrip(".")
