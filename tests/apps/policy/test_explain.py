"""A decision told to a team lead, in lines and as an object."""

from dataclasses import replace

from apps.policy.explain import as_object
from core.measure.account import Account, RuleLine, lines
from core.model.agent import Routed
from core.model.decision import Outcome, Progress, Taken
from tests.core import samples

ROUTED = Routed(group="Billing", tier=2, reason="Speaks German and has room", agent_id="7", agent="Jonas Weber")
ASKED = Taken(step="ring", kind="ask", what="Which colour is the ring?", result="amber")
LED = Progress(procedure="offline", version="v", outcome=Outcome.WAITING, at="online", taken=(ASKED,))


def account() -> Account:
    decision = replace(samples.decision(), routed=ROUTED, procedure=LED)
    return Account(
        decision=decision, message=None, line=RuleLine(number=0, key="", text="none"), threshold=None, effects=()
    )


def test_to_whom_it_was_given_is_told_once() -> None:
    told = [line for line in lines(account()) if ROUTED.reason in line]
    assert told == ["  given to    Jonas Weber: Speaks German and has room"]


def test_the_object_has_the_procedure_and_to_whom_it_was_given() -> None:
    found = as_object(account())
    assert found["route"] == {"group": "Billing", "agent": "Jonas Weber", "tier": 2, "reason": ROUTED.reason}
    assert found["procedure"] == {
        "name": "offline",
        "outcome": "waiting",
        "asks": "online",
        "steps": [{"step": "ring", "kind": "ask", "what": "Which colour is the ring?", "result": "amber"}],
    }
    bare = as_object(replace(account(), decision=samples.decision()))
    assert (bare["route"], bare["procedure"]) == (None, None)
