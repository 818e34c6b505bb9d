"""A wish that a procedure carries out is no reason for a handover; a threat with the same intent is."""

from typing import Any

import pytest

from core.decide.table import fired_triggers
from core.decide.turn import Turn
from core.model.decision import Outcome, Progress, Taken
from core.model.signals import Evidence, Scored, Signals
from core.policy import PolicyError
from tests.core import rules, samples
from tests.core.samples import scored

WISH = "Please end my subscription"
PROCEDURES = {"ends": {"intents": ["reset"], "steps": [{"id": "sure", "ask": "Are you sure?"}]}}
CHURN = {"group": "Billing", "tier": 1, "yields_to": ["ends"]}
POLICY = rules.policy(procedures=PROCEDURES, triggers={"churn": CHURN})
LED = Progress(procedure="ends", version="1", outcome=Outcome.WAITING, language="en", say=("Are you sure?",))
ANSWERED = Taken(step="sure", kind="answer", what=WISH, result="yes")


def at(words: str, within: str) -> tuple[Evidence, ...]:
    start = within.index(words)
    return (Evidence(start=start, end=start + len(words), words=words),)


def fired(
    said: str = WISH,
    *,
    shown: str = "",
    wish: str = "",
    led: Progress | None = LED,
    **signals: Any,
) -> list[str]:
    """The triggers by which a turn of these words would be handed over."""
    heard: Signals = samples.signals(
        **{
            "intents": (scored("reset", evidence=at(wish or said, said)),),
            "risks": (scored("churn", 0.94, evidence=at(shown or said, said)),),
            **signals,
        }
    )
    case = samples.case(samples.message(1, text=said))
    turn = Turn(case=case, signals=heard, draft=None, policy=POLICY, led=led)
    return [name for name, _, _ in fired_triggers(turn)]


def test_a_plain_wish_is_left_to_its_procedure() -> None:
    assert fired() == []


def frustrated() -> tuple[Scored, ...]:
    return (scored("frustration", 0.4),)


@pytest.mark.parametrize(
    "changes",
    [
        {"led": None},
        {"sentiment": scored("negative")},
        {"sentiment": scored("positive")},  # "yours is worse" is told with praise of another
        {"emotions": frustrated()},
        {"said": f"{WISH} unless it works by Friday"},
        {"said": f"Si no funciona mañana: {WISH}"},
        {"said": f"{WISH}. I am going to Nest.", "wish": WISH, "shown": "I am going to Nest"},
    ],
    ids=["no procedure", "unhappy", "praise", "frustrated", "condition", "condition in Spanish", "elsewhere"],
)
def test_whoever_is_unhappy_compares_or_threatens_is_a_persons(changes: dict[str, Any]) -> None:
    assert fired(**changes) == ["churn"]


def test_an_answer_to_the_procedures_own_question_is_no_threat() -> None:
    answered = Progress(
        procedure="ends", version="1", outcome=Outcome.WAITING, language="en", say=("Sure?",), taken=(ANSWERED,)
    )
    assert fired("Leave", led=answered, intents=()) == []
    assert fired("Leave, you are useless", led=answered, intents=(), sentiment=scored("negative")) == ["churn"]


def test_other_triggers_fire_as_ever() -> None:
    policy = rules.policy(procedures=PROCEDURES, triggers={"churn": CHURN, "fraud": {"group": "Billing", "tier": 2}})
    risks = tuple(scored(name, 0.9, evidence=at(WISH, WISH)) for name in ("churn", "fraud"))
    heard = samples.signals(intents=(scored("reset", evidence=at(WISH, WISH)),), risks=risks)
    case = samples.case(samples.message(1, text=WISH))
    turn = Turn(case=case, signals=heard, draft=None, policy=policy, led=LED)
    assert [name for name, _, _ in fired_triggers(turn)] == ["fraud"]


def test_it_yields_to_procedures_that_there_are() -> None:
    with pytest.raises(PolicyError, match="found 'end', expected a name from the section procedures"):
        rules.policy(procedures=PROCEDURES, triggers={"churn": {**CHURN, "yields_to": ["end"]}})
