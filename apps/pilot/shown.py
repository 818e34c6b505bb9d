"""What a pilot's policy would change, in words for whoever starts it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from apps.pilot.here import Here
from apps.pilot.scope import Pilot
from apps.pilot.text import OURS
from apps.policy.changed import told
from apps.policy.here import enacter_of
from apps.policy_file import policy_of, written
from core.govern.changes import Duty, changes
from core.measure.replay import compare, last_decisions

LAST = 200  # conversations that are decided again


def shown(here: Here, pilot: Pilot, text: str, file: Path) -> Iterator[str]:
    """What differs from the policy in force, and what it would have done with the last conversations."""
    before = written(here.text(here.in_force), "the policy in force")
    after = written(text, str(file))
    reading = enacter_of(here.container, file).reading
    found = changes(reading.outline(here.in_force, here.text(here.in_force)), reading.candidate(text).outline)
    for line in told([each for each in found if each.section != "tests"], before.fields, after.fields):
        yield f"  {line}"
    examples = written(here.text(pilot.base), "the policy before the pilot").fields.get("tests") or []
    left = len(examples) - sum(not str(each["name"]).startswith(OURS) for each in after.fields["tests"])
    if left:
        does = "example does not hold and is" if left == 1 else "examples do not hold and are"
        yield f"  tests: {left} {does} left out while it runs; stop brings them back"
    with here.container.store.read() as unit:
        last = list(last_decisions(unit, LAST))
    if last:
        comparison = compare(last, here.policy, policy_of(after), here.policy_of)
        compared = f"{len(comparison.replayed)} of your last {len(last)} decisions could be taken again"
        yield f"{compared}; the pilot takes {len(comparison.flips)} of them otherwise."
        for what, count in comparison.kinds.items():
            yield f"  {count:>5}  {what}"


def to_sign(missing: Sequence[Duty], file: Path) -> Iterator[str]:
    """The commands that give the sign-offs, each with who else may."""
    for duty in missing:
        first, *others = duty.people or ("nobody is named for this role",)
        yield (
            f"  handrail policy sign {file} --section {duty.change.section} --role {duty.role} --by {first}"
            + (f"    # or {' or '.join(others)}" if others else "")
        )
