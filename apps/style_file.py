"""The style card's file: YAML in, a checked `StyleCard` out."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from apps.validation import check, read_yaml
from core.answer.contract.stated import facts
from core.answer.guardrails import HouseRules, Limit, Required
from core.answer.style import FALLBACK, Disclaimer, Example, Script, StyleCard, Tone
from core.errors import ConfigurationError
from core.model.outbound import digest
from core.text.courtesies import BUILT_IN, Courtesies

_LINE = validate.Length(min=1, max=2000)
_LINES = tuple(field.name for field in dataclasses.fields(Courtesies))
_NEEDED = tuple(field.name for field in dataclasses.fields(Courtesies) if field.default is dataclasses.MISSING)
_PLACES = ("name", "company", "matter")


def _filled(line: str) -> None:
    """A place that nobody fills would reach a customer as it stands."""
    try:
        line.format(**dict.fromkeys(_PLACES, ""))
    except (KeyError, IndexError, ValueError) as error:
        raise ValidationError(f"only {{name}}, {{company}} and {{matter}} are filled in, not {error}") from error


LanguageSchema = Schema.from_dict({name: fields.String(validate=[_LINE, _filled]) for name in _LINES}, name="Language")


class RestrictedSchema(Schema):
    words = fields.List(fields.String(validate=_LINE), required=True, validate=validate.Length(min=1))
    instead = fields.String(load_default="")


class DisclaimerSchema(Schema):
    text = fields.Dict(keys=fields.String(), values=fields.String(validate=_LINE), required=True)
    words = fields.List(fields.String(validate=_LINE), load_default=list)
    intents = fields.List(fields.String(validate=_LINE), load_default=list)


class ToneSchema(Schema):
    exclamation_marks = fields.Integer(strict=True, validate=validate.Range(min=0))
    capitals = fields.Boolean()
    emoji = fields.Boolean()
    longest_sentence = fields.Integer(strict=True, validate=validate.Range(min=0))


class ExampleSchema(Schema):
    situation = fields.String(required=True, validate=_LINE)
    text = fields.String(required=True, validate=_LINE)
    language = fields.String(load_default=FALLBACK)


class ScriptSchema(Schema):
    """A line for agents; `{company}` is filled in."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    text = fields.Dict(keys=fields.String(), values=fields.String(validate=_LINE), required=True)
    intents = fields.List(fields.String(validate=_LINE), load_default=list)
    triggers = fields.List(fields.String(validate=_LINE), load_default=list)
    must_say = fields.Boolean(load_default=False)


def _figure(written: str) -> None:
    """A limit is one amount, time or share with its unit."""
    found = facts(written).quantities
    if len(found) != 1 or not found[0].unit:
        raise ValidationError(f"{written!r} is no single figure with its unit, such as 60 GBP, 30 days or 20 %")


class LimitSchema(Schema):
    name = fields.String(required=True, validate=_LINE)
    words = fields.List(fields.String(validate=_LINE), load_default=list)
    most = fields.List(fields.String(validate=[_LINE, _figure]), required=True, validate=validate.Length(min=1))


class RulesSchema(Schema):
    limits = fields.List(fields.Nested(LimitSchema))
    required = fields.List(fields.Nested(DisclaimerSchema))
    forbidden = fields.List(fields.String(validate=_LINE))


class CardSchema(Schema):
    version = fields.Integer(strict=True, validate=validate.Equal(1))
    company = fields.String(validate=_LINE)
    voice = fields.List(fields.String(validate=_LINE))
    languages = fields.Dict(keys=fields.String(), values=fields.Nested(LanguageSchema))
    restricted = fields.List(fields.Nested(RestrictedSchema))
    disclaimers = fields.List(fields.Nested(DisclaimerSchema))
    tone = fields.Nested(ToneSchema)
    examples = fields.List(fields.Nested(ExampleSchema))
    rules = fields.Nested(RulesSchema)
    scripts = fields.List(fields.Nested(ScriptSchema))
    brands = fields.Dict(keys=fields.String(), values=fields.Nested(lambda: CardSchema(exclude=("version", "brands"))))


