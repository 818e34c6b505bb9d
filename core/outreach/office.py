"""What a supervisor asks of Handrail in Slack: the app's home, a search there, a `/handrail` command.

Each is an event of the inbox, so that nothing is lost; whichever process claims it first answers, the one that heard it
or a worker."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.errors import HandrailError, RejectedError
from core.execute.by_agent import NO_UNDO, ActionsByAgent, Looked
from core.execute.parked import list_parked, settle_parked
from core.execute.step import StepContext
from core.govern.approvers import approver_of
from core.govern.pause import current_pause, pause, resume
from core.govern.proof import confirm, question_of
from core.inbox import Inbox
from core.measure.account import signals_seen
from core.measure.overview import days_until
from core.measure.report.digest import week_lines
from core.model.campaign import ASKED, SENDING, CampaignState, Standing
from core.model.decision import Action
from core.model.event import Event
from core.model.event_payloads import SupervisorAsked, Wanted
from core.model.figures import Decided
from core.model.ids import ApprovalId, EffectId, EventId, TicketId
from core.model.lesson import ProposalState, best
from core.model.outbound import TO_CUSTOMER
from core.model.parked import ParkedWish
from core.model.privacy import Access
from core.policy import Policy
from core.policy.outreach import Approver
from core.ports import Desk, Now, ProposalRulings, Publisher, Store, Unit
from core.ports.cards import (
    SHOWN,
    Bar,
    Chart,
    Course,
    Doable,
    Found,
    Home,
    Queued,
    Rendered,
    Sign,
    Status,
    TicketHistory,
    Undoable,
)
from core.profile.known_as import known_as

LONGEST_WHY = 300
CONFIRM, YES = "confirm", "yes"
MOST_PARKED = 10  # of what did not leave, in one answer
LATELY = 3  # ended campaigns that the home still shows
SWITCHED = "sending_switched"  # the cursor of the last command here that switched sending off or on


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Answers supervisors. Idempotent: the same event again changes nothing, and says how things stand now."""

    store: Store
    desk: Desk
    publisher: Publisher
    policy: Policy
    now: Now
    by_agent: ActionsByAgent | None = None  # None: no action is done from here
    rulings: ProposalRulings | None = None  # None: nothing is proposed here

    def handle(self, event_id: EventId) -> str:
        """Claim the event and answer; what fails is left to the workers. For the process that heard it."""
        inbox = Inbox(store=self.store, publisher=self.publisher, now=self.now)
        return inbox.work_off(event_id, self.hear, lambda event, error: inbox.try_again(event, error, self.now()))

    def hear(self, event: Event) -> str:
        """One word for the log. Raises the errors of `core.errors`."""
        asked = event.payload_as(SupervisorAsked)
        member = self.desk.member(asked.user_id)
        approver = approver_of(member.email if member else None, self.policy)
        if asked.wanted is Wanted.COMMAND and asked.command == CONFIRM:
            said = self.confirm(asked, member.email if member else "")
            return self._answer(asked, said, "command_confirm")
        if asked.wanted is Wanted.COMMAND:
            return self._command(event, asked, approver)
        if approver is None:
            self._publish(asked.user_id, None)
            return "home_closed"
        self.show_home(asked.user_id, asked.text if asked.wanted is Wanted.SEARCH else "")
        return asked.wanted.value

    def show_home(self, user_id: str, sought: str = "") -> None:
        with self.store.read() as unit:
            home = home_of(unit, self.now(), sought)
        self._publish(user_id, self._linked(home))
        seen = dict.fromkeys(each.customer.id for each in home.found if each.customer is not None)
        if seen:
            found = [
                Access(at=self.now(), who=f"Slack {user_id}", way="slack", what="search", customer_id=each)
                for each in seen
            ]
            with self.store.begin_lightly() as unit:
                unit.privacy.note(found)

    def _publish(self, user_id: str, home: Home | None) -> None:
        self.desk.publish_home(user_id, self.store.cards.home(home).blocks)

    def _linked(self, home: Home) -> Home:
        """Slack is asked outside of any transaction, and only for what is shown."""
        return replace(
            home, asked=self._links(home.asked), running=self._links(home.running), ended=self._links(home.ended)
        )

    def _links(self, queue: Sequence[Queued]) -> list[Queued]:
        return [*(replace(each, link=self._link(each.standing)) for each in queue[:SHOWN]), *queue[SHOWN:]]

    def _link(self, standing: Standing) -> str:
        """Where its card is; a home without it is better than none."""
        if not standing.slack_ts:
            return ""
        try:
            return self.desk.link(f"{standing.slack_channel}:{standing.slack_ts}")
        except HandrailError:
            return ""

    def _command(self, event: Event, asked: SupervisorAsked, approver: Approver | None) -> str:
        name = asked.command if asked.command in COMMANDS else "help"
        if approver is None and name != "help":
            return self._answer(asked, self.store.cards.denied(), "not_allowed")
        said = COMMANDS[name](self, event, asked, approver.email if approver else "")
        return self._answer(asked, said, f"command_{name}")

    def _answer(self, asked: SupervisorAsked, said: Rendered, result: str) -> str:
        """What was done is done, also where Slack no longer takes the answer."""
        try:
            self.desk.answer(asked.address, said.text, said.blocks)
        except RejectedError:
            return f"{result}_unanswered"
        return result

    def status(self, _: Event, __: SupervisorAsked, ___: str) -> Rendered:
        with self.store.read() as unit:
            return unit.cards.status(status_of(unit, self.now()))

    def pause(self, event: Event, asked: SupervisorAsked, by: str) -> Rendered:
        with self.store.begin() as unit:
            before = current_pause(unit)
            if _overtaken(unit, event):
                return unit.cards.switch(before)
            made = pause(unit, by, asked.rest[:LONGEST_WHY], self.now())
            unit.cursors.set(SWITCHED, _mark(event))
            return unit.cards.paused(made, already=before is not None)

    def resume(self, event: Event, _: SupervisorAsked, by: str) -> Rendered:
        with self.store.begin() as unit:
            before = current_pause(unit)
            if _overtaken(unit, event) or (before is not None and before.at > event.received_at):
                return unit.cards.switch(before)
            if before is None:
                return unit.cards.resumed(None)
            due = resume(unit, by, self.now())
            unit.cursors.set(SWITCHED, _mark(event))
            return unit.cards.resumed(before, due or 0)

    def why(self, _: Event, asked: SupervisorAsked, __: str) -> Rendered:
        with self.store.read() as unit:
            return unit.cards.history(history_of(unit, asked.rest))

    def actions(self, _: Event, asked: SupervisorAsked, by: str) -> Rendered:
        ticket, cards = TicketId(asked.rest.lstrip("#").strip()), self.store.cards
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(ticket) if ticket else None
        if conversation is None or self.by_agent is None:
            return cards.doable(ticket, None)
        found = self.by_agent.look(ticket)
        self.note_look(ticket, by)
        return cards.doable(ticket, [_doable(each) for each in found], self._asked_for(self.by_agent, ticket))

    def note_look(self, ticket: TicketId, by: str) -> None:
        """Somebody looked at what can be done for its customer, with what the records say."""
        with self.store.begin_lightly() as unit:
            about = unit.conversations.by_ticket(ticket)
            if about is not None:
                looked = Access(
                    at=self.now(), who=f"Slack {by}", way="slack", what="actions", customer_id=about.customer_id
                )
                unit.privacy.note([looked])

    def _asked_for(self, by_agent: ActionsByAgent, ticket: TicketId) -> list[Undoable]:
        runs = by_agent.runs(ticket)
        taken = [(run, by_agent.undo_of(run, runs)) for run in runs]
        return [Undoable(run=run, undo=by[0].label, until=by[1]) if by else Undoable(run=run) for run, by in taken]

    def undo(self, _: Event, asked: SupervisorAsked, by: str) -> Rendered:
        """`/handrail undo TICKET RUN`, which the button below what was done says."""
        words, cards = asked.rest.lstrip("#").split(), self.store.cards
        if self.by_agent is None or len(words) != 2:
            return cards.notice(NO_UNDO)
        ticket, run_id = TicketId(words[0]), ApprovalId(words[1])
        try:
            return cards.started(self.by_agent.undo(ticket, run_id, by.lower()), ticket)
        except RejectedError as error:
            return cards.notice(str(error), Sign.FORBIDDEN)

    def parked(self, event: Event, asked: SupervisorAsked, by: str) -> Rendered:
        """`/handrail parked`, and what its buttons say: `parked send ID`, `parked dismiss ID`."""
        wish, _, name = asked.rest.partition(" ")
        if wish not in set(ParkedWish) or not name:
            with self.store.read() as unit:
                return unit.cards.parked(list_parked(unit, MOST_PARKED))
        effect_id, now = EffectId(name.strip()), self.now()
        with self.store.begin() as unit:
            done, said = settle_parked(unit, effect_id, ParkedWish(wish), by, event.id, now)
            rendered = unit.cards.parked(list_parked(unit, MOST_PARKED), said)
        if done and wish == ParkedWish.SEND:
            self.publisher.effect(effect_id)
        return rendered

    def improve(self, __: Event, asked: SupervisorAsked, by: str) -> Rendered:
        """`/handrail improve`, and what its buttons say: `improve show ID`, `improve accept ID`, `improve refuse ID
        [WHY]`, `improve edit ID WORDS`."""
        wish, _, rest = asked.rest.partition(" ")
        name, _, words = rest.strip().partition(" ")
        if wish == "show" and name:
            with self.store.read() as unit:
                shown = unit.proposals.get(name)
                if shown is not None:
                    return unit.cards.proposal(shown)
        said = self._ruled(wish, name, words.strip(), by) if name and self.rulings is not None else ""
        with self.store.read() as unit:
            return unit.cards.proposals(best(unit.proposals.listed(ProposalState.OPEN)), said)

    def _ruled(self, wish: str, name: str, words: str, by: str) -> str:
        """What it came to. A press whose answer was lost is worked off once more, and finds it decided."""
        rulings = self.rulings
        try:
            if rulings is None or wish == "show":
                return f"There is no proposal {name}."
            if wish == "accept":
                done = rulings.accept(name, by)
                return f"Accepted: {done.title}. It is {done.outcome}."
            if wish == "refuse":
                return f"Refused: {rulings.refuse(name, by, words[:LONGEST_WHY]).title}"
            if wish == "edit":
                return f"It says now: {rulings.edit(name, words, by).says}"
        except RejectedError as error:
            return f"Nothing was changed: {error}."
        return ""

    def confirm(self, asked: SupervisorAsked, email: str) -> Rendered:
        """`/handrail confirm CODE` shows what somebody wants at a command line, and `confirm yes CODE`, its button,
        says that it is them. Whoever the question names may, approver or not: it says who they are and no more."""
        word, _, code = asked.rest.partition(" ")
        agreed = word.lower() == YES
        with self.store.begin() as unit:
            question = question_of(unit, code if agreed else word, self.now())
            if question is None or question.by.lower() != (email or "").lower():
                return unit.cards.confirming(None)
            if agreed:
                confirm(unit, question, asked.user_id)
            return unit.cards.confirming(question, confirmed=agreed)

    def help(self, _: Event, asked: SupervisorAsked, __: str) -> Rendered:
        return self.store.cards.help("" if asked.command in COMMANDS else asked.command)


