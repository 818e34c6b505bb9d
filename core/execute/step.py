"""What a step of the loop works with, whatever kind of event it is for."""

from typing import Protocol

from core.decide.evaluation import TurnEvaluator
from core.execute.by_agent import ActionsByAgent
from core.execute.plan import Planner
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import ConversationControl, Desk, Helpdesk, Now, ProposalRulings, Publisher, Store


class StepContext(Protocol):
    """The loop as its steps see it. `core.loop.Loop` is the one that runs."""

    @property
    def store(self) -> Store: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def helpdesk(self) -> Helpdesk: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def planner(self) -> Planner: ...
    @property
    def evaluator(self) -> TurnEvaluator: ...
    @property
    def now(self) -> Now: ...
    @property
    def by_agent(self) -> ActionsByAgent | None: ...
    @property
    def rulings(self) -> ProposalRulings | None: ...
    @property
    def conversation_control(self) -> ConversationControl | None: ...

    def publish(self, effects: list[Effect]) -> None:
        """Tell the workers of effects that were added, after the commit."""
