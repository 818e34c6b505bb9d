"""A policy's life in a real store: applied, signed for, refused, restored."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from apps.bootstrap.policies import enacter
from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.errors import ConfigurationError, ConflictError
from core.govern.enact import Enacter, PolicyRefusedError
from core.model.enacted import Enacting
from tests.clock import Clock
from tests.policies import MARIA, PRIYA, STOLEN, TOM, other_triggers, policy_text

FIRST = policy_text()
GENTLER = policy_text(mood={"floor": -0.5})
TRIGGERED = policy_text(triggers=other_triggers())


@pytest.fixture
def office(store: SqlStore, clock: Clock) -> Enacter:
    found = enacter(store, clock)
    assert found.start(FIRST) is not None
    return found


def version(office: Enacter) -> str | None:
    with office.store.read() as unit:
        return unit.policies.version()


def version_of(text: str, office: Enacter) -> str:
    return office.reading.candidate(text).policy.version


def entries(store: SqlStore) -> list[tuple[str, dict[str, Any]]]:
    with store.read() as unit:
        assert unit.ledger.verify() is None
        rows = unit.connection.execute(select(ledger.c.kind, ledger.c.facts).order_by(ledger.c.serial)).all()
    return [(row.kind, json.loads(row.facts)) for row in rows]


def both_sign(office: Enacter, file: str) -> None:
    office.sign(file, section="triggers", role="cx", by=PRIYA)
    office.sign(file, section="triggers", role="legal", by=TOM)


def test_the_first_policy_of_a_store_is_taken_without_sign_offs(office: Enacter, store: SqlStore) -> None:
    assert version(office) == version_of(FIRST, office)
    assert office.start(GENTLER) is None
    assert version(office) == version_of(FIRST, office)
    ((kind, facts),) = entries(store)
    assert (kind, facts["by"], facts["replaced"]) == ("policy_applied", "the first start", None)


def test_a_first_policy_whose_examples_do_not_come_out_is_not_taken(store: SqlStore, clock: Clock) -> None:
    wrong = {**STOLEN, "expect": {"action": "auto_reply"}}
    with pytest.raises(ConfigurationError, match="A stolen card: action is handoff, expected auto_reply"):
        enacter(store, clock).start(policy_text(tests=[wrong]))
    with store.read() as unit:
        assert unit.policies.version() is None


def test_a_change_that_nobody_must_sign_is_applied_at_once(office: Enacter, store: SqlStore) -> None:
    applied = office.apply(GENTLER, by=MARIA, note="people first")
    assert [change.section for change in applied.changes] == ["mood"]
    assert (applied.enactment.how, applied.enactment.by) == (Enacting.APPLIED, MARIA)
    assert applied.enactment.replaced == version_of(FIRST, office)
    assert version(office) == version_of(GENTLER, office)
    with store.read() as unit:
        stored = unit.policies.text(version_of(GENTLER, office))
        assert stored is not None
        assert stored.text == GENTLER
        assert unit.cursors.get(f"policy:{stored.version}") is not None
    assert entries(store)[-1][1]["note"] == "people first"


def test_the_same_policy_again_changes_nothing(office: Enacter, store: SqlStore) -> None:
    assert office.apply(FIRST + "\n# a comment\n", by=MARIA).changes == ()
    assert len(entries(store)) == 1


def test_a_missing_sign_off_refuses_and_names_who_may_give_it(office: Enacter, store: SqlStore) -> None:
    with pytest.raises(PolicyRefusedError) as told:
        office.apply(TRIGGERED, by=PRIYA)
    assert told.value.reasons == (
        f"triggers: the sign-off of cx is missing ({PRIYA})",
        f"triggers: the sign-off of legal is missing ({TOM})",
    )
    assert version(office) == version_of(FIRST, office)
    kind, facts = entries(store)[-1]
    assert (kind, facts["by"], facts["reasons"]) == ("policy_refused", PRIYA, list(told.value.reasons))


def test_with_every_sign_off_it_is_applied(office: Enacter, store: SqlStore) -> None:
    office.sign(TRIGGERED, section="triggers", role="cx", by=PRIYA)
    assert [duty.role for duty in office.missing(TRIGGERED)] == ["legal"]
    office.sign(TRIGGERED, section="triggers", role="legal", by=TOM)
    assert office.missing(TRIGGERED) == []
    office.apply(TRIGGERED, by=MARIA)
    assert version(office) == version_of(TRIGGERED, office)
    kinds = [kind for kind, _ in entries(store)]
    assert kinds == ["policy_applied", "policy_signed", "policy_signed", "policy_applied"]


def test_a_later_edit_of_the_section_voids_its_sign_offs(office: Enacter) -> None:
    both_sign(office, TRIGGERED)
    edited = other_triggers()
    edited["human_request"]["tier"] = 2
    with pytest.raises(PolicyRefusedError, match="cx is missing"):
        office.apply(policy_text(triggers=edited), by=PRIYA)


def test_an_edit_of_another_section_does_not(office: Enacter) -> None:
    both_sign(office, TRIGGERED)
    both = policy_text(triggers=other_triggers(), mood={"floor": -0.5})
    office.apply(both, by=PRIYA)
    assert version(office) == version_of(both, office)


def test_what_was_signed_against_another_policy_in_force_counts_no_more(office: Enacter) -> None:
    both_sign(office, TRIGGERED)
    meanwhile = policy_text(triggers=other_triggers() | {"churn": {"group": "Billing", "tier": 1, "why": "May leave"}})
    both_sign(office, meanwhile)
    office.apply(meanwhile, by=PRIYA)
    with pytest.raises(PolicyRefusedError, match="legal is missing"):
        office.apply(TRIGGERED, by=PRIYA)


def test_a_sign_off_is_good_for_one_time(office: Enacter) -> None:
    both_sign(office, TRIGGERED)
    office.apply(TRIGGERED, by=PRIYA)
    office.restore(version_of(FIRST, office), by=PRIYA, reason="the wrong team")
    with pytest.raises(PolicyRefusedError, match="cx is missing"):
        office.apply(TRIGGERED, by=PRIYA)


def test_only_the_people_of_the_role_sign(office: Enacter, store: SqlStore) -> None:
    with pytest.raises(PolicyRefusedError, match=f"{MARIA} does not sign for legal; {TOM} may"):
        office.sign(TRIGGERED, section="triggers", role="legal", by=MARIA)
    assert [kind for kind, _ in entries(store)][-1] == "policy_refused"


def test_there_is_nothing_to_sign_where_nothing_changes(office: Enacter) -> None:
    with pytest.raises(PolicyRefusedError, match="no sign-off of triggers by legal is needed; needed: none"):
        office.sign(GENTLER, section="triggers", role="legal", by=TOM)


def test_a_file_with_problems_is_refused_with_each_of_them(office: Enacter, store: SqlStore) -> None:
    with pytest.raises(PolicyRefusedError) as told:
        office.apply(policy_text(mood={"floor": 7}, assistant={"max_turns": "many"}), by=PRIYA)
    assert len(told.value.reasons) == 2
    assert "mood.floor" in str(told.value)
    assert "assistant.max_turns" in str(told.value)
    assert version(office) == version_of(FIRST, office)
    assert entries(store)[-1][0] == "policy_refused"


def test_a_file_whose_examples_do_not_come_out_is_refused(office: Enacter) -> None:
    wrong = {**STOLEN, "expect": {"group": "Billing"}}
    with pytest.raises(PolicyRefusedError, match="A stolen card: group is Specialists, expected Billing"):
        office.apply(policy_text(tests=[wrong]), by=PRIYA)


def test_an_earlier_version_is_restored_without_new_sign_offs_but_with_a_reason(
    office: Enacter, store: SqlStore
) -> None:
    both_sign(office, TRIGGERED)
    office.apply(TRIGGERED, by=PRIYA)
    first = version_of(FIRST, office)
    with pytest.raises(PolicyRefusedError, match="say why"):
        office.restore(first, by=PRIYA, reason="  ")
    restored = office.restore(first, by=PRIYA, reason="too many to billing")
    assert (version(office), restored.enactment.how) == (first, Enacting.RESTORED)
    kind, facts = entries(store)[-1]
    assert (kind, facts["note"], facts["replaced"]) == (
        "policy_restored",
        "too many to billing",
        version_of(TRIGGERED, office),
    )


def test_a_version_from_before_the_rules_of_signing_is_restored_only_with_their_signature(
    store: SqlStore, clock: Clock
) -> None:
    """Else two commands would change what the rules protect: back to before them, then anything."""
    office = enacter(store, clock)
    unruled = policy_text(signoffs={})
    assert office.start(unruled) is not None
    office.apply(FIRST, by=PRIYA)
    with pytest.raises(PolicyRefusedError) as told:
        office.restore(version_of(unruled, office), by=MARIA, reason="let me")
    assert told.value.reasons == (
        f"signoffs: the sign-off of cx is missing ({PRIYA})",
        f"signoffs: the sign-off of legal is missing ({TOM})",
    )
    assert version(office) == version_of(FIRST, office)
    assert entries(store)[-1][0] == "policy_refused"
    office.sign(unruled, section="signoffs", role="cx", by=PRIYA)
    office.sign(unruled, section="signoffs", role="legal", by=TOM)
    office.restore(version_of(unruled, office), by=MARIA, reason="it was agreed")
    assert version(office) == version_of(unruled, office)


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\ud800"])
def test_a_character_that_no_file_may_have_is_a_refusal(office: Enacter, letter: str) -> None:
    with pytest.raises(PolicyRefusedError, match="cannot stand in it"):
        office.apply(f"{FIRST}\n# {letter}\n", by=PRIYA)
    assert version(office) == version_of(FIRST, office)


@pytest.mark.parametrize("letter", ["\x00", "\ud800"])
def test_nor_is_such_a_character_taken_when_it_is_written_as_a_code(office: Enacter, letter: str) -> None:
    """YAML writes them as a code in quotes: a NUL as a backslash and a nought."""
    for brands in ([f"a{letter}b"], {f"a{letter}b": 1}):
        with pytest.raises(PolicyRefusedError, match=rf":\d+: holds a code for the character U\+{ord(letter):04X}"):
            office.apply(policy_text(shadow={"brands": brands}), by=PRIYA)


def test_a_version_that_never_was_in_force_is_not_restored(office: Enacter) -> None:
    with pytest.raises(PolicyRefusedError, match="it never was in force"):
        office.restore(version_of(GENTLER, office), by=PRIYA, reason="why not")


def test_of_two_who_apply_at_once_the_second_is_told(office: Enacter, store: SqlStore, clock: Clock) -> None:
    """The other applies between the moment when this one reads what is in force and the moment when it writes."""
    other = enacter(store, clock)
    slow = enacter(store, lambda: (other.apply(GENTLER, by=MARIA), clock())[1])
    with pytest.raises(ConflictError, match="is in force by now"):
        slow.apply(policy_text(mood={"floor": -0.3}), by=PRIYA)
    assert version(office) == version_of(GENTLER, office)
