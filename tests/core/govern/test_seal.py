"""A seal: made once, by enough people, over exactly what they saw."""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from connectors.sql.store import SqlStore
from connectors.sql.tables import campaign_recipients
from core.errors import RejectedError
from core.govern.seal import broken, facts_of, fits, seal, verify_manifest, whole_of
from core.model.arm import Arm
from core.model.campaign import Campaign, LawFinding, Vote, Weight
from tests.core.campaigns import HOUR, asked, campaign, frozen, line, variant, vote
from tests.core.people import MINUTE, NOW

OLA = "ola@larkfield.example"


def ready(**changes: Any) -> Campaign:
    of = campaign(**changes)
    return frozen(of, [line(of), line(of, 2)])


def sealed(store: SqlStore, of: Campaign, *votes: Vote, at: timedelta = MINUTE) -> str:
    try:
        with store.begin() as unit:
            seal(unit, of, votes, NOW + at)
    except RejectedError as error:
        return str(error).removeprefix("this cannot be sealed: ")
    return "sealed"


# ---------------------------------------------------------------- whose yes


@pytest.mark.parametrize(
    ("people", "votes", "said"),
    [
        (1, [{}], "sealed"),
        (1, [], "0 of 1 have approved it"),
        (1, [{"digest": "f" * 64}], "0 of 1 have approved it"),
        (1, [{"campaign_id": "ap_other"}], "0 of 1 have approved it"),
        (1, [{"yes": False}], "somebody said no"),
        (1, [{}, {"email": OLA, "yes": False}], "somebody said no"),
        (1, [{}, {"email": OLA, "yes": False, "digest": "f" * 64}], "sealed"),  # a no to other words
        (2, [{}], "1 of 2 have approved it"),
        (2, [{}, {}], "1 of 2 have approved it"),
        (2, [{}, {"email": "PRIYA@Larkfield.example"}], "1 of 2 have approved it"),
        (2, [{}, {"email": OLA}], "sealed"),
        (0, [], "it has neither an approver nor a standing rule"),
    ],
)
def test_it_takes_enough_different_people_and_these_very_bytes(
    store: SqlStore, people: int, votes: list[dict[str, Any]], said: str
) -> None:
    of = ready(people=people)
    assert sealed(store, of, *(vote(of, **each) for each in votes)) == said


def test_a_plays_standing_rule_needs_nobody(store: SqlStore) -> None:
    assert sealed(store, ready(people=0, standing="play:outage"), at=3 * HOUR) == "sealed"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (2 * HOUR - MINUTE, "sealed"),
        (2 * HOUR, "the time to approve it has passed"),
        (26 * HOUR, "its time has passed"),
    ],
)
def test_a_yes_comes_in_time_or_not_at_all(store: SqlStore, at: timedelta, said: str) -> None:
    of = ready()
    assert sealed(store, of, vote(of), at=at) == said


def test_what_is_not_frozen_cannot_be_sealed(store: SqlStore) -> None:
    of = campaign()
    assert sealed(store, of, vote(of)) == "its audience is not frozen"


def test_what_a_check_blocks_cannot_be_sealed(store: SqlStore) -> None:
    against = LawFinding(rule="opt_out_line", weight=Weight.BLOCKS, text="It does not say how to opt out.")
    of = ready(variants=(variant(findings=(against,)),))
    assert sealed(store, of, vote(of)) == "It does not say how to opt out."


def test_sealing_again_changes_nothing(store: SqlStore) -> None:
    of = ready()
    with store.begin() as unit:
        first = seal(unit, of, [vote(of)], NOW)
        assert seal(unit, of, [vote(of, OLA)], NOW + MINUTE) == first == unit.seals.get(of.id)
        assert [record.kind for record in unit.ledger.records(0, 10)] == ["sealed"]
    other = replace(of, facts={"region": "east"})
    assert sealed(store, other, vote(other)) == "it is sealed with other words"


def test_the_ledger_says_who_sealed_what_until_when(store: SqlStore) -> None:
    of = ready(people=2)
    with store.begin() as unit:
        made = seal(unit, of, [vote(of), vote(of, OLA, role="legal", at=NOW + MINUTE)], NOW + MINUTE)
        said = unit.ledger.records(0, 1)[0].said
        assert unit.seals.get(of.id) == made
    assert said == facts_of(made)
    assert [(each["email"], each["role"]) for each in said["sealers"]] == [
        ("priya@larkfield.example", "supervisor"),
        (OLA, "legal"),
    ]
    kept = {"campaign", "digest", "root", "size", "whole", "policy_version", "composer", "at", "expires_at"}
    assert set(said) == kept | {"not_after", "sealers", "standing"}


