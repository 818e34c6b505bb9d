"""What people did with drafts, as votes on the articles and as a judgement on the draft."""

from dataclasses import replace
from typing import Any

import pytest

from core.measure.outcomes.judged import Judged, judge
from core.measure.outcomes.outcome import Record, outcome_of
from core.model.conversation import Role
from core.model.decision import Action, Decision
from core.model.draft import DraftState
from core.model.ids import DecisionId, DraftId, MessageId
from core.model.learning import Reaction
from core.model.signals import Correction
from tests.core import samples
from tests.core.people import MINUTE, NOW

DRAFT = samples.draft()
ARTICLE = DRAFT.cited[0].passage.article_id
CITING = next(at for at, sentence in enumerate(DRAFT.sentences) if sentence.citation)


def did(kind: str, agent: str = "Priya", minute: int = 1, **detail: Any) -> Reaction:
    return Reaction(draft_id=DRAFT.id, kind=kind, agent=agent, at=NOW + minute * MINUTE, detail=detail)


def judged(*reactions: Reaction, state: DraftState = DraftState.OFFERED, **changes: Any) -> Judged:
    conversation = samples.conversation(**changes.pop("conversation", {}))
    messages = (samples.message(1), samples.message(2, role=Role.ASSISTANT, at=NOW + MINUTE))
    made = changes.pop("decisions", (samples.decision(draft=DRAFT, message_id=MessageId("ms_1")),))
    record = Record(conversation=conversation, messages=messages, decisions=made, states={DRAFT.id: state}, **changes)
    return judge(record, outcome_of(record), reactions)


def worths(found: Judged) -> dict[str, float]:
    return {vote.voter: vote.worth for vote in found.votes}


def test_a_thumb_counts_for_every_source_under_the_intent_that_was_read() -> None:
    (vote,) = judged(did("thumb_up")).votes
    assert (vote.article_id, vote.worth, vote.voter) == (ARTICLE, 1.0, "Priya")
    assert vote.intent == samples.decision().signals.intent.value


def test_the_strongest_word_of_a_day_is_a_persons_vote() -> None:
    assert worths(judged(did("opened", sentence=CITING), did("thumb_down", minute=2), did("used", minute=3))) == {
        "Priya": -1.0
    }


@pytest.mark.parametrize(
    "detail", [{"reasons": ["tone"]}, {"reasons": ["missing", "tone"]}, {"source": "another"}, {"sentence": 99}]
)
def test_what_is_not_about_the_source_is_no_vote_on_it(detail: dict[str, Any]) -> None:
    assert not judged(did("thumb_down", **detail)).votes


def test_a_sentence_that_was_taken_out_counts_against_its_article() -> None:
    assert worths(judged(did("inserted", left_out=[CITING]))) == {"Priya": -0.5}


def test_an_agents_correction_says_which_intent_the_vote_is_about() -> None:
    right = Correction(
        message_id=MessageId("ms_1"),
        conversation_id=samples.conversation().id,
        text="",
        intent="refund",
        by="Priya",
        at=NOW,
    )
    (vote,) = judged(did("used"), corrections=(right,)).votes
    assert vote.intent == "refund"


def test_customers_vote_by_their_rating_on_what_left_by_itself() -> None:
    sent = judged(state=DraftState.SENT, conversation={"satisfaction": "bad"})
    assert worths(sent) == {samples.conversation().customer_id: -0.75}
    assert not judged(state=DraftState.USED, conversation={"satisfaction": "bad"}).votes, "an agent has answered"


def test_who_needs_a_person_after_an_answer_votes_against_it_a_little() -> None:
    answered = samples.decision(Action.AUTO_REPLY, draft=DRAFT, message_id=MessageId("ms_1"))
    handed: Decision = samples.decision(Action.HANDOFF, id=DecisionId("de_2"), message_id=MessageId("ms_3"), draft=None)
    found = judged(state=DraftState.SENT, decisions=(answered, handed))
    assert worths(found) == {samples.conversation().customer_id: -0.5}


@pytest.mark.parametrize(
    ("reactions", "state", "good"),
    [
        ((), DraftState.USED, True),
        ((), DraftState.IGNORED, False),
        ((did("thumb_up"),), DraftState.IGNORED, True),
        ((did("thumb_down", reasons=["wrong"]),), DraftState.USED, False),
        ((did("thumb_down", reasons=["tone"]),), DraftState.USED, True),
        ((did("thumb_down", sentence=CITING),), DraftState.EDITED, True),
    ],
)
def test_a_draft_is_judged_by_what_was_done_with_it(
    reactions: tuple[Reaction, ...], state: DraftState, good: bool
) -> None:
    (sample,) = judged(*reactions, state=state).samples
    assert (sample.good, sample.confidence) == (good, DRAFT.confidence)


def test_the_estimate_is_kept_and_not_what_was_learned_before() -> None:
    calibrated = replace(DRAFT, estimated=0.9, confidence=0.5)
    found = judged(state=DraftState.USED, decisions=(samples.decision(draft=calibrated, message_id=MessageId("ms_1")),))
    assert [sample.confidence for sample in found.samples] == [0.9]


def test_nobody_judges_what_only_waits() -> None:
    assert judged() == Judged(votes=(), samples=())
    assert judged(replace(did("thumb_up"), draft_id=DraftId("other"))).votes == ()
