"""Each part of the score with its cause, and what cannot be told as unknown."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.measure.quality import agreement, score
from core.model.conversation import Role
from core.model.decision import Action, Decision
from core.model.draft import Draft, DraftState, Finding, SentenceKind, Severity
from core.model.ids import ConversationId
from core.model.quality import Part, Quality, Review, Score
from tests.core import samples

ASKED = samples.message(1, text="How do I reset it? My order number is HB-20417.")
ANSWER = samples.message(2, text="Press the button.", role=Role.ASSISTANT)


def scored(draft: Draft | None, state: DraftState = DraftState.SENT, **changes: object) -> Quality:
    made: Decision = replace(samples.decision(Action.AUTO_REPLY), draft=draft, message_id=ASKED.id)
    states = {draft.id: state} if draft else {}
    return score(samples.conversation(**changes), [ASKED, ANSWER], [made], states)


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule=rule, severity=severity, text=f"found {rule}", remedy="Mend it.")


def test_what_left_with_its_sources_and_without_a_finding_is_good() -> None:
    found = scored(samples.draft())
    assert {each.part: each.score for each in found.parts} == {
        Part.GROUNDED: Score.GOOD,
        Part.COMPLETE: Score.GOOD,
        Part.TONE: Score.GOOD,
        Part.POLICY: Score.GOOD,
        Part.HANDOFF: Score.UNKNOWN,
    }
    assert found.of(Part.GROUNDED).grounds[0].message_id == ASKED.id


@pytest.mark.parametrize("state", [DraftState.OFFERED, DraftState.EDITED, DraftState.IGNORED])
def test_of_what_an_agent_wrote_otherwise_nothing_is_told(state: DraftState) -> None:
    assert {each.score for each in scored(samples.draft(), state).parts} == {Score.UNKNOWN}


def test_a_sentence_without_a_source_is_named() -> None:
    draft = samples.draft()
    bare = replace(draft.sentences[0], text="Trust me.", kind=SentenceKind.COURTESY, citation=None, record=None)
    object.__setattr__(bare, "kind", SentenceKind.CITED)  # as a store could hold it that was tampered with
    grounded = scored(replace(draft, sentences=(bare,))).of(Part.GROUNDED)
    assert (grounded.score, grounded.grounds[0].what) == (Score.FAULTY, "“Trust me.” has no source.")


@pytest.mark.parametrize(
    ("rule", "severity", "part"),
    [("slang", Severity.WARN, Part.TONE), ("policy_breach", Severity.BLOCK, Part.POLICY)],
)
def test_a_finding_counts_for_its_part(rule: str, severity: Severity, part: Part) -> None:
    found = scored(samples.draft(findings=(finding(rule, severity),)))
    assert [each.part for each in found.faulty] == [part]
    assert found.of(part).grounds[0].what == f"found {rule}"


def test_a_part_that_was_left_open_is_a_fault_unless_a_person_spoke_after_it() -> None:
    draft = samples.draft(unknown=("Do you ship to Norway?",))
    assert scored(draft).of(Part.COMPLETE).score is Score.FAULTY
    made = replace(samples.decision(Action.AUTO_REPLY), draft=draft, message_id=ASKED.id)
    agent = samples.message(3, text="We do ship there.", role=Role.AGENT)
    later = score(samples.conversation(), [ASKED, ANSWER, agent], [made], {draft.id: DraftState.SENT})
    assert later.of(Part.COMPLETE).score is Score.UNKNOWN


def test_what_an_agent_asks_again_after_a_handover_is_named_with_its_message() -> None:
    made = replace(samples.decision(Action.HANDOFF), message_id=ASKED.id, handoff=samples.card(), draft=None)
    again = samples.message(3, text="What is your order number?", role=Role.AGENT)
    handoff = score(samples.conversation(), [ASKED, ANSWER, again], [made], {}).of(Part.HANDOFF)
    assert (handoff.score, handoff.grounds[0].message_id) == (Score.FAULTY, again.id)
    fine = samples.message(3, text="I have your order here.", role=Role.AGENT)
    assert score(samples.conversation(), [ASKED, fine], [made], {}).of(Part.HANDOFF).score is Score.GOOD


def review(number: int, scored_as: Score, said: Score) -> Review:
    return Review(
        conversation_id=ConversationId(f"co_{number}"),
        part=Part.TONE,
        reviewer="priya@larkfield.example",
        score=scored_as,
        said=said,
        at=datetime(2026, 6, 1, tzinfo=UTC),
    )


def test_the_agreement_of_reviewers_has_its_interval() -> None:
    said = [review(n, Score.GOOD, Score.GOOD) for n in range(8)]
    said += [review(n, Score.FAULTY, Score.GOOD if n == 11 else Score.FAULTY) for n in range(8, 12)]
    share, chance = agreement(said, Part.TONE)
    assert (share.hits, share.cases) == (11, 12)
    assert chance is not None
    assert chance.low < chance.value == pytest.approx(0.8)
    assert agreement(said, Part.POLICY)[0].cases == 0


def test_what_nobody_can_tell_is_not_reviewed() -> None:
    with pytest.raises(ValueError, match="not reviewed"):
        review(1, Score.UNKNOWN, Score.GOOD)
