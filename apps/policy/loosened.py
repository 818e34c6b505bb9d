"""What a new policy protects less than the one in force, in sentences for whoever is about to apply it."""

from collections.abc import Iterator
from datetime import timedelta

from core.policy import Policy, Trigger, Way


def list_loosened(before: Policy, after: Policy) -> list[str]:
    """Alarms and matters of people alone that go, and what may leave by itself that might not before."""
    return [*_triggers(before, after), *_owners(before, after), *_leaves(before, after), *_people(before, after)]


def _triggers(before: Policy, after: Policy) -> Iterator[str]:
    for name, was in before.triggers.items():
        now = after.triggers.get(name)
        said = name.replace("_", " ")
        if now is None:
            yield f"{said}: no longer sends a conversation to a person" + (", and alerts nobody" if was.alert else "")
        else:
            yield from _weaker(said, was, now)


def _weaker(name: str, was: Trigger, now: Trigger) -> Iterator[str]:
    if was.alert and not now.alert:
        yield f"{name}: no longer alerts the supervisors"
    if was.first and not now.first:
        yield f"{name}: no longer goes before everything else"
    if now.threshold > was.threshold:
        yield f"{name}: needs more evidence before it acts ({was.threshold:g}, now {now.threshold:g})"
    for wording in sorted(set(was.words) - set(now.words)):
        yield f"{name}: no longer hears “{wording}” in any case"
    for wording in sorted(set(now.unless) - set(was.unless)):
        yield f"{name}: no longer acts on “{wording}”"


def _owners(before: Policy, after: Policy) -> Iterator[str]:
    """`default` stands for every matter that has no row of its own."""
    for intent in dict.fromkeys([*before.owners, *after.owners]):
        was, now = before.owners.get(intent, before.default_owner), after.owners.get(intent, after.default_owner)
        if was.way is Way.HUMAN and now.way is not Way.HUMAN:
            yield f"{intent.replace('_', ' ')}: no longer for people alone ({now.way})"
    if before.default_owner.way is Way.HUMAN and after.default_owner.way is not Way.HUMAN:
        yield f"everything without an owner of its own: no longer for people alone ({after.default_owner.way})"


def _leaves(before: Policy, after: Policy) -> Iterator[str]:
    for channel in sorted(after.automatic - before.automatic):
        yield f"{channel}: may now be answered without an agent"
    for rule in sorted(after.standing - before.standing):
        yield f"{rule.replace('_', ' ')}: may now leave without anybody's approval"
    if after.confidence_automatic < before.confidence_automatic:
        now, was = after.confidence_automatic, before.confidence_automatic
        yield f"automatic answers: may be less sure ({was:g}, now {now:g})"
    if after.at_most_wrong > before.at_most_wrong:
        was, now = before.at_most_wrong, after.at_most_wrong
        yield f"automatic answers: more of them may be wrong ({was:.0%}, now {now:.0%})"
    if after.fresh > before.fresh:
        hours = [f"{each.fresh / timedelta(hours=1):g} h" for each in (before, after)]
        yield f"automatic answers: may come longer after the question ({hours[0]}, now {hours[1]})"


def _people(before: Policy, after: Policy) -> Iterator[str]:
    if before.outreach.approvers and not after.outreach.approvers:
        yield "approvals: nobody is named any more who may give them"
    for section, roles in before.signoffs.sections.items():
        gone = sorted(set(roles) - set(after.signoffs.sections.get(section, ())))
        if gone:
            yield f"changes of {section}: no longer signed by {', '.join(gone)}"