# ---------------------------------------------------------------- whether it holds


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, ""),
        ({"why": "Because"}, ""),  # not said to the customer
        ({"facts": {}}, "the campaign is not what was approved"),
        ({"root": "f" * 64}, "the campaign is not what was approved"),
        ({"size": 9}, "the campaign is not what was approved"),
        ({"revision": 2}, "the campaign is not what was approved"),
    ],
)
def test_a_seal_holds_for_what_it_was_made_of(store: SqlStore, other: dict[str, Any], said: str) -> None:
    of = ready()
    with store.begin() as unit:
        made = seal(unit, of, [vote(of)], NOW)
    assert broken(made, replace(of, **other), NOW) == said


def test_every_field_counts_for_the_whole() -> None:
    of = ready()
    others = [{"why": "Because"}, {"cost": 1}, {"counts": {}}, {"channel": "#other"}, {"matter": "INC-2"}]
    assert len({whole_of(of), *(whole_of(replace(of, **other)) for other in others)}) == 6


def test_without_a_seal_nothing_holds() -> None:
    assert broken(None, ready(), NOW) == "nobody has approved this"


# ---------------------------------------------------------------- the manifest


def test_a_line_fits_or_does_not() -> None:
    of = ready()
    one = line(of)
    assert fits(of, one)
    assert not fits(of, replace(one, address="+447700900999"))
    assert not fits(of, replace(one, variant="gone"))
    assert not fits(of, replace(one, arm=Arm.HOLDOUT))
    assert not fits(replace(of, facts={}, variants=(variant(text="Else"),)), one)
    assert not fits(of, replace(one, campaign_id="ap_other"))  # type: ignore[arg-type]


@pytest.fixture
def manifest(store: SqlStore) -> Campaign:
    of = campaign(variants=(variant(text="Hello {name}.", personal=("name",)),))
    names = ("Emma", "Ada", "Bo", "Cy", "Di")
    lines = [line(of, number, fields={"name": name}) for number, name in enumerate(names, 1)]
    with store.begin() as unit:
        return asked(unit, of, lines)


def first_fault(store: SqlStore, of: Campaign) -> int | None:
    with store.read() as unit:
        return verify_manifest(unit, of)


def test_an_untouched_manifest_fits(store: SqlStore, manifest: Campaign) -> None:
    assert first_fault(store, manifest) is None


@pytest.mark.parametrize(
    "change",
    [
        {"customer_id": "cu_3x"},
        {"address": "+447700900999", "address_sealed": "+447700900999"},
        {"variant": "default/sms/em"},
        {"arm": "holdout"},
        {"digest": "f" * 64},
        {"fields": {"name": "Bp"}},
        {"ordinal": 33},
    ],
)
def test_a_changed_line_is_named(store: SqlStore, manifest: Campaign, change: dict[str, Any]) -> None:
    with store.begin() as unit:
        third = update(campaign_recipients).where(campaign_recipients.c.ordinal == 3)
        unit.connection.execute(third.values(**change))
    assert first_fault(store, manifest) == (4 if "ordinal" in change else 3)


@pytest.mark.parametrize(("gone", "fault"), [(1, 2), (3, 4), (5, 5)])
def test_a_missing_line_is_noticed(store: SqlStore, manifest: Campaign, gone: int, fault: int) -> None:
    with store.begin() as unit:
        unit.connection.execute(delete(campaign_recipients).where(campaign_recipients.c.ordinal == gone))
    assert first_fault(store, manifest) == fault


def test_a_line_too_many_is_noticed(store: SqlStore, manifest: Campaign) -> None:
    with store.begin() as unit:
        unit.campaigns.put([line(manifest, 6, fields={"name": "Eve"})])
    assert first_fault(store, manifest) == 6


def test_a_line_that_was_made_to_fit_by_itself_does_not_fit_the_whole(store: SqlStore, manifest: Campaign) -> None:
    """Who changes a fact and its digest too has still not changed what was sealed."""
    forged = line(manifest, 3, fields={"name": "Mallory"})
    with store.begin() as unit:
        third = update(campaign_recipients).where(campaign_recipients.c.ordinal == 3)
        unit.connection.execute(third.values(fields=dict(forged.fields), digest=forged.digest))
    assert first_fault(store, manifest) == 0


def test_a_field_that_a_later_version_adds_makes_no_earlier_seal_false() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class LaterCampaign(Campaign):
        more: str = ""

    of = campaign()
    same = {each.name: getattr(of, each.name) for each in fields(of)}
    assert whole_of(LaterCampaign(**same)) == whole_of(of)
    assert whole_of(LaterCampaign(**same, more="said")) != whole_of(of)
