from core.measure.pilot.candidates import FEW_INTENTS, FEWEST, Suggestion, suggestion
from core.measure.pilot.observe import Observed
from core.model.customer import Channel
from core.model.signals import Scored
from core.policy import Policy
from tests.core import rules
from tests.core.measure.pilot.observing import IGNORED, USED, clean_draft, turn

NOTHING = rules.policy(channels__automatic=[])
FRAUD = (Scored(value="fraud", confidence=0.9),)


def some(count: int, intent: str, channel: Channel = Channel.SMS, **more: object) -> list[Observed]:
    return [turn(NOTHING, n, intent=intent, channel=channel, **more) for n in range(1, count + 1)]  # type: ignore[arg-type]


def of(turns: list[Observed], only: Channel | None = None, policy: Policy = NOTHING) -> Suggestion:
    return suggestion(turns, policy, {NOTHING.version: NOTHING}.get, only)


def against(found: Suggestion, intent: str) -> str:
    return next(each.against for each in found.candidates if each.intent == intent)


def test_what_could_be_answered_is_found_though_nothing_ever_was() -> None:
    found = of(some(30, "reset"))
    assert (found.channel, found.intents) == (Channel.SMS, ("reset",))
    assert found.candidates[0].answerable.value == 1


def test_the_channel_with_the_most_that_could_be_answered_comes_first() -> None:
    turns = [*some(30, "reset", Channel.EMAIL), *some(25, "reset"), *some(25, "refund")]
    assert of(turns).channel is Channel.SMS
    assert of(turns, only=Channel.EMAIL).channel is Channel.EMAIL


def test_no_more_than_a_few_intents_the_most_frequent_first() -> None:
    turns = [each for n, name in enumerate("abcde") for each in some(30 + n, name)]
    assert of(turns).intents == ("e", "d", "c")
    assert FEW_INTENTS == 3


def test_too_little_is_not_begun_with() -> None:
    found = of(some(FEWEST - 1, "reset"))
    assert found.channel is None
    assert against(found, "reset") == f"only {FEWEST - 1} turns, {FEWEST} are needed"


def test_what_a_person_owns_is_not_begun_with() -> None:
    assert "it needs empathy" in against(of(some(30, "dispute")), "dispute")


def test_what_is_often_risky_is_not_begun_with() -> None:
    turns = [*some(24, "reset"), *some(6, "reset", risks=FRAUD)]
    assert against(of(turns), "reset").startswith("risky: 20%")


def test_what_the_articles_do_not_answer_is_not_begun_with() -> None:
    turns = some(30, "reset", draft=clean_draft(confidence=0.2))
    assert "the articles answer too little" in against(of(turns), "reset")


def test_what_agents_did_with_drafts_is_told_where_it_is_known() -> None:
    (found,) = of([*some(20, "reset", adopted=USED), *some(10, "reset", adopted=IGNORED), *some(5, "reset")]).candidates
    assert (found.adopted.hits, found.adopted.cases) == (20, 30)


def test_turns_without_an_intent_are_nothing_to_begin_with() -> None:
    turns = some(30, "")
    assert of(turns).candidates == ()
