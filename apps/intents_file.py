"""The company's own intents: a YAML file with examples or a labelled CSV, read into plain mappings for the models."""

import csv
import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate, validates

from apps.validation import check, read_yaml
from core.errors import ConfigurationError
from core.model.signals import OUT_OF_SCOPE, Urgency

FEWEST = 5  # examples of an intent: with fewer it is not recognised reliably
LONGEST_CELL = 1_000_000
_TRANSLATED = re.compile(r"examples_[a-z]{2,3}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Intents:
    """Examples, labels and usual urgency per intent; `out_of_scope` are messages that have none of them. `translated`
    are examples in other languages than the company's."""

    examples: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    translated: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    urgency: Mapping[str, str] = dataclasses.field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()

    @property
    def every(self) -> Mapping[str, list[str]]:
        """The examples in all languages."""
        return {name: [*texts, *self.translated.get(name, ())] for name, texts in self.examples.items()}

    @property
    def thin(self) -> list[str]:
        """The intents with fewer than five different examples."""
        return sorted(name for name, texts in self.examples.items() if len({_even(text) for text in texts}) < FEWEST)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A message and its label, with the line of the file it ends on."""

    text: str
    label: str
    line: int = 0


class IntentSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True, validate=[validate.Length(min=1), validate.NoneOf([OUT_OF_SCOPE])])
    label = fields.String(required=True, validate=validate.Length(min=1))
    examples = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    translated = fields.List(fields.String(), load_default=list)
    urgency_hint = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([urgency.value for urgency in Urgency])
    )

    @pre_load
    def _collect(self, row: Any, **_: Any) -> Any:
        """`examples_de`, `examples_pt` and the like, together."""
        if not isinstance(row, dict):
            return row
        told = {key: texts for key, texts in row.items() if _TRANSLATED.fullmatch(str(key))}
        wrong = {key: ["Not a list of texts."] for key, texts in told.items() if not isinstance(texts, list)}
        if wrong:
            raise ValidationError(wrong)
        return {**row, "translated": [text for texts in told.values() for text in texts]}


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
    """Without a path there are no intents, and none is recognised. A name ending in .csv is read as `text,label`, where
    the label `out_of_scope` stands for none of the intents.

    Raises:
        ConfigurationError: naming the file and what is wrong in it: also an intent with fewer than five examples.
    """
    if not path:
        return Intents()
    found = intents_in(path)
    if found.thin:
        few = ", ".join(f"{name} ({len(found.examples[name])})" for name in found.thin)
        raise ConfigurationError(f"{path}: each intent needs {FEWEST} different examples or more; too few have: {few}")
    return found


def intents_in(path: str) -> Intents:
    """As `read_intents`, with however few examples."""
    return _of_rows(read_labelled(Path(path))) if path.endswith(".csv") else _of_yaml(path)


def read_labelled(path: Path) -> list[Labelled]:
    """A CSV in UTF-8 with the columns `text` and `label`, in any order and with any others. Rows without text are
    passed over.

    Raises:
        ConfigurationError: when it cannot be read, lacks a column or has no rows; with the line's number.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            missing = sorted({"text", "label"} - set(reader.fieldnames or ()))
            if missing:
                raise ConfigurationError(f"{path.name} has no column {' and no '.join(missing)}; wanted are text,label")
            rows = [_labelled(row, f"{path.name}, line {reader.line_num}", reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{path.name} cannot be read as CSV in UTF-8: {error}") from error
    found = [row for row in rows if row.text]
    if not found:
        raise ConfigurationError(f"{path.name} has no rows")
    return found


def by_label(rows: Iterable[Labelled]) -> dict[str, list[str]]:
    """The texts of each label, in the order of the file."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.label, []).append(row.text)
    return found


def _labelled(row: Mapping[str, str | None], where: str, line: int) -> Labelled:
    text, label = (row["text"] or "").strip(), (row["label"] or "").strip()
    if text and not label:
        raise ConfigurationError(f"{where} has no label")
    return Labelled(text=text, label=label, line=line)


def _of_rows(rows: Sequence[Labelled]) -> Intents:
    examples = by_label(row for row in rows if row.label != OUT_OF_SCOPE)
    return Intents(
        examples=examples,
        labels={name: name.replace("_", " ").capitalize() for name in examples},
        out_of_scope=tuple(row.text for row in rows if row.label == OUT_OF_SCOPE),
    )


def _of_yaml(path: str) -> Intents:
    checked = check(IntentsSchema(), read_yaml(path, "HANDRAIL_INTENTS"), path)
    rows = checked["intents"]
    return Intents(
        examples={row["name"]: row["examples"] for row in rows},
        translated={row["name"]: row["translated"] for row in rows if row["translated"]},
        labels={row["name"]: row["label"] for row in rows},
        urgency={row["name"]: Urgency(row["urgency_hint"]) for row in rows if row["urgency_hint"]},
        out_of_scope=tuple(checked["out_of_scope_examples"]),
    )


def _even(text: str) -> str:
    return " ".join(text.casefold().split())
