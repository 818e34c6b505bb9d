"""Which effects a decision has: pure, so that what would leave can be read before anything does."""

from dataclasses import dataclass

from core.alerts.of_decision import raised_by
from core.alerts.raising import alert_effect
from core.answer.style import StyleCard
from core.execute.files import filed
from core.execute.plan_appointment import arranged
from core.execute.plan_call import spoken_plan
from core.execute.plan_code import coded
from core.execute.plan_opting import Opting
from core.execute.plan_ticket import Ticketing
from core.execute.planning import DeliverySettings
from core.model.conversation import CaseContext
from core.model.decision import Action, Decision
from core.model.outbound import Effect, EffectKind
from core.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    policy: Policy
    settings: DeliverySettings
    style: StyleCard

    def effects(self, case: CaseContext, decision: Decision) -> list[Effect]:
        """In the order in which they should leave. Each key follows from the decision: planned twice, done once."""
        plan = _Plan(policy=self.policy, settings=self.settings, style=self.style, case=case, decision=decision)
        return spoken_plan(plan, plan.all())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan(Opting, Ticketing):
    """Both sides in one: what is said and what is written."""

    def all(self) -> list[Effect]:
        plans = {Action.HANDOFF: self.handoff, Action.AUTO_REPLY: self.reply}
        made = plans.get(self.decision.disposition.action, self.whisper)()
        return [*made, *filed(self, self.told_first), *self.alerts()]

    def whisper(self) -> list[Effect]:
        """For people only: the customer's words on the ticket, tags and fields. Where no ticket shows a suggestion to
        anybody, one is opened."""
        if self.shown_nowhere:
            return [self.opened({"group": self.group, **self.changes()})]
        return [*self.heard(), *self.mirrored(), *self.marked()]

    def reply(self) -> list[Effect]:
        text, standing = self.answer()
        said = self.to_customer(text, standing, then=self.once_said(text), choices=self.choices())
        said = [*coded(self), *arranged(self, said)]
        return [*said, *self.mirrored(), *self.marked(answered=False)]

    def handoff(self) -> list[Effect]:
        notice = self.told_of_handoff()
        over = self.handed_over(self.unnamed(notice))
        passed = [self.passed()] if self.messaging and over.kind is not EffectKind.CONTROL else []
        return [*self.mirrored(), over, *notice, *passed]

    def alerts(self) -> list[Effect]:
        """What supervisors are told of this turn."""
        decision = self.decision
        at = max(decision.at, self.latest.at)
        raised = raised_by(self.case, decision, self.policy)
        return [alert_effect(each, self.policy, at, decision.disposition.rule) for each in raised]
