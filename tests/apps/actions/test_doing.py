"""`handrail actions dry-run|run`: what would be done, and having it done once, by somebody who proves who they are."""

from datetime import UTC, datetime

import pytest

from core.model.action import RunState
from core.model.outbound import EffectKind
from tests.apps.actions.conftest import BY, ORDER, SAM, TICKET, Office, handrail
from tests.policies import MARIA, PRIYA

FOR = ("--customer", "sam@example.com")
CANCEL = ("cancel_order", *FOR, "--set", f"order={ORDER}")
REFUND = ("refund", *FOR, "--set", f"order={ORDER}")
HERE = ("--ticket", TICKET)


def test_a_dry_run_tells_rules_change_limits_and_the_exact_request_and_changes_nothing(office: Office) -> None:
    told = handrail("dry-run", *CANCEL)
    assert told.exit_code == 0, told.output
    lines = [" ".join(line.split()) for line in told.stdout.splitlines()]
    url = f"{office.sandbox.url}/orders/v1/orders/{ORDER}"
    assert lines[0] == "Cancel an order (cancel_order), for Sam Whitcombe (cu_sam), tier standard"
    assert f"input order = {ORDER} (given)" in lines
    assert "input reason = no longer needed (as the policy fills it in)" in lines
    assert "holds own_order: string(order.customer_id) == customer.helpdesk_id" in lines
    assert "limits 3 times a day – 0 times today, 3 left" in lines
    assert "change Status: processing → cancelled" in lines
    assert "yes from nobody else (as declared: the customer, then nobody else)" in lines
    assert f"request POST {url}/cancel (orders)" in lines
    assert '{"reason": "no longer needed"}' in lines
    assert f"read back GET {url} (orders)" in lines
    assert office.sandbox.world.settings.orders_token not in told.output
    assert (office.journal, office.runs) == ([], [])


def test_a_dry_run_names_the_rule_that_does_not_hold(office: Office) -> None:
    told = handrail("dry-run", *REFUND)
    assert told.exit_code == 1
    assert "NOT       delivered: order.status in" in told.stdout
    assert "The order has not been delivered: cancel it instead" in told.stdout
    assert "holds     own_order" in told.stdout


def test_a_dry_run_says_what_is_missing(office: Office) -> None:
    told = handrail("dry-run", "cancel_order", *FOR)
    assert (told.exit_code, "missing   order: --set order=…" in told.stdout) == (1, True)


def test_an_input_that_is_none_and_a_name_that_is_none_are_told(office: Office) -> None:
    assert "input: amount: a sum is expected" in handrail("dry-run", *REFUND, "--set", "amount=much").stdout
    unknown = handrail("dry-run", "cancel_ordre", *FOR)
    assert (unknown.exit_code, "no action 'cancel_ordre'" in unknown.stderr) == (1, True)
    assert "Nobody here goes by 'somebody'" in handrail("dry-run", "cancel_order", "--customer", "somebody").stderr
    assert handrail("dry-run", *CANCEL, "--set", "reason").exit_code == 2


def test_who_looks_is_on_the_access_log(office: Office) -> None:
    handrail("dry-run", *CANCEL)
    with office.store.read() as unit:
        looks = unit.privacy.accesses(SAM, datetime(2020, 1, 1, tzinfo=UTC), 10)
    assert [each.what for each in looks] == ["what the action cancel_order would do"]


def test_a_run_is_done_once_read_back_and_noted_with_who_answers_for_it(office: Office) -> None:
    with office.working():
        told = handrail("run", *CANCEL, *HERE, *BY, "--yes")
    assert told.exit_code == 0, told.output
    assert "“Cancel an order” was done, and the system was read back." in told.stdout
    assert office.journal == ["order.cancel"]
    (run,) = office.runs
    assert (run.state, run.asked_by, run.customer_id) == (RunState.DONE, PRIYA, SAM)
    (agreed,) = office.ledger("action_agreed")
    assert (agreed["by"], agreed["identity"]) == (PRIYA, "on the word of whoever asked")
    (proof,) = office.ledger("identity_proved")
    assert (proof["by"], proof["what"]) == (PRIYA, f"actions run cancel_order {run.call.digest} cu_sam")
    with office.store.read() as unit:
        rows = unit.outbox.of_conversation(run.conversation_id)
    assert [(row.effect.kind, row.effect.target) for row in rows if row.effect.kind is not EffectKind.ACTION] == [
        (EffectKind.TICKET_UPDATE, TICKET)
    ]


def test_what_a_rule_forbids_is_not_tried(office: Office) -> None:
    told = handrail("run", *REFUND, *HERE, *BY, "--yes")
    assert (told.exit_code, office.runs, office.journal) == (1, [], [])


def test_a_supervisor_is_asked_where_the_action_wants_it_and_nothing_is_done_before(office: Office) -> None:
    office.declare(cancel_order={"approve": "supervisor"})
    told = handrail("run", *CANCEL, *HERE, *BY, "--yes")
    assert (told.exit_code, "A supervisor is asked in Slack (#approvals)" in told.stdout) == (0, True)
    (run,) = office.runs
    assert (run.state, office.journal) == (RunState.AWAITING, [])


def test_without_a_worker_it_says_that_nothing_is_known_yet(office: Office) -> None:
    told = handrail("run", *CANCEL, *HERE, *BY, "--yes", "--wait", "0.1")
    assert (told.exit_code, "after 0.1 s nobody knows" in told.stderr) == (3, True)
    assert [run.state for run in office.runs] == [RunState.READY]


def test_an_action_of_a_person_is_refused_in_one_line(office: Office) -> None:
    office.declare(send_flowers={"says": "Send flowers", "intents": ["reset"]})
    told = handrail("run", "send_flowers", *FOR, *HERE, *BY, "--yes")
    assert (told.exit_code, told.stderr) == (
        1,
        "“Send flowers” is done by a person: the policy declares no call for it.\n",
    )


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (("--ticket", "9"), "The ticket 9 is another customer's."),
        (("--conversation", "co_two"), "The conversation co_two is another customer's."),
        (("--ticket", "12"), "Nothing is known of ticket 12."),
    ],
)
def test_it_is_noted_where_the_customers_own_matter_is(office: Office, where: tuple[str, str], said: str) -> None:
    told = handrail("run", *CANCEL, *where, *BY, "--yes")
    assert (told.exit_code, told.stderr, office.runs) == (1, f"{said}\n", [])


def test_whoever_does_not_prove_who_they_are_has_nothing_done(office: Office) -> None:
    told = handrail("run", *CANCEL, *HERE, "--by", MARIA, "--yes")
    assert (told.exit_code, office.runs, office.journal) == (2, [], [])
    assert "Nothing proves that this is maria" in told.stderr


def test_nothing_is_done_unasked_where_nobody_can_be_asked(office: Office) -> None:
    told = handrail("run", *CANCEL, *HERE, *BY)
    assert (told.exit_code, office.runs) == (1, [])
    assert "say --yes" in told.stderr
    assert handrail("run", *CANCEL, *BY, "--yes").exit_code == 2
