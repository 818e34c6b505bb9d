"""The file of refund rules: YAML in, checked `Rules` out."""

from collections.abc import Mapping
from decimal import Decimal
from string import Formatter
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from apps.validation import check, read_yaml
from core.errors import ConfigurationError
from core.model.outbound import digest
from core.scenarios.compute import FALLBACK, PLACES, Condition, Rule, Rules, Sum

_WORD = validate.Length(min=1, max=500)
_DAYS = validate.Range(min=0, max=3650)
_NOT_NEGATIVE = validate.Range(min=0)


def _places(text: str) -> None:
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValidationError(f"{text!r}: {error}") from error
    if strangers := named - PLACES:
        raise ValidationError(f"{sorted(strangers)} are not filled in; known are {', '.join(sorted(PLACES))}")


def _money() -> fields.Dict:
    """Sums by currency or country. Written with quotes or without: YAML's 6.10 must not become 6.0999."""
    return fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[A-Z]{2,3}\Z")),
        values=fields.Decimal(places=2, validate=_NOT_NEGATIVE),
        load_default=dict,
    )


class ConditionSchema(Schema):
    status = fields.List(fields.String(validate=_WORD), load_default=list)
    least_days = fields.Integer(strict=True, validate=_DAYS, load_default=None)
    most_days = fields.Integer(strict=True, validate=_DAYS, load_default=None)


class SumSchema(Schema):
    percent = fields.Decimal(validate=validate.Range(min=0, max=100), load_default=Decimal(0))
    delivery = fields.Boolean(load_default=False)
    deducted = _money()
    fixed = _money()


class RuleSchema(Schema):
    name = fields.String(required=True, validate=_WORD)
    label = fields.String(required=True, validate=_WORD)
    intents = fields.List(fields.String(validate=_WORD), required=True, validate=validate.Length(min=1))
    supposes = fields.String(load_default="")
    source = fields.String(load_default="")
    when = fields.Nested(ConditionSchema, load_default=dict)
    pays = fields.Nested(SumSchema, load_default=None)
    alone_up_to = _money()
    says = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String(validate=[_WORD, _places]), validate=validate.Length(min=1)),
        required=True,
    )


class RulesSchema(Schema):
    version = fields.Integer(required=True, strict=True, validate=validate.Equal(1))
    scenarios = fields.List(fields.Nested(RuleSchema), required=True)


def read_scenarios(path: str) -> Rules:
    """Without a path there are no rules, and nothing is offered.

    Raises:
        ConfigurationError: naming the file and everything that is wrong in it.
    """
    if not path:
        return Rules(version="none", rules=())
    written = read_yaml(path, "HANDRAIL_SCENARIOS")
    checked = check(RulesSchema(), written, path)
    try:
        rules = tuple(_rule(row) for row in checked["scenarios"])
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    twice = sorted({rule.name for rule in rules if sum(other.name == rule.name for other in rules) > 1})
    if twice:
        raise ConfigurationError(f"{path}: named twice: {', '.join(twice)}")
    return Rules(version=digest(written)[:12], rules=rules)


def _rule(row: Mapping[str, Any]) -> Rule:
    if FALLBACK not in row["says"]:
        raise ValueError(f"{row['name']}: says needs its sentences in {FALLBACK!r}")
    pays = Sum(**row["pays"]) if row["pays"] else None
    if pays and not pays.fixed and not pays.percent:
        raise ValueError(f"{row['name']}: pays needs `percent` or `fixed`")
    when = row["when"]
    return Rule(
        name=row["name"],
        label=row["label"],
        intents=frozenset(row["intents"]),
        says={language: tuple(texts) for language, texts in row["says"].items()},
        supposes=row["supposes"],
        source=row["source"],
        condition=Condition(
            statuses=frozenset(when.get("status", ())),
            least_days=when.get("least_days"),
            most_days=when.get("most_days"),
        ),
        pays=pays,
        alone_up_to=row["alone_up_to"],
    )
