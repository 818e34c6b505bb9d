"""Putting a version of the policy in force: signed for, applied, restored. All of it stands in the ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import ConfigurationError, RejectedError
from core.govern.changes import Change, Duty, Outline, changes, duties, restoring, same_person
from core.model.enacted import Enacting, Enactment, PolicyText, SignOff
from core.policy import Policy
from core.ports import Now, Store, Unit

FIRST_START = "the first start"


class PolicyRefusedError(RejectedError):
    """The policy stays as it is; `reasons` has a line for each thing that is in the way."""

    def __init__(self, what: str, reasons: Sequence[str]) -> None:
        super().__init__("\n".join([what, *(f"  - {reason}" for reason in reasons)]))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that was read as a policy without a problem."""

    text: str
    policy: Policy
    outline: Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of policy files outside the core.

    `candidate` reads a text and raises ConfigurationError naming every problem; `outline` reads what can be read of
    any text that was in force once; `failures` are the file's own examples that do not come out."""

    candidate: Callable[[str], Candidate]
    outline: Callable[[str, str], Outline]
    failures: Callable[[Policy], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a version changed when it came into force; nothing where it was in force already."""

    enactment: Enactment
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enacter:
    store: Store
    reading: Reading
    now: Now

    def start(self, text: str) -> Applied | None:
        """Apply the first policy of a store. Its examples must come out, sign-offs are not asked. None: there is one in
        force already.

        Raises:
            ConfigurationError: the file has problems, or its examples do not come out.
        """
        with self.store.read() as unit:
            if unit.policies.version() is not None:
                return None
        candidate = self.reading.candidate(text)
        failures = self.reading.failures(candidate.policy)
        if failures:
            lines = "\n".join(f"  - {failure}" for failure in failures)
            raise ConfigurationError(f"the policy's own examples do not come out:\n{lines}")
        first = self._enactment(candidate.policy.version, Enacting.STARTED, FIRST_START)
        with self.store.begin() as unit:
            if unit.policies.version() is not None:
                return None  # another process was quicker
            return self._enacted(unit, candidate, first, changes(None, candidate.outline))

    def apply(self, text: str, *, by: str, note: str = "") -> Applied:
        """Put the file in force.

        Raises:
            PolicyRefusedError: it has problems, its examples do not come out, or a sign-off is missing.
            ConflictError: another version came into force while this one was looked at.
        """
        candidate = self._sound(text, by)
        running = self._running()
        wanted = candidate.policy.version
        if running is not None and running.version == wanted:
            return Applied(enactment=self._in_force())
        found = changes(running, candidate.outline)
        enactment = self._enactment(wanted, Enacting.APPLIED, by, note, running)
        with self.store.begin() as unit:
            missing = [duty.missing for duty in _open(unit, duties(running, candidate.outline))]
            if not missing:
                return self._enacted(unit, candidate, enactment, found)
        raise self._refused(f"policy {wanted} is not applied:", missing, by, wanted)

    def sign(self, text: str, *, section: str, role: str, by: str) -> SignOff:
        """A yes to the file's change of one section, compared with the policy in force.

        Raises:
            PolicyRefusedError: the file has problems, the section does not change, or somebody else signs for it.
        """
        candidate = self._sound(text, by)
        duty = self._duty(candidate.outline, section, role)
        if not same_person(by, duty.people):
            people = ", ".join(duty.people) or "nobody"
            raise self._refused("this is not signed:", [f"{by} does not sign for {role}; {people} may"], by)
        signoff = SignOff(
            section=section,
            role=role,
            person=by,
            before=duty.change.before,
            after=duty.change.after,
            version=candidate.policy.version,
            at=self.now(),
        )
        with self.store.begin() as unit:
            if unit.policies.sign(signoff):
                facts = {"section": section, "role": role, "by": by, "version": signoff.version}
                unit.ledger.append("policy_signed", facts | {"content": signoff.after[:12]}, self.now())
        return signoff

    def restore(self, version: str, *, by: str, reason: str) -> Applied:
        """Put a version in force again that was in force before: it needs a reason, and new sign-offs only for its
        rules of signing, where they are not those in force.

        Raises:
            PolicyRefusedError: it never was in force, cannot be read here, its examples do not come out now, or a
                sign-off is missing.
            ConflictError: another version came into force meanwhile.
        """
        what = f"policy {version} is not restored:"
        text = self._once_in_force(version)
        if text is None:
            raise self._refused(what, ["it never was in force"], by, version)
        if not reason.strip():
            raise self._refused(what, ["say why"], by, version)
        candidate = self._sound(text, by)
        running = self._running()
        if running is not None and running.version == version:
            return Applied(enactment=self._in_force())
        enactment = self._enactment(version, Enacting.RESTORED, by, reason, running)
        with self.store.begin() as unit:
            missing = [duty.missing for duty in _open(unit, restoring(running, candidate.outline))]
            if not missing:
                return self._enacted(unit, candidate, enactment, changes(running, candidate.outline))
        raise self._refused(what, missing, by, version)

    def missing(self, text: str) -> list[Duty]:
        """The sign-offs that the file still needs before it can be applied."""
        owed = duties(self._running(), self.reading.candidate(text).outline)
        with self.store.read() as unit:
            return _open(unit, owed)

    def _sound(self, text: str, by: str) -> Candidate:
        try:
            candidate = self.reading.candidate(text)
        except ConfigurationError as error:
            raise self._refused("the file has problems:", str(error).splitlines(), by) from error
        failures = self.reading.failures(candidate.policy)
        if failures:
            version = candidate.policy.version
            raise self._refused(f"the examples of policy {version} do not come out:", failures, by, version)
        return candidate

    def _running(self) -> Outline | None:
        with self.store.read() as unit:
            version = unit.policies.version()
            stored = unit.policies.text(version) if version else None
        return self.reading.outline(stored.version, stored.text) if stored else None

    def _once_in_force(self, version: str) -> str | None:
        """The text of a version that was in force at some time."""
        with self.store.read() as unit:
            was = any(enactment.version == version for enactment in unit.policies.enactments())
            stored = unit.policies.text(version)
        return stored.text if stored and was else None

    def _in_force(self) -> Enactment:
        with self.store.read() as unit:
            enactment = unit.policies.in_force()
        assert enactment is not None  # noqa: S101 - asked only where there is one
        return enactment

    def _duty(self, new: Outline, section: str, role: str) -> Duty:
        owed = duties(self._running(), new)
        found = next((d for d in owed if (d.change.section, d.role) == (section, role)), None)
        if found is not None:
            return found
        needed = ", ".join(f"{d.change.section} by {d.role}" for d in owed) or "none"
        raise PolicyRefusedError(
            "this is not signed:", [f"no sign-off of {section} by {role} is needed; needed: {needed}"]
        )

    def _enactment(
        self, version: str, how: Enacting, by: str, note: str = "", running: Outline | None = None
    ) -> Enactment:
        replaced = running.version if running else None
        return Enactment(version=version, how=how, by=by, at=self.now(), note=note, replaced=replaced)

    def _enacted(self, unit: Unit, candidate: Candidate, enactment: Enactment, found: Sequence[Change]) -> Applied:
        version, at = enactment.version, enactment.at
        unit.policies.keep(PolicyText(version=version, text=candidate.text, at=at))
        unit.policies.enact(enactment)
        unit.cursors.set(f"policy:{version}", at.isoformat())  # the gate asks whether a version ever was in force
        for change in found:
            unit.policies.spend(change.section, at)
        facts = {"version": version, "by": enactment.by, "note": enactment.note, "replaced": enactment.replaced}
        kind = "policy_restored" if enactment.how is Enacting.RESTORED else "policy_applied"
        unit.ledger.append(kind, facts | {"sections": [change.section for change in found]}, at)
        return Applied(enactment=enactment, changes=found)

    def _refused(self, what: str, reasons: Sequence[str], by: str, version: str = "") -> PolicyRefusedError:
        with self.store.begin() as unit:
            facts = {"version": version, "by": by, "what": what.rstrip(":"), "reasons": list(reasons)}
            unit.ledger.append("policy_refused", facts, self.now())
        return PolicyRefusedError(what, reasons)


def _open(unit: Unit, owed: Sequence[Duty]) -> list[Duty]:
    """Those that nobody has done yet."""
    return [
        duty
        for duty in owed
        if not duty.done(unit.policies.signoffs(duty.change.section, duty.change.before, duty.change.after))
    ]
