"""The loop: sense → context → answer → coordinate → govern → execute, then measure, and round again.

This is the file to read first. `Loop.handle` takes one event of the inbox through its step; the main one is `turn`:
`Thinking.decide` has sense as its line, and answer and coordinate in `core.coordinate.think`; `turn` itself govern and
execute. Everything that a line needs comes as a typed value from the ones before.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from core.answer.answer import Answer
from core.answer.library import Library
from core.context.identity import same_or_new
from core.context.read import ContextReader
from core.coordinate.again import decided_as, named
from core.coordinate.explain import Stopwatch, explained
from core.coordinate.lease import still_true
from core.coordinate.policy import Policy
from core.coordinate.route.router import Router
from core.coordinate.think import thought
from core.errors import ConflictError, HandrailError, TransientError
from core.execute.alert import event_alert
from core.execute.commit import commit
from core.execute.plan import Planner
from core.execute.track import track
from core.govern.requests import settle_request
from core.measure.learn import learn
from core.model.conversation import CaseContext
from core.model.decision import Decision
from core.model.event import Event, EventKind
from core.model.ids import EventId, TicketId
from core.model.outbound import Effect
from core.outreach.click import click_of
from core.outreach.propose import propose
from core.outreach.settle import settle_click
from core.ports import Desk, Helpdesk, Now, Orders, Publisher, Store
from core.procedure.checks import checks
from core.sense.read import Sense

MAX_AGE = timedelta(hours=6)
BACKOFF = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinking:
    """The half of the loop that only thinks: values in, a decision out, nothing stored and nothing sent. `orders`, if
    the company's order system is known, tells an agent who makes an offer what the customer has bought."""

    sense: Sense
    answer: Answer
    policy: Policy
    orders: Orders | None = None

    def decide(self, event_id: EventId, case: CaseContext, before: Decision | None = None) -> Decision:
        """What to do with the customer's newest message; `before` is the conversation's previous decision."""
        clock = Stopwatch()
        signals = clock.timed("sense", lambda: self.sense.read(case))
        so_far = before.procedure if before else None
        check = checks(case, self.orders)
        made = thought(
            case, signals, self.policy, lambda only: self.answer.draft(case, signals, only), check, so_far, clock
        )
        decision = explained(
            event_id, case, signals, made.answered, made.disposition, before, self.policy.version, self.orders
        )
        return replace(decision, procedure=made.led or so_far, timings=clock.milliseconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One event in, at most one decision and its effects out, however often it is called."""

    store: Store
    publisher: Publisher
    helpdesk: Helpdesk
    desk: Desk
    context: ContextReader
    thinking: Thinking
    library: Library
    planner: Planner
    policy: Policy
    now: Now
    router: Router | None = None  # None: handed over to teams, nobody is named

    def handle(self, event_id: EventId) -> str:
        """Claim the event, take its step, record what came of it. The result is one word for the log."""
        with self.store.begin() as unit:
            event = unit.events.claim(event_id, self.now())
        if event is None:
            return "not_ours"
        try:
            result = STEPS[event.kind](self, event)
        except HandrailError as error:
            return self._failed(event, error)
        with self.store.begin() as unit:
            unit.events.finish(event.id, self.now(), result)
        return result

    def turn(self, event: Event, case: CaseContext) -> Decision | None:
        """What to do with the customer's newest message. None: it has its decision already."""
        with self.store.read() as unit:
            name = decided_as(event, case.latest) if case.latest else None
            if name is None or unit.decisions.of_message(name) is not None:
                return None
            before = still_true(case.conversation, unit.decisions.latest(case.conversation.id))
        decision = named(replace(self.thinking.decide(event.id, case, before), at=self.now()), name)
        if self.router is not None:
            decision = self.router.assigned(decision, case)
        effects = self.planner.effects(case, decision)
        with self.store.begin() as transaction:
            fresh = commit(transaction, case, decision, effects, self.now())
        self.publish(fresh)
        return decision

    def _ticket_changed(self, event: Event) -> str:
        record = self.context.record(TicketId(event.subject))
        with self.store.begin() as unit:
            reading = self.context.of_ticket(unit, record, event.received_at)
            relayed = [e for m in reading.by_agents for e in learn(unit, reading.case, m, self.policy, self.now())]
        self.publish(relayed)
        if not reading.case.unanswered or not reading.case.conversation.open:
            return "nothing_unanswered"
        return _word(self.turn(event, reading.case))

    def _message_received(self, event: Event) -> str:
        return _word(self.turn(event, self.context.of_message(event)))

    def _message_status(self, event: Event) -> str:
        with self.store.begin() as unit:
            return track(unit, event, self.now())

    def _article_changed(self, _: Event) -> str:
        return f"articles_{self.library.sync(self.now()).checked()}"

    def _customer_changed(self, event: Event) -> str:
        person = self.helpdesk.person(event.subject)
        if person.role != "end-user":
            return "not_a_customer"
        with self.store.begin() as unit:
            same_or_new(unit.customers, person)
        return "profile"

    def _business_signal(self, event: Event) -> str:
        with self.store.begin() as unit:
            cards = propose(unit, event, self.policy, self.now())
        self.publish(cards)
        return f"proposals_{len(cards)}"

    def _approval_clicked(self, event: Event) -> str:
        click = click_of(event)
        member = self.desk.member(click.user_id)
        email = member.email if member else None
        if member and member.name:
            # A click tells the handle only; agents and records are told who it was.
            click = replace(click, user_name=member.name)
        with self.store.begin() as unit:
            settle = settle_request if unit.requests.get(click.approval_id) else settle_click
            settled = settle(unit, click, email, self.policy, self.now())
            fresh = [effect for effect in settled.effects if unit.outbox.add(effect)]
        self.publish(fresh)
        return settled.result

    def publish(self, effects: list[Effect]) -> None:
        """After the commit. What waits for its hour is left to the sweeper."""
        for effect in effects:
            if effect.not_before is None or effect.not_before <= self.now():
                self.publisher.effect(effect.id)

    def _failed(self, event: Event, error: HandrailError) -> str:
        """Later again for what may pass; a person for what will not. Nothing is dropped."""
        passing = isinstance(error, TransientError | ConflictError)
        now = self.now()
        with self.store.begin() as unit:
            if passing and now - event.received_at < MAX_AGE:
                wait = (error.retry_after if isinstance(error, TransientError) else None) or BACKOFF
                unit.events.release(event.id, now, str(error), retry_at=now + wait)
                return "later"
            unit.events.park(event.id, now, f"{type(error).__name__}: {error}")
            alert = event_alert(event, str(error), self.policy, now)
            fresh = [alert] if unit.outbox.add(alert) else []
        self.publish(fresh)
        return "parked"


def _word(decision: Decision | None) -> str:
    return decision.disposition.rule if decision else "decided_before"


STEPS: dict[EventKind, Callable[[Loop, Event], str]] = {
    EventKind.TICKET_CHANGED: Loop._ticket_changed,
    EventKind.MESSAGE_RECEIVED: Loop._message_received,
    EventKind.MESSAGE_STATUS: Loop._message_status,
    EventKind.ARTICLE_CHANGED: Loop._article_changed,
    EventKind.CUSTOMER_CHANGED: Loop._customer_changed,
    EventKind.BUSINESS_SIGNAL: Loop._business_signal,
    EventKind.APPROVAL_CLICKED: Loop._approval_clicked,
}