def _doable(looked: Looked) -> Doable:
    spec = looked.spec
    needs = [spec.says_of(name) for name in looked.missing]
    return Doable(name=spec.name, label=spec.label, why=looked.why, needs=needs)


def _mark(event: Event) -> str:
    """A later one is greater."""
    return f"{event.received_at.astimezone(UTC).isoformat(timespec='microseconds')} {event.id}"


def _overtaken(unit: Unit, event: Event) -> bool:
    """Whether it has been carried out, or a later one has: a command whose answer was lost is worked off once more,
    and must not undo what somebody said since."""
    return (unit.cursors.get(SWITCHED) or "") >= _mark(event)


COMMANDS: dict[str, Callable[[Office, Event, SupervisorAsked, str], Rendered]] = {
    "status": Office.status,
    "pause": Office.pause,
    "resume": Office.resume,
    "why": Office.why,
    "actions": Office.actions,
    "undo": Office.undo,
    "parked": Office.parked,
    "improve": Office.improve,
    "help": Office.help,
}


def supervisor_asked(loop: StepContext, event: Event) -> str:
    """The loop's step."""
    office = Office(
        store=loop.store,
        desk=loop.desk,
        publisher=loop.publisher,
        policy=loop.policy,
        now=loop.now,
        by_agent=loop.by_agent,
        rulings=loop.rulings,
    )
    return office.hear(event)


