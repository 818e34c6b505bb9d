"""Actions: what may be changed in the company's own systems, under which rules, and what proves that it was done.

Expressions are of the Common Expression Language (https://cel.dev), as Kubernetes and Envoy use it: they compute, end,
and can do nothing. What they may name is told in `core.actions.expressions`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

import cel

from core.policy.kinds import (
    AMOUNT,
    AT_LEAST_ONE,
    CURRENCY,
    LANGUAGE,
    MINUTES,
    NAME,
    NAME_SET,
    SHARE,
    TEXT,
    Kind,
    member,
    seconds,
    word,
)
from core.policy.problem import suggest
from core.policy.reader import At, Custom, Table

PLACE = re.compile(r"\{([a-z_][\w.]*)\}")  # in paths, bodies and sentences: `{input.order}`, `{order.payment.ends}`
INPUT, RESULT, CUSTOMER, BACK, TODAY, RUN = "input", "result", "customer", "back", "today", "run"
RESERVED = (INPUT, RESULT, CUSTOMER, BACK, TODAY, RUN)


class InputKind(StrEnum):
    """ID: one word without spaces, such as an order's number; MONEY: a sum with at most two places, in the currency of
    the record; CHOICE: one of `of`; IDS: some ids; FLAG: yes or no."""

    ID = "id"
    IDS = "ids"
    MONEY = "money"
    WHOLE = "whole"
    TEXT = "text"
    CHOICE = "choice"
    EMAIL = "email"
    FLAG = "flag"


class Approver(StrEnum):
    """Whose yes is needed after the customer's own. AGENT: a person starts it from the ticket; TWO: two different
    people."""

    NOBODY = "nobody"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    TWO = "two"


class Identity(StrEnum):
    """Who may have it done. PROVED: by what the section `verification` accepts, never by a sender's address alone."""

    PROVED = "proved"
    KNOWN = "known"
    ANYONE = "anyone"


def _expression(value: Any) -> str:
    cel.compile(word(value))
    return word(value)


EXPRESSION = Kind(
    expected="an expression such as: order.status in ['placed', 'packed'] (cel.dev)",
    read=_expression,
)
PATH = Kind(
    expected="a path that begins with a slash, such as /v1/orders/{input.order}",
    read=lambda value: _path(word(value)),
)
FACT = Kind(expected="a name of lower-case letters, such as order", read=lambda value: _fact(word(value)))


def _path(value: str) -> str:
    if not value.startswith("/") or "//" in value or ".." in value or re.search(r"[\s\\]", PLACE.sub("", value)):
        raise ValueError
    return value


