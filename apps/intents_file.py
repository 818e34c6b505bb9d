"""The company's own intents: a YAML file with examples, read into plain mappings for the models."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates

from apps.validation import told
from core.errors import ConfigurationError
from core.model.signals import Urgency


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Intents:
    """Examples, labels and usual urgency per intent; `out_of_scope` are messages that have none of them."""

    examples: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    urgency: Mapping[str, str] = dataclasses.field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()


class IntentSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True, validate=validate.Length(min=1))
    label = fields.String(required=True, validate=validate.Length(min=1))
    examples = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    urgency_hint = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([urgency.value for urgency in Urgency])
    )


class IntentsSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    intents = fields.List(fields.Nested(IntentSchema), required=True)
    out_of_scope_examples = fields.List(fields.String(), load_default=list)

    @validates("intents")
    def _each_name_once(self, rows: list[dict[str, Any]], data_key: str) -> None:
        names = [str(row.get("name")) for row in rows if isinstance(row, dict)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValidationError(f"Named twice: {', '.join(twice)}.")


def read_intents(path: str) -> Intents:
    """Without a path there are no intents, and none is recognised.

    Raises:
        ConfigurationError: naming the file and what is wrong in it.
    """
    if not path:
        return Intents()
    try:
        written = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); set HANDRAIL_INTENTS") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    try:
        return _intents(IntentsSchema().load(written))
    except ValidationError as error:
        raise ConfigurationError(f"{path}: {told(error.messages)}") from error


def _intents(checked: Mapping[str, Any]) -> Intents:
    rows = checked["intents"]
    return Intents(
        examples={row["name"]: row["examples"] for row in rows},
        labels={row["name"]: row["label"] for row in rows},
        urgency={row["name"]: Urgency(row["urgency_hint"]) for row in rows if row["urgency_hint"]},
        out_of_scope=tuple(checked["out_of_scope_examples"]),
    )