def home_of(unit: Unit, now: datetime, sought: str = "") -> Home:
    """Of what the store knows now; where the cards stand is not in it."""

    def queued(standing: Standing, number: int) -> Queued:
        if standing.began_at is None or number >= SHOWN:  # to count a large one takes its time
            return Queued(standing=standing)
        return Queued(standing=standing, progress=unit.campaigns.progress(standing.campaign.id))

    def all_in(*states: CampaignState) -> list[Queued]:
        return [queued(each, number) for number, each in enumerate(unit.campaigns.in_state(*states))]

    ended = [each for each in unit.campaigns.recent(20) if each.ended_at is not None][:LATELY]
    return Home(
        at=now,
        asked=all_in(*ASKED),
        running=all_in(*SENDING),
        ended=[queued(each, number) for number, each in enumerate(ended)],
        pause=current_pause(unit),
        charts=charts(unit, now),
        courses=courses(unit, now),
        told=[*waiting_lines(unit, now), *week_lines(unit, now)],
        sought=sought,
        found=search(unit, sought, now) if sought else (),
    )


def status_of(unit: Unit, now: datetime) -> Status:
    return Status(
        at=now,
        pause=current_pause(unit),
        asked=unit.campaigns.in_state(*ASKED),
        running=[
            Queued(standing=each, progress=unit.campaigns.progress(each.campaign.id))
            for each in unit.campaigns.in_state(*SENDING)[:SHOWN]
        ],
        told=waiting_lines(unit, now),
    )


