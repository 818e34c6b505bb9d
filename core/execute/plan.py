"""Which effects a decision has: pure, so that what would leave can be read before anything does."""

from dataclasses import dataclass

from core.answer.style import StyleCard
from core.coordinate.policy import Policy
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
from core.outreach.card import handoff_alert, plain_alert


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
        return [*made, *filed(self, self.told_first)]

    def whisper(self) -> list[Effect]:
        """For people only: the customer's words on the ticket, tags and fields; an alert where it presses. Where no
        ticket shows a suggestion to anybody, one is opened."""
        alert = [self._alert()] if self.decision.disposition.alert else []
        if self.shown_nowhere:
            return [self.opened({"group": self.group, **self.changes()}), *alert]
        return [*self.heard(), *self.mirrored(), *self.marked(), *alert]

    def reply(self) -> list[Effect]:
        text, standing = self.answer()
        said = self.to_customer(text, standing, then=self.once_said(text), choices=self.choices())
        said = [*coded(self), *arranged(self, said)]
        return [*said, *self.mirrored(), *self.marked(answered=False)]

    def handoff(self) -> list[Effect]:
        notice = self.told_of_handoff()
        over = self.handed_over(self.unnamed(notice))
        passed = [self.passed()] if self.messaging and over.kind is not EffectKind.CONTROL else []
        effects = [*self.mirrored(), over, *notice, *passed]
        if self.decision.disposition.alert:
            effects.append(self._alert())
        return effects

    def _alert(self) -> Effect:
        disposition, card, customer = self.decision.disposition, self.decision.handoff, self.case.customer
        ticket = self.case.conversation.ticket_id
        if card is not None:
            text = f"{customer.name} was handed to {disposition.owner.name}: {disposition.reason}"
            blocks = handoff_alert(customer, card, ticket, disposition.rule)
        else:
            text = f"{customer.name}: {disposition.reason}"
            blocks = list(plain_alert(text, {"rule": disposition.rule, **({"ticket": ticket} if ticket else {})}))
        channel = self.policy.alert_channel
        return self.effect(EffectKind.SLACK_POST, "alert", channel, {"text": text, "blocks": blocks})
