"""What a signal has to state before a play can speak: asked of it as it arrives, so that its sender hears at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.outreach.audience.rule import people
from core.policy import Play, Policy
from core.policy.outreach import FROM_ARTICLES, NAMING

EMPTY: tuple[object, ...] = (None, "", [], ())
NO_NAME = "is neither a text nor a whole number"


def plays_of(policy: Policy, kind: str) -> dict[str, Play]:
    """The plays that this kind of signal starts, by name."""
    return {name: play for name, play in policy.outreach.plays.items() if (play.signal or name) == kind}


def needs(play: Play) -> frozenset[str]:
    """The facts that the signal, or each of the people whom it names, has to state."""
    return (play.places - (FROM_ARTICLES if play.article else frozenset())) | play.facts | _found_by(play)


def _found_by(play: Play) -> frozenset[str]:
    """By which fact of the signal itself its people are found: those who were told, by what names their matter."""
    return frozenset({play.matter.fact if play.follows else play.attribute} - {""})


def personal(facts: Mapping[str, Any], without: Sequence[object] = ()) -> frozenset[str]:
    """The facts that each of the people whom a signal names has of their own; one that is among `without` is none."""
    rows = [{name for name, value in row.items() if value not in without} for row in people(facts).values()]
    return frozenset(set.intersection(*rows) - {"customer"}) if rows else frozenset()


def lacking(play: Play, facts: Mapping[str, Any], own: frozenset[str]) -> list[str]:
    """What of it is not there, by name; `people` where nobody is named. `own` is what each states of their own."""
    missing = {name for name in needs(play) if facts.get(name) in EMPTY}
    if play.by_name and not any(facts.get(name) for name in NAMING):
        return sorted(missing | {play.match})
    return sorted(missing - (own - _found_by(play)))


def unmet(policy: Policy, kind: str, facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """By play, what the signal lacks for it."""
    own = personal(facts, without=EMPTY)
    lacked = {name: lacking(play, facts, own) for name, play in plays_of(policy, kind).items()}
    return {name: missing for name, missing in lacked.items() if missing}


def find_misnamed(policy: Policy, kind: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """By play, the fact that names its matter in a shape which no other signal would state likewise."""
    named = {name: (play.matter.fact, facts.get(play.matter.fact)) for name, play in plays_of(policy, kind).items()}
    return {name: fact for name, (fact, said) in named.items() if said not in EMPTY and not names_matter(said)}


def names_matter(value: object) -> bool:
    """Whether it is one thing that another signal can state likewise."""
    return bool(value.strip()) if isinstance(value, str) else isinstance(value, int) and not isinstance(value, bool)


def kinds(policy: Policy) -> list[str]:
    """Every kind of signal that a play takes up."""
    return sorted({play.signal or name for name, play in policy.outreach.plays.items()})
