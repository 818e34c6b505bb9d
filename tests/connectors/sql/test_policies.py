from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore, SqlUnit
from core.errors import ConflictError
from core.model.enacted import Enacting, Enactment, PolicyText, SignOff
from tests.connectors.sql.samples import NOW

FIRST = PolicyText(version="v1", text="version: 1  # größer\n", at=NOW)
SECOND = PolicyText(version="v2", text="version: 1\nx: 2\n", at=NOW)
STARTED = Enactment(version="v1", how=Enacting.STARTED, by="the first start", at=NOW)
APPLIED = Enactment(
    version="v2", how=Enacting.APPLIED, by="priya.nair@larkfield.example", at=NOW, note="fraud first", replaced="v1"
)
SIGNED = SignOff(
    section="triggers",
    role="legal",
    person="tom.okafor@larkfield.example",
    before="aaa",
    after="bbb",
    version="v2",
    at=NOW,
)


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        unit.policies.keep(FIRST)
        unit.policies.keep(SECOND)
        yield unit


def test_a_fresh_store_has_no_policy_in_force(unit: SqlUnit) -> None:
    assert unit.policies.version() is None
    assert unit.policies.in_force() is None


def test_a_text_comes_back_as_it_was_with_its_comments(unit: SqlUnit) -> None:
    assert unit.policies.text("v1") == FIRST
    assert unit.policies.text("v9") is None


def test_the_first_text_of_a_version_stays(unit: SqlUnit) -> None:
    unit.policies.keep(replace(FIRST, text="version: 1\n", at=NOW + timedelta(days=1)))
    assert unit.policies.text("v1") == FIRST


def test_the_last_enactment_is_in_force_and_the_earlier_ones_are_remembered(unit: SqlUnit) -> None:
    unit.policies.enact(STARTED)
    unit.policies.enact(APPLIED)
    assert unit.policies.version() == "v2"
    assert unit.policies.in_force() == replace(APPLIED, serial=2)
    assert [(e.version, e.how, e.replaced) for e in unit.policies.enactments()] == [
        ("v2", Enacting.APPLIED, "v1"),
        ("v1", Enacting.STARTED, None),
    ]


def test_what_was_in_force_before_may_be_in_force_again(unit: SqlUnit) -> None:
    unit.policies.enact(STARTED)
    unit.policies.enact(APPLIED)
    unit.policies.enact(replace(STARTED, how=Enacting.RESTORED, replaced="v2"))
    assert unit.policies.version() == "v1"


def test_who_replaces_a_version_that_is_no_longer_in_force_is_refused(unit: SqlUnit) -> None:
    unit.policies.enact(STARTED)
    unit.policies.enact(APPLIED)
    with pytest.raises(ConflictError, match="v2 is in force by now"):
        unit.policies.enact(replace(APPLIED, version="v1"))
    assert unit.policies.version() == "v2"


def test_a_sign_off_counts_once_and_for_this_change_alone(unit: SqlUnit) -> None:
    assert unit.policies.sign(SIGNED)
    assert not unit.policies.sign(replace(SIGNED, version="v3", at=NOW + timedelta(hours=1)))
    assert unit.policies.sign(replace(SIGNED, role="cx"))
    assert unit.policies.signoffs("triggers", "aaa", "bbb") == [SIGNED, replace(SIGNED, role="cx")]
    assert unit.policies.signoffs("triggers", "aaa", "ccc") == []
    assert unit.policies.signoffs("triggers", "ccc", "bbb") == []
    assert unit.policies.signoffs("actions", "aaa", "bbb") == []


def test_a_sign_off_is_spent_when_its_section_has_changed_and_may_be_given_again(unit: SqlUnit) -> None:
    unit.policies.sign(SIGNED)
    unit.policies.spend("actions", NOW)
    assert unit.policies.signoffs("triggers", "aaa", "bbb") == [SIGNED]
    unit.policies.spend("triggers", NOW)
    assert unit.policies.signoffs("triggers", "aaa", "bbb") == []
    assert unit.policies.sign(SIGNED)
    assert unit.policies.signoffs("triggers", "aaa", "bbb") == [SIGNED]
