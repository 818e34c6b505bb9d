"""The exercises, read from their file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from apps.train.grade import KINDS, Check
from apps.validation import tell
from core.errors import ConfigurationError

FILE = Path(__file__).parent / "exercises.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """`mail` has `from`, `subject`, `body` and maybe `name`; `good` is what a good answer looks like; `minutes` is what
    it should take at most."""

    id: str
    title: str
    task: str
    minutes: int
    mail: Mapping[str, str]
    checks: tuple[Check, ...]
    good: str


class Strict(Schema):
    class Meta:
        unknown = RAISE


class MailSchema(Strict):
    sender = fields.String(required=True, data_key="from")
    name = fields.String()
    subject = fields.String(required=True)
    body = fields.String(required=True)


class CheckSchema(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    says = fields.String(required=True)
    because = fields.String(required=True)
    any = fields.List(fields.String(), load_default=list)
    words = fields.List(fields.String(), load_default=list)
    group = fields.String(load_default="")
    thumb = fields.String(load_default="")
    least = fields.Integer(load_default=0)


class ExerciseSchema(Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"[a-z_]+"))
    title = fields.String(required=True)
    task = fields.String(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=1, max=60))
    mail = fields.Nested(MailSchema, required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True, validate=validate.Length(min=1))
    good = fields.String(required=True)


class FileSchema(Strict):
    exercises = fields.List(fields.Nested(ExerciseSchema), required=True, validate=validate.Length(min=1))


def read_exercises(path: Path = FILE) -> tuple[Exercise, ...]:
    """In the order of the file. Raises ConfigurationError naming what is wrong in it."""
    try:
        found = FileSchema().load(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {tell(error.messages)}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    return tuple(_exercise(row) for row in found["exercises"])


def _exercise(row: dict[str, Any]) -> Exercise:
    mail = dict(row["mail"])
    mail["from"] = mail.pop("sender")
    checks = tuple(_check(check) for check in row["checks"])
    return Exercise(**{**row, "mail": mail, "checks": checks, "task": row["task"].strip(), "good": row["good"].strip()})


def _check(row: dict[str, Any]) -> Check:
    return Check(
        kind=row["kind"],
        says=row["says"],
        because=row["because"],
        words=tuple(row["any"] or row["words"]),
        group=row["group"],
        thumb=row["thumb"],
        least=row["least"],
    )
