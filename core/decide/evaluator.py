"""The half of the loop that only thinks. `core.loop` calls it for each turn; a rehearsal calls it alone."""

from dataclasses import dataclass, replace

from core.answer.answer import Answer
from core.answer.receipt_link import Receipts
from core.decide.ask_back import apply_choice
from core.decide.evaluation import TurnSources, evaluate
from core.decide.explain import Stopwatch, record_decision
from core.model.conversation import CaseContext
from core.model.decision import Decision
from core.model.ids import EventId
from core.policy import Policy
from core.ports import Calendar, Orders, Probe
from core.procedure.booking import Booking
from core.procedure.checks import checks
from core.read.reader import Sense


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvaluator:
    """Values in, a decision out, nothing stored and nothing sent. `orders`, if the company's order system is known,
    tells an agent who makes an offer what the customer has bought; `probe` looks where a procedure wants to know how a
    system of the company is, `calendar` has the times that are offered (held for a while, which ends by itself),
    `receipts` the addresses at which customers read how it was decided."""

    sense: Sense
    answer: Answer
    policy: Policy
    orders: Orders | None = None
    probe: Probe | None = None
    calendar: Calendar | None = None
    receipts: Receipts | None = None

    def decide(self, event_id: EventId, case: CaseContext, before: Decision | None = None) -> Decision:
        """What to do with the customer's newest message; `before` is the conversation's previous decision."""
        clock = Stopwatch()
        asked = before.draft.choices if before and before.draft else ()
        heard, thing = self.answer.heard(replace(case, offered=asked), asked)
        signals = clock.timed("sense", lambda: apply_choice(self.sense.read(heard), self.policy, thing))
        so_far = before.procedure if before else None
        most = self.policy.self_service.clarify
        made = evaluate(
            heard,
            signals,
            self.policy,
            lambda only: self.answer.draft(heard, signals, only, most),
            checks(case, self.orders, self.probe, signals.language.value),
            so_far,
            clock,
            self.beside(case),
        )
        decision = record_decision(
            event_id, case, signals, made.answered, made.disposition, before, self.policy, self.orders
        )
        return replace(decision, procedure=made.led or so_far, timings=clock.milliseconds)

    def beside(self, case: CaseContext) -> TurnSources:
        """What this turn may ask besides the articles."""
        booking = Booking(calendar=self.calendar, case=case, visits=self.policy.appointments) if self.calendar else None
        receipt = self.receipts.wanted if self.receipts else TurnSources().receipt
        return TurnSources(asking=self.answer, calendar=booking, receipt=receipt)