def _fact(value: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", value):
        raise ValueError
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionInput:
    """One thing that has to be known. `of` are the choices; `value` computes it where nobody gives it; `says` is what a
    person reads beside it; `most` the longest text."""

    kind: Annotated[InputKind, member(InputKind)]
    of: tuple[str, ...] = ()
    value: Annotated[str, EXPRESSION] = ""
    says: Annotated[str, TEXT] = ""
    optional: bool = False
    most: Annotated[int, AT_LEAST_ONE] = 200

    def complete(self, table: Table) -> Self:
        if (self.kind is InputKind.CHOICE) is not bool(self.of):
            table.problem(("of",), "belongs to a choice, which has at least one")
        return self


READS = ("get", "query")  # a query is a POST that changes nothing: a search, a calculation
CHANGES = ("post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequest:
    """A request to one of the systems that the settings name (`actions.systems`): nothing else is ever spoken to.
    `take` is the key of the answer under which the record stands; empty: the answer is the record. Of a system that is
    an MCP server, `tool` is what is called with the `body` as its arguments."""

    system: str
    method: str
    path: str = ""
    tool: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    take: str = ""


def _request(table: Table, *, methods: tuple[str, ...]) -> ActionRequest:
    found = [name for name in (*methods, "tool") if name in table]
    if len(found) != 1:
        table.problem(
            (), f"found {' and '.join(found) or 'nothing'} to ask, expected one of {', '.join(methods)}, tool"
        )
        table.known.update([*READS, *CHANGES, "tool", "system", "body", "take"])
        return ActionRequest(system="", method="get")
    method = found[0]
    body = table.at("body", Kind(expected="keys with values", read=_body), {})
    return ActionRequest(
        system=table.at("system", NAME),
        method="call" if method == "tool" else method,
        path="" if method == "tool" else table.at(method, PATH),
        tool=table.at("tool", NAME) if method == "tool" else "",
        body=body,
        take=table.at("take", FACT, ""),
    )


def _body(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or any(not isinstance(key, str) for key in value):
        raise TypeError
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule:
    """What must hold, and what a person reads where it does not."""

    holds: Annotated[str, EXPRESSION]
    otherwise: Annotated[str, TEXT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is shown before it is done: what stands in the record, and what will."""

    before: Annotated[str, EXPRESSION, At("from")]
    after: Annotated[str, EXPRESSION, At("to")]


def _sentences(table: Table, key: str) -> dict[str, str]:
    return table.values(key, LANGUAGE, TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureWanted:
    """A picture that the customer has to send first. `asks` asks for it, by language; `shows` is what has to be seen
    on it, `item` what it has to be seen of, from the records; `when`: only where this holds. What a model sees counts
    where it is at least so `sure`; else, and without a model, a person looks at it."""

    asks: Annotated[Mapping[str, str], Custom(_sentences)]
    shows: Annotated[str, TEXT]
    item: Annotated[str, EXPRESSION] = ""
    when: Annotated[str, EXPRESSION] = ""
    sure: Annotated[float, SHARE] = 0.8

    def complete(self, table: Table) -> Self:
        if not self.asks:
            table.problem(("asks",), "found nothing, expected what asks for it, by language")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`most` at once and `per_day` for one customer, of the input that `counts` names, else of the runs; `times`: how
    often a day for one customer. None: as the action's own."""

    most: Annotated[float | None, AMOUNT] = None
    per_day: Annotated[float | None, AMOUNT] = None
    times: Annotated[int | None, AT_LEAST_ONE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """The record as it is after the action, under the name `back`, and what must hold of it. Every other name is as it
    was before."""

    request: ActionRequest
    holds: str


def _reads(table: Table, key: str) -> dict[str, ActionRequest]:
    rows = table.rows(key, FACT)
    for name in rows:
        if name in RESERVED:
            table.problem((key, name), f"found {name!r}, expected a name of its own: {', '.join(RESERVED)} are taken")
    # Whatever reads must not change anything.
    return {name: _request(row, methods=READS) for name, row in rows.items()}


def _call(table: Table, key: str) -> ActionRequest | None:
    return _request(table.within(key), methods=CHANGES) if key in table else None


def _read_back(table: Table, key: str) -> ReadBack | None:
    if key not in table:
        return None
    row = table.within(key)
    return ReadBack(holds=row.at("holds", EXPRESSION), request=_request(row, methods=READS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """One action. Without a `call` it is a person's: a procedure that comes to it hands it over with its limits.

    `reads` are the records that it looks at first; every one of the `rules` must hold of them, when it is proposed and
    again in the moment before it is done. `counts` names the input whose sum is limited; `limits_in` is the currency of
    the limits: a sum in another one is a person's; empty: they hold in each. `alone_up_to` is the sum up to which
    nobody is asked, whatever `approve` says. `question` is what the customer is asked before (`confirm`), `done`
    what they are told when the system has been read back, by language. `undo` is the action that takes it back, within
    `undo_minutes`. `repeats`: the system promises that the same `Idempotency-Key` does nothing twice, so an attempt
    without an answer may be made again."""

    name: Annotated[str, Custom(lambda table, _: table.name)]
    says: Annotated[str, TEXT] = ""
    intents: Annotated[frozenset[str], NAME_SET] = frozenset()
    identity: Annotated[Identity, member(Identity)] = Identity.PROVED
    input: Mapping[Annotated[str, FACT], ActionInput] = field(default_factory=dict)
    reads: Annotated[Mapping[str, ActionRequest], Custom(_reads)] = field(default_factory=dict)
    rules: Mapping[str, ActionRule] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    counts: Annotated[str, NAME] = ""
    currency: Annotated[str, EXPRESSION] = ""
    limits_in: Annotated[str, CURRENCY] = ""
    limits: Annotated[Limits, At("")] = Limits()
    tiers: Mapping[str, Limits] = field(default_factory=dict)
    approve: Annotated[Approver, member(Approver)] = Approver.SUPERVISOR
    alone_up_to: Annotated[float | None, AMOUNT] = None
    picture: Annotated[PictureWanted | None, At("evidence.picture")] = None
    confirm: bool = True
    question: Annotated[Mapping[str, str], Custom(_sentences)] = field(default_factory=dict)
    done: Annotated[Mapping[str, str], Custom(_sentences)] = field(default_factory=dict)
    call: Annotated[ActionRequest | None, Custom(_call)] = None
    read_back: Annotated[ReadBack | None, Custom(_read_back)] = None
    repeats: bool = False
    within: Annotated[timedelta, seconds(1, 60), At("seconds")] = timedelta(seconds=10)
    undo: Annotated[str, NAME] = ""
    undo_within: Annotated[timedelta, MINUTES, At("undo_minutes")] = timedelta(minutes=60)

    @property
    def label(self) -> str:
        """What people call it."""
        return self.says or self.name.replace("_", " ").capitalize()

    def says_of(self, name: str) -> str:
        """What people call one of its inputs."""
        return self.input[name].says or name.replace("_", " ").capitalize()

    @property
    def by_itself(self) -> bool:
        """Whether Handrail can do it; else it is a person's."""
        return self.call is not None

    @property
    def note_input(self) -> str:
        """The one text that it needs, by its input's name; empty where it needs anything else, or is a person's."""
        needed = [name for name, each in self.input.items() if not (each.optional or each.value)]
        texts = [name for name in needed if self.input[name].kind is InputKind.TEXT]
        return texts[0] if self.by_itself and len(texts) == 1 and needed == texts else ""

    def limits_of(self, tier: str) -> Limits:
        """Those of the tier, and the action's own where the tier has none."""
        own, theirs = self.limits, self.tiers.get(tier, Limits())
        return Limits(
            most=own.most if theirs.most is None else theirs.most,
            per_day=own.per_day if theirs.per_day is None else theirs.per_day,
            times=own.times if theirs.times is None else theirs.times,
        )

    def complete(self, table: Table) -> Self:
        """What is done has to be proved, and nobody is asked in words that are not there."""
        if not table.sound:
            return self
        if self.call is None:
            for key, found in (("read_back", self.read_back), ("reads", self.reads), ("undo", self.undo)):
                if found:
                    table.problem((key,), "found it without a call: what a person does is not read back")
            return self
        if self.read_back is None:
            table.problem(("read_back",), "found nothing, expected what is read to prove that it was done")
        if self.confirm and not self.question:
            table.problem(("question",), "found nothing, expected what the customer is asked, by language")
        if not self.done:
            table.problem(("done",), "found nothing, expected what the customer is told, by language")
        self._check_counts(table)
        self._check_places(table)
        return self

    def _check_counts(self, table: Table) -> None:
        if self.counts and self.counts not in self.input:
            known = f"the name of an input{suggest(self.counts, self.input)}"
            table.problem(("counts",), f"found {self.counts!r}, expected {known}")
        elif self.counts and self.input[self.counts].kind not in (InputKind.MONEY, InputKind.WHOLE):
            table.problem(("counts",), f"found {self.counts!r}, expected an input of the kind money or whole")
        if self.limits_in and not (self.currency and self.counts):
            table.problem(("limits_in",), "found it without counts and currency: nothing tells in which currency it is")

    def _check_places(self, table: Table) -> None:
        """A place that is named nowhere would end in a request or a sentence as it is written."""
        requests = [("reads", each) for each in self.reads.values()]
        requests += [("call", self.call)] if self.call else []
        requests += [("read_back", self.read_back.request)] if self.read_back else []
        written = [(key, str((request.path, request.body))) for key, request in requests]
        written += [(key, text) for key in ("question", "done") for text in getattr(self, key).values()]
        written += [("evidence", text) for text in (self.picture.asks.values() if self.picture else ())]
        for key, text in written:
            for place in PLACE.findall(text or ""):  # one of another kind is told already
                first, _, rest = place.partition(".")
                # Before it is agreed to there is no run yet.
                known = {*RESERVED, *self.reads} - ({RUN} if key not in ("call", "read_back") else set())
                named = first in known and (first != INPUT or rest.partition(".")[0] in self.input)
                if not named and not (key in ("question", "done", "evidence") and place in self.input):
                    inputs = tuple(f"{INPUT}.{name}" for name in self.input)
                    table.problem(
                        (key,), f"found {{{place}}}, expected a name such as {{{(inputs or (CUSTOMER,))[0]}}}"
                    )