# ------------------------------------------------------------------
# Today's numbers for the app's home: what was decided, what left, who waits. Days are those of UTC.


DAYS = 7
NAMES = {
    Action.AUTO_REPLY: "Answered by the assistant",
    Action.SUGGEST: "Drafted for an agent",
    Action.HANDOFF: "Handed to a person",
    Action.SILENT: "Nothing to be said",
}


def charts(unit: Unit, now: datetime) -> list[Chart]:
    """What was decided today, and to whom it was handed."""
    decided = unit.figures.count_decided(_midnight(now))
    actions: Counter[Action] = Counter()
    teams: Counter[str] = Counter()
    for each in decided:
        actions[each.action] += each.count
        if each.team:
            teams[each.team] += each.count
    return [
        Chart(title="Customers' messages", bars=[Bar(name=name, count=actions[each]) for each, name in NAMES.items()]),
        Chart(title="Handed to", bars=[Bar(name=name, count=count) for name, count in teams.most_common(5)]),
    ]


def courses(unit: Unit, now: datetime) -> list[Course]:
    days = days_until(now, DAYS)
    decided = unit.figures.count_decided(datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC))
    asked, automatic = _by_day(decided), _by_day([each for each in decided if each.action is Action.AUTO_REPLY])
    return [
        Course(title=f"messages decided ({asked[days[-1]]:,} today)", days=[asked[day] for day in days]),
        Course(title=f"answered by itself ({automatic[days[-1]]:,} today)", days=[automatic[day] for day in days]),
    ]


