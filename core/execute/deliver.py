"""The one way out: every effect passes the gate, leaves once, and is looked up before it is ever tried again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.coordinate.policy import Policy
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome
from core.execute.alert import AGENT_REPLY, alert_of
from core.execute.failures import UNCLEAR, UNSENT
from core.execute.plan_code import worthless
from core.execute.remedy import remedied
from core.execute.send import Senders
from core.execute.settle import settle_sent
from core.execute.undelivered import undelivered
from core.govern.gate import TAKEN, Gate
from core.govern.window import with_window
from core.model.helpdesk import Receipt
from core.model.ids import EffectId
from core.model.outbound import AGAIN_OF, Effect, EffectKind, EffectState, OutboxRow
from core.ports import Now, Publisher, Store, Unit

MAX_ATTEMPTS = 8
BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(minutes=10)

LEFT_AT = "left_at"  # the fact of a row that says when its attempt without an answer was made

# How long after the attempt each look-up is made. A vendor's list lags behind its writes, so "not there" is no proof
# until the last of them, and even then the effect is parked for a person, never sent again.
LOOK_UPS = (timedelta(seconds=3), timedelta(seconds=8), timedelta(seconds=20), timedelta(seconds=60))

# A ticket's audits, and who has control of a conversation, are read from the record itself, not from a lagging list:
# absence there is proof.
CERTAIN_ABSENCE = frozenset(
    {EffectKind.TICKET_NOTE, EffectKind.TICKET_REPLY, EffectKind.TICKET_UPDATE, EffectKind.CONTROL, EffectKind.FILES}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Carries out effects. `deliver` may be called any number of times for the same effect."""

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
            row = unit.outbox.claim(effect_id, self.now())
            refusal = self.gate.refusal(unit, row.effect, self.now()) if row and _fresh(row) else None
            leaving = with_window(unit, row.effect, self.now()) if row else None
        if row is None or leaving is None:
            return None
        if refusal is not None:
            facts = {"code": refusal.code} if refusal.code else None
            return self._mark(row, refusal.state, error=refusal.reason, retry_at=refusal.until, facts=facts)
        if row.state is EffectState.UNKNOWN:
            return self._look_up(row)
        return self._attempt(row, lambda: self.senders.send(leaving))

    def _attempt(self, row: OutboxRow, act: Callable[[], Receipt]) -> EffectState:
        try:
            receipt = act()
        except UnknownOutcome as error:
            return self._unanswered(row, error)
        except TransientError as error:
            return self._again(row, error)
        except RejectedError as error:
            return self._refused(row, error)
        except ConfigurationError as error:
            return self._mark(row, EffectState.PARKED, error=str(error))
        return self._sent(row, receipt)

    def _unanswered(self, row: OutboxRow, error: UnknownOutcome) -> EffectState:
        now = self.now()
        facts = {LEFT_AT: now.isoformat()}
        return self._mark(row, EffectState.UNKNOWN, error=str(error), retry_at=now + self.look_ups[0], facts=facts)

    def _look_up(self, row: OutboxRow) -> EffectState:
        """Ask the vendor what became of an attempt without an answer."""
        try:
            receipt = self.senders.find(row)
        except TransientError as error:
            return self._mark(row, EffectState.UNKNOWN, error=str(error), retry_at=self._look_again(row))
        except (RejectedError, ConfigurationError) as error:
            return self._mark(row, EffectState.PARKED, error=f"the look-up was refused: {error}")
        if receipt is not None:
            return self._sent(row, receipt)
        if row.effect.kind in CERTAIN_ABSENCE:
            return self._again(row, TransientError("the vendor has no trace of it"))
        retry_at = self._next_look_up(row)
        if retry_at is not None:
            return self._mark(row, EffectState.UNKNOWN, error="not found yet", retry_at=retry_at)
        return self._mark(row, EffectState.PARKED, error="no answer and no trace: a person must look")

    def _next_look_up(self, row: OutboxRow) -> datetime | None:
        left_at = datetime.fromisoformat(row.facts[LEFT_AT]) if LEFT_AT in row.facts else row.first_sent_at
        since = self.now() - (left_at or self.now())
        return next((self.now() + wait - since for wait in self.look_ups if wait > since), None)

    def _look_again(self, row: OutboxRow) -> datetime:
        """The vendor could not be asked; nothing is parked for want of an answer to a question."""
        return self._next_look_up(row) or self.now() + self.look_ups[-1]

    def _again(self, row: OutboxRow, error: TransientError) -> EffectState:
        if row.attempts >= MAX_ATTEMPTS:
            return self._mark(row, EffectState.PARKED, error=f"given up after {row.attempts} attempts: {error}")
        wait = error.retry_after or min(BACKOFF * 2 ** (row.attempts - 1), LONGEST_BACKOFF)
        if worthless(row.effect, self.now() + wait):
            return self._mark(row, EffectState.PARKED, error=f"the code would come when it has expired: {error}")
        return self._mark(row, EffectState.PENDING, error=str(error), retry_at=self.now() + wait)

    def _refused(self, row: OutboxRow, error: RejectedError) -> EffectState:
        return self._mark(row, EffectState.REFUSED, error=str(error), facts={"code": error.code or ""})

    def _sent(self, row: OutboxRow, receipt: Receipt) -> EffectState:
        with self.store.begin() as unit:
            unit.outbox.mark(row.effect.id, EffectState.SENT, self.now(), vendor_ref=receipt.ref)
            follow_up = settle_sent(unit, row.effect, receipt, self.now())
        self._published(follow_up)
        return EffectState.SENT

    def _published(self, effects: list[Effect]) -> None:
        for effect in effects:
            self.publisher.effect(effect.id)

    def _mark(
        self,
        row: OutboxRow,
        state: EffectState,
        *,
        error: str,
        retry_at: datetime | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> EffectState:
        with self.store.begin() as unit:
            unit.outbox.mark(row.effect.id, state, self.now(), error=error, retry_at=retry_at, facts=facts)
            unit.ledger.append(
                "effect",
                {"effect": row.effect.id, "state": state, "error": error, **(facts or {})},
                self.now(),
            )
            code = (facts or {}).get("code", "")
            fresh = self._follows(unit, row, state, error, code)
        self._published(fresh)
        if retry_at is not None:
            self.publisher.effect(row.effect.id, at=retry_at)
        return state

    def _follows(self, unit: Unit, row: OutboxRow, state: EffectState, error: str, code: str) -> list[Effect]:
        """What a message that was refused by code is followed by, the note on an agent's answer that did not leave, and
        the alert, unless it is sent once more."""
        effect = row.effect
        alert = alert_of(effect, state, error, self.policy, self.now(), code)
        if state is EffectState.REFUSED and code:
            more = remedied(unit, effect, code, self.policy, self.now(), alerted=alert is not None)
        else:
            more = self._unsent(unit, row, state, error)
        again = any(AGAIN_OF in each.payload and each.key != effect.key for each in more)
        return more if again or alert is None or not unit.outbox.add(alert) else [*more, alert]

    def _unsent(self, unit: Unit, row: OutboxRow, state: EffectState, error: str) -> list[Effect]:
        """The agent hears of their own answer that came to an end without the vendor's word on why."""
        refused = state is EffectState.REFUSED and error != TAKEN
        if row.effect.authority.rule != AGENT_REPLY or not (refused or state is EffectState.PARKED):
            return []
        failure = UNCLEAR if row.state is EffectState.UNKNOWN else UNSENT
        return [each for each in undelivered(unit, row.effect, "", failure, self.now()) if unit.outbox.add(each)]


def _fresh(row: OutboxRow) -> bool:
    """An attempt about to be made, in contrast to one whose outcome is unknown: the gate guards attempts."""
    return row.state is EffectState.SENDING
