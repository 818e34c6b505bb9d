"""Actions that an agent starts beside a ticket: what can be done now, what it would change, having it done, taking it
back. An agent's confirmed choice goes the way of every other action: examined here and again in the moment before it
is done, approved where the policy asks for it, told to the system once, read back, noted on the ticket."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from core.actions.examine import Actions, Examined, Refused, Whose
from core.actions.systems import ReadOnce
from core.context.reader import case_of
from core.errors import ConflictError, HandrailError, RejectedError
from core.execute.actions import asked_id, asked_run, commit_run
from core.model.action import COUNTED, ActionRun, RunState
from core.model.conversation import CaseContext, Role
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.ids import ApprovalId, TicketId
from core.model.order import Order
from core.model.profile import Verified
from core.policy import Policy
from core.policy.actions import ActionSpec, Approver, Identity, InputKind
from core.ports import Now, Orders, Publisher, Store, Unit
from core.procedure.acting import PICTURE, filled
from core.procedure.order_status import named_orders
from core.procedure.verify_identity import strongest_proof
from core.scenarios.compute import Spoken

LOOKED_FOR = timedelta(seconds=3)  # at one record, where many actions are looked at while somebody waits
NOT_PROVED = "It is not proved who the customer is, and this is done only for somebody who has proved it."
AWAY = "The system in which it is done does not answer just now; please try again in a moment."
A_PERSONS = "A person does this in the system itself."
UNKNOWN_ACTION = "The policy in force has no such action."
NOT_SEEN = "Handrail has not seen this ticket yet."
STALE = "The record, the policy or the form is not as it was shown any more. Nothing was done; please look at it anew."
LOOK_AT_PICTURE = "It takes your word that you have seen the picture. Nothing was done."
NO_ADDRESS = (
    "The helpdesk does not tell your e-mail address, without which nobody can be kept from approving their own wish."
)
ASKED_BEFORE = "The same is on its way already. Nothing was done a second time."
NO_UNDO = "This cannot be taken back here."
UNDO_LATE = "The time in which it could be taken back is over."
NEVER_DONE = "It was not done, so there is nothing to take back."
ON_ITS_WAY = (RunState.AWAITING, RunState.READY)
BY_AGENT = "the agent"  # from whom an argument is
ORDER = "order"  # the input that names one of the customer's orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the values that an input may have, and what a person reads of it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An action as it stands for a customer: `known` are the inputs as far as somebody told them, `fits` whether it is
    meant for what they want. `why` says what stands against it, empty where nothing does so far."""

    spec: ActionSpec
    known: Mapping[str, Any]
    fits: bool
    why: str = ""
    made: Examined | None = None
    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    question: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        return self.made.missing if self.made else ()

    @property
    def allowed(self) -> bool:
        """Exactly this may be asked for now."""
        return not self.why and self.made is not None and self.made.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an agent has confirmed. `digest` is that of what they saw; `click` names the press of the button: the same
    one twice is one wish. `seen`: they say that they have seen the picture that the policy wants."""

    action: str
    given: Mapping[str, Any]
    digest: str
    click: str
    by: str  # the agent's e-mail address, by which approvers are known too
    seen: bool = False


@dataclass(frozen=True, kw_only=True)
class _Ticket:
    """As the store has it."""

    case: CaseContext
    decision: Decision | None
    runs: Sequence[ActionRun]

    @property
    def customer(self) -> Customer:
        return self.case.customer

    @cached_property
    def intents(self) -> frozenset[str]:
        return frozenset(each.value for each in self.decision.signals.intents) if self.decision else frozenset()

    @property
    def language(self) -> str:
        told = self.decision.signals.language.value if self.decision else "unknown"
        return told if told != "unknown" else self.customer.locale[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsByAgent:
    """Under one policy. `orders` fills the form with the customer's orders, where an order system is set."""

    store: Store
    publisher: Publisher
    actions: Actions
    spoken: Spoken
    now: Now
    orders: Callable[[], Orders | None] = lambda: None

    @property
    def policy(self) -> Policy:
        return self.actions.policy

    # ------------------------------------------------ looking

    def look(self, ticket_id: TicketId) -> list[Looked]:
        """Every action of the policy, as far as it is known what it would be done with; what fits the matter first.
        Those that only take another one back are done by `undo`. RejectedError for a ticket that is not known."""
        ticket, once = self._ticket(ticket_id), ReadOnce(self.actions.systems, LOOKED_FOR)
        quick, bought = replace(self.actions, systems=once), self._bought(ticket)
        backwards = {each.undo for each in self.policy.actions.values()}
        specs = [each for name, each in self.policy.actions.items() if name not in backwards]
        found = [self._looked(quick, ticket, each, bought, None) for each in specs]
        return sorted(found, key=lambda each: (bool(each.why), not each.fits))

    def form(self, ticket_id: TicketId, name: str) -> Looked:
        """One of them, filled in as far as it is known. RejectedError for an unknown ticket or action."""
        ticket, once = self._ticket(ticket_id), ReadOnce(self.actions.systems, LOOKED_FOR)
        quick = replace(self.actions, systems=once)
        return self._looked(quick, ticket, self._spec(name), self._bought(ticket), None)

    def examine(self, ticket_id: TicketId, name: str, given: Mapping[str, Any]) -> Looked:
        """What exactly this would do. RejectedError for an unknown ticket or action."""
        ticket = self._ticket(ticket_id)
        return self._looked(self.actions, ticket, self._spec(name), self._bought(ticket), given)

    def runs(self, ticket_id: TicketId) -> Sequence[ActionRun]:
        """What was asked for in this conversation, the newest first."""
        return self._ticket(ticket_id).runs

    def undo_of(self, run: ActionRun, runs: Sequence[ActionRun]) -> tuple[ActionSpec, datetime] | None:
        """What takes it back, and until when; None where nothing does, or it was done already."""
        spec = self.policy.actions.get(run.call.action)
        back = self.policy.actions.get(spec.undo) if spec and spec.undo else None
        if spec is None or back is None or run.settled_at is None or run.state is not RunState.DONE:
            return None
        until = run.settled_at + spec.undo_within
        taken = any(each.undoes == run.id and each.state in COUNTED for each in runs)
        return None if taken or self.now() >= until else (back, until)

    # ------------------------------------------------ doing

    def run(self, ticket_id: TicketId, wish: Wish) -> ActionRun:
        """Keep it, and send it on its way: to the system, or to whoever has to approve it. The same wish is one run.

        Raises:
            RejectedError: it is not allowed, or not what the agent saw; nothing was done.
            TransientError: a system does not answer; nothing was done.
        """
        spec, ticket = self._spec(wish.action), self._ticket(ticket_id)
        named = f"{wish.by} {wish.click}"
        before = asked_id(ticket.case.conversation.id, wish.digest, named)
        if done := next((each for each in ticket.runs if each.id == before), None):
            return done
        made, proof = self._examined(self.actions, ticket, spec, wish.given, BY_AGENT)
        if why := _against(made):
            raise RejectedError(why, code="not_allowed")
        if made.call.digest != wish.digest:
            raise RejectedError(STALE, code="stale")
        if made.picture is not None:
            if not wish.seen:
                raise RejectedError(LOOK_AT_PICTURE, code="picture")
            evidence = {**made.call.evidence, PICTURE: f"{_picture(ticket.case)}seen by {wish.by}"}
            made = replace(made, call=replace(made.call, evidence=evidence))
        return self._asked(ticket, made, wish.by, named, f"proved by {proof.by}" if proof else None)

    def undo(self, ticket_id: TicketId, run_id: ApprovalId, by: str) -> ActionRun:
        """Have the action done that takes this one back, with what it was done with. Twice is once.

        Raises:
            RejectedError: it cannot be taken back, any more or at all; nothing was done.
            TransientError: a system does not answer; nothing was done.
        """
        ticket = self._ticket(ticket_id)
        run = next((each for each in ticket.runs if each.id == run_id), None)
        if run is None or run.state is not RunState.DONE:
            raise RejectedError(NEVER_DONE, code="not_done")
        earlier = [each for each in ticket.runs if each.undoes == run.id]
        if taken := next((each for each in earlier if each.state in COUNTED), None):
            return taken
        found = self.undo_of(run, ticket.runs)
        if found is None:
            known = self.policy.actions.get(run.call.action)
            raise RejectedError(UNDO_LATE if known and known.undo else NO_UNDO, code="no_undo")
        spec, _ = found
        told = {**run.result, **run.call.arguments}
        given = {name: told[name] for name in spec.input if name in told}
        # Whoever it was done for is whom it is taken back for.
        made, _ = self._examined(self.actions, ticket, spec, given, f"as in {run.id}", proved=True)
        if why := _against(made):
            raise RejectedError(why, code="not_allowed")
        named = f"undo {run.id} {len(earlier)}"
        return self._asked(ticket, made, by, named, "as for what it takes back", undoes=run.id)

    def _asked(
        self,
        ticket: _Ticket,
        made: Examined,
        by: str,
        named: str,
        identity: str | None,
        undoes: ApprovalId | None = None,
    ) -> ActionRun:
        if not by:
            raise RejectedError(NO_ADDRESS, code="no_address")
        if made.spec.call is None:
            raise RejectedError(A_PERSONS, code="no_call")
        customer, conversation, policy = ticket.customer, ticket.case.conversation, self.policy
        asked = asked_run(
            made, customer, conversation.id, by=by, named=named, policy=policy, at=self.now(), undoes=undoes
        )
        with self.store.begin() as unit:
            unit.actions.count_alone(made.spec.name, customer.id)
            if known := unit.actions.get(asked.id):
                return known
            if _on_its_way(unit, asked):
                raise RejectedError(ASKED_BEFORE, code="asked_before")
            try:
                said = {"identity": identity} if identity else {}
                effects = commit_run(unit, asked, customer.tier, policy, self.now(), **said)
            except ConflictError as error:
                raise RejectedError(str(error), code="limit") from error
            fresh = [each for each in effects if unit.outbox.add(each)]
        for effect in fresh:
            self.publisher.effect(effect.id)
        return asked

    # ------------------------------------------------ one action for one ticket

    def _looked(
        self,
        actions: Actions,
        ticket: _Ticket,
        spec: ActionSpec,
        bought: Sequence[Order],
        given: Mapping[str, Any] | None,
    ) -> Looked:
        known = dict(self._known(ticket, spec, bought)) if given is None else dict(given)
        options = {name: _options(bought) for name, each in spec.input.items() if name == ORDER and bought}
        looked = Looked(
            spec=spec, known=known, fits=bool(spec.intents & ticket.intents), options=options, why=_persons(spec)
        )
        if looked.why:
            return looked
        try:
            made, _ = self._examined(actions, ticket, spec, known, BY_AGENT)
            if made.missing and not made.refused:
                made = replace(made, refused=actions.ruled_out(made))
        except HandrailError:
            return replace(looked, why=AWAY)
        inputs = {**known, **made.call.arguments}
        asked = self._question(made, ticket.language) if made.allowed else ""
        return replace(looked, made=made, known=inputs, why=_refusal(made), question=asked)

    def _examined(
        self,
        actions: Actions,
        ticket: _Ticket,
        spec: ActionSpec,
        given: Mapping[str, Any],
        told: str,
        *,
        proved: bool = False,
    ) -> tuple[Examined, Verified | None]:
        proof = strongest_proof(ticket.case, self.policy)
        whose = Whose(customer=ticket.customer, proved=proved or ticket.case.proving.assumed or proof is not None)
        return actions.examine(spec, given, whose, dict.fromkeys(given, told)), proof

    def _known(self, ticket: _Ticket, spec: ActionSpec, bought: Sequence[Order]) -> Iterator[tuple[str, str]]:
        """What the assistant asked the customer about it, and the order that they name, or their only one."""
        progress = ticket.decision.procedure if ticket.decision else None
        told = progress.known if progress else {}
        for name, each in spec.input.items():
            fits = told.get(name, "") and (each.kind is not InputKind.CHOICE or told[name] in each.of)
            if name == ORDER and bought:
                named = named_orders(ticket.case, bought)
                meant = bought if named is None else named
                if len(meant) == 1:
                    yield name, meant[0].id
            elif fits and told[name] not in ("unknown", "none"):
                yield name, told[name]

    def _question(self, made: Examined, language: str) -> str:
        """What the policy has the customer asked before; in English where it has no words in theirs."""
        spec = made.spec
        words = spec.question.get(language) or spec.question.get("en", "")
        spoken = language if language in spec.question else "en"
        return filled(words, made, self.spoken, spoken) if spec.confirm and words else ""

    def _spec(self, name: str) -> ActionSpec:
        spec = self.policy.actions.get(name)
        if spec is None:
            raise RejectedError(UNKNOWN_ACTION, code="no_action")
        return spec

    def _ticket(self, ticket_id: TicketId) -> _Ticket:
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(ticket_id)
            customer = unit.customers.get(conversation.customer_id) if conversation else None
            if conversation is None or customer is None:
                raise RejectedError(NOT_SEEN)
            return _Ticket(
                case=case_of(unit, customer, conversation, self.now()),
                decision=unit.decisions.latest(conversation.id),
                runs=unit.actions.of_conversation(conversation.id),
            )

    def _bought(self, ticket: _Ticket) -> Sequence[Order]:
        """The newest first; outside of any transaction, for the order system may be slow."""
        orders = self.orders() if any(ORDER in each.input for each in self.policy.actions.values()) else None
        try:
            found = orders.of_customer(ticket.customer) if orders else []
        except HandrailError:
            return []
        return sorted(found, key=lambda order: order.placed_at, reverse=True)


