"""Which approved proposals named a recipient."""

from datetime import timedelta

from connectors.sql.store import SqlStore
from core.model.customer import Channel
from core.model.outreach import ApprovalState, Click, Recipient
from tests.connectors.sql.samples import NOW, proposal

NUMBER = "+447700900004"


def settled(store: SqlStore, name: str, verdict: ApprovalState | None, **changes: object) -> None:
    made = proposal(name, **changes)
    with store.begin() as unit:
        unit.approvals.add(made)
        if verdict is not None:
            click = Click(
                approval_id=made.id,
                verdict=verdict,
                digest=made.digest,
                user_id="U1",
                user_name="Priya Nair",
                channel="C1",
                ts="1",
            )
            assert unit.approvals.settle(click, NOW + timedelta(minutes=1)) is not None


def named(store: SqlStore, address: str, limit: int = 10) -> list[str]:
    with store.read() as unit:
        return [approval.proposal.id for approval in unit.approvals.approved_to(address, limit)]


def test_only_what_was_approved_and_went_to_the_address_is_named_newest_first(store: SqlStore) -> None:
    settled(store, "old", ApprovalState.APPROVED, created_at=NOW - timedelta(days=1))
    settled(store, "new", ApprovalState.APPROVED)
    settled(store, "no", ApprovalState.REJECTED)
    settled(store, "open", None)
    assert named(store, NUMBER) == ["ap_new", "ap_old"]
    assert named(store, NUMBER, limit=1) == ["ap_new"]


def test_a_number_that_only_begins_alike_or_stands_in_the_text_is_not_named(store: SqlStore) -> None:
    longer = Recipient(customer_id=proposal().recipients[0].customer_id, name="Eve", address=f"{NUMBER}9")
    settled(store, "other", ApprovalState.APPROVED, recipients=(longer,), body=f'Call "{NUMBER}".', channel=Channel.SMS)
    assert named(store, NUMBER) == []


def test_a_sign_that_searches_mean_anything_by_finds_nothing(store: SqlStore) -> None:
    settled(store, "one", ApprovalState.APPROVED)
    assert named(store, "%") == []
    assert named(store, "+44_700900004") == []


def test_what_was_proposed_before_a_moment_can_be_left_out(store: SqlStore) -> None:
    settled(store, "old", ApprovalState.APPROVED, created_at=NOW - timedelta(days=9))
    settled(store, "new", ApprovalState.APPROVED)
    with store.read() as unit:
        found = unit.approvals.approved_to(NUMBER, 10, NOW - timedelta(days=7))
    assert [approval.proposal.id for approval in found] == ["ap_new"]
