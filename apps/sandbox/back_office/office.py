"""What was written to the back office since it started; what its folder says is never changed."""

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Any

from apps.sandbox.clock import Clock
from apps.sandbox.company_rows import Row, company_rows
from apps.sandbox.faults import Faults
from apps.sandbox.settings import SandboxSettings

Records = dict[tuple[str, str], Row]  # what was written of a thing, by its kind and id
CENT = Decimal("0.01")


class OfficeError(Exception):
    """The office says no: `status` is that of the answer, `told` its body."""

    def __init__(self, status: int, code: str, **more: str) -> None:
        super().__init__(code)
        self.status, self.told = status, {"error": code, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A write that was asked for: `what` of which `record`, under which idempotency key, in which words."""

    what: str
    record: str
    key: str
    asked: str
    body: Row


class BackOffice:
    """Thread-safe: reads and writes take turns, and a write is done whole or not at all."""

    def __init__(self, settings: SandboxSettings, clock: Clock, faults: Faults) -> None:
        self.seed, self.now = settings.seed, clock.now
        self._faults, self._numbers, self._turn = faults, count(1), threading.Lock()
        self._records: Records = {}
        self._answers: dict[str, tuple[str, Row]] = {}  # by idempotency key: what was asked, and the first answer
        self._journal: list[Row] = []

    def read(self, told: Callable[[Records], Any]) -> Any:
        """What `told` says of the records as they stand."""
        with self._turn:
            return deepcopy(told(self._records))

    def write(self, wish: Wish, work: Callable[[Records], Row]) -> Row:
        """The answer of `work`, done once for each key, or worse where a fault says so. Raises OfficeError."""
        with self._turn:
            forgets = bool(wish.key) and self._faults.take("office", "forgets_key")
            if not forgets and wish.key in self._answers:
                asked, answer = self._answers[wish.key]
                if asked != wish.asked:
                    raise OfficeError(422, "idempotency_key_reused")
                return answer
            draft = deepcopy(self._records)
            answer = deepcopy(work(draft))
            if self._faults.take("office", "says_yes"):
                return answer
            if self._faults.take("office", "odd_answer"):
                answer = {name: _make_odd(row) for name, row in answer.items()}
            self._records = draft
            at = self.now().isoformat()
            entry = {"at": at, "what": wish.what, "record": wish.record, "key": wish.key or None, "body": wish.body}
            self._journal.append(entry)
            if wish.key and not forgets:
                self._answers[wish.key] = (wish.asked, answer)
            return answer

    def arrange(self, of: tuple[str, str], **values: Any) -> None:
        """What the page sets: no write of anybody's, so no fault and no line of the journal."""
        with self._turn:
            self._records.setdefault(of, {}).update(values)

    def begin_anew(self) -> None:
        """As its folder says, and nothing was written yet."""
        with self._turn:
            self._records, self._answers, self._journal = {}, {}, []

    def journal(self) -> list[Row]:
        """Every write that was really done, oldest first."""
        with self._turn:
            return list(self._journal)

    def new_id(self, kind: str) -> str:
        """Never given twice, not even where the write that it was for was not done."""
        return f"{kind}-{next(self._numbers)}"

    def customer(self, customer_id: str) -> Row:
        """Raises OfficeError."""
        for row in company_rows(self.seed, "customers"):
            if str(row["id"]) == customer_id:
                return row
        raise OfficeError(404, "not found")


def _make_odd(row: Row) -> Row:
    """Every second field is gone, the others are lists of texts."""
    return {name: [str(value)] for number, (name, value) in enumerate(row.items()) if number % 2}


# What a write may ask for.


def text_of(body: Row, name: str) -> str:
    """Raises OfficeError."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OfficeError(422, "invalid", field=name)
    return value


def amount_of(body: Row) -> Decimal:
    """More than nothing, in whole cents. Raises OfficeError."""
    value = body.get("amount")
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise InvalidOperation
        amount = Decimal(str(value))
        if not amount.is_finite() or amount <= 0 or amount != amount.quantize(CENT):
            raise InvalidOperation
    except InvalidOperation as error:
        raise OfficeError(422, "invalid", field="amount") from error
    return amount


def address_of(body: Row) -> Row:
    """Raises OfficeError."""
    return {name: text_of(body, name) for name in ("line1", "city", "postcode", "country")}
