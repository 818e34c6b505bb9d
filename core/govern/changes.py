"""What differs between two policies, section by section, and whose sign-off that needs: pure.

A section is a top-level key of the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.model.enacted import SignOff, section_hashes
from core.policy import SignOffs

ABSENT = "absent"  # stands for the hash of a section that is not there
SIGNOFFS = "signoffs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What must be known of a version to replace it, or to replace another by it: also of one that this Handrail
    cannot read as a policy. `sections` maps each section to the hash of its content."""

    version: str
    sections: Mapping[str, str]
    signoffs: SignOffs


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    section: str
    before: str
    after: str

    @property
    def word(self) -> str:
        if self.before == ABSENT:
            return "added"
        return "removed" if self.after == ABSENT else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A change that one of `people` must sign for in a role."""

    change: Change
    role: str
    people: tuple[str, ...]

    def done(self, signed: Iterable[SignOff]) -> bool:
        change = self.change
        return any(
            s.role == self.role
            and (s.section, s.before, s.after) == (change.section, change.before, change.after)
            and same_person(s.person, self.people)
            for s in signed
        )

    @property
    def missing(self) -> str:
        """One line for whoever wants to apply."""
        people = " or ".join(self.people) or "nobody is named for this role"
        return f"{self.change.section}: the sign-off of {self.role} is missing ({people})"


def outline(version: str, fields: Mapping[str, Any]) -> Outline:
    """Of a parsed file, sound or not: what is not understood asks for nothing."""
    found = fields.get(SIGNOFFS)
    rules: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    return Outline(
        version=version,
        sections=section_hashes(fields),
        signoffs=SignOffs(roles=_lists(rules.get("roles")), sections=_lists(rules.get("sections"))),
    )


def changes(running: Outline | None, new: Outline) -> list[Change]:
    """In the order of the new file; what was removed comes last."""
    old = running.sections if running else {}
    names = list(dict.fromkeys([*new.sections, *old]))
    pairs = ((name, old.get(name, ABSENT), new.sections.get(name, ABSENT)) for name in names)
    return [Change(section=name, before=before, after=after) for name, before, after in pairs if before != after]


def duties(running: Outline | None, new: Outline) -> list[Duty]:
    """The sign-offs that the change from one to the other needs.

    The policy in force says which roles must sign, so that nobody takes away the rule that binds them; what the new
    one asks comes on top. Where the sign-offs themselves change, every role must sign whose people or sections change.
    A role's people are those of the policy in force; the new one names them only for roles that are new. The first
    policy of a store needs none: there is nothing yet that it could break."""
    if running is None:
        return []
    return [
        Duty(change=change, role=role, people=running.signoffs.roles.get(role) or new.signoffs.roles.get(role, ()))
        for change in changes(running, new)
        for role in dict.fromkeys(_roles(change.section, running, new))
    ]


def restoring(running: Outline | None, new: Outline) -> list[Duty]:
    """The sign-offs that putting an earlier version in force again needs: those of the rules of signing alone.

    Everything else of it was signed for once. But who could bring back a version from before the rules could then
    change whatever they protect."""
    return [duty for duty in duties(running, new) if duty.change.section == SIGNOFFS]


def _roles(section: str, bound: Outline, new: Outline) -> Iterator[str]:
    yield from bound.signoffs.sections.get(section, ())
    yield from new.signoffs.sections.get(section, ())
    if section == SIGNOFFS:
        for role in bound.signoffs.roles:
            if _standing(role, bound) != _standing(role, new):
                yield role


def _standing(role: str, policy: Outline) -> tuple[frozenset[str], frozenset[str]]:
    """Who signs in a role, and for what."""
    sections = policy.signoffs.sections
    people = frozenset(person.casefold() for person in policy.signoffs.roles.get(role, ()))
    return people, frozenset(name for name, roles in sections.items() if role in roles)


def same_person(person: str, people: Sequence[str]) -> bool:
    """Addresses are compared without regard to capitals."""
    return person.casefold() in {known.casefold() for known in people}


def _lists(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        return {}
    return {str(name): tuple(str(item) for item in items) for name, items in value.items() if isinstance(items, list)}
