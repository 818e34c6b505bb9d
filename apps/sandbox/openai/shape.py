"""Fills a JSON schema with what was extracted, going by the names that schemas commonly use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.sandbox.openai.extract import Pick
from apps.sandbox.openai.words import telling_words

Schema = dict[str, Any]

YES_NAMES = re.compile(r"answer(able|ed)|found|sufficient|supported|grounded|can_answer|relevant")
NO_NAMES = re.compile(r"abstain|unanswer|escalat|hand_?off|human|refus")
SHARE_NAMES = re.compile(r"confidence|score|probab|certain|cover")
PLACE_NAMES = re.compile(r"index|place|passage|source|number|citation|ref")
ID_NAMES = re.compile(r"(^|_)(id|ids|source|sources|citation|citations|cite|ref|refs|passages?|articles?)$")
TITLE_NAMES = re.compile(r"title")
MISSING_NAMES = re.compile(r"unknown|missing|gap|unanswered|open")
MANY_NAMES = re.compile(r"sentence|citation|claim|source|quote|passage|evidence|segment|statement|answer|part|ids?$")
EMPTY_NAMES = re.compile(r"reason|note|warning|error|comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What there is to say: the sentences, what is missing, and the text that was asked."""

    question: str
    picks: Sequence[Pick]
    missing: Sequence[str]

    @property
    def text(self) -> str:
        """The answer in one piece."""
        return " ".join(pick.text for pick in self.picks)

    @property
    def confidence(self) -> float:
        """How much of the question the best sentence covers."""
        return round(max((pick.cover for pick in self.picks), default=0.0), 2)


def fill(schema: Schema, findings: Findings) -> Any:
    """A value that fits the schema (the subset that strict structured output allows)."""
    return _value(schema, schema, "", findings)


def _value(root: Schema, schema: Schema, name: str, findings: Findings) -> Any:
    schema = _resolved(root, schema, findings)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _choice(schema["enum"], findings)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
        if not findings.picks and "null" in schema["type"]:
            return None
    match kind:
        case "object":
            properties: Schema = schema.get("properties", {})
            return {key: _value(root, each, key, findings) for key, each in properties.items()}
        case "array":
            return _items(root, schema, name, findings)
        case "boolean":
            return _truth(name, findings)
        case "integer" | "number":
            return _number(schema, name, kind, findings)
        case "null":
            return None
        case _:
            return _text(name, findings)


def _resolved(root: Schema, schema: Schema, findings: Findings) -> Schema:
    """Follow references, and take one branch of a choice: null only when nothing was found."""
    while True:
        if "$ref" in schema:
            target: Any = root
            for step in str(schema["$ref"]).removeprefix("#/").split("/"):
                target = target[step] if step != "#" else target
            schema = target
        elif branches := schema.get("anyOf") or schema.get("oneOf"):
            full = [each for each in branches if each.get("type") != "null"]
            schema = full[0] if full and (findings.picks or len(full) == len(branches)) else {"type": "null"}
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _choice(values: Sequence[Any], findings: Findings) -> Any:
    """The value that shares most words with the question; the first when none does."""
    asked = set(telling_words(findings.question))
    return max(values, key=lambda value: len(asked & set(telling_words(str(value).replace("_", " ")))))


def _items(root: Schema, schema: Schema, name: str, findings: Findings) -> list[Any]:
    items: Schema = schema.get("items", {"type": "string"})
    least, most = schema.get("minItems", 0), schema.get("maxItems", 100)
    values: list[Any] = []
    if MISSING_NAMES.search(name) and _resolved(root, items, findings).get("type") == "string":
        values += findings.missing
    elif MANY_NAMES.search(name):
        for pick in findings.picks:
            value = _value(root, items, name, replace(findings, picks=[pick]))
            if value not in values:
                values.append(value)
    while len(values) < least:
        values.append(_value(root, items, name, findings))
    return values[:most]


def _truth(name: str, findings: Findings) -> bool:
    if NO_NAMES.search(name):
        return not findings.picks
    return bool(YES_NAMES.search(name)) and bool(findings.picks)


def _number(schema: Schema, name: str, kind: str, findings: Findings) -> float:
    low, high = schema.get("minimum", 0), schema.get("maximum")
    value: float = low
    if findings.picks:
        first = findings.picks[0]
        if SHARE_NAMES.search(name):
            value = findings.confidence
        elif name.endswith("start"):
            value = first.start
        elif name.endswith("end"):
            value = first.end
        elif PLACE_NAMES.search(name):
            value = int(first.passage.passage_id) if first.passage.passage_id.isdigit() else first.place
    value = max(low, value) if high is None else min(max(low, value), high)
    return int(value) if kind == "integer" else value


def _text(name: str, findings: Findings) -> str:
    first = findings.picks[0] if findings.picks else None
    if ID_NAMES.search(name):
        return first.passage.passage_id if first else ""
    if TITLE_NAMES.search(name):
        return first.passage.title if first else ""
    return "" if EMPTY_NAMES.search(name) else findings.text