def waiting_lines(unit: Unit, now: datetime) -> list[str]:
    """Who waits for a person, and what did not arrive. Plain text."""
    waiting = unit.figures.waiting()
    count = sum(each.count for each in waiting)
    lines = []
    if waiting:
        oldest = now - min(each.since for each in waiting)
        lines.append(f"{count:,} {'customer waits' if count == 1 else 'customers wait'} for a person, {_long(oldest)}")
    undelivered = unit.figures.queues(now).undelivered
    if undelivered:
        lines.append(f"{undelivered:,} messages of the last seven days did not arrive")
    parked = len(unit.outbox.parked(TO_CUSTOMER, MOST_PARKED + 1))
    if parked:
        many = f"more than {MOST_PARKED}" if parked > MOST_PARKED else str(parked)
        lines.append(f"{many} did not leave and need a decision: /handrail parked lists them")
    return lines


def _long(waited: timedelta) -> str:
    minutes = max(0, int(waited.total_seconds() // 60))
    return f"the oldest for {minutes} min" if minutes < 120 else f"the oldest for {minutes // 60} hours"


def _by_day(decided: list[Decided]) -> Counter[object]:
    counts: Counter[object] = Counter()
    for each in decided:
        counts[each.day] += each.count
    return counts


def _midnight(now: datetime) -> datetime:
    today = now.astimezone(UTC)
    return today.replace(hour=0, minute=0, second=0, microsecond=0)


# ------------------------------------------------------------------
# What a supervisor looks up from the app's home: campaigns, tickets, customers.


MOST = 5  # of each kind
CAMPAIGNS = 200  # the newest, looked through
RECENT = timedelta(days=180)
SHORTEST_ID = 6  # signs of a campaign's id


def search(unit: Unit, sought: str, now: datetime) -> list[Found]:
    words = sought.strip()
    if not words:
        return []
    return [*_tickets(unit, words), *_customers(unit, words, now), *_campaigns(unit, words)]


def _tickets(unit: Unit, words: str) -> Iterator[Found]:
    number = words.removeprefix("#").strip()
    conversation = unit.conversations.by_ticket(TicketId(number)) if number.isdigit() else None
    if conversation is not None:
        yield Found(conversation=conversation, customer=unit.customers.get(conversation.customer_id))


def _customers(unit: Unit, words: str, now: datetime) -> Iterator[Found]:
    known = known_as(unit, words)
    people_found = [known] if known is not None else unit.customers.find_by_name(words, MOST)
    for customer in people_found:
        yield Found(customer=customer)
        for conversation in unit.conversations.recent(customer.id, now - RECENT)[:2]:
            yield Found(conversation=conversation)


def _campaigns(unit: Unit, words: str) -> Iterator[Found]:
    wanted = words.casefold()
    fitting = [each for each in unit.campaigns.recent(CAMPAIGNS) if wanted in _told(each) or _is_id(each, wanted)]
    yield from (Found(standing=standing) for standing in fitting[:MOST])


def _is_id(standing: Standing, wanted: str) -> bool:
    """An id, or how it begins: a single figure stands in nearly all of them."""
    return len(wanted) >= SHORTEST_ID and standing.campaign.id.casefold().startswith(wanted)


def _told(standing: Standing) -> str:
    campaign = standing.campaign
    facts = " ".join(f"{value}" for value in campaign.facts.values() if isinstance(value, str))
    texts = " ".join(variant.text for variant in campaign.variants)
    return f"{campaign.play} {campaign.play.replace('_', ' ')} {campaign.why} {facts} {texts}".casefold()


# ------------------------------------------------------------------
# What was decided about a ticket.


TURNS = 200


def history_of(unit: Unit, ticket: str) -> TicketHistory:
    number = ticket.lstrip("#")
    conversation = unit.conversations.by_ticket(TicketId(number)) if number else None
    decisions = unit.decisions.of_conversation(conversation.id) if conversation is not None else []
    if conversation is None or not decisions:
        return TicketHistory(ticket=ticket, conversation=conversation)
    newest = decisions[-1]
    messages = {each.id: each for each in unit.conversations.messages(conversation.id, TURNS)}
    return TicketHistory(
        ticket=ticket,
        conversation=conversation,
        decisions=decisions,
        about=messages.get(newest.message_id),
        seen=[str(each) for each in signals_seen(newest.signals)],
    )
