"""What one matter comes to, measure by measure, unknown kept apart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.measure.outcomes.outcome import LONGEST_REPLY, Record, outcome_of
from core.model.conversation import Message, MessageKind, Role
from core.model.cost import Cost
from core.model.decision import Action, Circumstances, Decision
from core.model.draft import DraftState
from core.model.ids import ConversationId, DecisionId, MessageId
from core.model.matter import Automation, Matter
from core.model.signals import COURTESY, GREETING, Correction, Scored
from tests.core import samples
from tests.core.people import MINUTE, NOW

SOLVED = NOW + 600 * MINUTE


def said(minute: int, role: Role = Role.CUSTOMER, **changes: Any) -> Message:
    return samples.message(minute, role=role, at=NOW + minute * MINUTE, **changes)


def decided(minute: int, action: Action = Action.AUTO_REPLY, **changes: Any) -> Decision:
    changes.setdefault("draft", None)
    made = samples.decision(action, id=DecisionId(f"de_{minute}"), message_id=MessageId(f"ms_{minute}"), **changes)
    return replace(made, at=NOW + minute * MINUTE)


def ruled(decision: Decision, rule: str) -> Decision:
    return replace(decision, disposition=replace(decision.disposition, rule=rule))


def matter(*messages: Message, decisions: tuple[Decision, ...] = (), closed: bool = True, **changes: Any) -> Matter:
    conversation = samples.conversation(
        open=not closed, solved_at=SOLVED if closed else None, **changes.pop("conversation", {})
    )
    found = outcome_of(Record(conversation=conversation, messages=messages, decisions=decisions, **changes))
    assert found is not None
    return found


ASKED, ANSWERED = said(1), said(3, Role.ASSISTANT)
ALONE = (ASKED, ANSWERED)


def test_what_we_wrote_and_nobody_answered_is_no_matter() -> None:
    outreach = said(1, Role.ASSISTANT, kind=MessageKind.OUTREACH)
    assert outcome_of(Record(conversation=samples.conversation(), messages=[outreach])) is None


def test_an_answer_of_the_assistant_alone_is_contained_once_it_is_closed() -> None:
    found = matter(*ALONE, decisions=(decided(1),))
    assert (found.contained, found.verified, found.automation) == (True, None, Automation.ASSISTANT)
    assert (found.answered_after, found.answered_by) == (120, "assistant")


def test_of_an_open_matter_nobody_knows_whether_it_is_contained() -> None:
    assert matter(*ALONE, decisions=(decided(1),), closed=False).contained is None


def test_silence_contains_nothing() -> None:
    assert matter(ASKED, decisions=(decided(1, Action.SILENT),)).contained is False


def test_that_a_person_takes_over_is_no_answer() -> None:
    notice = said(3, Role.ASSISTANT)
    found = matter(ASKED, notice, said(30, Role.AGENT), decisions=(decided(2, Action.HANDOFF),))
    assert (found.answered_after, found.answered_by, found.handovers) == (29 * 60, "agent", 1)
    assert found.contained is False


@pytest.mark.parametrize(("score", "verified"), [(5, True), (4, True), (3, False), (1, False)])
def test_a_number_says_whether_a_contained_matter_was_solved(score: int, verified: bool) -> None:
    found = matter(*ALONE, decisions=(decided(1),), conversation={"rating": score})
    assert (found.verified, found.rating, found.satisfied) == (verified, score, verified)


def test_whether_they_would_recommend_us_says_nothing_of_the_matter() -> None:
    found = matter(*ALONE, decisions=(decided(1),), conversation={"recommends": 3})
    assert (found.recommends, found.rating, found.satisfied, found.verified) == (3, None, None, None)


def test_the_helpdesks_word_counts_where_there_is_no_number() -> None:
    found = matter(*ALONE, decisions=(decided(1),), conversation={"satisfaction": "bad"})
    assert (found.satisfied, found.rating, found.verified) == (False, None, False)


def test_thanks_after_the_answer_verify_and_a_greeting_does_not() -> None:
    thanks = ruled(decided(5, Action.SILENT), "nothing_asked")
    hello = replace(thanks, signals=samples.signals(facts=(Scored(value=COURTESY, confidence=1.0, label=GREETING),)))
    assert matter(*ALONE, said(5), decisions=(decided(1), thanks)).verified is True
    assert matter(*ALONE, said(5), decisions=(decided(1), hello)).verified is None


def test_words_after_a_closing_reopen_and_thanks_do_not() -> None:
    after = Circumstances(owner=samples.MARIA, tier="plus", solved_at=NOW + 10 * MINUTE)
    again, thanks = decided(20, circumstances=after), ruled(decided(20, circumstances=after), "nothing_asked")
    assert matter(*ALONE, said(20), decisions=(decided(1), again)).reopened == 1
    assert matter(*ALONE, said(20), decisions=(decided(1), thanks)).reopened == 0


def test_handle_time_runs_from_the_last_words_to_each_answer_and_no_longer_than_an_answer_takes() -> None:
    found = matter(ASKED, said(6, Role.AGENT), said(600), said(900, Role.AGENT))
    assert found.handled == round((5 * MINUTE + LONGEST_REPLY).total_seconds())
    assert matter(*ALONE).handled is None, "no person has worked on it"


def test_the_intent_is_the_corrected_one() -> None:
    right = Correction(
        message_id=MessageId("ms_1"), conversation_id=ConversationId("co_one"), text="", intent="refund", by="M", at=NOW
    )
    read = matter(*ALONE, decisions=(decided(1),))
    corrected = matter(*ALONE, decisions=(decided(1),), corrections=(right,))
    assert (read.intent, read.corrected) == ("reset", False)
    assert (corrected.intent, corrected.corrected) == ("refund", True)


def test_an_unsure_intent_is_none() -> None:
    unsure = decided(1, signals=samples.signals(intents=(samples.scored("reset", 0.2),)))
    assert matter(*ALONE, decisions=(unsure,)).intent == ""


def test_a_mood_that_was_bad_has_recovered_or_not_and_of_one_turn_nobody_knows() -> None:
    moods = [decided(minute, signals=samples.signals(mood=mood)) for minute, mood in ((1, -0.6), (5, 0.1))]
    up = matter(*ALONE, said(5), decisions=tuple(moods))
    assert (up.mood_start, up.mood_lowest, up.mood_end, up.recovered) == (-0.6, -0.6, 0.1, True)
    still = matter(*ALONE, said(5), decisions=(moods[0], decided(5, signals=samples.signals(mood=-0.5))))
    assert still.recovered is False
    assert matter(*ALONE, decisions=(moods[0],)).recovered is None
    assert matter(*ALONE, said(5), decisions=(moods[1], decided(5))).recovered is None, "it never fell"


def test_how_likely_they_are_dissatisfied_is_the_last_forecasts_chance_and_not_its_certainty() -> None:
    def forecast(minute: int, chance: float) -> Decision:
        fact = Scored(value="low_satisfaction", confidence=0.6, amount=chance)
        return decided(minute, signals=samples.signals(facts=(fact,)))

    found = matter(*ALONE, said(5), decisions=(forecast(1, 0.9), forecast(5, 0.2)))
    assert found.likely_dissatisfied == 0.2
    assert matter(*ALONE, decisions=(decided(1),)).likely_dissatisfied is None


def test_who_asks_for_a_person_before_the_assistant_has_spoken_goes_round_it() -> None:
    wants = decided(1, Action.HANDOFF, signals=samples.signals(risks=(samples.risk("human_request"),)))
    later = replace(wants, id=DecisionId("de_9"), at=NOW + 9 * MINUTE)
    assert matter(ASKED, decisions=(wants,)).bypassed is True
    assert matter(*ALONE, said(9), decisions=(decided(1), later)).bypassed is False
    assert matter(*ALONE).bypassed is None, "the assistant was not asked"


def test_drafts_count_by_what_became_of_them() -> None:
    draft = samples.draft()
    found = matter(*ALONE, decisions=(decided(1, draft=draft),), states={draft.id: DraftState.EDITED})
    assert (found.drafts_used, found.drafts_edited, found.drafts_ignored) == (0, 1, 0)


def test_from_person_to_person_it_is_passed_on() -> None:
    one, other = said(5, Role.AGENT, author="Maria"), said(9, Role.AGENT, author="Tom")
    assert matter(ASKED, one, other).transfers == 1
    assert matter(ASKED, one, replace(other, author="Maria")).transfers == 0


def test_what_models_cost_is_summed_in_millionths() -> None:
    cost = Cost(model="m", tier="light", read=10, written=5, amount=0.0012, currency="EUR")
    found = matter(*ALONE, decisions=(decided(1, costs=(cost, cost)), decided(5, costs=(cost,))))
    assert (found.cost, found.currency) == (3600, "EUR")


def test_facts_on_the_card_count_as_used_where_somebody_told_them() -> None:
    card = samples.card(profile=("Region: eu-west", "Devices: warm-2"))
    handed = decided(2, Action.HANDOFF, handoff=card)
    answer = said(9, Role.AGENT, text="Your warm-2 is covered.")
    found = matter(ASKED, answer, decisions=(handed,))
    assert (found.facts_known, found.facts_used) == (2, 1)


def test_watched_for_a_week_after_the_closing() -> None:
    assert matter(*ALONE).watched_until == SOLVED + timedelta(days=7)
