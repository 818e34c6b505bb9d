import json
import math
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sql import codec
from core.model.campaign import Campaign
from core.model.decision import Decision, Handoff
from core.model.draft import Draft, Finding, Sentence, SentenceKind
from core.model.knowledge import Citation, Passage
from core.model.signals import Evidence, Scored, Signals
from tests.connectors.sql.samples import decision, passage
from tests.core.campaigns import campaign, variant

WORDS = st.text(st.characters(), max_size=20)
UNIT = st.floats(0, 1)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# In UTC too they must be days of the calendar.
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
EVIDENCE = st.builds(Evidence, start=st.integers(0, 9), end=st.integers(9, 99), words=WORDS)
SCORED = st.builds(
    Scored,
    value=WORDS,
    confidence=UNIT,
    label=WORDS,
    evidence=st.lists(EVIDENCE, max_size=2).map(tuple),
    made_by=WORDS,
)
SIGNALS = st.builds(
    Signals,
    language=SCORED,
    intents=st.lists(SCORED, max_size=2).map(tuple),
    sentiment=SCORED,
    mood=st.floats(-1, 1),
    urgency=SCORED,
    risks=st.lists(SCORED, max_size=2).map(tuple),
)

HANDOFFS = st.builds(
    Handoff, tried=st.lists(WORDS, max_size=2).map(tuple), sentiment_trend=st.lists(st.floats(-1, 1)).map(tuple)
)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    text, start = draw(WORDS.filter(bool)), draw(st.integers(0, 1000))
    return passage(
        text=text,
        start=start,
        end=start + len(text),
        path=tuple(draw(st.lists(WORDS, max_size=2))),
        updated_at=draw(st.none() | MOMENTS),
    )


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    source = draw(st.none() | passages())
    if source is None:
        return Sentence(text=draw(WORDS), kind=SentenceKind.COURTESY)
    citation = Citation(passage=source, start=source.start, end=source.end)
    return Sentence(text=draw(WORDS), kind=SentenceKind.CITED, citation=citation)


DRAFTS = st.builds(
    Draft,
    id=WORDS,
    sentences=st.lists(sentences(), max_size=3).map(tuple),
    language=WORDS,
    confidence=UNIT,
    composer=WORDS,
    findings=st.lists(st.from_type(Finding), max_size=2).map(tuple),
    unknown=st.lists(WORDS, max_size=2).map(tuple),
    model=st.none() | WORDS,
)
DECISIONS = st.builds(
    decision,
    signals=SIGNALS,
    at=MOMENTS,
    draft=st.none() | DRAFTS,
    handoff=st.none() | HANDOFFS,
    abstained=st.none() | WORDS,
    timings=st.dictionaries(WORDS, st.floats(0, 1e6), max_size=3),
)
CAMPAIGNS = st.builds(
    campaign,
    why=WORDS,
    facts=st.dictionaries(WORDS, JSON, max_size=3),
    expires_at=MOMENTS,
    variants=st.tuples(st.builds(variant, text=WORDS, personal=st.tuples(WORDS))),
    counts=st.dictionaries(WORDS, st.dictionaries(WORDS, st.integers(0), max_size=2), max_size=2),
)


@settings(max_examples=80, deadline=None)
@given(one=DECISIONS)
def test_every_decision_survives(one: Decision) -> None:
    assert codec.decode(Decision, codec.encode(one)) == one


@settings(max_examples=60, deadline=None)
@given(one=CAMPAIGNS)
def test_every_campaign_survives_with_its_digest(one: Campaign) -> None:
    again = codec.decode(Campaign, codec.encode(one))
    assert again == one
    # The digest is what a supervisor approves: it must not change by being stored.
    assert again.digest == one.digest


@settings(max_examples=60, deadline=None)
@given(one=DRAFTS)
def test_every_draft_survives(one: Draft) -> None:
    assert codec.decode(Draft, codec.encode(one)) == one


@settings(max_examples=60, deadline=None)
@given(one=passages())
def test_every_passage_survives(one: Passage) -> None:
    assert codec.decode(Passage, codec.encode(one)) == one


def test_what_is_stored_names_its_version() -> None:
    assert json.loads(codec.encode(passage()))["v"] == codec.VERSIONS[Passage]


def test_a_field_that_came_later_takes_its_default() -> None:
    stored = json.loads(codec.encode(passage(section="Hub")))
    del stored["is"]["section"]
    stored["is"]["gone"] = "since the last version"
    assert codec.decode(Passage, json.dumps(stored)) == passage(section="")


def test_what_a_newer_version_wrote_is_not_guessed_at() -> None:
    stored = {**json.loads(codec.encode(passage())), "v": 99}
    with pytest.raises(ValueError, match="newer Handrail"):
        codec.decode(Passage, json.dumps(stored))


def test_an_older_version_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = codec.encode(passage())

    def renamed(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "section": "raised"}

    monkeypatch.setattr(codec, "VERSIONS", {**codec.VERSIONS, Passage: 2})
    monkeypatch.setattr(codec, "UPGRADES", {(Passage, 1): renamed})
    assert codec.decode(Passage, stored) == passage(section="raised")


def test_a_value_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.encode(campaign(facts={"amount": object()}))
    with pytest.raises(ValueError, match="not JSON compliant"):
        codec.encode(campaign(facts={"amount": math.nan}))
