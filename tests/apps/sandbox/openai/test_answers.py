"""Whatever a schema asks for, the value fits it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import validate

from apps.sandbox.openai.answers import Findings, fill, missing_words, pick_sentences
from apps.sandbox.openai.prompt import Passage, Prompt

KNOWN = Prompt(
    question="Is my refund late?",
    passages=(Passage(passage_id="a1", text="A refund may be late by two days. Call us then.", title="Refunds"),),
)
UNKNOWN = Prompt(question="Do you sell boats?", passages=KNOWN.passages)


def findings_of(prompt: Prompt) -> Findings:
    picks = pick_sentences(prompt)
    return Findings(question=prompt.question, picks=picks, missing=missing_words(prompt))


def shut(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SPAN = shut(start={"type": "integer", "minimum": 0}, end={"type": "integer"}, quote={"type": "string"})
SCHEMAS = [
    shut(answer={"type": ["string", "null"]}, needs_human={"type": "boolean"}),
    shut(intent={"enum": ["order_status", "refund", "boats"]}, reason={"type": "string"}),
    shut(citations={"type": "array", "items": SPAN}),
    shut(sources={"type": "array", "items": {"type": "string"}, "minItems": 1}),
    shut(unknown={"type": "array", "items": {"type": "string"}, "minItems": 1}),
    shut(draft={"anyOf": [{"type": "null"}, shut(body={"type": "string"})]}),
    shut(kind={"const": "draft"}, score={"type": "number", "minimum": 0, "maximum": 1}),
    {**shut(parts={"type": "array", "items": {"$ref": "#/$defs/part"}}), "$defs": {"part": SPAN}},
    shut(places={"type": "array", "items": {"type": "integer"}}, tags={"type": "array", "items": {"type": "string"}}),
]


NAMES = st.sampled_from(
    ["answer", "answerable", "citations", "confidence", "handoff", "id", "index", "quote", "reason", "start", "unknown"]
)
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from([{"type": "string"}, {"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]),
    st.builds(
        lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    st.builds(lambda kind: {"type": kind}, st.sampled_from(["number", "integer"])),
    st.lists(st.sampled_from(["refund", "boats", 3, None]), min_size=1, unique=True).map(
        lambda values: {"enum": values}
    ),
)
ANY_SCHEMA = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(NAMES, inner, max_size=4).map(lambda properties: shut(**properties)),
        st.builds(lambda item, least: {"type": "array", "items": item, "minItems": least}, inner, st.integers(0, 2)),
        inner.map(lambda one: {"anyOf": [one, {"type": "null"}]}),
    ),
    max_leaves=8,
)


@given(schema=ANY_SCHEMA, prompt=st.sampled_from([KNOWN, UNKNOWN]))
@settings(max_examples=200, deadline=None)
def test_the_value_fits_any_schema_of_the_strict_kind(schema: dict[str, Any], prompt: Prompt) -> None:
    validate(fill(schema, findings_of(prompt)), schema)


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("prompt", [KNOWN, UNKNOWN])
def test_the_value_fits_the_schema(schema: dict[str, Any], prompt: Prompt) -> None:
    validate(fill(schema, findings_of(prompt)), schema)


def test_a_span_points_at_the_sentence_in_its_passage() -> None:
    (citation,) = fill(SCHEMAS[2], findings_of(KNOWN))["citations"]
    text = KNOWN.passages[0].text
    assert text[citation["start"] : citation["end"]] == citation["quote"] == "A refund may be late by two days."


def test_a_choice_follows_the_words_of_the_question() -> None:
    assert fill(SCHEMAS[1], findings_of(KNOWN))["intent"] == "refund"
    assert fill(SCHEMAS[1], findings_of(UNKNOWN))["intent"] == "boats"


def test_nothing_found_is_null_and_a_call_for_a_person() -> None:
    assert fill(SCHEMAS[0], findings_of(UNKNOWN)) == {"answer": None, "needs_human": True}
