from datetime import timedelta
from typing import Any

from apps.zendesk.session import Visitor
from core.model.enacted import Enacting, Enactment, PolicyText, SignOff
from tests.apps.zendesk.desk import Desk

AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")


def looked(desk: Desk, what: str = "policy") -> dict[str, Any]:
    answer = desk.get(f"overview/{what}", bearer=desk.signed_in(AISHA))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def enact(desk: Desk, version: str, replaced: str | None, how: Enacting, note: str = "") -> None:
    at = desk.clock()
    with desk.store.begin() as unit:
        unit.policies.keep(PolicyText(version=version, text=f"# {version}\n", at=at))
        unit.policies.enact(
            Enactment(version=version, how=how, by="priya@larkfield.example", at=at, note=note, replaced=replaced)
        )
    desk.clock.forward(timedelta(hours=1))


def test_the_policy_in_force_is_told_with_who_put_it_there_and_what_was_before(desk: Desk) -> None:
    enact(desk, "aaa", None, Enacting.STARTED)
    enact(desk, "bbb", "aaa", Enacting.APPLIED, "Refunds to a person")
    found = looked(desk)
    assert [(row["version"], row["how"], row["note"]) for row in found["history"]] == [
        ("bbb", "applied", "Refunds to a person"),
        ("aaa", "started", ""),
    ]
    assert found["older"] == 0


def test_the_owner_table_is_readable_and_ends_with_the_row_for_everything_else(desk: Desk) -> None:
    found = looked(desk)
    names = [row["intent"] for row in found["owners"]]
    assert names == [*desk.policy.owners, ""]
    first = found["owners"][0]
    owner = desk.policy.owners[names[0]]
    assert (first["way"], first["group"], first["why"]) == (owner.way, owner.group, owner.why)
    assert first["automatic_from"] == desk.policy.automatic_from(names[0])


def test_triggers_stand_in_the_order_in_which_the_first_that_fits_wins(desk: Desk) -> None:
    found = looked(desk)["triggers"]
    assert [row["name"] for row in found] == list(desk.policy.triggers)
    assert {row["unit"] for row in found} <= {"confidence", "degree", "fall", "count", "minutes", "none"}


def test_sign_offs_say_who_may_and_who_did(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.policies.sign(
            SignOff(
                section="triggers",
                role="legal",
                person="tom@larkfield.example",
                before="1",
                after="2",
                version="bbb",
                at=desk.clock(),
            )
        )
        unit.policies.spend("triggers", desk.clock())
    found = looked(desk)
    rules = {row["section"]: {role["role"]: role["people"] for role in row["roles"]} for row in found["signoffs"]}
    assert rules["outreach"] == {"legal": ["tom.okafor@larkfield.example"]}
    assert [(row["section"], row["person"]) for row in found["signed"]] == [("triggers", "tom@larkfield.example")]


def test_a_file_that_is_not_what_is_in_force_is_said(desk: Desk) -> None:
    assert looked(desk)["differs"] == ""
    desk.differs = "policy.yaml (ccc) differs from the version in force"
    assert "ccc" in looked(desk)["differs"]


def test_an_earlier_version_is_read_as_it_was_applied(desk: Desk) -> None:
    text = "# as it was\nowners: {}\n"
    with desk.store.begin() as unit:
        unit.policies.keep(PolicyText(version="aaa", text=text, at=desk.clock()))
    assert looked(desk, "policy/aaa")["text"] == text


def test_a_version_that_never_was_is_not_found(desk: Desk) -> None:
    assert desk.get("overview/policy/zzz", bearer=desk.signed_in(AISHA)).status_code == 404
