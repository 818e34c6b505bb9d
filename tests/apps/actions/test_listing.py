"""`handrail actions list`: what the policy in force lets be done, and what was done."""

import json
from datetime import UTC, datetime, timedelta

from core.model.action import ActionCall, ActionRun, RunState, Yes
from core.model.ids import ApprovalId, ConversationId
from tests.apps.actions.conftest import ORDER, SAM, Office, demo_actions, handrail

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def keep(office: Office, name: str = "ac_1", **changes: object) -> None:
    call = ActionCall(action="refund", label="Pay back", arguments={"order": ORDER}, spec="one", amount=1200)
    run = ActionRun(
        id=ApprovalId(name),
        call=call,
        customer_id=SAM,
        customer="Sam Whitcombe",
        conversation_id=ConversationId("co_one"),
        policy_version="one",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        **changes,  # type: ignore[arg-type]
    )
    with office.store.begin() as unit:
        unit.actions.add(run)


def test_each_action_is_told_with_limits_approval_system_and_undo(office: Office) -> None:
    told = handrail("list")
    assert told.exit_code == 0, told.output
    whole = dict(block.split("  ", 1) for block in told.stdout.split("\n\n"))
    assert set(whole) == set(demo_actions())
    refund, cancel = whole["refund"], whole["cancel_order"]
    assert "200 at once, 300 a day of Amount" in refund
    assert "500 at once, 800 a day of Amount (business)" in refund
    assert "the customer, then a supervisor (up to 20: nobody else)" in refund
    assert ("done      in orders" in cancel, "undo      reopen_order, for 55 minutes" in cancel) == (True, True)
    assert "yes from  the customer, then nobody else" in cancel
    assert "whose     a customer whom the helpdesk knows" in whole["run_diagnostics"]


def test_an_action_without_a_call_is_a_persons(office: Office) -> None:
    office.declare(send_flowers={"says": "Send flowers", "intents": ["reset"]})
    (row,) = [each for each in json.loads(handrail("list", "--json").stdout)["actions"] if each["system"] is None]
    assert (row["name"], row["says"]) == ("send_flowers", "Send flowers")
    assert "done      by a person: it has no call" in handrail("list").stdout


def test_what_was_done_is_told_newest_first_and_names_nobody(office: Office) -> None:
    keep(office, state=RunState.DONE, yes=(Yes(email="priya@larkfield.example", name="Priya", at=NOW),))
    keep(office, "ac_2", state=RunState.REFUSED, error="The order has left", asked_by="tom@larkfield.example")
    told = handrail("list", "--runs").stdout
    assert [line.split()[0] for line in told.splitlines()] == ["ac_2", "ac_1"]
    newest, oldest = told.splitlines()
    assert "refused   refund  cu_sam  asked by tom@larkfield.example  The order has left" in newest
    assert oldest.endswith("done      refund  cu_sam  asked by the customer  yes from priya@larkfield.example")
    assert "Sam" not in told
    rows = json.loads(handrail("list", "--runs", "--json").stdout)["runs"]
    assert [(row["id"], row["state"], row["error"]) for row in rows] == [
        ("ac_2", "refused", "The order has left"),
        ("ac_1", "done", None),
    ]


def test_before_the_first_one_it_says_so(office: Office) -> None:
    assert handrail("list", "--runs").stdout == "Nothing was done yet: no action was agreed to.\n"
