"""The loop: sense → context → answer → coordinate → govern → execute, then measure, and round again.

This is the file to read first. `Loop.handle` takes one event of the inbox (`core.inbox`) through its step; the main one
is `turn`: `Thinking.decide` (`core.decide.evaluation`) has sense as its line, and answer and coordinate in
`core.decide.evaluation`; `turn` itself govern and execute. Everything that a line needs comes as a typed value from the
ones before.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from core.alerts.raising import add_or_count
from core.assist.engineering import engineering_clicked, ticket_stands
from core.context.attachments import Fetching, inspect_files
from core.context.ownership import still_true
from core.context.reader import ContextReader, message_of
from core.context.second_turn import (
    decision_name,
    is_second_turn,
    name_again,
    still_opening,
    with_correction,
    with_name,
)
from core.control.passing import cards_for, control_regained
from core.decide.burst import quiet_at
from core.decide.evaluation import TurnEvaluator, hand_off_if_insisted
from core.errors import ConflictError, HandrailError, TransientError
from core.execute.actions import notes_onto
from core.execute.alert import event_alert
from core.execute.by_agent import ActionsByAgent
from core.execute.commit import commit
from core.execute.plan import Planner
from core.execute.track import track
from core.handoff.instruction import instruction_of
from core.handoff.package import pack
from core.inbox import Inbox, Later
from core.journey.step import journey_step
from core.knowledge.library import Library
from core.measure.experiments import stopped_experiments
from core.measure.learn import learn
from core.messaging.steps import agent_said, control_changed, conversation_read, people_merged
from core.model.conversation import CaseContext, Message, MessageKind
from core.model.customer import DIRECT
from core.model.decision import Decision
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived
from core.model.ids import EffectId, EventId, TicketId
from core.model.outbound import Effect, EffectKind
from core.outreach.office import supervisor_asked
from core.outreach.steps import approval_clicked, business_signal
from core.policy import Policy
from core.ports import ConversationControl, Desk, Helpdesk, Now, ProposalRulings, Publisher, Store, Typing
from core.procedure.verify_identity import as_if_proved_before
from core.profile.gather import Sources
from core.profile.identity import recognise, stays_away
from core.receipt.appeal import appeal
from core.routing.route import Router
from core.supervision.alert_click import alert_clicked
from core.voice.lines import call_line
from core.voice.steps import call_changed, note_call

MAX_AGE = timedelta(hours=6)
BACKOFF = timedelta(seconds=2)
PART_OF_TURN = "part_of_turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One event in, at most one decision and its effects out, however often it is called."""

    store: Store
    publisher: Publisher
    helpdesk: Helpdesk
    desk: Desk
    context: ContextReader
    evaluator: TurnEvaluator
    library: Library
    planner: Planner
    policy: Policy
    now: Now
    conversation_control: ConversationControl | None = None  # None: no messaging is set up
    typing: Typing | None = None  # None: customers are not shown that an answer is being written
    files: Fetching | None = None  # None: what customers send by text is named and left unseen
    sources: Sources | None = None  # None: no other system of the company is asked about its customers
    router: Router | None = None  # None: handed over to teams, nobody is named
    by_agent: ActionsByAgent | None = None  # None: nobody asks what can be done
    rulings: ProposalRulings | None = None  # None: nothing is proposed here
    deliver: Callable[[EffectId], object] | None = None  # None: everything leaves by the queue

    def handle(self, event_id: EventId) -> str:
        """Claim the event, take its step, record what came of it. The result is one word for the log."""
        return self._inbox.work_off(event_id, lambda event: STEPS[event.kind](self, event), self._failed)

    @property
    def _inbox(self) -> Inbox:
        return Inbox(store=self.store, publisher=self.publisher, now=self.now)

    def turn(self, event: Event, case: CaseContext) -> Decision | None:
        """What to do with the customer's newest message. None: it has its decision already."""
        case = as_if_proved_before(with_correction(case, event))
        if case.latest is not None and not is_second_turn(event):
            case = replace(case, late=self.now() - case.latest.at)
        with self.store.read() as unit:
            name = decision_name(event, case.latest) if case.latest else None
            newest = unit.decisions.latest(case.conversation.id)
            if name is None or unit.decisions.of_message(name) is not None:
                return None
            if newest is not None and newest.message_id == name_again(name, newest.event_id):
                return None  # somebody gave the conversation back before its hour had come
            before = still_true(case.conversation, newest)
            stopped = stopped_experiments(unit, self.policy)
        decision = with_name(replace(self.evaluator.decide(event.id, case, before, stopped), at=self.now()), name)
        decision = hand_off_if_insisted(decision, event, case, self.policy)
        if self.router is not None:
            decision = self.router.assign(decision, case)
        if decision.handoff is not None:
            with self.store.read() as unit:
                decision = pack(unit, decision, case, self.policy)
        effects, run = self.planner.effects(case, decision), self.planner.run(case, decision)
        # Nothing of it leaves before the outbox has it on the disk, and that brings this there too.
        with self.store.begin_lightly() as transaction:
            fresh = commit(transaction, case, decision, effects, self.now(), run, self.policy)
        self.publish(fresh)
        return decision

    def _ticket_changed(self, event: Event) -> str | Later:
        with self.store.read() as unit:
            if still_opening(unit, event):
                return Later(at=self.now() + BACKOFF)
        record = self.context.record(TicketId(event.subject))
        with self.store.begin() as unit:
            reading = self.context.of_ticket(unit, record, event.received_at)
            relayed = [e for m in reading.by_agents for e in learn(unit, reading.case, m, self.policy, self.now())]
            relayed += cards_for(unit, reading.case.conversation, record.ticket.id, self.now())
            relayed += notes_onto(unit, reading.case.conversation, record.ticket.id, self.now())
            relayed += ticket_stands(unit, reading.case.conversation, record.ticket.status, self.policy, self.now())
            control = control_regained(unit, reading.case.conversation, self.policy.version, self.now())
            relayed += [effect for effect in (*control, *reading.notes) if unit.outbox.add(effect)]
        self.publish(relayed)
        again = is_second_turn(event)
        told = again and instruction_of(reading.case) is not None
        if not (reading.case.unanswered or told) or not reading.case.conversation.open:
            return "nothing_unanswered"
        if not again and _has_own_event(reading.case.latest):
            return "own_event"
        return _word(self.turn(event, reading.case))

    def _message_received(self, event: Event) -> str | Later:
        """The newest text decides for all that nobody has answered, once the customer has been quiet."""
        event = inspect_files(event, self.files, self.store)
        case = self.context.add_text(event)
        note_call(self.store, event, case)
        if case.latest is None or case.latest.id != message_of(event):
            return PART_OF_TURN
        if self.sources is not None:
            self.sources.ask(case.customer)
        ready = None if _is_alone(event) else quiet_at(case, self.policy.burst)
        if ready is not None and ready > self.now() + self.policy.burst.longest:
            ready = None  # a clock was wrong when it was received: nobody waits for that moment
        heard = case.latest.kind is MessageKind.WORDS and not case.conversation.owner.is_human
        if self.typing is not None and heard and (ready is None or ready > self.now()):
            self.typing.show(case.latest)
        if ready is not None and ready > self.now():
            return Later(at=ready)
        if ready is not None and self._goes_on(event):
            return Later(at=self.now() + min(self.policy.burst.quiet, self.policy.burst.longest))
        return _word(self.turn(event, self.context.complete(event, case)))

    def _goes_on(self, event: Event) -> bool:
        """Whether a text of the same burst has arrived that is not on a timeline yet: it may decide for this one too.
        Whether it does is seen when it stands there: it may belong to another conversation, or never get there."""
        longest = self.policy.burst.longest
        with self.store.read() as unit:
            following = unit.events.unheard(event, longest, self.now() - longest)
            told = [each for each in following if each.payload_as(MessageReceived).kind is not MessageKind.REACTION]
            return any(unit.conversations.message(message_of(each)) is None for each in told)

    def _message_status(self, event: Event) -> str:
        with self.store.begin_lightly() as unit:
            tracked = track(unit, event, self.policy, self.now())
        self.publish(list(tracked.effects))
        return tracked.result

    def _article_changed(self, _: Event) -> str:
        return f"articles_{self.library.sync(self.now()).checked()}"

    def _customer_changed(self, event: Event) -> str:
        person = self.helpdesk.person(event.subject)
        if person.role != "end-user":
            return "not_a_customer"
        with self.store.begin() as unit:
            if stays_away(unit, person):
                return "erased"
            recognise(unit, person, self.now())
        return "profile"

    def publish(self, effects: list[Effect]) -> None:
        """After the commit. What waits for its hour is left to the sweeper; what a customer waits for leaves from here,
        without the way through the queue."""
        due = [effect for effect in effects if effect.not_before is None or effect.not_before <= self.now()]
        awaited = [effect.id for effect in due if self.deliver is not None and effect.kind is EffectKind.MESSAGE]
        for effect in due:
            if effect.id not in awaited:
                self.publisher.effect(effect.id)
        for effect_id in awaited:
            self._leave(effect_id)

    def _leave(self, effect_id: EffectId) -> None:
        try:
            if self.deliver is not None:
                self.deliver(effect_id)
        except HandrailError:
            # It is stored; whoever is told of it tries again.
            self.publisher.effect(effect_id)

    def _failed(self, event: Event, error: HandrailError) -> str:
        """Later again for what may pass; a person for what will not. Nothing is dropped."""
        passing = isinstance(error, TransientError | ConflictError)
        now = self.now()
        if passing and now - event.received_at < MAX_AGE:
            wait = (error.retry_after if isinstance(error, TransientError) else None) or BACKOFF
            return self._inbox.try_again(event, error, now + wait)
        with self.store.begin() as unit:
            unit.events.park(event.id, now, f"{type(error).__name__}: {error}")
            alert = event_alert(event, str(error), self.policy, now)
            fresh = add_or_count(unit, alert)
        self.publish(fresh)
        return "parked"


