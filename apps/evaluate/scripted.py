"""Agents played by a script: how they edit drafts, from a file that people write without knowing how lessons are found.

The format is told in docs/improve.md."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from apps.validation import check, read_yaml
from core.improve.differences import sentences
from core.model.lesson import Cause

PLACES = ("start", "end", "last")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_TEXTS = fields.List(fields.String(), validate=validate.Length(min=1))


class StepSchema(Schema):
    """One of `replace` (with `with`), `remove`, `rewrite` (with `with`) and `add` (with `at` or `after`)."""

    replace = fields.String()
    remove = fields.String()
    rewrite = fields.String()
    instead = fields.List(fields.String(), data_key="with")
    add = fields.List(fields.String(), validate=validate.Length(min=1))
    at = fields.String(validate=validate.OneOf(PLACES), load_default="end")
    after = fields.String(load_default="")

    @validates_schema
    def _one(self, data: Mapping[str, Any], **_: Any) -> None:
        named = [name for name in ("replace", "remove", "rewrite", "add") if name in data]
        if len(named) != 1:
            raise ValidationError("a step has exactly one of replace, remove, rewrite and add")
        if named[0] in ("replace", "rewrite") and not data.get("instead"):
            raise ValidationError(f"{named[0]} needs `with`: a list of texts")


class WhenSchema(Schema):
    intents = fields.List(fields.String(), load_default=list)
    message_has = fields.List(fields.String(), load_default=list)
    draft_has = fields.List(fields.String(), load_default=list)
    languages = fields.List(fields.String(), load_default=list)


class WaySchema(Schema):
    name = fields.String(required=True)
    says = fields.String(load_default="")
    cause = fields.String(validate=validate.OneOf([cause.value for cause in Cause]), load_default=Cause.TONE.value)
    when = fields.Nested(WhenSchema, load_default=lambda: WhenSchema().load({}))
    unless = fields.List(fields.String(), load_default=list)
    edit = fields.List(fields.Nested(StepSchema), required=True, validate=validate.Length(min=1))
    share = fields.Float(validate=validate.Range(min=0, max=1), load_default=0.85)
    agents = fields.List(fields.Integer(), load_default=list)


class ScriptSchema(Schema):
    set = fields.String(required=True, validate=validate.OneOf(["tuning", "report"]))
    agents = fields.Integer(load_default=6, validate=validate.Range(min=2, max=50))
    ways = fields.List(fields.Nested(WaySchema), required=True, validate=validate.Length(min=1))
    noise = fields.List(fields.Nested(WaySchema), load_default=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`kind` is replace, remove, rewrite or add; `what` is what it looks for in the draft."""

    kind: str
    what: str
    texts: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One thing that agents do to drafts, or (noise) something that means nothing."""

    name: str
    says: str
    cause: str
    when: Mapping[str, Sequence[str]]
    unless: tuple[str, ...]
    steps: tuple[Step, ...]
    share: float
    agents: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    kind: str
    agents: int
    ways: tuple[Way, ...]
    noise: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an agent has before them."""

    intent: str
    message: str
    language: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What was sent; `made` names each way that was done, with the sentences that it took out and put in."""

    text: str
    made: Mapping[str, tuple[frozenset[str], frozenset[str]]]


def read_script(path: Path) -> Script:
    """Raises ConfigurationError naming everything that is wrong in the file."""
    found = check(ScriptSchema(), read_yaml(str(path), "the file of edits"), str(path))
    return Script(
        kind=found["set"],
        agents=found["agents"],
        ways=tuple(map(_way, found["ways"])),
        noise=tuple(map(_way, found["noise"])),
    )


def _way(row: Mapping[str, Any]) -> Way:
    return Way(
        name=row["name"],
        says=row["says"],
        cause=row["cause"],
        when=row["when"],
        unless=tuple(row["unless"]),
        steps=tuple(map(_step, row["edit"])),
        share=row["share"],
        agents=tuple(row["agents"]),
    )


def _step(row: Mapping[str, Any]) -> Step:
    kind = next(name for name in ("replace", "remove", "rewrite", "add") if name in row)
    texts = tuple(row["add"] if kind == "add" else row.get("instead", ()))
    what = row["after"] if kind == "add" else row[kind]
    return Step(kind=kind, what=what, texts=texts, at=row["at"])


def edit(draft: str, asked: Asked, agent: int, script: Script, chance: random.Random) -> Edited:
    """What this agent sends. Every way and every noise takes its part of chance whether it is done or not, so that the
    same matter meets the same agent with the same habits under another draft."""
    text, made = draft, {}
    for way in (*script.ways, *script.noise):
        own = random.Random(chance.random())
        if own.random() < way.share and _applies(way, text, asked, agent):
            after = _done(way, text, asked, own)
            if after != text:
                gone = frozenset(sentences(text)) - frozenset(sentences(after))
                come = frozenset(sentences(after)) - frozenset(sentences(text))
                text, made[way.name] = after, (gone, come)
    return Edited(text=text, made=made)


def _applies(way: Way, text: str, asked: Asked, agent: int) -> bool:
    when = way.when
    if way.agents and agent not in way.agents:
        return False
    if _has(text, way.unless):
        return False
    return (
        (not when["intents"] or asked.intent in when["intents"])
        and (not when["languages"] or asked.language in when["languages"])
        and (not when["message_has"] or _has(asked.message, when["message_has"]))
        and (not when["draft_has"] or _has(text, when["draft_has"]))
    )


def _has(text: str, words: Sequence[str]) -> bool:
    return any(word.casefold() in text.casefold() for word in words)


def _done(way: Way, text: str, asked: Asked, chance: random.Random) -> str:
    for step in way.steps:
        said = _filled(chance.choice(step.texts), asked, chance) if step.texts else ""
        text = _one(step, text, said)
    return text


def _filled(text: str, asked: Asked, chance: random.Random) -> str:
    places = {"name": asked.name, "number": str(chance.randrange(10_000, 99_999)), "day": chance.choice(DAYS)}
    return re.sub(r"\{(name|number|day)\}", lambda match: places[match[1]], text)


def _one(step: Step, text: str, said: str) -> str:
    if step.kind == "replace":
        return text.replace(step.what, said)
    if step.kind == "add":
        return _with(step, text, said)
    found = next((each for each in _spans(text) if step.what.casefold() in text[each[0] : each[1]].casefold()), None)
    if found is None:
        return text
    start, end = found
    cut = text[:start] + said + text[end:]
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^[ \t]+|[ \t]+$", "", re.sub(r"  +", " ", cut))).strip()


def _with(step: Step, text: str, said: str) -> str:
    """A step without a place that it names does nothing."""
    if step.what:
        found = next((end for start, end in _spans(text) if step.what.casefold() in text[start:end].casefold()), None)
        return text if found is None else f"{text[:found]} {said}{text[found:]}"
    parts = text.split("\n\n")
    place = {"start": 1, "end": max(len(parts) - 1, 1), "last": len(parts)}[step.at]
    return "\n\n".join([*parts[:place], said, *parts[place:]])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence stands."""
    from core.knowledge.passages import lines

    yield from ((line.start, line.end) for line in lines(text))