def read_style(path: str, company: str) -> StyleCard:
    """The card of a file; without a path the one that comes with Handrail. `company` is the name where the card has
    none.

    Raises:
        ConfigurationError: naming the file and everything that is wrong in it.
    """
    if not path:
        return StyleCard(company=company)
    checked = check(CardSchema(), read_yaml(path, "HANDRAIL_STYLE"), path)
    brands = checked.pop("brands", {})
    try:
        card = _card(checked, company)
        own = {name: _card(_over(checked, fields), company) for name, fields in brands.items()}
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    return dataclasses.replace(card, brands=own)


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A brand's card: what it says itself, and the company's card for the rest."""
    merged = {**base, **own}
    for name in ("languages", "tone"):
        merged[name] = {**base.get(name, {}), **own.get(name, {})}
    for name in ("restricted", "disclaimers", "scripts"):
        merged[name] = [*base.get(name, ()), *own.get(name, ())]
    ours, theirs = base.get("rules", {}), own.get("rules", {})
    merged["rules"] = {name: [*ours.get(name, ()), *theirs.get(name, ())] for name in {*ours, *theirs}}
    return merged


def _card(checked: Mapping[str, Any], company: str) -> StyleCard:
    rows = checked.get("restricted", ())
    return StyleCard(
        company=checked.get("company", company),
        version=digest(checked)[:12],
        voice=tuple(checked.get("voice", ())),
        languages={**BUILT_IN, **{code: _lines(code, own) for code, own in checked.get("languages", {}).items()}},
        restricted=tuple(dict.fromkeys(word for row in rows for word in row["words"])),
        instead={word: row["instead"] for row in rows for word in row["words"] if row["instead"]},
        disclaimers=tuple(_disclaimer(row) for row in checked.get("disclaimers", ())),
        tone=Tone(**checked.get("tone", {})),
        examples=tuple(Example(**row) for row in checked.get("examples", ())),
        rules=_rules(checked.get("rules", {})),
        scripts=tuple(_script(row) for row in checked.get("scripts", ())),
    )


def _lines(code: str, own: Mapping[str, str]) -> Courtesies:
    """A language's lines: those of the file over those that come with Handrail."""
    known = BUILT_IN.get(code)
    if known is not None:
        return dataclasses.replace(known, **own)
    lacking = [name for name in _NEEDED if name not in own]
    if lacking:
        raise ValueError(f"languages.{code}: Handrail has no lines in this language; write {', '.join(lacking)} too")
    return Courtesies(**own)


def _disclaimer(row: Mapping[str, Any]) -> Disclaimer:
    return Disclaimer(**_asked_for(row, "disclaimers"))


def _script(row: Mapping[str, Any]) -> Script:
    return Script(
        name=row["name"],
        texts=dict(row["text"]),
        intents=frozenset(row["intents"]),
        triggers=frozenset(row["triggers"]),
        must_say=row["must_say"],
    )


def _rules(checked: Mapping[str, Any]) -> HouseRules:
    return HouseRules(
        limits=tuple(
            Limit(name=row["name"], words=tuple(row["words"]), most=most)
            for row in checked.get("limits", ())
            for most in row["most"]
        ),
        required=tuple(Required(**_asked_for(row, "rules.required")) for row in checked.get("required", ())),
        forbidden=tuple(checked.get("forbidden", ())),
    )


def _asked_for(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """A line in its languages, with the words and intents that call for it."""
    texts = dict(row["text"])
    if FALLBACK not in texts:
        raise ValueError(f"{where}: a line needs its text in {FALLBACK!r}; found {', '.join(texts) or 'nothing'}")
    if not row["words"] and not row["intents"]:
        raise ValueError(f"{where}: a line needs `words` or `intents` that call for it")
    return {
        "text": texts[FALLBACK],
        "words": tuple(row["words"]),
        "intents": tuple(row["intents"]),
        "translations": texts,
    }
