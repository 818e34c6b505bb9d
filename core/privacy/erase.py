"""A person is erased: at the vendors first, then in every table, in steps that are written down, so that one that was
broken off goes on.

No vendor's sending method is called here, so nothing goes through the outbox: what is deleted twice is deleted once,
and doing it again is how an unanswered request is looked up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from core.errors import RejectedError
from core.model.customer import Customer
from core.model.ids import CustomerId
from core.model.privacy import Erasure, Obstacle, Subject
from core.model.seal import Record
from core.ports import Eraser, Now, Posts, Store, Unit

BEGUN, DONE = "erasure_begun", "erased"  # kinds of the ledger's records
STORE, FILES = "store", "files"  # the last two steps; those before are the vendors'
PAGE = 1000
SKIPPED = "skipped"  # of a vendor's step that was left out on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an erasure would remove. `counts` are rows by table; `vendors` who is asked besides."""

    subject: Subject
    counts: Mapping[str, int]
    obstacles: Sequence[Obstacle]
    vendors: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was removed, and the record that proves when: nothing in it says of whom."""

    erasure: Erasure
    record: Record
    left: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackEraser:
    """Implements `core.ports.Eraser` by the supervisors' channel: cards that show the person are taken away."""

    desk: Posts
    name: str = "slack"

    def erase(self, subject: Subject) -> Mapping[str, int]:
        gone = sum(self.desk.delete(ref) for ref in subject.posts)
        return {"posts": gone} if gone else {}

    def left(self) -> str:
        return "Slack: what people wrote about them themselves, and the exports and retention of the workspace."


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """`clean` sees to the files of the store and beside it, once its tables are empty of the person; it may be done
    again."""

    store: Store
    vendors: Sequence[Eraser]
    clean: Callable[[Erasure], Mapping[str, int]]
    now: Now

    def plan(self, customer_id: CustomerId) -> Plan:
        with self.store.read() as unit:
            subject = unit.privacy.subject(customer_id)
            counts, obstacles = unit.privacy.count(subject), unit.privacy.obstacles(subject)
        vendors = tuple(each.name for each in self.vendors)
        return Plan(subject=subject, counts=counts, obstacles=obstacles, vendors=vendors)

    def begin(self, customer: Customer, by: str, *, anyway: bool) -> Erasure:
        """From here on they are not written to and not taken over again.

        Raises:
            RejectedError: something stands against it; with `anyway` only what nobody may go past."""
        # Whom all is about is found out before anybody has to wait for the store.
        with self.store.read() as unit:
            subject = unit.privacy.subject(customer.id)
            against = [each.text for each in unit.privacy.obstacles(subject) if each.final or not anyway]
        if against:
            raise RejectedError("not erased: " + "; ".join(against))
        # Named by chance: an id made of theirs would tell of them.
        erasure = Erasure(id=f"er_{uuid4().hex}", people=subject.customers, by=by, at=self.now())
        with self.store.begin() as unit:
            unit.privacy.begin(erasure)
            unit.privacy.suppress(subject.identities, erasure.id, self.now())
            unit.privacy.withdraw(subject, erasure.id)
            unit.ledger.append(BEGUN, {"erasure": erasure.id, "by": by}, self.now())
        return erasure

    def finish(self, erasure: Erasure, skip: Sequence[str] = ()) -> Certificate:
        """Every step that is not done yet. What they write meanwhile is a stranger's, and is answered.

        Raises:
            RejectedError: something nobody may go past stands against it since.
            HandrailError: what a vendor raises: what was done by then is written down."""
        for vendor in self.vendors:
            if vendor.name in erasure.steps:
                continue
            counts = {SKIPPED: 1} if vendor.name in skip else vendor.erase(self._subject(erasure))
            erasure = self._done(erasure, vendor.name, counts)
        if STORE not in erasure.steps:
            subject = self._subject(erasure)
            with self.store.begin() as unit:
                _refuse(unit, subject)
                unit.privacy.suppress(subject.identities, erasure.id, self.now())
                late = unit.privacy.late(subject, erasure.at)
                # The keys first, which are found by the rows. What a backup has of these cannot be read any more.
                keys = unit.keys.forget_customer(subject.customers[0], self.now())
                for event in late:
                    unit.events.redact(event.id, event.payload)  # the same words, under a key of their own
                gone = unit.privacy.erase(subject, erasure.id)
                erasure = self._written(unit, erasure, STORE, {**gone, "keys": keys})
                self._record(unit, erasure)
        if FILES not in erasure.steps:
            erasure = self._done(erasure, FILES, self.clean(erasure))
        erasure = replace(erasure, people=(), finished_at=self.now())
        with self.store.begin() as unit:
            unit.privacy.save(erasure)
            record = _record_of(unit, erasure)
        return Certificate(erasure=erasure, record=record, left=self._left(erasure))

    def _subject(self, erasure: Erasure) -> Subject:
        with self.store.read() as unit:
            subject = unit.privacy.subject(erasure.people[0], until=erasure.at)
            _refuse(unit, subject)
            return subject

    def _done(self, erasure: Erasure, step: str, counts: Mapping[str, int]) -> Erasure:
        with self.store.begin() as unit:
            return self._written(unit, erasure, step, counts)

    def _written(self, unit: Unit, erasure: Erasure, step: str, counts: Mapping[str, int]) -> Erasure:
        erasure = replace(erasure, steps={**erasure.steps, step: counts})
        unit.privacy.save(erasure)
        return erasure

    def _record(self, unit: Unit, erasure: Erasure) -> None:
        steps = {name: dict(each) for name, each in erasure.steps.items()}
        effects = unit.privacy.erased_digests(erasure.id)
        facts = {"erasure": erasure.id, "by": erasure.by, "removed": steps, "effects": effects}
        unit.ledger.append(DONE, facts, self.now())

    def _left(self, erasure: Erasure) -> list[str]:
        said = [each.left() for each in self.vendors if SKIPPED not in erasure.steps.get(each.name, {})]
        skipped = [name for name, counts in erasure.steps.items() if SKIPPED in counts]
        return [
            *(f"{name}: nothing was erased there, on purpose" for name in skipped),
            *(each for each in said if each),
        ]


def _refuse(unit: Unit, subject: Subject) -> None:
    """It goes on, or not: a hold may have been set since it was begun."""
    if against := [each.text for each in unit.privacy.obstacles(subject) if each.final]:
        raise RejectedError("not finished: " + "; ".join(against))


def _record_of(unit: Unit, erasure: Erasure) -> Record:
    """The ledger's record of it, newest first: it is one of the last."""
    last = unit.ledger.last()
    until = last.serial if last else 0
    while until > 0:
        for record in reversed(unit.ledger.records(max(0, until - PAGE), PAGE)):
            if record.kind == DONE and record.said.get("erasure") == erasure.id:
                return record
        until -= PAGE
    raise RejectedError(f"the ledger has no record of erasure {erasure.id}")