def _is_alone(event: Event) -> bool:
    """Whether nothing more is waited for after it: a button was pressed, or it is decided again."""
    return not isinstance(event.payload, MessageReceived) or event.payload.at_once


def _has_own_event(message: Message | None) -> bool:
    """Whether it came by an event of its own, which decides about it when the customer has been quiet."""
    return message is not None and message.channel in DIRECT and bool(message.address)


def _word(decision: Decision | None) -> str:
    return decision.disposition.rule if decision else "decided_before"


STEPS: dict[EventKind, Callable[[Loop, Event], str | Later]] = {
    EventKind.TICKET_CHANGED: Loop._ticket_changed,
    EventKind.MESSAGE_RECEIVED: Loop._message_received,
    EventKind.MESSAGE_STATUS: Loop._message_status,
    EventKind.ARTICLE_CHANGED: Loop._article_changed,
    EventKind.CUSTOMER_CHANGED: Loop._customer_changed,
    EventKind.BUSINESS_SIGNAL: business_signal,
    EventKind.STATUS_PAGE: business_signal,
    EventKind.APPROVAL_CLICKED: approval_clicked,
    EventKind.JOURNEY_STEP: journey_step,
    EventKind.CALL_CHANGED: call_changed,
    EventKind.CALL_LINE: call_line,
    EventKind.AGENT_SAID: agent_said,
    EventKind.CONTROL_CHANGED: control_changed,
    EventKind.CONVERSATION_READ: conversation_read,
    EventKind.PEOPLE_MERGED: people_merged,
    EventKind.APPEALED: appeal,
    EventKind.ALERT_CLICKED: alert_clicked,
    EventKind.ENGINEERING_CLICKED: engineering_clicked,
    EventKind.SUPERVISOR_ASKED: supervisor_asked,
}
