"""The tables of who acts: owners, triggers, tiers, groups, important customers, who signs for a change."""

from typing import Any

from core.coordinate.keys import Keys, Kind
from core.coordinate.kinds import (
    ADDRESSES,
    COUNT,
    FLAG,
    LANGUAGES,
    NAME,
    NAME_SET,
    NAMES,
    POSITIVE,
    SHARE,
    TEXT,
    between,
    member,
    one_of,
    positive,
    some_of,
    whole,
)
from core.coordinate.policy.known import PARTS, SECTIONS, TRIGGERS, Known, Unit
from core.coordinate.policy.read_hours import hours
from core.coordinate.policy.values import Group, OwnerRow, Tier, Trigger, Vip, Way
from core.coordinate.policy.values_running import SignOffs


def owner_row(keys: Keys) -> OwnerRow:
    return OwnerRow(
        way=keys.at("owner", member(Way)),
        group=keys.at("group", NAME),
        tier=keys.at("tier", COUNT),
        why=keys.at("why", TEXT, ""),
    )


def _fall(value: Any) -> float:
    if not between(0, 2)(value) > 0:
        raise ValueError
    return float(value)


_THRESHOLDS: dict[Unit, Kind[float]] = {
    Unit.CONFIDENCE: SHARE,
    Unit.DEGREE: SHARE,
    Unit.FALL: Kind(expected=Unit.FALL, read=_fall),
    Unit.COUNT: Kind(expected=Unit.COUNT, read=lambda value: float(whole(1)(value))),
    Unit.MINUTES: Kind(expected=Unit.MINUTES, read=positive),
}


def triggers(keys: Keys) -> dict[str, Trigger]:
    """In the order of the file, which is their priority."""
    rows = keys.rows("triggers", one_of(TRIGGERS))
    return {name: _trigger(row, TRIGGERS.get(name, Known(why=""))) for name, row in rows.items()}


def _trigger(keys: Keys, known: Known) -> Trigger:
    threshold = _THRESHOLDS.get(known.unit)
    if threshold is None and "threshold" in keys:
        keys.skip("threshold")
        keys.problem(("threshold",), f"expected none: {known.decides} what is enough")
    return Trigger(
        group=keys.at("group", NAME),
        tier=keys.at("tier", COUNT),
        why=keys.at("why", TEXT, known.why),
        alert=keys.at("alert", FLAG, False),
        threshold=keys.at("threshold", threshold, known.threshold) if threshold else known.threshold,
        first=keys.at("first", FLAG, False),
    )


def _tier_name(value: Any) -> str:
    return str(whole(0)(value))


def tiers(keys: Keys) -> dict[int, Tier]:
    rows = keys.rows("tiers", Kind(expected="a whole number such as 0, 1 or 2", read=_tier_name))
    return {
        int(name): Tier(who=row.at("who", TEXT), serves=row.at("serves", TEXT, ""))
        for name, row in rows.items()
        if name.isdecimal()
    }


def groups(keys: Keys) -> dict[str, Group]:
    return {
        name: Group(
            skills=row.at("skills", NAMES, ()),
            languages=row.at("languages", LANGUAGES, ()),
            senior=row.at("senior", FLAG, False),
            reply_within=row.at("reply_within", TEXT, ""),
            hours=hours(row.within("hours")) if "hours" in row else None,
            may_see=row.perhaps("may_see", some_of(PARTS)),
        )
        for name, row in keys.rows("groups", NAME).items()
    }


def vip(keys: Keys, default_group: str) -> Vip:
    return Vip(
        tiers=keys.at("tiers", NAME_SET, frozenset()),
        group=keys.at("group", NAME, default_group),
        lifetime_value=keys.perhaps("lifetime_value", POSITIVE),
        flags=keys.at("flags", NAME_SET, frozenset()),
    )


def signoffs(keys: Keys) -> SignOffs:
    roles = keys.table("roles", NAME, ADDRESSES)
    names = Kind(expected=f"a list of roles that are written under roles ({', '.join(roles) or 'none'})", read=list)

    def known(value: Any) -> tuple[str, ...]:
        if not set(NAMES.read(value)) <= roles.keys():
            raise ValueError
        return NAMES.read(value)

    return SignOffs(
        roles=roles, sections=keys.table("sections", one_of(SECTIONS), Kind(expected=names.expected, read=known))
    )
