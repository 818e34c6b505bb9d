"""The one way out: every effect passes the gate, leaves once, and is looked up before it is ever tried again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.alerts.raising import add_or_count
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome
from core.execute.actions import action_failed
from core.execute.alert import AGENT_REPLY, alert_of, unreadable_alert
from core.execute.failures import UNCLEAR, UNSENT
from core.execute.planning import worthless
from core.execute.remedy import remedy_failure
from core.execute.send import Senders
from core.execute.settle import settle_sent
from core.execute.undelivered import note_no_side_conversation, note_undelivered
from core.govern.campaign_cards import caught_up
from core.govern.gate import TAKEN, Gate, as_it_leaves, glancing
from core.model.effect_payloads import ActionPayload
from core.model.helpdesk import Receipt
from core.model.ids import EffectId
from core.model.outbound import Effect, EffectKind, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Now, Publisher, Store, Unit

MAX_ATTEMPTS = 8
BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=10)

LEFT_AT = "left_at"  # the fact of a row that says when its attempt without an answer was made
AWAY = "away"  # the code of an action that was turned away each time
RESTORED = "restored"  # of one that a backup held as under way (core.execute.restored): of when the backup is

# How long after the attempt each look-up is made. A vendor's list lags behind its writes, so "not there" is no proof
# until the last of them, and even then the effect is parked for a person, never sent again.
LOOK_UPS = (timedelta(seconds=3), timedelta(seconds=8), timedelta(seconds=20), timedelta(seconds=60))

# How long the system of an action that may have been done is asked for: the customer waits for what came of it.
LONGEST_DOUBT = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An effect that is ours to try, or to ask about. `leaving` is it as it leaves at this moment."""

    row: OutboxRow
    leaving: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt, before anything of it is stored. With a `receipt` it was sent."""

    state: EffectState
    receipt: Receipt | None = None
    error: str = ""
    retry_at: datetime | None = None
    facts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How an effect stands now, what follows from it, and when it is to be tried again: for the publisher, after the
    commit."""

    effect: Effect
    state: EffectState
    follow: tuple[Effect, ...] = ()
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Carries out effects. `deliver` may be called any number of times for the same effect.

    Its three steps may be taken apart, many effects in a transaction: `take`, whose transaction is committed before
    `carry` speaks to the vendor, in no transaction, and `settle`."""

    store: Store
    senders: Senders
    gate: Gate
    publisher: Publisher
    policy: Policy
    now: Now
    look_ups: tuple[timedelta, ...] = LOOK_UPS

    def deliver(self, effect_id: EffectId) -> EffectState | None:
        """Take the effect if it is ours to take, and bring it one state further. None: nothing to do."""
        with self.store.begin() as unit:
            taken = self.take(unit, effect_id)
        if isinstance(taken, Taken):
            outcome = self.carry(taken)
            with self.store.begin() as unit:
                told: Told | None = self.settle(unit, taken.row, outcome)
        else:
            told = taken
        if told is None:
            return None
        self.publish(told)
        return told.state

    def take(self, unit: Unit, effect_id: EffectId, look: Unit | None = None) -> Taken | Told | None:
        """Claim the effect and ask the gate. `Told`: it may not leave now. None: not ours to do. `look` is what the
        gate reads by, where it reads for several in one transaction."""
        try:
            row = unit.outbox.claim(effect_id, self.now())
        except ValueError as error:
            self._unreadable(unit, effect_id, error)
            return None
        if row is None:
            return None
        if not _fresh(row):
            return Taken(row=row, leaving=row.effect)
        glance = look or glancing(unit)
        try:
            refusal = self.gate.refusal(glance, row.effect, self.now())
            leaving = refusal or as_it_leaves(glance, row.effect, self.policy, self.now())
        except ValueError as error:  # a stored row that the gate looks at: it stops no effect but this one
            return self.settle(unit, row, Outcome(state=EffectState.PARKED, error=f"the gate cannot tell: {error}"))
        if isinstance(leaving, Effect):
            return Taken(row=row, leaving=leaving)
        refusal = leaving
        facts = {"code": refusal.code} if refusal.code else None
        outcome = Outcome(state=refusal.state, error=refusal.reason, retry_at=refusal.until, facts=facts)
        return self.settle(unit, row, outcome)

    def carry(self, taken: Taken) -> Outcome:
        """Tell the vendor, or ask it what became of an attempt without an answer."""
        row = taken.row
        if row.state is EffectState.UNKNOWN:
            return self._look_up(row)
        try:
            receipt = self.senders.send(taken.leaving, again=LEFT_AT in row.facts)
        except UnknownOutcome as error:
            return self._unanswered(error)
        except TransientError as error:
            return self._again(row, error)
        except RejectedError as error:
            return Outcome(state=EffectState.REFUSED, error=str(error), facts={"code": error.code or ""})
        except ConfigurationError as error:
            return Outcome(state=EffectState.PARKED, error=str(error))
        return Outcome(state=EffectState.SENT, receipt=receipt)

    def broken(self, taken: Taken, fault: BaseException) -> Outcome:
        """What a fault of our own comes to: nobody knows whether it left, so the vendor is asked, and a person where
        the fault was in asking."""
        said = f"a fault of ours: {type(fault).__name__}: {fault}"
        if taken.row.state is EffectState.UNKNOWN:
            return Outcome(state=EffectState.PARKED, error=said)
        return self._unanswered(UnknownOutcome(said))

    def settle(self, unit: Unit, row: OutboxRow, outcome: Outcome) -> Told:
        """Store what came of it, with all that follows."""
        effect_id, now = row.effect.id, self.now()
        if outcome.receipt is not None:
            if not unit.outbox.mark(effect_id, EffectState.SENT, now, vendor_ref=outcome.receipt.ref):
                # A callback, or whoever looked it up while we waited for the answer, was faster.
                return Told(effect=row.effect, state=EffectState.SENT)
            follow = settle_sent(unit, row.effect, outcome.receipt, now)
            follow += caught_up(unit, row.effect, self.policy, now)
            return Told(effect=row.effect, state=EffectState.SENT, follow=tuple(follow))
        state, error, facts = outcome.state, outcome.error, outcome.facts
        unit.outbox.mark(effect_id, state, now, error=error, retry_at=outcome.retry_at, facts=facts)
        if (state, error) != (EffectState.HELD, row.error):  # held again for the same reason is no news
            unit.ledger.append("effect", {"effect": effect_id, "state": state, "error": error, **(facts or {})}, now)
        follow = self._follows(unit, row, state, error, (facts or {}).get("code", ""))
        return Told(effect=row.effect, state=state, follow=tuple(follow), retry_at=outcome.retry_at)

    def publish(self, told: Told) -> None:
        """After the commit. What leaves under a campaign has a lane of its own and is not hinted one by one."""
        for effect in told.follow:
            if not in_lane(effect):
                self.publisher.effect(effect.id)
        if told.retry_at is not None and not in_lane(told.effect):
            self.publisher.effect(told.effect.id, at=told.retry_at)

    def _unreadable(self, unit: Unit, effect_id: EffectId, error: ValueError) -> None:
        """A row that is no effect any more, or that a newer version wrote, stops no other: it is parked as it stands,
        and a person is told. The sweep publishes what tells them."""
        now, said = self.now(), f"the stored effect cannot be read: {error}"
        unit.outbox.mark(effect_id, EffectState.PARKED, now, error=said)
        unit.ledger.append("effect", {"effect": effect_id, "state": EffectState.PARKED, "error": said}, now)
        add_or_count(unit, unreadable_alert(effect_id, said, self.policy, now))

    def _unanswered(self, error: UnknownOutcome) -> Outcome:
        now = self.now()
        facts = {LEFT_AT: now.isoformat()}
        return Outcome(state=EffectState.UNKNOWN, error=str(error), retry_at=now + self.look_ups[0], facts=facts)

    def _look_up(self, row: OutboxRow) -> Outcome:
        """Ask the vendor what became of an attempt without an answer."""
        action = row.effect.kind is EffectKind.ACTION
        try:
            receipt = self.senders.find(row)
            certain = receipt is None and self.senders.certain(row.effect)
        except TransientError as error:
            if action and self._since(row) > LONGEST_DOUBT:
                return Outcome(state=EffectState.PARKED, error=f"given up: {error}")
            return Outcome(state=EffectState.UNKNOWN, error=str(error), retry_at=self._look_again(row))
        except (RejectedError, ConfigurationError) as error:
            return Outcome(state=EffectState.PARKED, error=f"the look-up was refused: {error}")
        if receipt is not None:
            return Outcome(state=EffectState.SENT, receipt=receipt)
        restored = RESTORED in row.facts
        retry_at = None if certain else self._next_look_up(row)
        if retry_at is not None:
            return Outcome(state=EffectState.UNKNOWN, error="not found yet", retry_at=retry_at)
        if certain or restored:
            # Whoever may have sent what was restored ended before that, longer ago than any list lags: it never left,
            # and from here on is like any other.
            again = self._again(row, TransientError("the vendor has no trace of it"))
            if action:  # asked before each attempt from here on, as it may have been slow
                return replace(again, facts={**row.facts, LEFT_AT: (self.now() - self._since(row)).isoformat()})
            return replace(again, facts={}) if restored else again
        return Outcome(state=EffectState.PARKED, error="no answer and no trace: a person must look")

    def _next_look_up(self, row: OutboxRow) -> datetime | None:
        since = self._since(row)
        return next((self.now() + wait - since for wait in self.look_ups if wait > since), None)

    def _since(self, row: OutboxRow) -> timedelta:
        """How long ago the attempt without an answer was made."""
        left_at = datetime.fromisoformat(row.facts[LEFT_AT]) if LEFT_AT in row.facts else row.first_sent_at
        return self.now() - (left_at or self.now())

    def _look_again(self, row: OutboxRow) -> datetime:
        """The vendor could not be asked; nothing is parked for want of an answer to a question."""
        return self._next_look_up(row) or self.now() + self.look_ups[-1]

    def _again(self, row: OutboxRow, error: TransientError) -> Outcome:
        action = row.effect.kind is EffectKind.ACTION
        if row.attempts >= MAX_ATTEMPTS:
            given_up = f"given up after {row.attempts} attempts: {error}"
            if action and LEFT_AT not in row.facts and self.senders.surely_undone(row.effect):
                # Each attempt was turned away, and the record says the same.
                said = f"{given_up}. The record was read: nothing was done"
                return Outcome(state=EffectState.REFUSED, error=said, facts={"code": AWAY})
            return Outcome(state=EffectState.PARKED, error=given_up)
        own = min(BACKOFF * 2 ** (row.attempts - 1), LONGEST_BACKOFF)
        # A system that says "in a second" each time is not given up after eight of them.
        wait = max(error.retry_after or own, own) if action else error.retry_after or own
        if worthless(row.effect, self.now() + wait):
            late = f"the code would come when it has expired: {error}"
            return Outcome(state=EffectState.PARKED, error=late)
        return Outcome(state=EffectState.PENDING, error=str(error), retry_at=self.now() + wait)

    def _follows(self, unit: Unit, row: OutboxRow, state: EffectState, error: str, code: str) -> list[Effect]:
        """What a message that was refused by code is followed by, the note on an agent's answer that did not leave, and
        the alert, unless it is sent once more."""
        effect = row.effect
        if isinstance(effect.payload, ActionPayload) and state in (EffectState.REFUSED, EffectState.PARKED):
            alert = alert_of(effect, state, error, self.policy, self.now(), code)
            # What was refused after an attempt without an answer may have been done by that one.
            unclear = state is EffectState.PARKED or LEFT_AT in row.facts
            more = action_failed(unit, effect.payload.run, error, self.policy, self.now(), unclear=unclear)
            return more if alert is None else [*more, *add_or_count(unit, alert)]
        if effect.kind is EffectKind.SIDE_CONVERSATION and state in (EffectState.REFUSED, EffectState.PARKED):
            return note_no_side_conversation(unit, row, error, self.now())
        alert = alert_of(effect, state, error, self.policy, self.now(), code)
        if state is EffectState.REFUSED and code:
            more = remedy_failure(unit, effect, code, self.policy, self.now(), alerted=alert is not None)
        else:
            more = self._unsent(unit, row, state, error)
        again = any(each.message and each.message.again_of and each.key != effect.key for each in more)
        return more if again or alert is None else [*more, *add_or_count(unit, alert)]

    def _unsent(self, unit: Unit, row: OutboxRow, state: EffectState, error: str) -> list[Effect]:
        """The agent hears of their own answer that came to an end without the vendor's word on why."""
        refused = state is EffectState.REFUSED and error != TAKEN
        if row.effect.authority.rule != AGENT_REPLY or not (refused or state is EffectState.PARKED):
            return []
        failure = UNCLEAR if row.state is EffectState.UNKNOWN else UNSENT
        return [each for each in note_undelivered(unit, row.effect, "", failure, self.now()) if unit.outbox.add(each)]


def _fresh(row: OutboxRow) -> bool:
    """An attempt about to be made, in contrast to one whose outcome is unknown: the gate guards attempts."""
    return row.state is EffectState.SENDING


def in_lane(effect: Effect) -> bool:
    """Whether it leaves under a campaign: those have a lane of their own and are not hinted one by one."""
    return effect.authority.approval_id is not None