def whose_yes(made: Examined) -> Approver:
    """Whose yes it takes besides the customer's: what nobody has to approve takes that of the agent who starts it."""
    return Approver.AGENT if made.approver is Approver.NOBODY else made.approver


def _persons(spec: ActionSpec) -> str:
    return "" if spec.by_itself else A_PERSONS


def _refusal(made: Examined) -> str:
    if not made.refused:
        return ""
    first: Refused = made.refused[0]
    proof = first.rule == "identity" and made.spec.identity is Identity.PROVED
    return NOT_PROVED if proof else first.why


def _against(made: Examined) -> str:
    missing = [made.spec.says_of(name) for name in made.missing]
    return _refusal(made) or (f"It is not known yet: {', '.join(missing)}" if missing else "")


def _on_its_way(unit: Unit, asked: ActionRun) -> bool:
    """Whether somebody asks for exactly this at the same time: of two agents one has it done."""
    theirs = unit.actions.of_customer(asked.customer_id)
    return any(each.call.digest == asked.call.digest and each.state in ON_ITS_WAY for each in theirs)


def _options(bought: Sequence[Order]) -> list[Option]:
    return [
        Option(value=each.id, label=" · ".join([each.id, *(item.name for item in each.items[:1]), each.status]))
        for each in bought
    ]


def _picture(case: CaseContext) -> str:
    """The customer's newest message with a picture, by its id: no other action rests on it then."""
    sent = (m for m in reversed(case.timeline) if m.role is Role.CUSTOMER and any(a.is_image for a in m.attachments))
    found = next(sent, None)
    return f"{found.id}: " if found else ""
