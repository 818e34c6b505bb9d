"""Who acts: owners of matters, triggers that bring a person, tiers, teams, important customers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from core.model.customer import Channel
from core.policy.hours import OpeningHours
from core.policy.kinds import CHANNELS, LANGUAGES, POSITIVE, SHARE, TEXT, Kind, between, positive, some_of, whole, words
from core.policy.known import PARTS, TRIGGERS, Known, Unit
from core.policy.reader import At, Custom, Table


class Way(StrEnum):
    """Who owns an interaction type: the second column of the owner table. PROACTIVE: told before anybody asks."""

    ASSISTANT = "assistant"
    PROACTIVE = "proactive"
    FALLBACK = "assistant_with_fallback"
    HYBRID = "hybrid"
    HUMAN = "human"


AUTOMATIC_WAYS = frozenset({Way.ASSISTANT, Way.PROACTIVE, Way.FALLBACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    way: Annotated[Way, At("owner")]
    group: str
    tier: int
    why: Annotated[str, TEXT] = ""


TIER = Kind(expected="a whole number such as 0, 1 or 2", read=whole(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Who works at a tier, and for what."""

    who: Annotated[str, TEXT]
    serves: Annotated[str, TEXT] = ""


def _fall(value: Any) -> float:
    if not between(0, 2)(value) > 0:
        raise ValueError
    return float(value)


THRESHOLDS: Mapping[Unit, Kind[float]] = {
    Unit.CONFIDENCE: SHARE,
    Unit.DEGREE: SHARE,
    Unit.FALL: Kind(expected=Unit.FALL, read=_fall),
    Unit.COUNT: Kind(expected=Unit.COUNT, read=whole(1)).into(float),
    Unit.MINUTES: Kind(expected=Unit.MINUTES, read=positive),
}


def _known(row: Table) -> Known:
    return TRIGGERS.get(row.name, Known(why=""))


def _threshold(row: Table, key: str) -> float:
    """In the unit of the trigger that the row is for."""
    known = _known(row)
    kind = THRESHOLDS.get(known.unit)
    if kind is not None:
        return row.at(key, kind, known.threshold)
    if key in row:
        row.known.add(key)
        row.problem((key,), f"expected none: {known.decides} what is enough")
    return known.threshold


LONGEST_WORDING = 100  # characters


def wordings(value: Any) -> tuple[str, ...]:
    """Each on one line, each once."""
    found = tuple(dict.fromkeys(" ".join(each.split()) for each in words(value)))
    if any(len(each) > LONGEST_WORDING or not re.search(r"\w", each) for each in found):
        raise ValueError
    return found


WORDINGS = Kind(expected=f"a list of wordings of up to {LONGEST_WORDING} characters, in quotes", read=wordings)


def _wordings(row: Table, key: str) -> tuple[str, ...]:
    """None for a trigger that is read from something else than words."""
    if key in row and row.name in TRIGGERS and _known(row).unit is not Unit.CONFIDENCE:
        row.known.add(key)
        row.problem((key,), "expected none: it is not read from the customer's words")
        return ()
    return row.at(key, WORDINGS, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Evidence that sends a turn to a person, whatever its intent (docs/triggers.md).

    `threshold` is in the trigger's own unit (`known.TRIGGERS`): a confidence from 0 to 1 for those read from words,
    minutes for `assistant_time` and `time_to_resolve`, a fall of the mood for `mood_drop`, a count for `failed_cycles`,
    `not_understood` and `repeat_contact`, a degree from 0 to 1 for `complexity`. `first`: the conversation jumps the
    queue. `yields_to`: procedures that carry a wish out themselves, where it is a plain one and no threat. `words` are
    wordings that are evidence of it whatever the readers hear, `unless` those that are none."""

    group: str
    tier: int
    why: Annotated[str, Custom(lambda row, key: row.at(key, TEXT, _known(row).why))]
    alert: bool = False
    threshold: Annotated[float, Custom(_threshold)] = 0.5
    first: bool = False
    yields_to: frozenset[str] = frozenset()
    words: Annotated[tuple[str, ...], Custom(_wordings)] = ()
    unless: Annotated[tuple[str, ...], Custom(_wordings)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """Where there are drafts only, whatever else is allowed."""

    channels: Annotated[frozenset[Channel], CHANNELS] = frozenset()
    brands: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A team of the helpdesk as the policy knows it. `skills` are intents or words that agents' skills are named by;
    `senior` teams serve important customers. Without `hours` somebody is always there; `may_see` names the parts of a
    handoff that the team may see (`known.PARTS`), None: all of them."""

    skills: tuple[str, ...] = ()
    languages: Annotated[tuple[str, ...], LANGUAGES] = ()
    senior: bool = False
    reply_within: Annotated[str, TEXT] = ""
    hours: OpeningHours | None = None
    may_see: Annotated[frozenset[str] | None, some_of(PARTS)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vip:
    """Who is served by a person first: by tier, by lifetime value (in the company's own currency) or by a flag."""

    tiers: frozenset[str] = frozenset()
    group: Annotated[str, At("group", otherwise="owners.default.group")] = ""
    lifetime_value: Annotated[float | None, POSITIVE] = None
    flags: frozenset[str] = frozenset()
