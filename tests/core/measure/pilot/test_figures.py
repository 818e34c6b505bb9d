from collections.abc import Sequence
from dataclasses import replace

from core.measure.pilot.figures import Figures, figures, missing
from core.measure.pilot.observe import Observed
from core.measure.replay import NO_POLICY, NOT_THE_SAME
from core.measure.statistics import Share
from core.model.decision import Action, Handoff
from core.model.draft import Finding, Severity
from core.policy import Policy
from tests.core import rules
from tests.core.measure.pilot.observing import IGNORED, NEARLY, REWRITTEN, USED, changed, clean_draft, turn

SHADOW = rules.policy(shadow__channels=["sms", "whatsapp"])
LIVE = rules.policy()
BLOCKED = clean_draft(findings=(Finding(rule="stale_source", severity=Severity.BLOCK, text="Old"),))
CARD = Handoff(
    group="Billing",
    agent=None,
    reason="It is a dispute",
    wants="Money back",
    tried=(),
    open=(),
    summary="Charged twice",
    sentiment_trend=(),
    identity="known",
)


def of(turns: Sequence[Observed], policy: Policy = SHADOW) -> Figures:
    return figures(turns, LIVE, {policy.version: policy}.get)


def test_what_agents_did_with_drafts_is_counted_over_those_that_were_compared() -> None:
    adopted = (USED, NEARLY, REWRITTEN, IGNORED, None)
    found = of([turn(SHADOW, n, adopted=each) for n, each in enumerate(adopted, 1)])
    assert (found.used, found.edited, found.ignored) == (
        Share(hits=1, cases=4),
        Share(hits=2, cases=4),
        Share(hits=1, cases=4),
    )
    assert found.adopted == Share(hits=3, cases=4)
    assert found.words == 6.5


def test_in_the_shadow_it_is_known_what_would_have_left_and_what_agents_made_of_it() -> None:
    turns = [
        turn(SHADOW, 1, adopted=USED),
        turn(SHADOW, 2, adopted=REWRITTEN),
        turn(SHADOW, 3, adopted=USED, draft=clean_draft(confidence=0.3)),
        turn(SHADOW, 4),
    ]
    assert [each.decision.disposition.action for each in turns] == [Action.HANDOFF] * 4
    found = of(turns)
    assert found.alone == Share(hits=3, cases=4), "the unsure one would not have left"
    assert found.nearly == Share(hits=1, cases=2), "of the three, two were compared"
    assert found.answered == 0


def test_drafts_with_findings_are_counted() -> None:
    found = of([turn(SHADOW, 1, draft=BLOCKED), turn(SHADOW, 2)])
    assert (found.blocked, found.warned) == (Share(hits=1, cases=2), Share(hits=1, cases=2))


def test_a_handoff_is_clear_when_its_card_says_everything_and_nobody_passed_it_on() -> None:
    clear = changed(turn(SHADOW, 1), handoff=CARD)
    empty = changed(turn(SHADOW, 2), handoff=replace(CARD, wants=" "))
    passed_on = replace(changed(turn(SHADOW, 3), handoff=CARD), passed_on=True)
    assert of([clear, empty, passed_on]).clear == Share(hits=1, cases=3)
    assert missing(replace(CARD, wants=" ", summary="")) == ["wants", "summary"]


def test_a_conversation_counts_once_however_often_it_was_passed_on() -> None:
    turns = [
        turn(SHADOW, n, talk=talk, passed_on=talk == "a", reopened=talk == "a")
        for n, talk in ((1, "a"), (2, "a"), (3, "b"))
    ]
    found = of(turns)
    assert (found.turns, found.conversations) == (3, 2)
    assert found.escalated == found.reopened == Share(hits=1, cases=2)


def test_an_automatic_answer_helped_unless_the_next_words_called_for_a_person() -> None:
    asks = changed(
        turn(LIVE, 9, talk="1"), disposition=replace(turn(LIVE, 9).decision.disposition, rule="trigger:human_request")
    )
    turns = [turn(LIVE, 1, next=asks.decision), turn(LIVE, 2, next=turn(LIVE, 8).decision), turn(LIVE, 3)]
    found = of(turns, LIVE)
    assert found.answered == 3
    assert found.helped == Share(hits=2, cases=3)


def test_a_record_is_complete_when_the_decision_can_be_taken_again_from_it() -> None:
    odd = changed(turn(SHADOW, 2), disposition=replace(turn(SHADOW, 2).decision.disposition, rule="another"))
    lost = changed(turn(SHADOW, 3), policy_version="gone")
    found = of([turn(SHADOW, 1), odd, lost])
    assert found.recorded == Share(hits=1, cases=3)
    assert found.unrecorded == {NOT_THE_SAME: 1, NO_POLICY: 1}


def test_the_older_half_is_kept_apart_from_the_newer() -> None:
    found = of([turn(SHADOW, n, adopted=USED if n <= 2 else IGNORED) for n in (4, 1, 3, 2)])
    assert (found.earlier, found.later) == (Share(hits=2, cases=2), Share(hits=0, cases=2))


def test_of_nothing_nothing_is_known() -> None:
    found = of([])
    assert (found.turns, found.words, found.adopted.value, found.recorded.value) == (0, None, None, None)
