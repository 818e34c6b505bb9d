"""Several workers give conversations to agents at the same moment: nobody gets more than they may have."""

from collections import Counter
from dataclasses import replace

from connectors.sql.store import SqlStore
from core.context.ownership import team
from core.model.agent import Agent
from core.model.decision import Action
from core.model.ids import ConversationId
from core.policy import Routing
from core.routing.route import Router
from tests.core import rules, samples
from tests.core.people import MINUTE, NOW
from tests.together import together

CARE = frozenset({"Customer care"})
CAPACITY = 3


class Staff:
    """The helpdesk, which shows nothing of what was given out this minute."""

    def agents(self) -> list[Agent]:
        return [Agent(id=name, name=name, groups=CARE, languages=frozenset({"en"})) for name in ("Ana", "Ben")]


def test_together_they_give_nobody_more_than_the_policy_allows(store: SqlStore) -> None:
    policy = replace(rules.policy(), routing=Routing(assign=True, capacity=CAPACITY))
    handed = samples.disposition(Action.HANDOFF, owner=team("Customer care"))

    def one(number: int) -> str:
        router = Router(agents=Staff(), store=store, policy=policy, now=lambda: NOW)  # a process of its own
        case = samples.case(samples.message(text="a person please"))
        case = replace(case, conversation=replace(case.conversation, id=ConversationId(f"co_{number}")))
        routed = router.assign(samples.decision(Action.HANDOFF, disposition=handed), case).routed
        assert routed is not None
        return routed.agent

    assert Counter(together(8, one)) == {"Ana": CAPACITY, "Ben": CAPACITY, "": 8 - 2 * CAPACITY}


def test_a_conversation_that_is_decided_again_counts_once(store: SqlStore) -> None:
    name = ConversationId("co_1")
    with store.begin() as unit:
        unit.assignments.add(name, "Ana", NOW)
        unit.assignments.add(name, "Ben", NOW)
        assert unit.assignments.since(NOW - MINUTE) == {name: ("Ben", NOW)}
