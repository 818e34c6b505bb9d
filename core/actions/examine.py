"""Whether an action may be done for this customer now: by its rules over the records, and by its limits."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from core.actions.expressions import cents, holds, plain, value_of
from core.actions.systems import ActionSystems
from core.errors import RejectedError
from core.model.action import ActionCall, ActionRun
from core.model.customer import Customer, IdentityKind
from core.model.ids import ApprovalId, CustomerId
from core.model.outbound import digest
from core.policy import Policy
from core.policy.actions import (
    CUSTOMER,
    INPUT,
    RUN,
    TODAY,
    ActionSpec,
    Approver,
    Identity,
    InputKind,
    Limits,
    PictureWanted,
)
from core.ports import Now, Store, Unit

MOST_KEPT = 64_000  # characters of the records, as JSON, that are kept with what was agreed to
CHANGED = "changed"  # the rule against what is not any more as it was shown
PEOPLE = {Approver.NOBODY: 0, Approver.AGENT: 0, Approver.SUPERVISOR: 1, Approver.TWO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The name of the rule, and what a person reads."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """`missing` are inputs that nobody gave; `facts` is all that was read, for filling sentences; `approver` whose yes
    is needed for exactly this; `picture` what a picture has to prove first."""

    spec: ActionSpec
    call: ActionCall
    facts: Mapping[str, Any]
    refused: tuple[Refused, ...] = ()
    missing: tuple[str, ...] = ()
    approver: Approver = Approver.NOBODY
    picture: PictureWanted | None = None

    @property
    def allowed(self) -> bool:
        return not self.refused and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A run in the moment before it is done. `there`: what it would bring about stands in the record already, whoever
    did it. A step from what was before, such as a sum that is paid back, is never there in this sense: another's
    refund of the same sum is not this one."""

    there: bool = False
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Who it is for. `proved`: by what the policy accepts, or on the word of whoever answers for it."""

    customer: Customer
    proved: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        customer = self.customer
        verified = [each.value for each in customer.identities if each.kind is IdentityKind.EMAIL and each.verified]
        return {
            "id": customer.id,
            "helpdesk_id": customer.current(IdentityKind.HELPDESK) or "",
            "name": customer.name,
            "tier": customer.tier,
            "email": customer.email or "",
            "verified_email": verified[-1] if verified else "",
            "phone": customer.phone or "",
            "proved": self.proved,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What can be done in the company's systems, under one policy."""

    systems: ActionSystems
    store: Store
    policy: Policy
    now: Now

    def examine(
        self,
        spec: ActionSpec,
        given: Mapping[str, Any],
        whose: Whose,
        evidence: Mapping[str, str] | None = None,
    ) -> Examined:
        """What it would do, and what stands against it. Nothing is changed. TransientError where a system does not
        answer; everything else that is wrong is a refusal."""
        facts: dict[str, Any] = {CUSTOMER: whose.facts, TODAY: self.now().date().isoformat()}
        blank = ActionCall(
            action=spec.name, label=spec.label, arguments={}, spec=spec_digest(spec), evidence=evidence or {}
        )
        if why := _not_theirs(spec, whose):
            return Examined(spec=spec, call=blank, facts=facts, refused=(Refused(rule="identity", why=why),))
        try:
            arguments = self.systems.parse(spec, given)
        except RejectedError as error:
            return Examined(spec=spec, call=blank, facts=facts, refused=(Refused(rule="input", why=str(error)),))
        facts[INPUT] = {**dict.fromkeys(spec.input), **arguments}
        wanted = (name for name, each in spec.input.items() if not (each.optional or each.value))
        if missing := tuple(name for name in wanted if name not in arguments):
            return Examined(spec=spec, call=blank, facts=facts, missing=missing)
        try:
            facts |= self._read(spec, facts)
        except RejectedError as error:
            return Examined(spec=spec, call=blank, facts=facts, refused=(Refused(rule="record", why=str(error)),))
        arguments, missing = self._completed(spec, facts)
        facts[INPUT] = {**dict.fromkeys(spec.input), **arguments}
        if missing:
            return Examined(spec=spec, call=blank, facts=facts, missing=missing)
        return self._ruled(spec, replace(blank, arguments=arguments), facts, whose)

    def ruled_out(self, made: Examined) -> tuple[Refused, ...]:
        """What stands against it already while inputs are missing: the rules that speak of none of those."""
        spec, unknown = made.spec, re.compile(rf"\b{INPUT}\.(?:{'|'.join(map(re.escape, made.missing))})\b")
        try:
            facts = {**made.facts, **self._read(spec, dict(made.facts))}
        except RejectedError:
            return ()  # which record it is depends on what is missing
        spoken = {name: rule for name, rule in spec.rules.items() if not unknown.search(rule.holds)}
        return tuple(
            Refused(rule=name, why=rule.otherwise) for name, rule in spoken.items() if not holds(rule.holds, facts)
        )

    def _read(self, spec: ActionSpec, facts: dict[str, Any]) -> dict[str, Any]:
        """The records, each of which may be found by one before it."""
        found: dict[str, Any] = {}
        for name, request in spec.reads.items():
            found[name] = self.systems.read(request, facts | found, spec.within)
        return found

    def _ruled(self, spec: ActionSpec, call: ActionCall, facts: dict[str, Any], whose: Whose) -> Examined:
        refused = [
            Refused(rule=name, why=rule.otherwise) for name, rule in spec.rules.items() if not holds(rule.holds, facts)
        ]
        try:
            call = replace(_shown(spec, call, facts), before=_kept(spec, facts))
        except RejectedError as error:
            refused.append(Refused(rule="record", why=str(error)))
            return Examined(spec=spec, call=call, facts=facts, refused=tuple(refused))
        with self.store.read() as unit:
            why = over_limit(unit, spec, call, whose.customer.tier, whose.customer.id, self.now())
        if why:
            refused.append(Refused(rule="limit", why=why))
        approver = _approver(spec, call.amount)
        return Examined(
            spec=spec,
            call=replace(call, approvers=PEOPLE[approver]),
            facts=facts,
            refused=tuple(refused),
            approver=approver,
            picture=spec.picture if spec.picture and holds(spec.picture.when or "true", facts) else None,
        )

    # ------------------------------------------------ in the moment at which it is done

    def standing(self, spec: ActionSpec, run: ActionRun, customer: Customer) -> Standing:
        """How it stands in the moment before it is done: the records are read and the rules asked anew, and what was
        shown is held against what would be shown now."""
        facts = self._facts(spec, run, customer)
        facts |= self._read(spec, facts)
        refused = [
            Refused(rule=name, why=rule.otherwise) for name, rule in spec.rules.items() if not holds(rule.holds, facts)
        ]
        try:
            now = _shown(spec, run.call, facts)
        except RejectedError as error:
            return Standing(refused=(*refused, Refused(rule="record", why=str(error))))
        differing = [
            f"{label} is {now.changes[label][0]} now"
            for label, shown in run.call.changes.items()
            if tuple(shown) != now.changes.get(label)
        ]
        if differing or (now.amount, now.currency) != (run.call.amount, run.call.currency):
            why = f"the record is not as it was shown: {', '.join(differing) or 'another sum'}"
            refused.append(Refused(rule=CHANGED, why=why))
        try:
            return Standing(there=self._read_back(spec, facts), refused=tuple(refused))
        except RejectedError:
            return Standing(refused=tuple(refused))  # what would be read back is known by the answer alone

    def perform(self, spec: ActionSpec, run: ActionRun, customer: Customer) -> dict[str, Any]:
        """Tell the system, once: what it answered."""
        if spec.call is None:
            raise RejectedError("it is done by a person", code="no_call")
        facts = self._facts(spec, run, customer)
        return self.systems.call(spec.call, facts, run.id, spec.within)

    def done(self, spec: ActionSpec, run: ActionRun, customer: Customer, result: Mapping[str, Any]) -> bool:
        """Whether the system, read back, says that it was done: once, and exactly this."""
        return self._read_back(spec, {**self._facts(spec, run, customer), "result": dict(result)})

    def surely_undone(self, spec: ActionSpec, run: ActionRun, customer: Customer) -> bool:
        """Whether the record says that it was not done. RejectedError where it does not tell, as where what is read
        back is known by the system's answer alone."""
        if spec.read_back is None:
            return False
        facts = self._facts(spec, run, customer)
        back = self.systems.read(spec.read_back.request, facts, spec.within)
        return value_of(spec.read_back.holds, {**facts, "back": back}) is False

    def _read_back(self, spec: ActionSpec, facts: dict[str, Any]) -> bool:
        if spec.read_back is None:
            return False
        back = self.systems.read(spec.read_back.request, facts, spec.within)
        return holds(spec.read_back.holds, {**facts, "back": back})

    def _completed(self, spec: ActionSpec, facts: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The arguments with those that the records tell, and what is still missing. What a record tells is held to the
        declared kind as what anybody else says is."""
        known = {k: v for k, v in facts[INPUT].items() if v is not None}
        for name, each in spec.input.items():
            if name in known or not each.value:
                continue
            try:
                told = value_of(each.value, {**facts, INPUT: {**dict.fromkeys(spec.input), **known}})
                if told == "" and each.kind is InputKind.TEXT:
                    known[name] = ""  # that there is none is known as well
                    continue
                known |= self.systems.parse(spec, {name: told})
            except RejectedError:
                continue
        missing = (name for name, each in spec.input.items() if name not in known and not each.optional)
        return known, tuple(missing)

    def _facts(self, spec: ActionSpec, run: ActionRun, customer: Customer) -> dict[str, Any]:
        whose = Whose(customer=customer, proved=True)
        known = {CUSTOMER: whose.facts, TODAY: self.now().date().isoformat(), INPUT: self._inputs(spec, run)}
        return {**known, **run.call.before, "result": {}, RUN: run.id}

    def _inputs(self, spec: ActionSpec, run: ActionRun) -> dict[str, Any]:
        return {**dict.fromkeys(spec.input), **run.call.arguments}


def spec_digest(spec: ActionSpec) -> str:
    """Of everything that is declared about an action: an approval is not valid for another declaration. What has its
    usual value is not in it, so that a key which a later version adds ends no approval that was given before."""
    return digest({"action": _declared(spec)})[:16]


def _declared(value: Any) -> Any:
    if is_dataclass(value):
        said = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: _declared(found) for each, found in said if found != _usual(each)}
    if isinstance(value, Mapping):
        return {name: _declared(found) for name, found in value.items()}
    return [_declared(each) for each in value] if isinstance(value, tuple | list) else value


def _usual(of: Field[Any]) -> Any:
    return of.default_factory() if of.default_factory is not MISSING else of.default


def over_limit(
    unit: Unit,
    spec: ActionSpec,
    call: ActionCall,
    tier: str,
    customer_id: CustomerId,
    now: datetime,
    but: ApprovalId | None = None,
) -> str:
    """Which limit it would pass, in words; empty where none."""
    if spec.limits_in and call.currency != spec.limits_in:
        return f"its limits are in {spec.limits_in}, and this is in {call.currency or 'a currency that is not told'}"
    limits: Limits = spec.limits_of(tier)
    most, per_day = _whole(spec, limits.most), _whole(spec, limits.per_day)
    if most is not None and call.amount > most:
        return f"more than {limits.most:g} at once"
    if per_day is None and limits.times is None:
        return ""
    runs, amounts = used_today(unit, spec, customer_id, now, but)
    if limits.times is not None and runs >= limits.times:
        return f"{runs} times today already, {limits.times} are allowed"
    if per_day is not None and amounts + call.amount > per_day:
        return f"more than {limits.per_day:g} in one day"
    return ""


def used_today(
    unit: Unit, spec: ActionSpec, customer_id: CustomerId, now: datetime, but: ApprovalId | None = None
) -> tuple[int, int]:
    """How often, and how much in all, what was agreed to for this customer counts. A day is one of UTC."""
    since = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    return unit.actions.spent(spec.name, customer_id, since, but or ApprovalId(""))


def _whole(spec: ActionSpec, limit: float | None) -> int | None:
    if limit is None:
        return None
    return cents(limit) if is_money(spec) else int(limit)


def is_money(spec: ActionSpec) -> bool:
    return bool(spec.counts) and spec.input[spec.counts].kind is InputKind.MONEY


def _shown(spec: ActionSpec, call: ActionCall, facts: Mapping[str, Any]) -> ActionCall:
    """The call with what is shown of it by these records. RejectedError where they do not tell it."""
    changes = {
        label: (plain(value_of(each.before, facts)), plain(value_of(each.after, facts)))
        for label, each in spec.changes.items()
    }
    amount, currency = _amount(spec, facts)
    return replace(call, changes=changes, amount=amount, currency=currency)


def _kept(spec: ActionSpec, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The records as they were read, for the comparison with what is read back."""
    before = {name: facts[name] for name in spec.reads}
    if len(json.dumps(before, ensure_ascii=False)) > MOST_KEPT:
        raise RejectedError(f"the records are longer than {MOST_KEPT:,} characters", code="too_long")
    return before


def _amount(spec: ActionSpec, facts: Mapping[str, Any]) -> tuple[int, str]:
    currency = plain(value_of(spec.currency, facts)) if spec.currency else ""
    if not spec.counts:
        return 1, currency
    found = facts[INPUT].get(spec.counts)
    if found is None:
        raise RejectedError(f"it is not known how much: {spec.counts}", code="unknown_fact")
    return (cents(found) if is_money(spec) else int(found)), currency


def _approver(spec: ActionSpec, amount: int) -> Approver:
    alone = spec.alone_up_to
    if alone is not None and spec.counts and amount <= (_whole(spec, alone) or 0):
        return Approver.NOBODY
    return spec.approve


def _not_theirs(spec: ActionSpec, whose: Whose) -> str:
    if spec.identity is Identity.ANYONE:
        return ""
    if spec.identity is Identity.KNOWN:
        return "" if whose.facts["helpdesk_id"] else "nobody knows who asks"
    return "" if whose.proved else "it is not proved who asks"
