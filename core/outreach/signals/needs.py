"""What a signal has to state before a play can speak: asked of it as it arrives, so that its sender hears at once."""

from collections.abc import Mapping
from typing import Any

from core.coordinate.policy import Play, Policy
from core.model.campaign import PLACE
from core.outreach.draft import ADDRESS, ANSWER, NAMING, TOLD, plays_of

FROM_ARTICLES = frozenset({ANSWER, ADDRESS})
EMPTY: tuple[object, ...] = (None, "", [])


def needs(play: Play) -> frozenset[str]:
    """The facts that the signal, or each of the people whom it names, has to state."""
    worded = [*play.texts.values(), *(text for texts in play.texts_in.values() for text in texts.values())]
    said = frozenset(place for text in worded for place in PLACE.findall(text))
    # Without what names their matter, those who were told are not found.
    matched = {play.matter.fact} - {""} if play.match == TOLD else {play.match} - {*NAMING}
    return (said - (FROM_ARTICLES if play.article else frozenset())) | play.facts | matched


def lacking(play: Play, facts: Mapping[str, Any]) -> list[str]:
    """What of it is not there, by name; `people` where nobody is named."""
    missing = {name for name in needs(play) if facts.get(name) in EMPTY}
    if play.match in NAMING and not any(facts.get(name) for name in NAMING):
        return sorted(missing | {play.match})
    rows = facts.get("people") or []
    own = {name for name in missing if rows and all(row.get(name) not in EMPTY for row in rows)}
    return sorted(missing - own)


def unmet(policy: Policy, kind: str, facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """By play, what the signal lacks for it."""
    lacked = {name: lacking(play, facts) for name, play in plays_of(policy, kind).items()}
    return {name: missing for name, missing in lacked.items() if missing}


def kinds(policy: Policy) -> list[str]:
    """Every kind of signal that a play takes up."""
    return sorted({play.signal or name for name, play in policy.outreach.plays.items()})
